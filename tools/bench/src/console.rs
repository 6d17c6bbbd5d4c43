//! The program's only ways to standard output and standard error.

use std::fmt::Display;
use std::io::{self, Write as _};

/// A line of the report.
pub(crate) fn say(line: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A line for the user. If standard error is closed, the line is lost.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
