//! The figures, as JSON or as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::callers::{self, Cost, PeerFigure};
use super::paced;

/// One run.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) callers1: callers::Figure,
    pub(super) callers64: callers::Figure,
    pub(super) latency100: paced::Figure,
    pub(super) peers: BTreeMap<&'static str, Peer>,
    /// `tls`, or `plain http` if the plugin cannot be told which certificate to trust.
    pub(super) transport: &'static str,
}

/// Another library.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Peer {
    Measured { callers1: Cost, callers64: Cost },
    Skipped { skipped: String },
}

/// The figures of the same peers with one caller and with 64.
pub(super) fn side_by_side(
    one: Vec<(&'static str, PeerFigure)>,
    many: Vec<(&'static str, PeerFigure)>,
) -> BTreeMap<&'static str, Peer> {
    let both = one.into_iter().zip(many);
    both.map(|((name, one), (_, many))| {
        let peer = match (one, many) {
            (Ok(callers1), Ok(callers64)) => Peer::Measured {
                callers1,
                callers64,
            },
            (Err(skipped), _) | (_, Err(skipped)) => Peer::Skipped { skipped },
        };
        (name, peer)
    })
    .collect()
}

impl Report {
    pub(super) fn table(&self) -> String {
        let mut table = format!(
            "one text message to a server on loopback, {}; CPU time of the client\n\
             {:14}{:>10}{:>10}{:>10}{:>12}{:>12}\n",
            self.transport, "", "raw µs", "µs", "x raw", "p50 µs", "p99 µs"
        );
        for (name, figure) in [
            ("1 caller", &self.callers1),
            ("64 callers", &self.callers64),
        ] {
            let callers::Figure {
                cpu_us,
                x_raw,
                p50_us,
                p99_us,
                raw_cpu_us,
                ..
            } = figure;
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "{name:14}{raw_cpu_us:10.1}{cpu_us:10.1}{x_raw:10.2}{p50_us:12.1}{p99_us:12.1}"
            );
        }
        let paced::Figure {
            msgs_per_s,
            core_percent,
            rss_mib,
            p99_ms,
        } = &self.latency100;
        let _ = write!(
            table,
            "answers after 100 ms, submitted: {msgs_per_s} messages/s, {core_percent} % of a core, \
             {rss_mib} MiB resident, p99 {p99_ms} ms"
        );
        for (name, peer) in &self.peers {
            let _ = match peer {
                Peer::Measured {
                    callers1: one,
                    callers64: many,
                } => write!(
                    table,
                    "\n{name:26}1 caller {:7.1} µs ={:6.2} x raw, 64 callers {:7.1} µs ={:6.2} x raw",
                    one.cpu_us, one.x_raw, many.cpu_us, many.x_raw
                ),
                Peer::Skipped { skipped } => write!(table, "\n{name:26}{skipped}"),
            };
        }
        table
    }
}
