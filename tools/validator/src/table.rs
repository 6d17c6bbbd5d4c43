//! The report for people: a line for each check, coloured on a terminal.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use crate::ffi::Check;
use crate::outcome::{CheckResult, Outcome, Summary, Verdict};

const ID_WIDTH: usize = 34;

/// Writes results as they come.
pub(crate) struct Printer {
    quiet: bool,
    colour: bool,
    group: String,
    /// The last message that was written out; a cause that many checks share is told once.
    told: String,
}

impl Printer {
    /// `quiet` writes nothing, because another report follows.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            quiet,
            colour: io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none(),
            group: String::new(),
            told: String::new(),
        }
    }

    /// One line, below the heading of its group if it is the first one of it.
    pub(crate) fn row(&mut self, check: &Check, result: &CheckResult) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        if self.group != check.group {
            self.group.clone_from(&check.group);
            let heading = self.painted("1", &check.group);
            writeln!(io::stdout().lock(), "{heading}")?;
        }
        let name = format!("{:<7}", result.outcome.name());
        let word = self.painted(colour_of(result.outcome), &name);
        let mut out = io::stdout().lock();
        write!(
            out,
            "  {word} {:<ID_WIDTH$} {:>6} ms  {}",
            check.id,
            result.duration.as_millis(),
            check.description
        )?;
        match (result.outcome, result.message.as_str()) {
            (_, "") => writeln!(out),
            (Outcome::Pass, message) => writeln!(out, " ({message})"),
            (_, message) if message == self.told => writeln!(out, " (as above)"),
            (_, message) => {
                message.clone_into(&mut self.told);
                writeln!(out, "\n            {message}")
            }
        }
    }

    pub(crate) fn summary(&self, summary: &Summary) -> io::Result<()> {
        let verdict = match summary.verdict() {
            Verdict::Conforms => self.painted("32", "conforms"),
            Verdict::DoesNotConform => self.painted("31", "does not conform"),
            Verdict::Unknown => self.painted("33", "cannot tell whether it conforms"),
        };
        writeln!(
            io::stdout().lock(),
            "\n{verdict}: {} passed, {} failed, {} crashed, {} timed out, {} warnings, {} skipped, \
             {:.1} s",
            summary.pass,
            summary.fail,
            summary.crash,
            summary.timeout,
            summary.warn,
            summary.skip,
            summary.duration.as_secs_f64()
        )?;
        if summary.verdict() == Verdict::Unknown {
            writeln!(
                io::stdout().lock(),
                "most checks could not run: the first one that was skipped says why"
            )?;
        }
        Ok(())
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

const fn colour_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "32",
        Outcome::Warn => "33",
        Outcome::Skip => "2",
        Outcome::Fail | Outcome::Crash | Outcome::Timeout => "31",
    }
}

/// The one line for a file that is no plugin at all.
pub(crate) fn no_plugin(check: &Check, result: &CheckResult) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "does not conform: {}: {}", check.id, result.message)
}

/// All checks with what they say.
pub(crate) fn list(checks: &[Check]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut group = "";
    for check in checks {
        if group != check.group {
            group = &check.group;
            writeln!(out, "{group}")?;
        }
        writeln!(out, "  {:<ID_WIDTH$} {}", check.id, check.description)?;
    }
    Ok(())
}

/// Prints on standard error why the program cannot run.
pub(crate) fn complain(error: &io::Error) -> io::Result<()> {
    writeln!(io::stderr().lock(), "adapter-validator: {error}")
}
