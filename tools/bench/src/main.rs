//! `adapter-bench`: what a plugin costs its host, measured through the plugin's file and its C table.

mod cli;
mod console;
mod plugin_file;
mod properties;
mod send;
mod timing;
mod webhook;

use std::process::ExitCode;

use adapter_bench::Outcome;
use clap::Parser as _;

use cli::{Cli, Command};

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::note(format_args!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome<()> {
    match command {
        Command::Webhook(arguments) => webhook::run(&arguments),
        Command::Timing(arguments) => timing::run(&arguments),
        Command::Send(arguments) => send::run(&arguments),
        Command::Upstream(arguments) => send::serve(&arguments),
    }
}
