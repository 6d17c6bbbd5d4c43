//! The report of an operation: the row of the decision table, completed by what was observed.

use std::time::Duration;

use serde_json::Value;

use super::accepted::Accepted;
use super::decision::{NO_ANSWER, row_of_answer, row_of_unsent};
use super::effect::Effect;
use super::evidence::Evidence;
use super::failure_text::failure_text;
use super::graph_error::GraphError;
use super::headers::{AnswerHeaders, MAX_TRACE_ID_BYTES};
use super::limits::{CANCELLED, OUT_OF_TIME};
use super::reading::Reading;
use super::reason::{Cause, Fault, Phase, Reason, SLOW_CONNECTION};
use super::row::{Again, Arrived, Outcome, Row};
use crate::error::{Error, Kind};

/// Meta repeats a notification for up to seven days (D/webhooks, read 2026-08): a status that has not
/// come by then never comes.
const RESOLVE_WITHIN_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// How one exchange ended, as the transport saw it.
#[derive(Debug)]
pub(super) enum Ending {
    /// The last byte of the request was never handed to the TLS or socket layer.
    NotSent(Fault),
    /// The request was sent, and no complete response arrived.
    NoAnswer(Fault),
    /// A status line and headers came; `body` is none if it was cut off or too long.
    Answered {
        http_status: u16,
        arrived: Arrived,
        told: AnswerHeaders,
        body: Option<Vec<u8>>,
    },
}

/// The outcome of sending a message.
#[derive(Debug)]
pub(crate) struct SendReport {
    pub(crate) call: CallReport,
    /// What the status webhooks of this message carry.
    pub(crate) correlation_id: String,
}

/// The outcome of a call or of one attempt, with Meta's response.
#[derive(Debug)]
pub(crate) struct CallReport {
    pub(crate) outcome: Outcome,
    /// Why it was not accepted.
    pub(super) failed: Option<Failure>,
    /// The message that Meta accepted, if it was one.
    pub(crate) accepted: Option<Accepted>,
    /// Meta's response, if it is JSON and not the usual response to a message.
    pub(crate) json: Option<Value>,
    /// Requests that were started.
    pub(crate) attempts: u32,
    pub(crate) http_status: Option<u16>,
    pub(crate) fbtrace_id: Option<String>,
    pub(crate) warnings: Vec<String>,
    pub(super) row: &'static str,
}

/// Why an operation was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(super) kind: Kind,
    pub(super) message: String,
    pub(super) reason: Option<Reason>,
    hint: Option<&'static str>,
    phase: Option<Phase>,
    pub(super) code: Option<i64>,
    retryable: bool,
    pub(super) retry_after_ms: Option<u64>,
    /// What Meta asked for in `Retry-After`.
    pub(super) asked_wait_ms: Option<u64>,
    /// Whether the adapter itself retries.
    pub(super) again: Again,
    /// Whether Meta refused the token itself.
    pub(super) refuses_token: bool,
}

impl CallReport {
    /// The failure, as callers see it.
    pub(crate) fn failure(&self) -> Option<Error> {
        let failed = self.failed.as_ref()?;
        Some(
            Error::new(failed.kind, failed.message.clone())
                .with_retry(failed.retryable, failed.retry_after_ms)
                .with_answer(self.http_status, failed.code),
        )
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        self.failed.as_ref()?.reason
    }

