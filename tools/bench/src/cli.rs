//! The command line.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

/// Measures a WhatsApp adapter plugin through its C table.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// CPU time to verify and parse notifications and to emit their events.
    Webhook(Measure),
    /// Whether the time of a refusal reveals how close a guessed signature or token was.
    Timing(Measure),
    /// CPU time and latency to send messages to a server on loopback.
    Send(Send),
    /// The server of `send`; it exits when its standard input ends.
    #[command(hide = true)]
    Upstream(Upstream),
}

#[derive(Args)]
pub(crate) struct Measure {
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// How many seconds to measure, approximately.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = seconds())]
    pub(crate) seconds: u64,
    /// The plugin's file; if absent, the one in the directory of this program.
    #[arg(long, value_name = "PATH", env = "WFA_PLUGIN")]
    pub(crate) plugin: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Send {
    #[command(flatten)]
    pub(crate) measure: Measure,
    /// How many seconds to send 1,000 messages a second; if absent, the value of `--seconds`.
    #[arg(long, value_name = "N", value_parser = seconds())]
    pub(crate) paced_seconds: Option<u64>,
    /// The directory of the libraries to compare with; if absent, where `peers/install` puts them.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) peers: Option<PathBuf>,
}

fn seconds() -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=600)
}

#[derive(Args)]
pub(crate) struct Upstream {
    /// How long every answer takes.
    #[arg(long, default_value_t = 0)]
    pub(crate) delay_ms: u64,
    /// Listen with TLS; the certificate to trust goes into this file.
    #[arg(long, value_name = "PATH")]
    pub(crate) ca_file: Option<PathBuf>,
}
