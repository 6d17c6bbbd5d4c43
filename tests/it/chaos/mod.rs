//! The send path against a server that cuts, delays and contradicts at random, with calls that are
//! cancelled, tokens that change and adapters that are destroyed: no message goes twice, nothing is said
//! to be refused or not sent that the server took, and nothing leaves after its end was told.
//!
//! `tools/chaos/run` plays it for a minute. `WFA_CHAOS_SECONDS` is how long, `WFA_CHAOS_SEED` what all
//! that is drawn is drawn from.

mod answer;
mod server;

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};
use workflow_adapter_loader::{Adapter, HostInfo};

use crate::plugin;
use crate::schedules::number;
use crate::schedules::plan::Send;
use crate::schedules::play::{Heard, Said, one, wait_for};
use server::{Arrival, Server};

/// How long in an ordinary run.
const SECONDS: u64 = 4;
const THREADS: usize = 6;
const SENDS: usize = 6;

/// What came of it.
#[derive(Debug, Default)]
struct Tally {
    broken: Vec<String>,
    ends: BTreeMap<String, usize>,
    repeated: u64,
    taken_unknown: usize,
}

fn properties(rng: &mut Rng, server: &Server) -> Value {
    let keep_alive_ms = [0, 5, 60_000][rng.usize(..3)];
    json!({
        "authenticationToken": format!("EAAGchaos{:020}", rng.u64(..)),
        "apiVersion": "v26.0", "phoneNumberId": "106540352242922", "baseUrl": server.url,
        "timeoutMs": rng.u64(30..600), "maxAttempts": rng.u64(1..=4), "workers": rng.u64(1..=8),
        "keepAliveMs": keep_alive_ms, "messagesPerSecond": 0,
    })
}

fn request(rng: &mut Rng) -> String {
    // A long one is more than the server's socket takes in before it is read.
    let text = if rng.u8(..3) == 0 {
        "\u{1f600}".repeat(4_000)
    } else {
        "Hello".to_owned()
    };
    let number = format!("+1650555{:04}", rng.u32(..10_000));
    json!({ "phoneNumber": number, "message": text }).to_string()
}

/// The life of one adapter.
fn life(seed: u64, server: &Server) -> Vec<Said> {
    let mut rng = Rng::with_seed(seed);
    let heard = Heard::default();
    let first = properties(&mut rng, server).to_string();
    let adapter = plugin::loaded().create(&HostInfo::new("chaos", "1"), &first);
    let adapter = adapter.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    let timeout = Duration::from_secs(600);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let mut rng = Rng::with_seed(seed ^ ((thread as u64 + 1) << 48));
            let (adapter, heard) = (&adapter, &heard);
            scope.spawn(move || {
                for at in 0..SENDS {
                    if thread == 0 && rng.u8(..4) == 0 {
                        rotate(&mut rng, adapter, server);
                    }
                    let (send, text) = (Send::draw(&mut rng), request(&mut rng));
                    let correlation = format!("{seed}-{thread}-{at}");
                    let message = ("sendMessageText", text.as_str());
                    one(send, message, correlation, adapter, timeout, heard);
                }
            });
        }
    });
    if rng.u8(..3) > 0 {
        wait_for(&heard, THREADS * SENDS);
    }
    // Destroying waits for every end.
    drop(adapter);
    std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner))
}

fn rotate(rng: &mut Rng, adapter: &Adapter, server: &Server) {
    let properties = properties(rng, server).to_string();
    adapter.update_properties(&properties).unwrap();
}

/// Whether what was said of a send agrees with what the server counted.
fn check(said: &Said, arrivals: &[Arrival], tally: &mut Tally) {
    let taken = arrivals.iter().filter(|arrival| arrival.taken).count();
    let arrived = u64::try_from(arrivals.len()).unwrap();
    let is_own = said.message_id.as_deref() == Some(&format!("wamid.{}", said.correlation));
    let is_kept = match said.outcome.as_deref() {
        Some("accepted") => taken == 1 && is_own,
        Some("rejected") => taken == 0,
        Some("not_sent") => taken == 0 && arrived <= said.refused(),
        Some("unknown") => taken <= 1,
        None => arrived == 0,
        Some(_) => false,
    };
    if !is_kept || arrived > said.attempts {
        tally
            .broken
            .push(format!("{said:?}: the server has {arrivals:?}"));
    }
    for late in arrivals.iter().filter_map(|arrival| arrival.left_after) {
        if late > said.told {
            tally
                .broken
                .push(format!("{said:?}: it left after its end"));
        }
    }
    let outcome = said.outcome.as_deref().unwrap_or("no response");
    *tally.ends.entry(outcome.to_owned()).or_default() += 1;
    tally.repeated += said.attempts.saturating_sub(1);
    tally.taken_unknown += usize::from(outcome == "unknown" && taken == 1);
}

#[test]
fn a_server_that_cuts_delays_and_contradicts_makes_no_message_go_twice_or_its_end_untrue() {
    let seconds = number("WFA_CHAOS_SECONDS", SECONDS);
    let first = number("WFA_CHAOS_SEED", fastrand::u64(..u64::from(u32::MAX)));
    let (begun, server) = (Instant::now(), Server::start(first));
    let (mut said, mut seed) = (Vec::new(), first);
    while begun.elapsed() < Duration::from_secs(seconds) || said.is_empty() {
        // Two adapters at a time.
        let lives = std::thread::scope(|scope| {
            let lives = [seed, seed + 1].map(|seed| {
                let server = &server;
                scope.spawn(move || life(seed, server))
            });
            lives.map(|life| life.join().unwrap())
        });
        said.extend(lives.into_iter().flatten());
        seed += 2;
    }
    // Whoever has read a request notes it at once; nobody has one that is not read yet, but those that
    // stall on purpose.
    server.settle();
    let (mut tally, ledger) = (Tally::default(), server.ledger());
    let lives = usize::try_from(seed - first).unwrap();
    if said.len() != lives * THREADS * SENDS {
        tally
            .broken
            .push(format!("{} ends of {lives} lives", said.len()));
    }
    for said in &said {
        let arrivals = ledger.get(&said.correlation);
        check(said, arrivals.map_or(&[], Vec::as_slice), &mut tally);
    }
    let line = format!(
        "seed {first}: {} sends in {lives} lives, {:?}, {} taken of the unknown, {} requests repeated, {} \
         violations",
        said.len(),
        tally.ends,
        tally.taken_unknown,
        tally.repeated,
        tally.broken.len()
    );
    assert!(
        tally.broken.is_empty(),
        "{line}\n{}",
        tally.broken.join("\n")
    );
    // Shown with --nocapture.
    #[allow(
        clippy::print_stderr,
        reason = "what was done is the result of a long run"
    )]
    {
        eprintln!("{line}");
    }
}