    pub(crate) fn hint(&self) -> Option<&'static str> {
        self.failed.as_ref()?.hint
    }

    pub(crate) fn phase(&self) -> Option<Phase> {
        self.failed.as_ref()?.phase
    }

    /// After an unknown outcome of a message: how long its status may still come.
    pub(crate) fn resolve_within_ms(&self) -> Option<u64> {
        (self.outcome == Outcome::Unknown).then_some(RESOLVE_WITHIN_MS)
    }

    /// Fails a call that was not refused, unless its response proves that it succeeded.
    pub(super) fn proven_by(mut self, evidence: Evidence, effect: Effect) -> Self {
        let lacks = evidence.lacks(
            self.json.as_ref(),
            self.fbtrace_id.as_deref(),
            effect == Effect::Idempotent,
        );
        if let Some(error) = lacks {
            self.fail(&error);
        }
        self
    }

    /// Fails the call, because the parts of the response are no success; an earlier failure stays.
    pub(crate) fn fail(&mut self, error: &Error) {
        if self.failed.is_some() {
            return;
        }
        let is_refusal = error.kind() == Kind::CommandFailed;
        self.outcome = if is_refusal {
            Outcome::Rejected
        } else {
            Outcome::Unknown
        };
        self.failed = Some(Failure {
            kind: error.kind(),
            message: error.message().to_owned(),
            reason: (!is_refusal).then_some(Reason::NoEvidence),
            hint: None,
            phase: None,
            code: None,
            retryable: error.is_retryable(),
            retry_after_ms: None,
            asked_wait_ms: None,
            again: Again::No,
            refuses_token: false,
        });
    }

    /// Fails the call, because the response says nothing about any part of the request.
    pub(crate) fn fail_unproven(&mut self, what: &str) {
        let message = format!("the answer says HTTP 200 and not {what}");
        self.fail(&Error::new(Kind::Unavailable, message).with_retry(true, None));
    }

    /// A command that was cancelled, or else out of time, before it began.
    pub(crate) fn unstarted(is_cancelled: bool) -> Self {
        let fault = if is_cancelled { CANCELLED } else { OUT_OF_TIME };
        Self::not_sent(fault, Effect::Message)
    }

    /// An operation that was not sent.
    pub(super) fn not_sent(fault: Fault, effect: Effect) -> Self {
        decide(Ending::NotSent(fault), effect, b"")
    }

    fn new(row: &Row, failed: Option<Failure>) -> Self {
        Self {
            outcome: row.outcome,
            failed,
            accepted: None,
            json: None,
            attempts: 0,
            http_status: None,
            fbtrace_id: None,
            warnings: Vec::new(),
            row: row.name,
        }
    }
}

/// The report of an operation whose exchange ended like this; `asked` is the request's body.
pub(super) fn decide(ending: Ending, effect: Effect, asked: &[u8]) -> CallReport {
    match ending {
        Ending::NotSent(fault) => unanswered(&row_of_unsent(fault.cause), fault, effect),
        Ending::NoAnswer(fault) => unanswered(&NO_ANSWER, fault, effect),
        Ending::Answered {
            http_status,
            arrived,
            told,
            body,
        } => {
            let reading = Reading::read(http_status, body.as_deref(), effect, asked);
            answered(http_status, arrived, told, reading, effect)
        }
    }
}

fn unanswered(row: &Row, fault: Fault, effect: Effect) -> CallReport {
    let mut failed = Failure::of(row, failure_text(row, Some(&fault), false, effect), effect);
    failed.reason = Some(fault.reason);
    failed.phase = Some(fault.phase);
    failed.hint = failed.hint.or(fault.reason.hint());
    if fault.is_slow_connection() && row.outcome == Outcome::NotSent {
        failed.hint = Some(SLOW_CONNECTION);
    }
    if row.outcome == Outcome::Unknown && effect == Effect::Idempotent {
        // The call did no harm, so the host wants to know what ended it.
        match fault.cause {
            Cause::Cancelled => {
                failed.kind = Kind::Cancelled;
                failed.message = format!("the call was cancelled; {}", effect.perhaps());
                failed.retryable = false;
                failed.again = Again::No;
            }
            Cause::OutOfTime => {
                failed.kind = Kind::Timeout;
                failed.message = format!("the time ran out; {}", effect.perhaps());
                failed.again = Again::No;
            }
            _ => {}
        }
    }
    CallReport::new(row, Some(failed))
}

