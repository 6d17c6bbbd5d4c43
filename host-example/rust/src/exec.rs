//! The command `exec`: one command of one plugin, from the shell.

use std::process::ExitCode;
use std::time::Duration;

use workflow_adapter::{
    CommandRef, Failure, Plugin, Verdict, WFA_ERR_INVALID_ARGUMENT, WFA_ERR_INVALID_REQUEST,
};

use crate::cli::Exec;
use crate::instance::{Call, Instance};
use crate::problem::Problem;
use crate::{console, plugin_file, properties};

/// Runs the command; the exit code says whether it succeeded.
pub(crate) fn run(arguments: &Exec) -> Result<ExitCode, Problem> {
    check_request(&arguments.request)?;
    let file = plugin_file::find(arguments.plugin.as_deref())?;
    let plugin = Plugin::load(&file)
        .map_err(|error| Problem::Input(format!("{}: {error}", file.display())))?;
    check_command(&plugin, &arguments.command)?;
    let properties = match &arguments.properties {
        Some(file) => properties::from_file(file)?,
        None => properties::from_environment(plugin.descriptor())?,
    };
    let instance = Instance::create(&plugin, "exec", &properties.json, |name, json| {
        console::note(format_args!("event {name} {json}"));
        Verdict::Accepted
    });
    let instance = instance.map_err(|failure| refused(&properties.source, &failure))?;
    let ended = instance.execute(&Call {
        command: arguments.command.clone(),
        request: arguments.request.clone(),
        correlation_id: arguments.correlation_id.clone(),
        timeout: arguments.timeout_ms.map(Duration::from_millis),
    });
    if let Err(failure) = instance.destroy() {
        console::note(format_args!("cannot destroy the adapter: {failure}"));
    }
    let failure = match ended {
        Ok(output) => {
            console::say(&output.response)?;
            output.error
        }
        Err(failure) => Some(failure),
    };
    let Some(failure) = failure else {
        return Ok(ExitCode::SUCCESS);
    };
    console::note(format_args!("error: {}", with_advice(&failure)));
    Ok(ExitCode::FAILURE)
}

fn check_request(request: &str) -> Result<(), Problem> {
    match serde_json::from_str(request) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        Ok(_) => Err(Problem::Input(
            "the request must be one JSON object, {\"…\": …}".to_owned(),
        )),
        Err(error) => Err(Problem::Input(format!("the request is no JSON: {error}"))),
    }
}

fn check_command(plugin: &Plugin, name: &str) -> Result<(), Problem> {
    let descriptor = plugin.descriptor();
    let all = descriptor.commands().chain(descriptor.extension_commands());
    let names: Vec<_> = all.map(CommandRef::name).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let (id, known) = (descriptor.id(), names.join(", "));
    Err(Problem::Input(format!(
        "{id} has no command {name}; it has {known}"
    )))
}

/// Properties that the plugin refuses are wrong input; everything else is a failure.
fn refused(source: &str, failure: &Failure) -> Problem {
    let message = format!("{source}: {}", failure.message);
    match failure.result {
        WFA_ERR_INVALID_ARGUMENT | WFA_ERR_INVALID_REQUEST => Problem::Input(message),
        _ => Problem::Failed(message),
    }
}

fn with_advice(failure: &Failure) -> String {
    let advice = if failure.is_maybe_sent() {
        "; it may have been sent: do not repeat it blindly".to_owned()
    } else if failure.is_retryable() && failure.retry_after_ms > 0 {
        format!("; it may be tried again in {} ms", failure.retry_after_ms)
    } else if failure.is_retryable() {
        "; it may be tried again".to_owned()
    } else {
        String::new()
    };
    format!("{failure}{advice}")
}
