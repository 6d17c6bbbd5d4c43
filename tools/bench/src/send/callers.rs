//! Several threads that send without a pause, in turn by hand and through the adapter.

use std::sync::{Barrier, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use adapter_bench::{Outcome, Series, cpu_time, quantile, rounded};
use serde::Serialize;
use workflow_adapter::{Adapter, WFA_OK};

use super::raw::Raw;
use super::upstream_process::Upstream;

/// Messages of one round, all callers together.
const MESSAGES: usize = 3200;
/// A median needs some.
const ROUNDS_MIN: usize = 5;

/// One number of callers. CPU time and latency are of one message.
#[derive(Serialize)]
pub(super) struct Figure {
    pub(super) cpu_us: f64,
    pub(super) x_raw: f64,
    pub(super) p50_us: f64,
    pub(super) p99_us: f64,
    pub(super) raw_cpu_us: f64,
    pub(super) rounds: usize,
}

/// Lets so many callers send for about `time`.
pub(super) fn measure(
    adapter: &Adapter,
    upstream: &Upstream,
    callers: usize,
    time: Duration,
) -> Outcome<Figure> {
    let connect = |_| Raw::connect(upstream.port(), upstream.ca_file());
    let mut connections: Vec<_> = (0..callers).map(connect).collect::<Outcome<_>>()?;
    let mut latencies: Vec<Vec<f64>> = vec![Vec::new(); callers];
    let (mut raw, mut sent) = (Series::default(), Series::default());
    let each = MESSAGES / callers;
    let mut round = |raw: &mut Series, sent: &mut Series, latencies: &mut [Vec<f64>]| {
        let time = together(&mut connections, |raw| {
            (0..each).try_for_each(|_| raw.send())
        })?;
        raw.push(time, each * callers);
        let time = together(latencies, |latencies| {
            (0..each).try_for_each(|number| send(adapter, number, latencies))
        })?;
        sent.push(time, each * callers);
        Outcome::Ok(())
    };
    // The first one opens connections and is not counted.
    round(
        &mut Series::default(),
        &mut Series::default(),
        &mut latencies,
    )?;
    latencies.iter_mut().for_each(Vec::clear);
    let until = Instant::now() + time;
    while Instant::now() < until || raw.rounds() < ROUNDS_MIN {
        round(&mut raw, &mut sent, &mut latencies)?;
    }
    let mut all = latencies.concat();
    Ok(Figure {
        cpu_us: rounded(sent.nanoseconds() / 1000.0, 2),
        x_raw: rounded(sent.times(&raw), 3),
        p50_us: rounded(quantile(&mut all, 0.5), 1),
        p99_us: rounded(quantile(&mut all, 0.99), 1),
        raw_cpu_us: rounded(raw.nanoseconds() / 1000.0, 2),
        rounds: raw.rounds(),
    })
}

/// The request of a send; no two neighbours go to the same person.
pub(super) fn request(number: usize) -> String {
    format!(
        "{{\"phoneNumber\":\"+1650555{:04}\",\"message\":\"Your parcel is on its way.\"}}",
        number % 10_000
    )
}

fn send(adapter: &Adapter, number: usize, latencies: &mut Vec<f64>) -> Outcome<()> {
    let request = request(number);
    let started = Instant::now();
    let output = adapter.execute("sendMessageText", &request)?;
    latencies.push(started.elapsed().as_secs_f64() * 1e6);
    if output.result == WFA_OK {
        return Ok(());
    }
    Err(format!("a message was not accepted: {}", output.response).into())
}

/// Runs `work` on a thread for each of `states`, all at once; answers the CPU time from the moment
/// when all threads stood ready to that when all were done.
fn together<S: Send>(
    states: &mut [S],
    work: impl Fn(&mut S) -> Outcome<()> + Sync,
) -> Outcome<Duration> {
    let parties = states.len() + 1;
    let (ready, go, done) = (
        Barrier::new(parties),
        Barrier::new(parties),
        Barrier::new(parties),
    );
    let failure = RwLock::new(None);
    let time = thread::scope(|scope| {
        for state in states {
            scope.spawn(|| {
                ready.wait();
                go.wait();
                if let Err(error) = work(state) {
                    *failure.write().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                done.wait();
            });
        }
        ready.wait();
        let before = cpu_time();
        go.wait();
        done.wait();
        Outcome::Ok(cpu_time()?.saturating_sub(before?))
    })?;
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(time),
    }
}
