//! Every way in which a send can end, as one table: how to bring it about, and what must be said.

use cloud_api_emulator::{Emulator, Fault};
use serde_json::{Value, json};

use super::{answered, unanswered};

/// Steers the emulator, and changes the properties that lead to it.
type Prepare = Box<dyn Fn(&Emulator, &mut Value)>;

/// One way to end.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) prepare: Prepare,
    /// The result's name without `WFA_ERR_`.
    pub(crate) result: &'static str,
    /// The response's code.
    pub(crate) code: &'static str,
    /// Members of `details`, `null` where one must be absent.
    pub(crate) details: Value,
    /// A part of the hint.
    pub(crate) hint: &'static str,
    recipient: &'static str,
}

/// The default message of a case.
pub(crate) const REQUEST: &str = r#"{"phoneNumber":"+16505551234","message":"Hello"}"#;

impl Case {
    pub(crate) fn request(&self) -> String {
        json!({ "phoneNumber": self.recipient, "message": "Hello" }).to_string()
    }

    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    pub(super) fn code(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    pub(super) fn to(self, recipient: &'static str) -> Self {
        Self { recipient, ..self }
    }
}

pub(super) fn case(
    name: &'static str,
    result: &'static str,
    details: Value,
    prepare: impl Fn(&Emulator, &mut Value) + 'static,
) -> Case {
    Case {
        name,
        prepare: Box::new(prepare),
        result,
        code: if result == "OK" { "" } else { result },
        details,
        hint: "",
        recipient: "+16505551234",
    }
}

/// The emulator plays this fault.
pub(super) fn fault(
    name: &'static str,
    result: &'static str,
    details: Value,
    fault: Fault,
) -> Case {
    case(name, result, details, move |emulator, _| {
        emulator.inject(fault.clone());
    })
}

pub(super) fn rejected(
    name: &'static str,
    reason: Option<&str>,
    http_status: u16,
    with: Fault,
) -> Case {
    let details = json!({
        "outcome": "rejected", "reason": reason, "httpStatus": http_status,
        "resolveWithinMs": null, "retryable": false, "retryAfterMs": null, "phase": null,
    });
    fault(name, "COMMAND_FAILED", details, with)
}

pub(super) fn throttled(
    name: &'static str,
    http_status: u16,
    retry_after_ms: u64,
    with: Fault,
) -> Case {
    let details = json!({
        "outcome": "rejected", "reason": "throttled", "httpStatus": http_status,
        "retryable": true, "retryAfterMs": retry_after_ms,
    });
    fault(name, "UNAVAILABLE", details, with)
}

pub(super) fn unknown(
    name: &'static str,
    reason: &str,
    http_status: Option<u16>,
    with: Fault,
) -> Case {
    let details = json!({
        "outcome": "unknown", "reason": reason, "httpStatus": http_status,
        "retryable": false, "retryAfterMs": null,
        // S46: the seven days for which Meta repeats a notification.
        "resolveWithinMs": 604_800_000,
    });
    fault(name, "OUTCOME_UNKNOWN", details, with).hint("do not send it again")
}

pub(super) fn not_sent(
    name: &'static str,
    phase: &str,
    reason: &str,
    retryable: bool,
    prepare: impl Fn(&Emulator, &mut Value) + 'static,
) -> Case {
    let details = json!({
        "outcome": "not_sent", "phase": phase, "reason": reason, "httpStatus": null,
        "retryable": retryable, "retryAfterMs": null,
    });
    case(name, "UNAVAILABLE", details, prepare)
}

pub(crate) fn graph(code: u32) -> Fault {
    Fault::Graph {
        code,
        status: None,
        transient: None,
        retry_after: None,
    }
}

pub(crate) fn retry_after(value: &str) -> Fault {
    Fault::TooManyRequests {
        retry_after: Some(value.to_owned()),
    }
}

pub(super) fn redirect(status: u16) -> Fault {
    Fault::Redirect {
        status,
        location: "https://graph.facebook.com/elsewhere".to_owned(),
    }
}

/// The table.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(answered::accepted());
    cases.extend(answered::rejected());
    cases.extend(answered::throttled());
    cases.extend(unanswered::not_sent());
    cases.extend(unanswered::unknown());
    cases
}