fn answered(
    http_status: u16,
    arrived: Arrived,
    told: AnswerHeaders,
    reading: Reading,
    effect: Effect,
) -> CallReport {
    let row = row_of_answer(http_status, arrived, reading.content);
    let accepted = reading
        .accepted
        .filter(|_| row.outcome == Outcome::Accepted);
    let failed = match accepted {
        Some(_) => None,
        None => Some(Failure::of_answer(
            &row,
            reading.graph.as_ref(),
            http_status,
            &told,
            effect,
        )),
    };
    let trace_id = reading.graph.and_then(|error| error.fbtrace_id);
    CallReport {
        accepted,
        json: reading.json,
        http_status: Some(http_status),
        fbtrace_id: trace_id
            .filter(|id| id.len() <= MAX_TRACE_ID_BYTES)
            .or(told.trace_id),
        warnings: told.warnings,
        ..CallReport::new(&row, failed)
    }
}

impl Failure {
    fn of(row: &Row, message: String, effect: Effect) -> Self {
        let unknown = row.outcome == Outcome::Unknown;
        let harmless = unknown && effect == Effect::Idempotent;
        let kind = row.kind.unwrap_or(Kind::OutcomeUnknown);
        Self {
            kind: if harmless { Kind::Unavailable } else { kind },
            message,
            // Only a message has an id that could be missing.
            reason: match row.reason {
                Some(Reason::NoMessageId) if effect != Effect::Message => Some(Reason::NoEvidence),
                reason => reason,
            },
            hint: unknown.then_some(effect.reconcile()).flatten(),
            phase: None,
            code: None,
            retryable: row.retryable || harmless,
            retry_after_ms: row.wait_ms,
            asked_wait_ms: None,
            again: if harmless { Again::Backoff } else { row.again },
            refuses_token: row.refuses_token,
        }
    }

    /// The failure that a response without an accepted message means.
    fn of_answer(
        row: &Row,
        graph: Option<&GraphError>,
        http_status: u16,
        told: &AnswerHeaders,
        effect: Effect,
    ) -> Self {
        let success = (200..=299).contains(&http_status);
        let mut failed = Self::of(row, failure_text(row, None, success, effect), effect);
        // A response that decides nothing is not quoted.
        let is_doubtful = matches!(
            row.reason,
            Some(Reason::AnswerIncomplete | Reason::Contradictory | Reason::AnsweredEarly)
        );
        let graph = graph.filter(|_| !is_doubtful);
        if success || is_doubtful {
            failed.phase = graph.is_none().then_some(Phase::Response);
            if let Some(error) = graph {
                failed.message = format!(
                    "Meta answered {http_status} with an error ({}); {}",
                    error.text,
                    effect.perhaps()
                );
            }
        } else if let Some(error) = graph {
            failed.message = match row.outcome {
                Outcome::Unknown => format!("{}: {}", effect.undecided(), error.text),
                _ => error.text.clone(),
            };
            failed.code = error.code;
            if row.outcome != Outcome::Unknown {
                failed.hint = error.hint(effect);
            }
        } else {
            failed.hint = failed.hint.or(row.reason.and_then(Reason::hint));
        }
        if row.reason == Some(Reason::Throttled) {
            failed.asked_wait_ms = told.retry_after_ms;
            // For an hourly quota, Meta's own estimate is better than a guess.
            let regain_ms = told.regain_ms.filter(|_| row.again == Again::No);
            failed.retry_after_ms = told.retry_after_ms.or(regain_ms).or(failed.retry_after_ms);
        }
        if failed.retryable && failed.retry_after_ms.is_none() {
            // Whoever answered, the host may retry, and should know when.
            failed.asked_wait_ms = told.retry_after_ms;
            failed.retry_after_ms = told.retry_after_ms;
        }
        failed
    }
}

/// Rounded up, so that a wait of this length is long enough.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
