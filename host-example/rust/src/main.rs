//! `adapter-host`: a small workflow host. It loads adapter plugins from a directory, shows what
//! they offer, runs commands, receives webhooks and starts a workflow.

mod broadcast;
mod cli;
mod config;
mod console;
mod customer;
mod declared;
mod describe;
mod engine;
mod erase;
mod exec;
mod expression;
mod host;
mod instance;
mod instances;
mod json;
mod lock;
mod log;
mod manifest;
mod nearest;
mod operations;
mod plugin_dir;
mod plugin_file;
mod problem;
mod properties;
mod routing;
mod rows;
mod runs;
mod serve;
mod server;
mod store;
mod trigger;
mod whatsapp;
mod workflow;

#[cfg(feature = "demo")]
mod demo;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
use problem::Problem;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log::start(cli.log, &cli.command);
    run(cli.command).unwrap_or_else(Problem::end)
}

fn run(command: Command) -> Result<ExitCode, Problem> {
    match command {
        #[cfg(feature = "demo")]
        Command::Demo(demo) if demo.headless => demo::run()?,
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo::talk(&demo)?,
        Command::Serve(arguments) => serve::serve(&arguments)?,
        Command::Check(arguments) => serve::check(&arguments)?,
        Command::Broadcast(arguments) => return broadcast::run(&arguments),
        Command::Erase(arguments) => erase::run(&arguments)?,
        Command::Runs(arguments) => runs::list(&arguments)?,
        Command::Unstick(arguments) => runs::unstick(&arguments)?,
        Command::Plugins(arguments) => plugin_dir::list(&arguments)?,
        Command::Manifest(arguments) => manifest::command(&arguments)?,
        Command::Describe(arguments) => describe::run(&arguments)?,
        Command::Exec(arguments) => return exec::run(&arguments),
    }
    Ok(ExitCode::SUCCESS)
}
