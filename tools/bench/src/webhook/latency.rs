//! The latency of one call while several threads call at the same time.

use std::thread;
use std::time::{Duration, Instant};

use adapter_bench::{Corpus, Outcome, Shape, quantile, rounded};
use serde::Serialize;
use workflow_adapter_loader::Plugin;

use super::receiver::{Receiver, SECRET};

const THREADS: u16 = 8;
/// Bodies between two renewals.
const BODIES: usize = 64;

/// Microseconds of one call of `wfa.webhook/1`.
#[derive(Serialize)]
pub(super) struct Latency {
    pub(super) p50_us: f64,
    pub(super) p99_us: f64,
}

/// Eight threads pass messages of 1 KiB to one adapter.
pub(super) fn measure(plugin: &Plugin, time: Duration) -> Outcome<Latency> {
    let receiver = Receiver::new(plugin, Some(SECRET))?;
    let until = Instant::now() + time;
    let mut all = thread::scope(|scope| {
        let start = |thread: u16| {
            let receiver = &receiver;
            scope.spawn(move || calls(receiver, 1000 + thread, until))
        };
        let threads: Vec<_> = (0..THREADS).map(start).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread panicked")??);
        }
        Outcome::Ok(all)
    })?;
    receiver.check((0, 0), all.len() as u64, 0)?;
    Ok(Latency {
        p50_us: rounded(quantile(&mut all, 0.5), 2),
        p99_us: rounded(quantile(&mut all, 0.99), 2),
    })
}

fn calls(receiver: &Receiver, number: u16, until: Instant) -> Outcome<Vec<f64>> {
    let mut corpus = Corpus::new(Shape::LongMessage, BODIES, SECRET, number)?;
    let mut all = Vec::new();
    while Instant::now() < until {
        corpus.renew();
        for body in corpus.bodies().chunks(1) {
            let started = Instant::now();
            receiver.process(body)?;
            all.push(started.elapsed().as_secs_f64() * 1e6);
        }
    }
    Ok(all)
}
