//! Runs a check in a process of its own, and sees to it that it ends.

use std::env;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::arguments::Arguments;
use crate::check_process;
use crate::ffi::Check;
use crate::outcome::{CheckResult, Outcome};

const POLL: Duration = Duration::from_millis(2);
/// How much of a crashed process' last words is shown.
const LAST_WORDS: usize = 300;

/// The checks with the ids in `only`, or all of them.
///
/// # Errors
/// There is no check of such an id.
pub(crate) fn choose<'a>(checks: &'a [Check], only: &[String]) -> io::Result<Vec<&'a Check>> {
    if let Some(unknown) = only
        .iter()
        .find(|id| checks.iter().all(|check| check.id != **id))
    {
        return Err(io::Error::other(format!(
            "there is no check {unknown}; --list shows them all"
        )));
    }
    Ok(checks
        .iter()
        .filter(|check| only.is_empty() || only.contains(&check.id))
        .collect())
}

/// Runs one check.
///
/// # Errors
/// This program cannot be started again.
pub(crate) fn in_process_of_its_own(id: &str, arguments: &Arguments) -> io::Result<CheckResult> {
    let started = Instant::now();
    let limit = Duration::from_secs(arguments.timeout_s);
    let mut child = command(id, arguments)?.spawn()?;
    let output = read_all(child.stdout.take());
    let errors = read_all(child.stderr.take());
    let status = wait(&mut child, started + limit)?;
    // Processes that the check forked go with it, and with them the pipes' other ends.
    kill_group(&child);
    let (output, errors) = (text_of(output), text_of(errors));
    let ended = match status {
        None => CheckResult {
            outcome: Outcome::Timeout,
            message: format!("it had not ended after {} s", limit.as_secs()),
            duration: Duration::ZERO,
        },
        Some(status) => check_process::result_in(&output).unwrap_or_else(|| crash(status, &errors)),
    };
    Ok(CheckResult {
        duration: started.elapsed(),
        ..ended
    })
}

fn command(id: &str, arguments: &Arguments) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command
        .arg(
            arguments
                .plugin
                .as_deref()
                .unwrap_or(std::path::Path::new("")),
        )
        .args(["--run-check", id]);
    if let Some(file) = &arguments.properties {
        command.arg("--properties").arg(file);
    }
    if let (Some(name), Some(file)) = (&arguments.raise_command, &arguments.raise_request) {
        command.args(["--raise-command", name]);
        command.arg("--raise-request").arg(file);
    }
    if arguments.raise_outside {
        command.arg("--raise-outside");
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    Ok(command)
}

fn wait(child: &mut Child, until: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            kill_group(child);
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

fn kill_group(child: &Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        // There may be nobody left in it.
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
}

fn read_all(from: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            // After a read error the bytes read so far are kept.
            let _ = from.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn text_of(reader: JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
}

fn crash(status: ExitStatus, errors: &str) -> CheckResult {
    let how = match status.signal().map(Signal::try_from) {
        Some(Ok(signal)) => format!("killed by {signal}"),
        _ => format!("it ended early ({status})"),
    };
    let words: Vec<&str> = errors.split_whitespace().collect();
    let words = words.join(" ");
    let from = words
        .char_indices()
        .rev()
        .nth(LAST_WORDS)
        .map_or(0, |(at, _)| at);
    let last = words.get(from..).unwrap_or_default();
    CheckResult {
        outcome: Outcome::Crash,
        message: if last.is_empty() {
            how
        } else {
            format!("{how}: {last}")
        },
        duration: Duration::ZERO,
    }
}
