//! Counters of one adapter: what ran, how it ended, how long it took. Plain atomics, read as JSON.

mod rows;
mod sending;
mod webhooks;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

pub(crate) use self::rows::ROWS;
pub(crate) use self::sending::Sending;
pub(crate) use self::webhooks::Webhooks;
use workflow_adapter_sdk::metrics::{Histogram, Percentiles};

use crate::error::Kind;

/// Every way a command can end, in the order of the result codes.
const RESULTS: [Option<Kind>; 16] = [
    None,
    Some(Kind::InvalidArgument),
    Some(Kind::NotFound),
    Some(Kind::InvalidRequest),
    Some(Kind::CommandFailed),
    Some(Kind::Unavailable),
    Some(Kind::OutcomeUnknown),
    Some(Kind::EventNotAccepted),
    Some(Kind::Busy),
    Some(Kind::Cancelled),
    Some(Kind::Timeout),
    Some(Kind::State),
    Some(Kind::Unsupported),
    Some(Kind::Unauthentic),
    Some(Kind::Internal),
    Some(Kind::NoMemory),
];

#[derive(Debug)]
pub(crate) struct Metrics {
    commands: Vec<Command>,
    in_flight: AtomicU64,
    events: [AtomicU64; 5],
    pub(crate) webhooks: Webhooks,
    pub(crate) sending: Sending,
}

#[derive(Debug)]
struct Command {
    name: &'static str,
    results: [AtomicU64; RESULTS.len()],
    duration: Histogram,
}

