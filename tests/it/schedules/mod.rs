//! Faults at random, by the thousand: whatever goes wrong, no message goes out twice, what is said of it
//! is true, and no call outlives its deadline.
//!
//! `WFA_SCHEDULES` is how many are played, `WFA_SCHEDULE_SEED` the first one's seed; a violation names
//! the seed of its schedule, and with that and `WFA_SCHEDULES=1` it is played again.

mod plan;
mod play;

use std::env;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::faults::Server;

/// How many in an ordinary run.
const SCHEDULES: u64 = 2_000;
/// Schedules at a time; most of them wait for the network.
const AT_A_TIME: usize = 12;

fn number(name: &str, otherwise: u64) -> u64 {
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
    let (next, sends) = (AtomicU64::new(0), AtomicUsize::new(0));
    let broken = Mutex::new(Vec::new());
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
                    let server = if plan::Plan::draw(seed).tls {
                        &tls
                    } else {
                        &plain
                    };
                    let (violations, of_this) = play::play(seed, server);
                    sends.fetch_add(of_this, Ordering::Relaxed);
                    let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
                    broken.extend(violations.iter().map(|it| format!("seed {seed}: {it}")));
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    let said = format!(
        "{count} schedules from seed {first}, {} sends, {:.1} s: {} violations",
        sends.into_inner(),
        begun.elapsed().as_secs_f64(),
        broken.len()
    );
    assert!(broken.is_empty(), "{said}\n{}", broken.join("\n"));
    // Shown with --nocapture.
    #[allow(
        clippy::print_stderr,
        reason = "what was done is the result of a long run"
    )]
    {
        eprintln!("{said}");
    }
}
