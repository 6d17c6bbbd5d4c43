//! Faults at random, by the thousand: whatever goes wrong, no message goes out twice, what is said of it
//! is true, and no call outlives its deadline.
//!
//! `WFA_SCHEDULES` is how many are played, `WFA_SCHEDULE_SEED` the first one's seed; a violation names
//! the seed of its schedule, and with that and `WFA_SCHEDULES=1` it is played again.

pub(crate) mod plan;
pub(crate) mod play;
mod stalls;

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::faults::Server;
use play::Tally;

/// How many in an ordinary run.
const SCHEDULES: u64 = 2_000;
/// Schedules at a time; most of them wait for the network.
const AT_A_TIME: usize = 12;

pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => otherwise,
    }
}

#[test]
fn no_schedule_of_faults_makes_a_message_go_twice_or_a_call_hang() {
    let first = number("WFA_SCHEDULE_SEED", 1);
    let count = number("WFA_SCHEDULES", SCHEDULES);
    let begun = Instant::now();
    let (next, all) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                let (plain, tls) = (Server::plain(), Server::tls());
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let seed = first.wrapping_add(number);
                    let is_tls = plan::Plan::draw(seed).tls;
                    let tally = play::play(seed, if is_tls { &tls } else { &plain });
                    all.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .add(tally);
                }
            });
        }
    });
    let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    let said = format!(
        "{count} schedules from seed {first} in {:.1} s: {} sends, {} violations; {:?}, {} taken of \
         the unknown, {} requests repeated, {} sends cancelled",
        begun.elapsed().as_secs_f64(),
        all.sends,
        all.broken.len(),
        all.ends,
        all.taken_unknown,
        all.repeated,
        all.cancelled
    );
    assert!(all.broken.is_empty(), "{said}\n{}", all.broken.join("\n"));
    if count >= SCHEDULES {
        // They meet what they are there for.
        let outcomes = ["accepted", "rejected", "not_sent", "unknown"];
        let of_each = outcomes.map(|outcome| all.ends.get(outcome).copied().unwrap_or(0));
        assert!(of_each.iter().all(|ends| *ends > 100), "{said}");
        assert!(
            all.taken_unknown > 100 && all.cancelled > 100 && all.repeated > 20,
            "{said}"
        );
    }
    // Shown with --nocapture.
    #[allow(
        clippy::print_stderr,
        reason = "what was done is the result of a long run"
    )]
    {
        eprintln!("{said}");
    }
}
