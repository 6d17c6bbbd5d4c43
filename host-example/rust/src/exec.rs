//! The command `exec`: one command of one plugin, from the shell.

use std::fs::File;
use std::io::Read;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Map, Value};
use workflow_adapter_loader::{
    CommandRef, Failure, FieldRef, Plugin, Verdict, WFA_ERR_INVALID_ARGUMENT,
    WFA_ERR_INVALID_REQUEST, result_name,
};

use crate::cli::Exec;
use crate::instance::{Call, Instance};
use crate::nearest::instead;
use crate::problem::Problem;
use crate::{console, plugin_file, properties, rows};

/// The largest request that is read from a file or from standard input.
const MAX_REQUEST_BYTES: u64 = 64 * 1024 * 1024;

/// What is said of a command that may have done what it was to do.
const MAYBE_SENT: &str = "; it may have been sent: do not repeat it blindly";

/// Runs the command; the exit code says whether it succeeded.
pub(crate) fn run(arguments: &Exec) -> Result<ExitCode, Problem> {
    let request = request(&arguments.request)?;
    let members = check_request(&request)?;
    let file = plugin_file::find(arguments.plugin.as_deref())?;
    let plugin = Plugin::load(&file)
        .map_err(|error| Problem::Input(format!("{}: {error}", file.display())))?;
    let row = check_command(&plugin, &arguments.command)?;
    let properties = match &arguments.properties {
        Some(file) => properties::from_file(file)?,
        None => properties::from_environment(plugin.descriptor())?,
    };
    let wrong = properties.mistakes(plugin.descriptor());
    let instance = Instance::create(&plugin, "exec", &properties.json, |name, json| {
        console::note(format_args!("event {name} {json}"));
        Verdict::Accepted
    });
    let instance = instance.map_err(|failure| refused(&properties.source, &wrong, &failure))?;
    let ended = instance.execute(&Call {
        command: arguments.command.clone(),
        request,
        correlation_id: arguments.correlation_id.clone(),
        timeout: arguments.timeout_ms.map(Duration::from_millis),
    });
    if let Err(failure) = instance.destroy() {
        console::note(format_args!("cannot destroy the adapter: {failure}"));
    }
    // What the response says is not said again beside it.
    let (failure, is_said) = match ended {
        Ok(output) => {
            console::say(&output.response)?;
            if output.error.is_none() && crate::json::parse(&output.response).is_none() {
                let id = plugin.descriptor().id();
                let advice = if row.sends() { MAYBE_SENT } else { "" };
                let what = "is at fault: its response is no JSON";
                console::note(format_args!("error: the plugin {id} {what}{advice}"));
                return Ok(ExitCode::FAILURE);
            }
            if output.error.is_none() && is_unhealthy(&output.response) {
                console::note("error: the setup is not healthy: `findings` says what to do");
                return Ok(ExitCode::FAILURE);
            }
            let is_said = output.error.as_ref().is_some_and(|failure| {
                let response: Option<Value> = crate::json::parse(&output.response);
                let said = response.and_then(|it| it.get("error")?.as_str().map(str::to_owned));
                said.is_some_and(|said| !said.is_empty() && failure.message.starts_with(&said))
            });
            (output.error, is_said)
        }
        Err(failure) => (Some(failure), false),
    };
    let Some(failure) = failure else {
        return Ok(ExitCode::SUCCESS);
    };
    let advice = advice(&failure);
    let (name, number) = (result_name(failure.result), failure.result);
    if failure.result == WFA_ERR_INVALID_REQUEST {
        let rows: Vec<FieldRef> = row.request().chain(row.extension_request()).collect();
        let mistakes = rows::mistakes(&rows, &members, |_| false);
        let lines = mistakes.iter().map(|it| it.line("request member"));
        let mut lines: Vec<String> = lines.collect();
        // What the rows do not say.
        let is_named = mistakes
            .iter()
            .any(|it| failure.message.contains(&format!("\"{}", it.member)));
        if !is_named && !is_said {
            lines.push(failure.message.clone());
        }
        let lines = if lines.is_empty() {
            "the response says why".to_owned()
        } else {
            lines.join("\n  ")
        };
        console::note(format_args!("error: {name} ({number}): {lines}{advice}"));
    } else if is_said {
        console::note(format_args!(
            "error: {name} ({number}): the response says why{advice}"
        ));
    } else {
        console::note(format_args!("error: {failure}{advice}"));
    }
    Ok(ExitCode::FAILURE)
}

/// The request's text: the argument itself, a file's (`@file`) or standard input's (`-`).
fn request(argument: &str) -> Result<String, Problem> {
    let (name, read) = if argument == "-" {
        ("standard input", read_all(std::io::stdin().lock()))
    } else if let Some(file) = argument.strip_prefix('@') {
        (file, File::open(file).and_then(read_all))
    } else {
        return Ok(argument.to_owned());
    };
    read.map_err(|error| Problem::Input(format!("the request in {name} cannot be read: {error}")))
}

fn read_all(from: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    let read = from.take(MAX_REQUEST_BYTES + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > MAX_REQUEST_BYTES) {
        return Err(std::io::Error::other("it is too large"));
    }
    Ok(text)
}

fn check_request(request: &str) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_str(request) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Problem::Input(
            "the request must be one JSON object, {\"…\": …}".to_owned(),
        )),
        Err(error) => Err(Problem::Input(format!("the request is no JSON: {error}"))),
    }
}

fn check_command(plugin: &Plugin, name: &str) -> Result<CommandRef, Problem> {
    let descriptor = plugin.descriptor();
    let mut all = descriptor.commands().chain(descriptor.extension_commands());
    if let Some(row) = all.clone().find(|row| row.name() == name) {
        return Ok(row);
    }
    let instead = instead(name, all.by_ref().map(CommandRef::name), "it has");
    let id = descriptor.id();
    Err(Problem::Input(format!(
        "{id} has no command {name}{instead}"
    )))
}

/// Whether a command that looked at the set-up found it wanting.
fn is_unhealthy(response: &str) -> bool {
    let response: Option<Value> = crate::json::parse(response);
    response.is_some_and(|it| it.get("healthy") == Some(&Value::Bool(false)))
}

/// Properties that the plugin refuses are wrong input; everything else is a failure.
fn refused(source: &str, wrong: &[rows::Mistake], failure: &Failure) -> Problem {
    // What only the plugin knows stands with what the rows say, unless it is of the same property.
    let is_named = wrong
        .iter()
        .any(|it| failure.message.contains(&format!("\"{}\"", it.member)));
    let mut lines: Vec<String> = wrong
        .iter()
        .map(|it| format!("{source}: {}", it.line("property")))
        .collect();
    if !is_named {
        lines.push(format!("{source}: {}", failure.message));
    }
    let message = lines.join("\n");
    match failure.result {
        WFA_ERR_INVALID_ARGUMENT | WFA_ERR_INVALID_REQUEST => Problem::Input(message),
        _ => Problem::Failed(message),
    }
}

fn advice(failure: &Failure) -> String {
    if failure.is_maybe_sent() {
        MAYBE_SENT.to_owned()
    } else if failure.is_retryable() && failure.retry_after_ms > 0 {
        format!("; it may be tried again in {} ms", failure.retry_after_ms)
    } else if failure.is_retryable() {
        "; it may be tried again".to_owned()
    } else {
        String::new()
    }
}
