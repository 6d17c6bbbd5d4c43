//! One way in which a send can go wrong, and how it must end over http and over https.

use std::fmt;

use cloud_api_emulator::{Emulator, Fault, Injection};
use serde_json::Value;

/// One mode of the matrix.
#[derive(Clone)]
pub(crate) struct Mode {
    pub(crate) group: &'static Group,
    /// What happens, as the list has it.
    pub(crate) what: String,
    /// The row of the decision table, or of the table of Graph codes, that decides.
    pub(crate) row: &'static str,
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
    fn new(outcome: &str, result: &str) -> Self {
        Self {
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

    /// As the response has it.
    pub(crate) fn of(response: &Value, result: &str) -> Self {
        let details = &response["details"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
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

    pub(crate) fn code(self, code: u32) -> Self {
        let code = code.to_string();
        Self { code, ..self }
    }

    pub(crate) fn reason(self, reason: &str) -> Self {
        let reason = Some(reason.to_owned());
        Self { reason, ..self }
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
        write!(f, "{}", self.outcome.replace('_', " "))?;
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
        ..End::new("accepted", "OK")
    }
}

/// Meta, or something before it, has said no.
pub(crate) fn rejected(http_status: u64) -> End {
    End {
        http_status: Some(http_status),
        ..End::new("rejected", "COMMAND_FAILED")
    }
}

/// Refused for being too fast.
pub(crate) fn throttled(http_status: u64, ms: u64) -> End {
    let end = End {
        http_status: Some(http_status),
        retryable: true,
        ..End::new("rejected", "UNAVAILABLE")
    };
    end.reason("throttled").later(ms)
}

/// Nothing left, and later it may work.
pub(crate) fn not_sent(phase: &str, reason: &str) -> End {
    let result = if reason == "timeout" {
        "TIMEOUT"
    } else {
        "UNAVAILABLE"
    };
    End {
        phase: Some(phase.to_owned()),
        retryable: true,
        ..End::new("not_sent", result).reason(reason)
    }
}

/// Nothing left, and nothing will until somebody changes something.
pub(crate) fn never_sent(phase: &str, reason: &str) -> End {
    End {
        retryable: false,
        ..not_sent(phase, reason)
    }
}

/// The request left, and no answer came.
pub(crate) fn lost(reason: &str) -> End {
    let end = End {
        phase: Some("response".to_owned()),
        ..End::new("unknown", "OUTCOME_UNKNOWN")
    };
    end.reason(reason)
}

/// An answer came that does not say what became of the message.
pub(crate) fn unknown(http_status: u64, reason: &str) -> End {
    let end = End {
        http_status: Some(http_status),
        ..End::new("unknown", "OUTCOME_UNKNOWN")
    };
    end.reason(reason)
}

/// An answer that says success, and cannot be read to the message's id.
pub(crate) fn unread(http_status: u64, reason: &str) -> End {
    End {
        phase: Some("response".to_owned()),
        ..unknown(http_status, reason)
    }
}

impl Mode {
    /// With the same ends over both.
    pub(crate) fn new(
        group: &'static Group,
        what: impl Into<String>,
        row: &'static str,
        fault: impl Into<Injection>,
        end: End,
    ) -> Self {
        Self {
            plain: vec![end.clone()],
            tls: vec![end],
            faults: vec![fault.into()],
            ..Self::without_fault(group, what, row)
        }
    }

    /// The emulator is as it should be; something else is not.
    pub(crate) fn without_fault(
        group: &'static Group,
        what: impl Into<String>,
        row: &'static str,
    ) -> Self {
        Self {
            group,
            what: what.into(),
            row,
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
            prepare: |_, properties| properties["timeoutMs"] = 250.into(),
            ..self
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
