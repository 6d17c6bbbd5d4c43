//! Inside a check's own process: runs it, and tells the program that started it how it ended.

use std::io::{self, Write as _};

use crate::ffi;
use crate::inputs::Inputs;
use crate::outcome::CheckResult;

/// Marks the line that carries the result; everything else on standard output is the plugin's.
const MARK: &str = "\u{1e}adapter-validator result ";

/// Runs the check and writes its result to standard output.
///
/// # Errors
/// There is no such check, or nobody reads.
pub(crate) fn run(id: &str, inputs: &Inputs) -> io::Result<()> {
    let result = ffi::run(id, inputs)?;
    let line = serde_json::to_string(&result)?;
    let mut out = io::stdout().lock();
    writeln!(out, "\n{MARK}{line}")?;
    out.flush()
}

/// The result in what such a process wrote.
pub(crate) fn result_in(output: &str) -> Option<CheckResult> {
    let line = output
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix(MARK))?;
    serde_json::from_str(line).ok()
}
