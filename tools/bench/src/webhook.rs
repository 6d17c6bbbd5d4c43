//! Incoming notifications: the cost of verifying and parsing them and of emitting their events, compared
//! with the minimum work of any receiver.

mod group;
mod latency;
mod receiver;
mod report;
mod rounds;

use std::time::{Duration, Instant};

use adapter_bench::Outcome;

use crate::cli::Measure;
use crate::{console, plugin_file};
use report::Report;
use rounds::Rounds;

/// Measures and reports.
pub(crate) fn run(arguments: &Measure) -> Outcome<()> {
    let plugin = plugin_file::load(arguments.plugin.as_deref())?;
    let seconds = Duration::from_secs(arguments.seconds);
    let mut rounds = Rounds::new(&plugin)?;
    rounds.warm_up()?;
    let until = Instant::now() + seconds * 4 / 5;
    while Instant::now() < until {
        rounds.round()?;
    }
    let latency = latency::measure(&plugin, seconds / 5)?;
    let report = Report::new(&rounds, latency);
    console::say(if arguments.json {
        serde_json::to_string(&report)?
    } else {
        report.table()
    })?;
    Ok(())
}
