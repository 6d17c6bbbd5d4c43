//! One way in which a send can go wrong, and how it must end over http and over https.

use std::fmt;

use cloud_api_emulator::{Emulator, Fault, Injection};
use serde_json::Value;

/// More milliseconds than any test runs.
pub(crate) const FOR_EVER: u64 = 600_000;

/// One mode of the matrix.
#[derive(Clone)]
pub(crate) struct Mode {
    pub(crate) group: &'static Group,
    /// What happens, as the list has it.
    pub(crate) what: String,
    pub(crate) faults: Vec<Injection>,
    /// Changes the properties that lead to the emulator.
    pub(crate) prepare: fn(&Emulator, &mut Value),
    /// Something goes on for longer than the send's time.
    pub(crate) holds: bool,
    /// The ends that are right; more than one where the kernel's timing decides.
    pub(crate) plain: Vec<End>,
    pub(crate) tls: Vec<End>,
}

/// Modes that strike in the same place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What the numbers of its modes begin with.
    pub(crate) letter: char,
    pub(crate) title: &'static str,
}

/// How a send ends, as far as the mode decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    /// The row of the decision table that decides, as the log names it.
    pub(crate) row: String,
    pub(crate) outcome: String,
    /// The result's name without `WFA_ERR_`, or `OK`.
    pub(crate) result: String,
    /// The response's code.
    pub(crate) code: String,
    pub(crate) phase: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) http_status: Option<u64>,
    pub(crate) retryable: bool,
    pub(crate) retry_after_ms: Option<u64>,
}

impl End {
    fn new(row: &str, outcome: &str, result: &str) -> Self {
        Self {
            row: row.to_owned(),
            outcome: outcome.to_owned(),
            result: result.to_owned(),
            code: if result == "OK" { "" } else { result }.to_owned(),
            phase: None,
            reason: None,
            http_status: None,
            retryable: false,
            retry_after_ms: None,
        }
    }

    /// As the response has it; `row` is the log's.
    pub(crate) fn of(row: &str, response: &Value, result: &str) -> Self {
        let details = &response["details"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            row: row.to_owned(),
            outcome: text(&details["outcome"]).unwrap_or_default(),
            result: result.to_owned(),
            code: text(&response["code"]).unwrap_or_default(),
            phase: text(&details["phase"]),
            reason: text(&details["reason"]),
            http_status: details["httpStatus"].as_u64(),
            retryable: details["retryable"] == true,
            retry_after_ms: details["retryAfterMs"].as_u64(),
        }
    }

    pub(crate) fn row(self, row: &str) -> Self {
        let row = row.to_owned();
        Self { row, ..self }
    }

    pub(crate) fn code(self, code: u32) -> Self {
        let code = code.to_string();
        Self { code, ..self }
    }

    /// For a reason, and for the row that gives it where only one does.
    pub(crate) fn reason(self, reason: &str) -> Self {
        let row = match (self.outcome.as_str(), reason) {
            ("rejected", "redirect") => "T13",
            ("rejected", "not_graph") => "T15",
            ("rejected", "auth") => "G-auth",
            ("rejected", "do_not_repeat") => "G-penalised",
            ("unknown", "server_error") => "G-uncertain",
            ("unknown", "error_in_200") => "T22",
            _ => &self.row,
        };
        Self {
            row: row.to_owned(),
            reason: Some(reason.to_owned()),
            ..self
        }
    }

    pub(crate) fn later(self, ms: u64) -> Self {
        let retry_after_ms = Some(ms);
        Self {
            retry_after_ms,
            ..self
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.row, self.outcome.replace('_', " "))?;
        for word in [&self.phase, &self.reason].into_iter().flatten() {
            write!(f, ", `{word}`")?;
        }
        if let Some(status) = self.http_status {
            write!(f, ", {status}")?;
        }
        if self.retryable {
            f.write_str(", may be repeated")?;
        }
        match self.retry_after_ms {
            Some(ms) => write!(f, " after {ms} ms"),
            None => Ok(()),
        }
    }
}

/// Meta has taken the message.
pub(crate) fn accepted() -> End {
    End {
        http_status: Some(200),
        ..End::new("T12", "accepted", "OK")
    }
}

/// Meta, or something before it, has said no.
pub(crate) fn rejected(http_status: u64) -> End {
    End {
        http_status: Some(http_status),
        ..End::new("G-rejected", "rejected", "COMMAND_FAILED")
    }
}

