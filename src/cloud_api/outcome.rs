//! What became of a send: one of four outcomes, decided in one place.
//!
//! A send is at most once: only what is proved not to have left, or what Meta refused for being too
//! fast, may be tried again. Everything doubtful is *unknown*.

use serde_json::Value;

use super::graph_error::{CodeClass, GraphError, class_of, hint_for};
use crate::error::{Error, Kind};

/// How one exchange ended, as the transport saw it.
#[derive(Debug)]
pub(super) enum Exchange {
    /// The last byte of the request was never handed to the TLS or socket layer.
    NotSent(Fault),
    /// The request left, and no complete answer came back.
    NoAnswer(Fault),
    /// A status line and headers came; `body` is none if it was cut off or too long.
    Answered {
        http_status: u16,
        retry_after_ms: Option<u64>,
        body: Option<Vec<u8>>,
    },
}

/// Why the transport failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where: `resolve`, `connect`, `tls`, `request`, `response`.
    pub(super) phase: &'static str,
    /// What: `dns`, `refused`, `reset`, `certificate`, …
    pub(super) reason: &'static str,
    /// Whether a later try has a chance.
    pub(super) retryable: bool,
    /// Whether the time ran out.
    pub(super) timed_out: bool,
}

impl Fault {
    pub(super) const fn new(phase: &'static str, reason: &'static str, retryable: bool) -> Self {
        Self {
            phase,
            reason,
            retryable,
            timed_out: false,
        }
    }
}

/// An accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) message_id: String,
    pub(crate) wa_id: Option<String>,
    pub(crate) message_status: Option<String>,
}

/// Everything known about a send that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    kind: Kind,
    message: String,
    reason: Option<&'static str>,
    hint: Option<&'static str>,
    phase: Option<&'static str>,
    code: Option<i64>,
    retryable: bool,
    retry_after_ms: Option<u64>,
}

/// The four outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Meta took the message and gave it an id.
    Accepted(Accepted),
    /// Meta said no.
    Rejected(Failed),
    /// Proved: no complete request left.
    NotSent(Failed),
    /// The request left and no trustworthy answer came.
    Unknown(Failed),
}

/// One command's outcome and what came with it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) attempts: u32,
    pub(crate) http_status: Option<u16>,
    pub(crate) fbtrace_id: Option<String>,
}

impl Outcome {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Rejected(_) => "rejected",
            Self::NotSent(_) => "not_sent",
            Self::Unknown(_) => "unknown",
        }
    }

    const fn failed(&self) -> Option<&Failed> {
        match self {
            Self::Accepted(_) => None,
            Self::Rejected(failed) | Self::NotSent(failed) | Self::Unknown(failed) => Some(failed),
        }
    }

    pub(crate) fn reason(&self) -> Option<&'static str> {
        self.failed().and_then(|failed| failed.reason)
    }

    pub(crate) fn hint(&self) -> Option<&'static str> {
        self.failed().and_then(|failed| failed.hint)
    }

    pub(crate) fn phase(&self) -> Option<&'static str> {
        self.failed().and_then(|failed| failed.phase)
    }
}

impl Answer {
    /// The failure in this answer, as callers see it.
    pub(crate) fn failure(&self) -> Option<Error> {
        let failed = self.outcome.failed()?;
        Some(
            Error::new(failed.kind, failed.message.clone())
                .with_retry(failed.retryable, failed.retry_after_ms)
                .with_answer(self.http_status, failed.code),
        )
    }
}

/// The outcome of one exchange, and Meta's trace id if it gave one.
pub(super) fn classify(exchange: Exchange) -> (Outcome, Option<String>) {
    match exchange {
        Exchange::NotSent(fault) => (Outcome::NotSent(not_sent(fault)), None),
        Exchange::NoAnswer(fault) => {
            let told = "the request left and no complete answer came back";
            (
                Outcome::Unknown(unknown(told, fault.reason, Some(fault.phase))),
                None,
            )
        }
        Exchange::Answered {
            http_status,
            retry_after_ms,
            body,
        } => {
            let json = body
                .as_deref()
                .and_then(|b| serde_json::from_slice::<Value>(b).ok());
            let graph = json.as_ref().and_then(GraphError::parse);
            let outcome = match (http_status, &graph) {
                (200..=299, None) => of_success(json.as_ref(), body.is_some()),
                (200..=299, Some(_)) => Outcome::Unknown(unknown(
                    "Meta answered 200 with an error",
                    "error_in_200",
                    None,
                )),
                (_, Some(error)) => of_graph_error(http_status, error, retry_after_ms),
                (300..=399, None) => Outcome::Rejected(redirect()),
                (429, None) => Outcome::Rejected(throttled_without_json(retry_after_ms)),
                (408 | 425 | 0..=199 | 500.., None) => Outcome::Unknown(unknown(
                    "something before Meta answered with a server error",
                    "not_graph",
                    None,
                )),
                (400..=499, None) => Outcome::Rejected(not_graph()),
            };
            (outcome, graph.and_then(|error| error.fbtrace_id))
        }
    }
}

