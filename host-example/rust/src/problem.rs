//! Why the program could not do what it was asked for.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::console;

/// What ends the program early.
#[derive(Debug)]
pub(crate) enum Problem {
    /// What it was given is wrong: an argument, a file, a variable.
    Input(String),
    /// It could not be done.
    Failed(String),
    /// Nobody reads standard output any more.
    Output(io::Error),
}

impl Problem {
    /// Tells the person, and answers the exit code.
    pub(crate) fn end(self) -> ExitCode {
        if matches!(&self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS; // `adapter-host … | head` has seen enough
        }
        console::note(format_args!("error: {self}"));
        ExitCode::from(if matches!(self, Self::Input(_)) { 2 } else { 1 })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(message) | Self::Failed(message) => f.write_str(message),
            Self::Output(error) => write!(f, "cannot write to standard output: {error}"),
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
