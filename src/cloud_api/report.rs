//! What became of an operation: the row of the decision table, filled in with what was seen.

use std::time::Duration;

use serde_json::Value;

use super::accepted::Accepted;
use super::decision::{NO_ANSWER, row_of_answer, row_of_unsent};
use super::evidence::Evidence;
use super::graph_error::GraphError;
use super::headers::{MAX_TRACE_ID_BYTES, Told};
use super::reading::Reading;
use super::reason::{Cause, Fault, Phase, Reason, SLOW_CONNECTION};
use super::row::{Again, Arrived, Outcome, Row};
use super::subject::Subject;
use super::words::words;
use crate::error::{Error, Kind};

/// Meta repeats a notification for up to seven days (D/webhooks, read 2026-08): a status that has not
/// come by then never comes.
const RESOLVE_WITHIN_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// How one exchange ended, as the transport saw it.
#[derive(Debug)]
pub(super) enum Ending {
    /// The last byte of the request was never handed to the TLS or socket layer.
    NotSent(Fault),
    /// The request left, and no complete answer came back.
    NoAnswer(Fault),
    /// A status line and headers came; `body` is none if it was cut off or too long.
    Answered {
        http_status: u16,
        arrived: Arrived,
        told: Told,
        body: Option<Vec<u8>>,
    },
}

/// What became of a message.
#[derive(Debug)]
pub(crate) struct SendReport {
    pub(crate) call: CallReport,
    /// What the status webhooks of this message carry.
    pub(crate) correlation_id: String,
}

/// What became of a call, or of one attempt.
#[derive(Debug)]
pub(crate) struct CallReport {
    pub(crate) outcome: Outcome,
    /// Why it was not accepted.
    pub(super) failed: Option<Failure>,
    /// The message that Meta accepted, if it was one.
    pub(crate) accepted: Option<Accepted>,
    /// What Meta answered, if it was JSON and no message's usual answer.
    pub(crate) json: Option<Value>,
    /// Requests that were begun.
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
    /// Whether the adapter itself tries again.
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

    /// Fails a call that was not refused, unless its answer has what shows that it was done.
    pub(super) fn proven_by(mut self, evidence: Evidence, subject: Subject) -> Self {
        let lacks = evidence.lacks(self.json.as_ref(), subject == Subject::Repeatable);
        if let Some(error) = lacks {
            self.fail(error);
        }
        self
    }

    /// The parts of the answer are no success, for this reason; a failure that is known already stays.
    pub(crate) fn fail(&mut self, error: Error) {
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

    /// The answer says nothing about any part of what was asked for.
    pub(crate) fn fail_unproven(&mut self, what: &str) {
        let message = format!("the answer says HTTP 200 and not {what}");
        self.fail(Error::new(Kind::Unavailable, message).with_retry(true, None));
    }

    /// An operation that was not sent.
    pub(super) fn not_sent(fault: Fault, subject: Subject) -> Self {
        decide(Ending::NotSent(fault), subject, b"")
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

/// What became of an operation that ended so, in which `asked` was the request's body.
pub(super) fn decide(ending: Ending, subject: Subject, asked: &[u8]) -> CallReport {
    match ending {
        Ending::NotSent(fault) => unanswered(&row_of_unsent(fault.cause), fault, subject),
        Ending::NoAnswer(fault) => unanswered(&NO_ANSWER, fault, subject),
        Ending::Answered {
            http_status,
            arrived,
            told,
            body,
        } => {
            let reading = Reading::read(http_status, body.as_deref(), subject, asked);
            answered(http_status, arrived, told, reading, subject)
        }
    }
}

fn unanswered(row: &Row, fault: Fault, subject: Subject) -> CallReport {
    let mut failed = Failure::of(row, words(row, Some(&fault), false, subject), subject);
    failed.reason = Some(fault.reason);
    failed.phase = Some(fault.phase);
    failed.hint = failed.hint.or(fault.reason.hint());
    if fault.is_slow_connection() && row.outcome == Outcome::NotSent {
        failed.hint = Some(SLOW_CONNECTION);
    }
    if row.outcome == Outcome::Unknown && subject == Subject::Repeatable {
        // Nothing can have been done by it; what ended it is what the host wants to know.
        match fault.cause {
            Cause::Cancelled => {
                failed.kind = Kind::Cancelled;
                failed.message = format!("the call was cancelled; {}", subject.perhaps());
                failed.retryable = false;
                failed.again = Again::No;
            }
            Cause::OutOfTime => {
                failed.kind = Kind::Timeout;
                failed.message = format!("the time ran out; {}", subject.perhaps());
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
    told: Told,
    reading: Reading,
    subject: Subject,
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
            subject,
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
    fn of(row: &Row, message: String, subject: Subject) -> Self {
        let unknown = row.outcome == Outcome::Unknown;
        let harmless = unknown && subject == Subject::Repeatable;
        let kind = row.kind.unwrap_or(Kind::OutcomeUnknown);
        Self {
            kind: if harmless { Kind::Unavailable } else { kind },
            message,
            // Only a message has an id that could be missing.
            reason: match row.reason {
                Some(Reason::NoMessageId) if subject != Subject::Message => {
                    Some(Reason::NoEvidence)
                }
                reason => reason,
            },
            hint: unknown.then_some(subject.reconcile()).flatten(),
            phase: None,
            code: None,
            retryable: row.retryable || harmless,
            retry_after_ms: row.wait_ms,
            asked_wait_ms: None,
            again: if harmless { Again::Backoff } else { row.again },
            refuses_token: row.refuses_token,
        }
    }

    /// What an answer says that names no message.
    fn of_answer(
        row: &Row,
        graph: Option<&GraphError>,
        http_status: u16,
        told: &Told,
        subject: Subject,
    ) -> Self {
        let success = (200..=299).contains(&http_status);
        let mut failed = Self::of(row, words(row, None, success, subject), subject);
        // What is said of an answer that decides nothing is not what the answer says.
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
                    subject.perhaps()
                );
            }
        } else if let Some(error) = graph {
            failed.message = match row.outcome {
                Outcome::Unknown => format!("{}: {}", subject.undecided(), error.text),
                _ => error.text.clone(),
            };
            failed.code = error.code;
            if row.outcome != Outcome::Unknown {
                failed.hint = error.hint(subject);
            }
        } else {
            failed.hint = failed.hint.or(row.reason.and_then(Reason::hint));
        }
        if row.reason == Some(Reason::Throttled) {
            failed.asked_wait_ms = told.retry_after_ms;
            // A quota of the hour: Meta's own estimate is better than a guess.
            let regain_ms = told.regain_ms.filter(|_| row.again == Again::No);
            failed.retry_after_ms = told.retry_after_ms.or(regain_ms).or(failed.retry_after_ms);
        }
        if failed.retryable && failed.retry_after_ms.is_none() {
            // Whoever answered, the host may come back later: then it may know when.
            failed.asked_wait_ms = told.retry_after_ms;
            failed.retry_after_ms = told.retry_after_ms;
        }
        failed
    }
}

/// Rounded up: whoever waits that long has waited long enough.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
