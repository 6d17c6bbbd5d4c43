//! Several threads that send without a pause, in turn by hand, through the adapter and by other libraries.

use std::path::Path;
use std::sync::{Barrier, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use adapter_bench::{Outcome, Series, cpu_time, quantile, rounded};
use serde::Serialize;
use workflow_adapter_loader::{Adapter, WFA_OK};

use super::peer::{self, Peer};
use super::raw::Raw;
use super::upstream_process::Upstream;

/// Messages of one round, all callers together.
const MESSAGES: usize = 3200;
/// The minimum number of rounds for a median.
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

/// The cost of a peer's message, or why it was not measured.
pub(super) type PeerFigure = Result<Cost, String>;

/// CPU time of one message.
#[derive(Serialize)]
pub(super) struct Cost {
    pub(super) cpu_us: f64,
    pub(super) x_raw: f64,
}

impl Cost {
    fn of(subject: &Series, raw: &Series) -> Self {
        Self {
            cpu_us: rounded(subject.nanoseconds() / 1000.0, 2),
            x_raw: rounded(subject.times(raw), 3),
        }
    }
}

/// All senders, with this number of callers.
pub(super) struct Subjects<'a> {
    adapter: &'a Adapter,
    callers: usize,
    connections: Vec<Raw>,
    latencies: Vec<Vec<f64>>,
    peers: Vec<(&'static str, Outcome<Peer>, Series)>,
    raw: Series,
    sent: Series,
}

impl<'a> Subjects<'a> {
    /// Opens the connections, and starts the peers that are in the directory.
    pub(super) fn new(
        adapter: &'a Adapter,
        upstream: &Upstream,
        callers: usize,
        peers: &Path,
    ) -> Outcome<Self> {
        let connect = |_| Raw::connect(upstream.port(), upstream.ca_file());
        let start = |name| {
            let peer = Peer::start(peers, name, upstream, callers);
            (name, peer, Series::default())
        };
        Ok(Self {
            adapter,
            callers,
            connections: (0..callers).map(connect).collect::<Outcome<_>>()?,
            latencies: vec![Vec::new(); callers],
            peers: peer::NAMES.into_iter().map(start).collect(),
            raw: Series::default(),
            sent: Series::default(),
        })
    }

    /// Measures for about `time`.
    pub(super) fn measure(
        mut self,
        time: Duration,
    ) -> Outcome<(Figure, Vec<(&'static str, PeerFigure)>)> {
        // The first one opens connections and is not counted.
        self.round()?;
        self.forget();
        let until = Instant::now() + time;
        while Instant::now() < until || self.raw.rounds() < ROUNDS_MIN {
            self.round()?;
        }
        let mut all = self.latencies.concat();
        let adapter = Cost::of(&self.sent, &self.raw);
        let figure = Figure {
            cpu_us: adapter.cpu_us,
            x_raw: adapter.x_raw,
            p50_us: rounded(quantile(&mut all, 0.5), 1),
            p99_us: rounded(quantile(&mut all, 0.99), 1),
            raw_cpu_us: rounded(self.raw.nanoseconds() / 1000.0, 2),
            rounds: self.raw.rounds(),
        };
        let raw = self.raw;
        let peers = self.peers.into_iter().map(|(name, peer, series)| {
            let cost = peer.map(|_| Cost::of(&series, &raw));
            (name, cost.map_err(|error| error.to_string()))
        });
        Ok((figure, peers.collect()))
    }

    fn round(&mut self) -> Outcome<()> {
        let each = MESSAGES / self.callers;
        let time = together(&mut self.connections, |raw| {
            (0..each).try_for_each(|_| raw.send())
        })?;
        self.raw.push(time, each * self.callers);
        let adapter = self.adapter;
        let time = together(&mut self.latencies, |latencies| {
            (0..each).try_for_each(|number| send(adapter, number, latencies))
        })?;
        self.sent.push(time, each * self.callers);
        for (_, peer, series) in &mut self.peers {
            let Ok(running) = peer else { continue };
            match running.round() {
                Ok((time, messages)) => series.push(time, messages),
                Err(error) => *peer = Err(error),
            }
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.latencies.iter_mut().for_each(Vec::clear);
        self.raw = Series::default();
        self.sent = Series::default();
        for (_, _, series) in &mut self.peers {
            *series = Series::default();
        }
    }
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

/// Runs `work` on a thread for each of `states`, all at once; returns the CPU time from the moment when
/// all threads are ready until all are done.
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