/// One command that runs.
pub(crate) struct InFlight<'a>(&'a AtomicU64);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub(crate) fn new(commands: impl Iterator<Item = &'static str>) -> Self {
        let command = |name| Command {
            name,
            results: Default::default(),
            duration: Histogram::default(),
        };
        Self {
            commands: commands.map(command).collect(),
            in_flight: AtomicU64::new(0),
            events: Default::default(),
            webhooks: Webhooks::default(),
            sending: Sending::default(),
        }
    }

    /// Counts a command in; it is counted out when the guard is dropped, also by a panic.
    pub(crate) fn started(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(&self.in_flight)
    }

    /// Counts one end of the command `name`; a name that is no command counts as no command.
    pub(crate) fn ended(&self, name: &str, result: Option<Kind>, took: Duration) {
        let Some(command) = self.commands.iter().find(|command| command.name == name) else {
            return;
        };
        let result = RESULTS.iter().position(|known| *known == result);
        if let Some(count) = result.and_then(|at| command.results.get(at)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        command.duration.record(took);
    }

    /// Counts events: accepted, refused, dropped, duplicates, ignored.
    pub(crate) fn events(&self, counts: [u64; 5]) {
        for (total, count) in self.events.iter().zip(counts) {
            if count > 0 {
                total.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    /// The counters as one JSON object; `dedup` is what the deduplication says of itself.
    pub(crate) fn to_json(&self, dedup: DedupWindow) -> String {
        let [accepted, refused, dropped, duplicates, ignored] = self
            .events
            .each_ref()
            .map(|count| count.load(Ordering::Relaxed));
        let snapshot = Snapshot {
            commands: self.commands.iter().flat_map(Command::counts).collect(),
            in_flight: self.in_flight.load(Ordering::Relaxed),
            duration: self.commands.iter().filter_map(Command::duration).collect(),
            events: Events {
                accepted,
                refused,
                dropped,
                duplicates,
                ignored,
            },
            webhooks: self.webhooks.snapshot(),
            dedup,
            sending: self.sending.snapshot(),
        };
        // Strings and numbers in structs: nothing here can fail to serialise.
        serde_json::to_string(&snapshot).unwrap_or_default()
    }
}

impl Command {
    fn counts(&self) -> impl Iterator<Item = Count> + '_ {
        RESULTS
            .iter()
            .zip(&self.results)
            .filter_map(|(result, count)| {
                let count = count.load(Ordering::Relaxed);
                let result = result.map_or("OK", Kind::name);
                (count > 0).then_some(Count {
                    command: self.name,
                    result,
                    count,
                })
            })
    }

    fn duration(&self) -> Option<Latency> {
        let percentiles = self.duration.percentiles()?;
        Some(Latency {
            command: self.name,
            percentiles,
        })
    }
}

#[derive(Serialize)]
struct Snapshot {
    #[serde(rename = "wfa.commands")]
    commands: Vec<Count>,
    #[serde(rename = "wfa.commands.in_flight")]
    in_flight: u64,
    #[serde(rename = "wfa.commands.duration")]
    duration: Vec<Latency>,
    #[serde(rename = "wfa.events")]
    events: Events,
    #[serde(flatten)]
    webhooks: webhooks::Snapshot,
    #[serde(rename = "wfa.dedup")]
    dedup: DedupWindow,
    #[serde(flatten)]
    sending: sending::Snapshot,
}

/// How far back repeated events are known.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct DedupWindow {
    pub(crate) entries: usize,
    pub(crate) oldest_s: u64,
    pub(crate) journal_errors: u64,
}

#[derive(Serialize)]
struct Count {
    command: &'static str,
    result: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct Latency {
    command: &'static str,
    #[serde(flatten)]
    percentiles: Percentiles,
}

#[derive(Serialize)]
struct Events {
    accepted: u64,
    refused: u64,
    dropped: u64,
    duplicates: u64,
    ignored: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_counts_by_command_and_result() {
        let metrics = Metrics::new(["a", "b"].into_iter());
        for ms in [1, 1, 1, 60_000] {
            let _running = metrics.started();
            metrics.ended("a", None, Duration::from_millis(ms));
        }
        metrics.ended("a", Some(Kind::Timeout), Duration::from_millis(7));
        metrics.ended("no such command", None, Duration::ZERO);
        let _running = metrics.started();
        metrics.events([1, 2, 3, 4, 5]);
        metrics.webhooks.refused("signature_missing");
        metrics.webhooks.unknown_member("value.new", 2);
        metrics.webhooks.lost_letter("not_json", 3);
        assert_eq!(
            metrics.to_json(DedupWindow {
                entries: 7,
                oldest_s: 8,
                journal_errors: 0
            }),
            concat!(
                r#"{"wfa.commands":[{"command":"a","result":"OK","count":4},"#,
                r#"{"command":"a","result":"TIMEOUT","count":1}],"wfa.commands.in_flight":1,"#,
                r#""wfa.commands.duration":[{"command":"a","count":5,"p50_ms":1,"p95_ms":null,"#,
                r#""p99_ms":null}],"#,
                r#""wfa.events":{"accepted":1,"refused":2,"dropped":3,"duplicates":4,"ignored":5},"#,
                r#""wfa.webhooks.refused":{"signature_missing":1},"#,
                r#""wfa.webhooks.unknown_members":{"value.new":2},"#,
                r#""wfa.webhooks.lost_dead_letters":{"not_json":3},"#,
                r#""wfa.dedup":{"entries":7,"oldest_s":8,"journal_errors":0},"#,
                r#""http.client.request.duration":[],"error.type":{},"wfa.throttled":{},"#,
                r#""http.request.resend_count":{},"wfa.resends.given_up":{},"#,
                r#""wfa.pacing":{"waits":0,"waited_ms":0},"#,
                r#""wfa.auth":{"failures":0,"breaker_opened":0,"breaker_open":0},"#,
                r#""wfa.network":{"connections":0,"lookups":0}}"#
            )
        );
    }

    #[test]
    fn every_result_has_its_place() {
        for (place, result) in RESULTS.iter().enumerate() {
            let again = RESULTS.iter().rposition(|other| other == result);
            assert_eq!(again, Some(place), "{result:?} stands twice");
        }
    }
}
