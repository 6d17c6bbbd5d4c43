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
    RUST_LOG (off, error, warn, info, debug, trace) sets the log level on standard error.";

#[derive(Subcommand)]
pub(crate) enum Command {
    #[cfg(feature = "demo")]
    #[command(about = whatsapp::DEMO)]
    Demo(Demo),
    /// Run the configured workflows: listen for webhooks until SIGTERM or SIGINT.
    #[command(after_help = SERVE_HELP)]
    Serve(Serve),
    /// Check a configuration, also against the plugins; report every mistake with file, line and column.
    Check(Check),
    /// Send a template to everybody in a list.
    #[command(after_help = whatsapp::BROADCAST_HELP)]
    Broadcast(Broadcast),
    /// Erase everything that is stored about one customer, after a confirmation.
    Erase(Erase),
    /// List the unfinished runs of the engine restate, or only those that are stuck.
    Runs(Runs),
    /// End a stuck run of the engine restate, so that the customer's other runs continue.
    #[command(after_help = UNSTICK_HELP)]
    Unstick(Unstick),
    /// List the plugins of a directory.
    Plugins(Plugins),
    /// Write a plugin's manifest, STEM.adapter.json, beside it: SHA-256 and descriptor.
    Manifest(Manifest),
    /// Show a plugin's properties, commands and events.
    Describe(Describe),
    /// Run one command: the response goes to standard output, events and errors to standard error.
    #[command(after_help = whatsapp::EXEC_HELP)]
    Exec(Exec),
}

const SERVE_HELP: &str = "\
The configuration is reloaded when its file changes, and on SIGHUP; one with a mistake is rejected.
SIGTERM and SIGINT stop the host in a bounded time: webhooks in progress are answered; commands may continue for
two seconds and are then cancelled; unfinished runs are stored, and resumed at the next start.
The engine restate is available if the program was built with the feature of that name.";

const UNSTICK_HELP: &str = "\
The run ends at its current step: it sends nothing more, and what it has sent is not undone. Events of its
customer that have waited for it are processed. See `adapter-host runs --stuck`.";

#[cfg(feature = "demo")]
#[derive(Args)]
pub(crate) struct Demo {
    /// Play the example scenario instead, print its transcript and exit.
    #[arg(long, conflicts_with_all = ["port", "open", "config"])]
    pub(crate) headless: bool,
    /// The page's port; 0 for any. If absent, 8090, or any if that is taken.
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Open the page in a browser, even if standard output is not a terminal.
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
    /// The engine that runs the workflows.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "local",
        env = "WFA_ENGINE"
    )]
    pub(crate) engine: EngineKind,
}

/// The engines that run workflows.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineKind {
    /// One machine: this process stores the runs in a file.
    Local,
    /// Several machines: any number of processes behind a load balancer; a Restate server stores the runs.
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
    /// The broadcast's name: a new name sends to everybody again; if absent, the list's file name
    /// without its extension.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The instance that sends; not needed if there is only one.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
    /// The template's language, if the list has no column languageCode.
    #[arg(long, value_name = "CODE", default_value = "en_US")]
    pub(crate) language: String,
    /// How many messages to send per second.
    #[arg(long, value_name = "N", default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) rate: u32,
    /// How many messages to send at the same time.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) parallel: usize,
    /// Skip invalid lines instead of sending nothing.
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// The engine of this configuration; broadcasts need the store, which the engine restate lacks.
    #[arg(long, value_name = "ENGINE", env = "WFA_ENGINE")]
    pub(crate) engine: Option<EngineKind>,
    /// The report's file; if absent, LIST.report.csv beside the list.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Erase {
    /// The customer: a phone number in any spelling, or a complete id as it is in events.
    pub(crate) customer: String,
    /// Only report what would be erased.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask for confirmation.
    #[arg(long)]
    pub(crate) yes: bool,
    /// The engine of this configuration: only the engine local keeps data in the store.
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
    /// List only runs, events and messages that are paused or fail repeatedly.
    #[arg(long)]
    pub(crate) stuck: bool,
    /// The configuration's file.
    #[arg(long, value_name = "FILE", env = "WFA_CONFIG")]
    pub(crate) config: PathBuf,
    /// How many runs to list, the oldest first.
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
    /// The plugin's file; it will be loaded.
    pub(crate) plugin: PathBuf,
}

#[derive(Args)]
pub(crate) struct Describe {
    /// The plugin's file.
    pub(crate) plugin: PathBuf,
    /// Print the plugin's descriptor as JSON.
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
    /// The request, one JSON object; @FILE reads it from a file, - from standard input.
    #[arg(value_name = "JSON")]
    pub(crate) request: String,
    /// The plugin's file; if absent, the one built with this program.
    #[arg(long, value_name = "PATH", env = "WFA_PLUGIN")]
    pub(crate) plugin: Option<PathBuf>,
    /// A file with the properties, one JSON object.
    #[arg(long, value_name = "FILE")]
    pub(crate) properties: Option<PathBuf>,
    /// Your id for this call, 1 to 512 bytes; it is returned in the message's status events.
    #[arg(long, value_name = "ID")]
    pub(crate) correlation_id: Option<String>,
    /// The time limit of the command in milliseconds.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout_ms: Option<u64>,
}
