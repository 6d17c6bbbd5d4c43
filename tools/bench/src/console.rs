//! The program's only ways to standard output and standard error.

use std::fmt::Display;
use std::io::{self, Write as _};

/// A line of the report.
pub(crate) fn say(line: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A line for the person at the terminal. If standard error is closed, nobody is there to be told.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
