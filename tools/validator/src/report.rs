//! The report for programs: one JSON object.

use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use crate::ffi::Check;
use crate::outcome::{CheckResult, Outcome, Summary, Verdict};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    plugin: String,
    conforms: bool,
    summary: &'a Summary,
    duration_ms: u128,
    checks: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(flatten)]
    check: &'a Check,
    outcome: Outcome,
    message: &'a str,
    duration_ms: u128,
}

/// `{"plugin", "conforms", "summary", "durationMs", "checks": [{"group", "id", "description",
/// "outcome", "message", "durationMs"}]}`.
pub(crate) fn results(
    plugin: &Path,
    results: &[(&Check, CheckResult)],
    summary: &Summary,
) -> io::Result<()> {
    let mut checks = Vec::new();
    for (check, result) in results {
        checks.push(Row {
            check,
            outcome: result.outcome,
            message: &result.message,
            duration_ms: result.duration.as_millis(),
        });
    }
    print(&Report {
        plugin: plugin.display().to_string(),
        conforms: summary.verdict() == Verdict::Conforms,
        summary,
        duration_ms: summary.duration.as_millis(),
        checks,
    })
}

/// `[{"group", "id", "description"}]`.
pub(crate) fn list(checks: &[Check]) -> io::Result<()> {
    print(&checks)
}

fn print(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)
}
