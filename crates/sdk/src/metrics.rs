//! Counters of an adapter: what is the same for every adapter. Plain atomics, read as JSON.

mod histogram;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

pub use histogram::{Histogram, Percentiles};

use crate::descriptor::Metric;
use crate::error::Kind;

/// The rows of what [`Commands`] counts, for a descriptor.
pub const COMMANDS: [Metric; 4] = [
    Metric::counter("wfa.commands", "How each command ended, by result"),
    Metric::gauge("wfa.commands.in_flight", "Commands that run now"),
    Metric::gauge(
        "wfa.commands.duration",
        "How long commands took in all, in milliseconds; a percentile is the upper bound of its bucket",
    ),
    Metric::counter(
        "wfa.commands.duration.count",
        "Commands whose time was taken",
    ),
];

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

/// How the commands of one instance ended, how long they took, and how many run.
#[derive(Debug)]
pub struct Commands {
    commands: Vec<Command>,
    in_flight: AtomicU64,
}

#[derive(Debug)]
struct Command {
    name: &'static str,
    results: [AtomicU64; RESULTS.len()],
    duration: Histogram,
}

impl Commands {
    /// For these commands; none has run yet.
    pub fn new(names: impl Iterator<Item = &'static str>) -> Self {
        let command = |name| Command {
            name,
            results: Default::default(),
            duration: Histogram::default(),
        };
        Self {
            commands: names.map(command).collect(),
            in_flight: AtomicU64::new(0),
        }
    }

    /// How many calls run now.
    pub(crate) fn in_flight(&self, calls: usize) {
        let calls = u64::try_from(calls).unwrap_or(u64::MAX);
        self.in_flight.store(calls, Ordering::Relaxed);
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

    /// The counters as they are now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            commands: self.commands.iter().flat_map(Command::counts).collect(),
            in_flight: self.in_flight.load(Ordering::Relaxed),
            duration: self.commands.iter().filter_map(Command::duration).collect(),
        }
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

/// What [`Commands`] has counted, for the adapter's JSON.
#[derive(Debug, Serialize)]
pub struct Snapshot {
    #[serde(rename = "wfa.commands")]
    commands: Vec<Count>,
    #[serde(rename = "wfa.commands.in_flight")]
    in_flight: u64,
    #[serde(rename = "wfa.commands.duration")]
    duration: Vec<Latency>,
}

#[derive(Debug, Serialize)]
struct Count {
    command: &'static str,
    result: &'static str,
    count: u64,
}

#[derive(Debug, Serialize)]
struct Latency {
    command: &'static str,
    #[serde(flatten)]
    percentiles: Percentiles,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_counts_by_command_and_result() {
        let commands = Commands::new(["a", "b"].into_iter());
        for ms in [1, 1, 1, 60_000] {
            commands.ended("a", None, Duration::from_millis(ms));
        }
        commands.ended("a", Some(Kind::Timeout), Duration::from_millis(7));
        commands.ended("no such command", None, Duration::ZERO);
        commands.in_flight(1);
        assert_eq!(
            serde_json::to_string(&commands.snapshot()).unwrap(),
            concat!(
                r#"{"wfa.commands":[{"command":"a","result":"OK","count":4},"#,
                r#"{"command":"a","result":"TIMEOUT","count":1}],"wfa.commands.in_flight":1,"#,
                r#""wfa.commands.duration":[{"command":"a","count":5,"p50_ms":1,"p95_ms":null,"#,
                r#""p99_ms":null}]}"#
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