/// 2xx without an `error`: accepted if and only if it names the message.
fn of_success(json: Option<&Value>, complete: bool) -> Outcome {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let message = json.and_then(|json| json.pointer("/messages/0"));
    match text(message.and_then(|message| message.get("id"))) {
        Some(message_id) if !message_id.is_empty() => Outcome::Accepted(Accepted {
            message_id,
            wa_id: text(json.and_then(|json| json.pointer("/contacts/0/wa_id"))),
            message_status: text(message.and_then(|message| message.get("message_status"))),
        }),
        _ if !complete => Outcome::Unknown(unknown(
            "the answer said success and broke off before it named the message",
            "answer_incomplete",
            Some("response"),
        )),
        _ => Outcome::Unknown(unknown(
            "the answer said success and did not name the message",
            "no_message_id",
            Some("response"),
        )),
    }
}

fn of_graph_error(http_status: u16, error: &GraphError, retry_after_ms: Option<u64>) -> Outcome {
    let class = error.code.map_or(CodeClass::Unknown, class_of);
    let failed = |kind, reason, retryable, retry_after_ms| Failed {
        kind,
        message: error.text.clone(),
        reason,
        hint: error.code.and_then(|code| hint_for(code, error.subcode)),
        phase: None,
        code: error.code,
        retryable,
        retry_after_ms,
    };
    match class {
        CodeClass::Throttled(wait) => Outcome::Rejected(failed(
            Kind::Unavailable,
            Some("throttled"),
            true,
            retry_after_ms.or(wait),
        )),
        CodeClass::Penalised(wait) => Outcome::Rejected(failed(
            Kind::CommandFailed,
            Some("do_not_repeat"),
            false,
            wait,
        )),
        CodeClass::Auth => {
            Outcome::Rejected(failed(Kind::CommandFailed, Some("auth"), false, None))
        }
        CodeClass::Rejected => Outcome::Rejected(failed(Kind::CommandFailed, None, false, None)),
        CodeClass::Unknown if (400..=499).contains(&http_status) && !error.is_transient => {
            Outcome::Rejected(failed(Kind::CommandFailed, None, false, None))
        }
        CodeClass::Uncertain | CodeClass::Unknown => Outcome::Unknown(Failed {
            message: format!(
                "Meta does not say whether the message went out: {}",
                error.text
            ),
            hint: Some(RECONCILE),
            ..failed(Kind::OutcomeUnknown, Some("server_error"), false, None)
        }),
    }
}

/// What to do about every unknown outcome.
const RECONCILE: &str = "do not send it again: wait for the status_changed event with this correlationId, \
                         or ask the customer";

fn unknown(told: &str, reason: &'static str, phase: Option<&'static str>) -> Failed {
    Failed {
        kind: Kind::OutcomeUnknown,
        message: format!("{told}; the message may have been sent"),
        reason: Some(reason),
        hint: Some(RECONCILE),
        phase,
        code: None,
        retryable: false,
        retry_after_ms: None,
    }
}

fn not_sent(fault: Fault) -> Failed {
    let (kind, told) = if fault.reason == "cancelled" {
        (Kind::Cancelled, "the call was cancelled")
    } else if fault.timed_out {
        (Kind::Timeout, "the time ran out")
    } else {
        (Kind::Unavailable, "the Graph API could not be reached")
    };
    Failed {
        kind,
        message: format!(
            "{told} ({}: {}); nothing was sent",
            fault.phase, fault.reason
        ),
        reason: Some(fault.reason),
        hint: match fault.reason {
            "dns" => Some("check the name in baseUrl and this machine's name resolution"),
            "certificate" => Some(
                "the server's certificate is not trusted: check baseUrl, the clock, and any proxy that \
                 opens TLS",
            ),
            _ => None,
        },
        phase: Some(fault.phase),
        code: None,
        retryable: fault.retryable,
        retry_after_ms: None,
    }
}

fn redirect() -> Failed {
    Failed {
        kind: Kind::CommandFailed,
        message: "the server answered with a redirect, which is never followed: the token would go with it"
            .to_owned(),
        reason: Some("redirect"),
        hint: Some("check baseUrl; a captive portal or proxy answers like this"),
        phase: None,
        code: None,
        retryable: false,
        retry_after_ms: None,
    }
}

fn not_graph() -> Failed {
    Failed {
        kind: Kind::CommandFailed,
        message: "the answer did not come from the Graph API".to_owned(),
        reason: Some("not_graph"),
        hint: Some("check baseUrl; a firewall, proxy or captive portal answers like this"),
        phase: None,
        code: None,
        retryable: true,
        retry_after_ms: None,
    }
}

fn throttled_without_json(retry_after_ms: Option<u64>) -> Failed {
    Failed {
        kind: Kind::Unavailable,
        message: "the server answered 429: too many requests".to_owned(),
        reason: Some("throttled"),
        hint: None,
        phase: None,
        code: None,
        retryable: true,
        retry_after_ms: retry_after_ms.or(Some(1_000)),
    }
}
