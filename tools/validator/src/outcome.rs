//! How checks end, and how many of them ended how.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How one check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Pass,
    /// The contract holds, but somebody should look.
    Warn,
    /// It does not apply, or cannot be found out; the message says why.
    Skip,
    Fail,
    /// The check's process ended before the check did.
    Crash,
    Timeout,
}

impl Outcome {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Skip => "skip",
            Self::Fail => "fail",
            Self::Crash => "crash",
            Self::Timeout => "timeout",
        }
    }

    /// Whether it speaks against the plugin.
    pub(crate) const fn is_bad(self) -> bool {
        matches!(self, Self::Fail | Self::Crash | Self::Timeout)
    }
}

/// The outcome of one check, with its reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CheckResult {
    pub(crate) outcome: Outcome,
    /// Why, or what was found out; may be empty.
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) duration: Duration,
}

/// The result of the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Conforms,
    DoesNotConform,
    /// Most checks could not run.
    Unknown,
}

/// How many checks ended how.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) pass: usize,
    pub(crate) warn: usize,
    pub(crate) skip: usize,
    pub(crate) fail: usize,
    pub(crate) crash: usize,
    pub(crate) timeout: usize,
    #[serde(skip)]
    pub(crate) duration: Duration,
}

impl Summary {
    pub(crate) fn of<'a>(results: impl Iterator<Item = &'a CheckResult>) -> Self {
        let mut summary = Self::default();
        for result in results {
            let count = match result.outcome {
                Outcome::Pass => &mut summary.pass,
                Outcome::Warn => &mut summary.warn,
                Outcome::Skip => &mut summary.skip,
                Outcome::Fail => &mut summary.fail,
                Outcome::Crash => &mut summary.crash,
                Outcome::Timeout => &mut summary.timeout,
            };
            *count += 1;
            summary.duration += result.duration;
        }
        summary
    }

    pub(crate) const fn verdict(&self) -> Verdict {
        if self.fail + self.crash + self.timeout > 0 {
            Verdict::DoesNotConform
        } else if self.skip > self.pass + self.warn {
            Verdict::Unknown
        } else {
            Verdict::Conforms
        }
    }
}
