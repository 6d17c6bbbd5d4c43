//! Outgoing messages: the cost of sending one over a kept-alive connection to a server on loopback,
//! compared with an exchange by hand over the same kind of socket.

mod callers;
mod paced;
mod peer;
mod raw;
mod report;
mod tls;
mod upstream;
mod upstream_process;

use std::time::Duration;

use adapter_bench::Outcome;
use workflow_adapter_loader::{Adapter, HostInfo, Plugin};

use crate::cli;
use crate::properties::Properties;
use crate::{console, plugin_file};
use report::Report;
use upstream_process::Upstream;

pub(crate) use upstream::serve;

/// The property that names a file with the certificates to trust.
const CA_FILE: &str = "caFile";
/// The delay of an answer in the paced measurement.
const DELAY: Duration = Duration::from_millis(100);

/// Measures and reports.
pub(crate) fn run(arguments: &cli::Send) -> Outcome<()> {
    let measure = &arguments.measure;
    let plugin = plugin_file::load(measure.plugin.as_deref())?;
    let seconds = Duration::from_secs(measure.seconds);
    let paced = arguments.paced_seconds.map_or(seconds, Duration::from_secs);
    let peers = peer::directory(arguments.peers.as_deref())?;
    let tls = Properties::of(&plugin).knows(CA_FILE);
    // First, because the memory of the other parts is not given back.
    let slow = Upstream::start(DELAY, tls)?;
    let latency100 = paced::measure(&sender(&plugin, &slow)?, paced)?;
    drop(slow);
    let upstream = Upstream::start(Duration::ZERO, tls)?;
    let adapter = sender(&plugin, &upstream)?;
    let subjects = |callers| callers::Subjects::new(&adapter, &upstream, callers, &peers);
    let (callers1, peers1) = subjects(1)?.measure(seconds / 2)?;
    let (callers64, peers64) = subjects(64)?.measure(seconds / 2)?;
    let report = Report {
        callers1,
        callers64,
        latency100,
        peers: report::side_by_side(peers1, peers64),
        transport: if tls { "tls" } else { "plain http" },
    };
    console::say(if measure.json {
        serde_json::to_string(&report)?
    } else {
        report.table()
    })?;
    Ok(())
}

/// An adapter that sends to `upstream`, as fast as it can.
fn sender(plugin: &Plugin, upstream: &Upstream) -> Outcome<Adapter> {
    let mut properties = Properties::of(plugin)
        .with("baseUrl", upstream.url())
        .unpaced();
    if let Some(file) = upstream.ca_file() {
        properties = properties.with(CA_FILE, file.to_string_lossy());
    }
    let host = HostInfo::new("adapter-bench", env!("CARGO_PKG_VERSION"));
    Ok(plugin.create(&host, &properties.to_json())?)
}
