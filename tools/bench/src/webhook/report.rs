//! The figures, as JSON or as a table.

use std::fmt::Write as _;

use adapter_bench::{Series, rounded};
use serde::Serialize;

use super::group::Group;
use super::latency::Latency;
use super::rounds::Rounds;

/// One run. Times are CPU time for one body; `x_floor` is how many times the floor that is.
#[derive(Serialize)]
pub(super) struct Report {
    small: Figure,
    small_command: Command,
    batch100: Figure,
    batch100_command: Command,
    batch1000: Figure,
    batch1000_command: Command,
    floor: Floor,
    /// The small message as a duplicate: verified, parsed and not emitted.
    duplicates: Figure,
    latency: Latency,
    rounds: usize,
}

#[derive(Serialize)]
struct Figure {
    cpu_ns: f64,
    x_floor: f64,
}

/// processWebhook.
#[derive(Serialize)]
struct Command {
    /// With the signature, checked as `wfa.webhook/1` does.
    #[serde(flatten)]
    signed: Figure,
    /// By an adapter without an App Secret, which trusts its host.
    unsigned: Figure,
}

#[derive(Serialize)]
struct Floor {
    small_ns: f64,
    batch100_ns: f64,
    batch1000_ns: f64,
}

impl Report {
    pub(super) fn new(rounds: &Rounds, latency: Latency) -> Self {
        let nanoseconds = |series: &Series| rounded(series.nanoseconds(), 1);
        let (small, batch100, batch1000) = (&rounds.small, &rounds.batch100, &rounds.batch1000);
        let command = |group: &Group| Command {
            signed: figure(&group.command, &group.floor),
            unsigned: figure(&group.trusting, &group.floor),
        };
        Self {
            small: figure(&small.raw, &small.floor),
            small_command: command(small),
            batch100: figure(&batch100.raw, &batch100.floor),
            batch100_command: command(batch100),
            batch1000: figure(&batch1000.raw, &batch1000.floor),
            batch1000_command: command(batch1000),
            floor: Floor {
                small_ns: nanoseconds(&small.floor),
                batch100_ns: nanoseconds(&batch100.floor),
                batch1000_ns: nanoseconds(&batch1000.floor),
            },
            duplicates: figure(&small.again, &small.floor),
            latency,
            rounds: small.floor.rounds(),
        }
    }

    pub(super) fn table(&self) -> String {
        let floor = |cpu_ns| Figure {
            cpu_ns,
            x_floor: 1.0,
        };
        let rows = [
            ("message: floor", &floor(self.floor.small_ns)),
            ("  wfa.webhook/1", &self.small),
            ("  wfa.webhook/1, duplicates", &self.duplicates),
            ("  processWebhook, signed", &self.small_command.signed),
            ("  processWebhook, unsigned", &self.small_command.unsigned),
            ("100 changes: floor", &floor(self.floor.batch100_ns)),
            ("  wfa.webhook/1", &self.batch100),
            ("  processWebhook, signed", &self.batch100_command.signed),
            (
                "  processWebhook, unsigned",
                &self.batch100_command.unsigned,
            ),
            ("1,000 changes: floor", &floor(self.floor.batch1000_ns)),
            ("  wfa.webhook/1", &self.batch1000),
            ("  processWebhook, signed", &self.batch1000_command.signed),
            (
                "  processWebhook, unsigned",
                &self.batch1000_command.unsigned,
            ),
        ];
        let mut table = format!(
            "{:40}{:>12}{:>10}\n",
            "CPU time for one body", "µs", "x floor"
        );
        for (name, figure) in rows {
            let microseconds = figure.cpu_ns / 1000.0;
            // Writing to a String cannot fail.
            let _ = writeln!(table, "{name:40}{microseconds:12.3}{:10.2}", figure.x_floor);
        }
        let Latency { p50_us, p99_us } = self.latency;
        let _ = write!(
            table,
            "wfa.webhook/1, 8 threads, 1 KiB: p50 {p50_us} µs, p99 {p99_us} µs; {} rounds",
            self.rounds
        );
        table
    }
}

fn figure(series: &Series, floor: &Series) -> Figure {
    Figure {
        cpu_ns: rounded(series.nanoseconds(), 1),
        x_floor: rounded(series.times(floor), 3),
    }
}