/// Refused for being too fast.
pub(crate) fn throttled(http_status: u64, ms: u64) -> End {
    let end = End {
        http_status: Some(http_status),
        retryable: true,
        ..End::new("T16", "rejected", "UNAVAILABLE")
    };
    end.reason("throttled").later(ms)
}

/// Nothing left, and later it may work.
pub(crate) fn not_sent(phase: &str, reason: &str) -> End {
    let (row, result) = match reason {
        "timeout" => ("T23", "TIMEOUT"),
        "handshake" => ("T5", "UNAVAILABLE"),
        _ => ("T2", "UNAVAILABLE"),
    };
    End {
        phase: Some(phase.to_owned()),
        retryable: true,
        ..End::new(row, "not_sent", result).reason(reason)
    }
}

/// Nothing left, and nothing will until somebody changes something.
pub(crate) fn never_sent(phase: &str, reason: &str) -> End {
    End {
        retryable: false,
        ..not_sent(phase, reason).row("T6")
    }
}

/// The request left, and no answer came.
pub(crate) fn lost(reason: &str) -> End {
    let end = End {
        phase: Some("response".to_owned()),
        ..End::new("T9", "unknown", "OUTCOME_UNKNOWN")
    };
    end.reason(reason)
}

/// An answer came that does not say what became of the message.
pub(crate) fn unknown(http_status: u64, reason: &str) -> End {
    let end = End {
        http_status: Some(http_status),
        ..End::new("T17", "unknown", "OUTCOME_UNKNOWN")
    };
    end.reason(reason)
}

/// An answer that says success, and cannot be read to the message's id.
pub(crate) fn unread(http_status: u64, reason: &str) -> End {
    End {
        phase: Some("response".to_owned()),
        ..unknown(http_status, reason).row("T11")
    }
}

/// An answer that does not decide: it did not arrive whole, or cannot be read.
pub(crate) fn incomplete(http_status: u64) -> End {
    let row = if http_status / 100 == 2 { "T11" } else { "T26" };
    unread(http_status, "answer_incomplete").row(row)
}

/// An answer that says two things.
pub(crate) fn contradictory(http_status: u64) -> End {
    unread(http_status, "contradictory").row("T27")
}

impl Mode {
    /// With the same ends over both.
    pub(crate) fn new(
        group: &'static Group,
        what: impl Into<String>,
        fault: impl Into<Injection>,
        end: End,
    ) -> Self {
        Self {
            plain: vec![end.clone()],
            tls: vec![end],
            faults: vec![fault.into()],
            ..Self::without_fault(group, what)
        }
    }

    /// The emulator is as it should be; something else is not.
    pub(crate) fn without_fault(group: &'static Group, what: impl Into<String>) -> Self {
        Self {
            group,
            what: what.into(),
            faults: Vec::new(),
            prepare: |_, _| {},
            holds: false,
            plain: Vec::new(),
            tls: Vec::new(),
        }
    }

    pub(crate) fn prepare(self, prepare: fn(&Emulator, &mut Value)) -> Self {
        Self { prepare, ..self }
    }

    pub(crate) fn ends(self, plain: impl Into<Vec<End>>, tls: impl Into<Vec<End>>) -> Self {
        Self {
            plain: plain.into(),
            tls: tls.into(),
            ..self
        }
    }

    /// It goes on until the send's time is up, which is short.
    pub(crate) fn holds(self) -> Self {
        Self {
            holds: true,
            ..self
        }
    }

    /// Milliseconds for the send. Where its time ends it, it has little; and on a machine so slow that
    /// the send does not come so far within that, the next time.
    pub(crate) fn times_ms(&self, tls: bool) -> &'static [u64] {
        match (self.holds, tls) {
            (false, _) => &[20_000],
            (true, false) => &[400, 4_000, 20_000],
            // A handshake of a debug build takes its time.
            (true, true) => &[2_000, 20_000],
        }
    }

    /// Whether a connection or a request meets the fault, so that the ledger names it.
    pub(crate) fn is_met(&self) -> bool {
        let port = |injection: &Injection| {
            matches!(
                injection.fault,
                Fault::Refuse { .. } | Fault::BacklogFull { .. }
            )
        };
        !self.faults.iter().any(port)
    }
}
