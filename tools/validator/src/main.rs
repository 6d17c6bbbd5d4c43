//! `adapter-validator`: checks a plugin of the workflow-adapter contract against the contract.
//!
//! The checks are in C (`checks/`), because the contract is a C header; this program lists them, runs
//! each in a process of its own, and reports.

mod arguments;
mod check_process;
mod ffi;
mod inputs;
mod outcome;
mod report;
mod runner;
mod samples;
mod table;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;
use inputs::Inputs;
use outcome::{Summary, Verdict};

/// Some check failed, crashed or took too long.
const FAILED: u8 = 1;
/// The arguments are invalid.
const USAGE: u8 = 2;
/// Most checks could not run, so too little is known of the plugin.
const UNKNOWN: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            let _ = table::complain(&error);
            ExitCode::from(USAGE)
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    let checks = ffi::checks();
    if arguments.list {
        if arguments.json {
            report::list(&checks)?;
        } else {
            table::list(&checks)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let inputs = Inputs::read(arguments)?;
    if let Some(id) = &arguments.run_check {
        check_process::run(id, &inputs)?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = runner::choose(&checks, &arguments.only)?;
    let mut printer = table::Printer::new(arguments.json);
    let mut results = Vec::new();
    for check in chosen {
        let result = if arguments.in_process {
            ffi::run(&check.id, &inputs)?
        } else {
            runner::in_process_of_its_own(&check.id, arguments)?
        };
        let result = check.judge(result);
        let is_no_plugin = check.is_premise() && result.outcome.is_bad();
        if is_no_plugin && !arguments.json {
            table::no_plugin(check, &result)?;
            return Ok(ExitCode::from(FAILED));
        }
        printer.row(check, &result)?;
        results.push((check, result));
        if is_no_plugin {
            break;
        }
    }
    let summary = Summary::of(results.iter().map(|(_, result)| result));
    if arguments.json {
        report::results(&inputs.plugin, &results, &summary)?;
    } else {
        printer.summary(&summary)?;
    }
    Ok(match summary.verdict() {
        Verdict::Conforms => ExitCode::SUCCESS,
        Verdict::DoesNotConform => ExitCode::from(FAILED),
        Verdict::Unknown => ExitCode::from(UNKNOWN),
    })
}
