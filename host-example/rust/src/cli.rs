//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::whatsapp;

/// A small workflow host for adapter plugins.
#[derive(Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// The format of the log on standard error.
    #[arg(
        long = "log-format",
        visible_alias = "log",
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        env = "WFA_LOG"
    )]
    pub(crate) log: LogFormat,
}

/// The format of a log line.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

const AFTER_HELP: &str = "Exit codes: 0 success, 1 the command failed, 2 wrong usage or input.\n\
    RUST_LOG (off, error, warn, info, debug, trace) says what is logged on standard error.";

#[derive(Subcommand)]
pub(crate) enum Command {
    #[cfg(feature = "demo")]
    #[command(about = whatsapp::DEMO)]
    Demo(Demo),
    /// Run the configured workflows: listen for webhooks until told to end.
    #[command(after_help = SERVE_HELP)]
    Serve(Serve),
    /// Check a configuration, against the plugins too; name every mistake by file, line and column.
    Check(Check),
    /// Send a template to everybody in a list.
    #[command(after_help = whatsapp::BROADCAST_HELP)]
    Broadcast(Broadcast),
    /// Erase everything that is stored of one customer, after a question.
    Erase(Erase),
    /// List the runs of the engine restate that have not ended, or what of it is stuck.
    Runs(Runs),
    /// End a run of the engine restate that is stuck, so that its customer goes on.
    #[command(after_help = UNSTICK_HELP)]
    Unstick(Unstick),
    /// List the plugins of a directory.
    Plugins(Plugins),
    /// Write a plugin's manifest, STEM.adapter.json, beside it: its SHA-256 and its descriptor.
    Manifest(Manifest),
    /// Show what a plugin offers: properties, commands, events.
    Describe(Describe),
    /// Run one command; its response goes to standard output, what became of it to standard error.
    #[command(after_help = whatsapp::EXEC_HELP)]
    Exec(Exec),
}

const SERVE_HELP: &str = "\
The configuration is read again when its file changes, and on SIGHUP; one with a mistake changes nothing.
SIGTERM and SIGINT stop the host in a bounded time: webhooks in work are answered; commands may go on for two
seconds and are then cancelled; what has begun is stored, and resumed at the next start.
The engine restate is available if the program was built with the feature of that name.";

const UNSTICK_HELP: &str = "\
The run ends where it stands: what it has sent stays sent, and nothing of it is sent any more. What its
customer did meanwhile has waited, and goes on. See `adapter-host runs --stuck`.";

#[cfg(feature = "demo")]
#[derive(Args)]
pub(crate) struct Demo {
    /// Play the example scenario instead, print its transcript and end.
    #[arg(long, conflicts_with_all = ["port", "open", "config"])]
    pub(crate) headless: bool,
    /// The page's port; 0 for any. If absent, 8090, or any if that is taken.
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Open the page in a browser, also where this is no terminal.
    #[arg(long)]
    pub(crate) open: bool,
    #[arg(long, value_name = "FILE", help = whatsapp::DEMO_CONFIG)]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// The configuration's file.
    #[arg(value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
    /// What runs the workflows.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "local",
        env = "WFA_ENGINE"
    )]
    pub(crate) engine: EngineKind,
}

/// What runs workflows.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineKind {
    /// This process alone, which stores the runs in a file: for one machine.
    Local,
    /// Any number of these processes behind a balancer, whose runs a Restate server stores.
    Restate,
}

#[derive(Args)]
pub(crate) struct Check {
    /// The configuration's file.
    #[arg(value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Broadcast {
    /// The template's name.
    pub(crate) template: String,
    /// The list: a CSV file.
    #[arg(value_name = "CSV")]
    pub(crate) list: PathBuf,
    /// The configuration's file.
    #[arg(long, value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
    /// The broadcast's name: another one sends to everybody again; if absent, the list's file name
    /// without its ending.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The instance that sends; may be left out if there is only one.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
    /// The template's language, where the list has no column languageCode.
    #[arg(long, value_name = "CODE", default_value = "en_US")]
    pub(crate) language: String,
    /// Messages a second.
    #[arg(long, value_name = "N", default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) rate: u32,
    /// Messages on their way at the same time.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) parallel: usize,
    /// Leave out lines that are no recipients, instead of sending nothing.
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// What runs the workflows here; the engine restate has no store in which broadcasts could be kept.
    #[arg(long, value_name = "ENGINE", env = "WFA_ENGINE")]
    pub(crate) engine: Option<EngineKind>,
    /// Where the report goes; if absent, LIST.report.csv beside the list.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Erase {
    /// The customer: a phone number in any spelling, or an id as events have it; never a part of one.
    pub(crate) customer: String,
    /// Only say what would be erased.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
    /// What runs the workflows: only that of one machine keeps them in the store.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "local",
        env = "WFA_ENGINE"
    )]
    pub(crate) engine: EngineKind,
    /// The configuration's file.
    #[arg(long, value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Runs {
    /// Only what is stopped, or has failed again and again; events and messages as well.
    #[arg(long)]
    pub(crate) stuck: bool,
    /// The configuration's file.
    #[arg(long, value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
    /// How many are listed, the oldest first.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args)]
pub(crate) struct Unstick {
    /// The run's id, as `runs` lists it.
    pub(crate) id: String,
    /// The configuration's file.
    #[arg(long, value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Plugins {
    /// The plugin directory; if absent, `plugins` beside this program.
    #[arg(long, value_name = "DIRECTORY", env = "WFA_PLUGIN_DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Manifest {
    /// The plugin's file. It is loaded.
    pub(crate) plugin: PathBuf,
}

#[derive(Args)]
pub(crate) struct Describe {
    /// The plugin's file.
    pub(crate) plugin: PathBuf,
    /// Print the descriptor's JSON as the plugin gives it.
    #[arg(long)]
    pub(crate) json: bool,
    /// How to load the plugin.
    #[arg(
        long,
        visible_alias = "via",
        value_name = "LOADER",
        default_value = "entry"
    )]
    pub(crate) loader: Loader,
}

/// The two entry points that a plugin may offer to a Rust host.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Loader {
    /// The exported function `wfa_entry`, which every plugin has.
    Entry,
    /// `abi_stable`'s root module, after a check of its layout.
    AbiStable,
}

#[derive(Args)]
pub(crate) struct Exec {
    /// The command's name, as `describe` shows it.
    pub(crate) command: String,
    /// The request: one JSON object; @FILE for a file's, - for standard input's.
    #[arg(value_name = "JSON")]
    pub(crate) request: String,
    /// The plugin's file; if absent, the one that was built with this program.
    #[arg(long, value_name = "PATH", env = "WFA_PLUGIN")]
    pub(crate) plugin: Option<PathBuf>,
    /// A file with the properties: one JSON object.
    #[arg(long, value_name = "FILE")]
    pub(crate) properties: Option<PathBuf>,
    /// Your id for this call, 1 to 512 bytes; it comes back in status notifications.
    #[arg(long, value_name = "ID")]
    pub(crate) correlation_id: Option<String>,
    /// Milliseconds that the command may take in all.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout_ms: Option<u64>,
}
