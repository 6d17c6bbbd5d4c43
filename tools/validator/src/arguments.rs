//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Checks whether a plugin conforms to the workflow-adapter contract.
///
/// Every check runs in its own process. The validator runs the plugin's commands with generated
/// requests: give it properties that lead nowhere, or to a test account.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line, and none depends on another"
)]
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit code: 0 if the plugin conforms; 1 if a check failed, crashed or timed \
    out; 2 if the arguments are invalid; 3 if most checks could not run."
)]
pub(crate) struct Arguments {
    /// The plugin's shared library
    #[arg(required_unless_present = "list")]
    pub(crate) plugin: Option<PathBuf>,
    /// A file with the properties, one JSON object; generated from the descriptor if absent
    #[arg(long, value_name = "FILE")]
    pub(crate) properties: Option<PathBuf>,
    /// A command that raises at least one event; without it the checks of events are skipped
    #[arg(long, value_name = "NAME", requires = "raise_request")]
    pub(crate) raise_command: Option<String>,
    /// A file with that command's request, one JSON object; each {{unique}} in it becomes a new number
    #[arg(
        long,
        value_name = "FILE",
        visible_alias = "notification",
        requires = "raise_command"
    )]
    pub(crate) raise_request: Option<PathBuf>,
    /// The plugin raises events outside of calls, from its own threads after `start`; without this
    /// the checks of such events are skipped
    #[arg(long)]
    pub(crate) raise_outside: bool,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// Run only this check; may be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// List the checks and exit
    #[arg(long)]
    pub(crate) list: bool,
    /// Run the checks in this process, for a debugger; a crash ends the program
    #[arg(long)]
    pub(crate) in_process: bool,
    /// How many seconds one check may take
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout_s: u64,
    /// The check to run in this process; the program passes it to itself
    #[arg(long, value_name = "ID", hide = true)]
    pub(crate) run_check: Option<String>,
}
