//! The way into the checks, which are in C: their list, and to run one of them.
#![allow(
    unsafe_code,
    reason = "the contract is a C header, so its checks are written in C; these two calls lead there"
)]

use std::ffi::{CStr, CString, c_char, c_int};
use std::io;
use std::ptr;
use std::time::Instant;

use crate::inputs::Inputs;
use crate::outcome::{CheckResult, Outcome};

/// One check, as `--list` shows it.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Check {
    pub(crate) group: String,
    pub(crate) id: String,
    pub(crate) description: String,
}

impl Check {
    /// Whether there is nothing to check once this one has failed: the file is no plugin.
    pub(crate) fn is_premise(&self) -> bool {
        ["library-loads", "entry-is-exported"].contains(&self.id.as_str())
    }

    /// Good manners go beyond the contract: a plugin without them gets a warning, not a failure.
    pub(crate) fn judge(&self, result: CheckResult) -> CheckResult {
        if self.group == "good manners" && result.outcome.is_bad() {
            return CheckResult {
                outcome: Outcome::Warn,
                ..result
            };
        }
        result
    }
}

/// `struct row` of `checks/run.h`.
#[repr(C)]
struct Row {
    group: *const c_char,
    id: *const c_char,
    description: *const c_char,
}

/// `struct inputs` of `checks/check.h`.
#[repr(C)]
struct CInputs {
    plugin: *const c_char,
    properties: *const c_char,
    raise_command: *const c_char,
    raise_request: *const c_char,
    raise_outside: bool,
}

const MESSAGE_BYTES: usize = 4096;

/// `struct report` of `checks/run.h`.
#[repr(C)]
struct Report {
    outcome: c_int,
    message: [c_char; MESSAGE_BYTES],
}

unsafe extern "C" {
    fn validator_row(index: usize, row: *mut Row) -> bool;
    fn validator_run(id: *const c_char, given: *const CInputs, report: *mut Report) -> bool;
}

/// All checks, in the order in which they run.
pub(crate) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    loop {
        let mut row = Row {
            group: ptr::null(),
            id: ptr::null(),
            description: ptr::null(),
        };
        // SAFETY: `row` is a struct of C's layout that lives until the call returns.
        if !unsafe { validator_row(checks.len(), &raw mut row) } {
            return checks;
        }
        checks.push(Check {
            group: text(row.group),
            id: text(row.id),
            description: text(row.description),
        });
    }
}

/// Runs the check `id` in this process.
///
/// # Errors
/// There is no such check.
pub(crate) fn run(id: &str, inputs: &Inputs) -> io::Result<CheckResult> {
    let name = CString::new(id).map_err(io::Error::other)?;
    let optional = |text: &Option<CString>| text.as_ref().map_or(ptr::null(), |text| text.as_ptr());
    let given = CInputs {
        plugin: inputs.plugin_path.as_ptr(),
        properties: optional(&inputs.properties),
        raise_command: optional(&inputs.raise_command),
        raise_request: optional(&inputs.raise_request),
        raise_outside: inputs.raise_outside,
    };
    let mut report = Report {
        outcome: 0,
        message: [0; MESSAGE_BYTES],
    };
    let started = Instant::now();
    // SAFETY: all three live until the call returns, their texts are NUL-terminated, and their layout is
    // C's. What the plugin does with its side is what is checked; for that, each check has a process.
    if !unsafe { validator_run(name.as_ptr(), &raw const given, &raw mut report) } {
        return Err(io::Error::other(format!("there is no check {id}")));
    }
    Ok(CheckResult {
        outcome: match report.outcome {
            0 => Outcome::Pass,
            2 => Outcome::Skip,
            3 => Outcome::Warn,
            _ => Outcome::Fail,
        },
        message: text(report.message.as_ptr()),
        duration: started.elapsed(),
    })
}

/// A text of the checks' own.
fn text(from: *const c_char) -> String {
    // SAFETY: the checks' texts are never NULL, are NUL-terminated, and outlive this call.
    unsafe { CStr::from_ptr(from) }
        .to_string_lossy()
        .into_owned()
}
