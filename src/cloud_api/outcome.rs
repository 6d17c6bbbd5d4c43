//! What became of a send, with the words for it: the table's row, filled in with what was seen.

use serde_json::Value;

use super::accepted::Accepted;
use super::decision::{Again, Arrived, Cause, Decision, Ended, Verdict, decide};
use super::fault::{SLOW_CONNECTION, is_slow_connection};
use super::graph_error::GraphError;
use super::headers::Told;
use super::reading::Reading;
use super::reason::{Phase, Reason};
use super::subject::Subject;
use super::words::words;
use crate::error::{Error, Kind};

/// Meta repeats a notification for up to seven days (D/webhooks, read 2026-08): a status that has not come
/// by then never comes.
const RESOLVE_WITHIN_MS: u64 = 7 * 24 * 60 * 60 * 1000;
/// A trace id has a few dozen bytes; what is longer is none.
pub(super) const MAX_TRACE_ID_BYTES: usize = 128;

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

/// Why an exchange failed before an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) phase: Phase,
    pub(super) reason: Reason,
    /// What that means for another try, had nothing been sent.
    pub(super) cause: Cause,
}

impl Fault {
    pub(super) const fn new(phase: Phase, reason: Reason, cause: Cause) -> Self {
        Self {
            phase,
            reason,
            cause,
        }
    }
}

/// Everything known about a send that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(super) kind: Kind,
    pub(super) message: String,
    pub(super) reason: Option<Reason>,
    hint: Option<&'static str>,
    phase: Option<Phase>,
    pub(super) code: Option<i64>,
    retryable: bool,
    pub(super) retry_after_ms: Option<u64>,
    /// What Meta asked for in `Retry-After`.
    pub(super) told_ms: Option<u64>,
    /// Whether the adapter itself tries again.
    pub(super) again: Again,
    /// Whether Meta refused the token itself.
    pub(super) auth: bool,
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
    /// Requests that were begun.
    pub(crate) attempts: u32,
    /// What the status webhooks of this message carry.
    pub(crate) correlation_id: String,
    pub(crate) http_status: Option<u16>,
    pub(crate) fbtrace_id: Option<String>,
    pub(crate) warnings: Vec<String>,
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

    pub(super) const fn failed(&self) -> Option<&Failed> {
        match self {
            Self::Accepted(_) => None,
            Self::Rejected(failed) | Self::NotSent(failed) | Self::Unknown(failed) => Some(failed),
        }
    }

    pub(super) const fn failed_mut(&mut self) -> Option<&mut Failed> {
        match self {
            Self::Accepted(_) => None,
            Self::Rejected(failed) | Self::NotSent(failed) | Self::Unknown(failed) => Some(failed),
        }
    }

    /// The failure, as callers see it.
    pub(crate) fn failure(&self, http_status: Option<u16>) -> Option<Error> {
        let failed = self.failed()?;
        Some(
            Error::new(failed.kind, failed.message.clone())
                .with_retry(failed.retryable, failed.retry_after_ms)
                .with_answer(http_status, failed.code),
        )
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        self.failed().and_then(|failed| failed.reason)
    }

    pub(crate) fn hint(&self) -> Option<&'static str> {
        self.failed().and_then(|failed| failed.hint)
    }

    /// After an unknown outcome of a message: how long its status may still come.
    pub(crate) const fn resolve_within_ms(&self) -> Option<u64> {
        match self {
            Self::Unknown(_) => Some(RESOLVE_WITHIN_MS),
            _ => None,
        }
    }

    pub(crate) fn phase(&self) -> Option<Phase> {
        self.failed().and_then(|failed| failed.phase)
    }
}

impl Answer {
    /// The failure in this answer, as callers see it.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.outcome.failure(self.http_status)
    }
}

/// One exchange's outcome, and what is logged with it.
#[derive(Debug)]
pub(super) struct Classified {
    pub(super) outcome: Outcome,
    /// The answer, if it was JSON and no accepted message.
    pub(super) json: Option<Value>,
    pub(super) row: &'static str,
    pub(super) http_status: Option<u16>,
    pub(super) fbtrace_id: Option<String>,
    pub(super) warnings: Vec<String>,
}

/// The outcome of one exchange, in which `asked` was the request's body.
pub(super) fn classify(ending: Ending, subject: Subject, asked: &[u8]) -> Classified {
    match ending {
        Ending::NotSent(fault) => without_answer(Ended::NotSent(fault.cause), fault, subject),
        Ending::NoAnswer(fault) => without_answer(Ended::NoAnswer, fault, subject),
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

fn without_answer(ended: Ended, fault: Fault, subject: Subject) -> Classified {
    let decision = decide(ended);
    let told = words(&decision, Some(&fault), false, subject);
    let mut failed = failed(&decision, told, subject);
    failed.reason = Some(fault.reason);
    failed.phase = Some(fault.phase);
    failed.hint = failed.hint.or(fault.reason.hint());
    if is_slow_connection(&fault) && decision.verdict == Verdict::NotSent {
        failed.hint = Some(SLOW_CONNECTION);
    }
    if decision.verdict == Verdict::Unknown && subject == Subject::Repeatable {
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
    Classified {
        outcome: outcome(decision.verdict, failed),
        json: None,
        row: decision.row,
        http_status: None,
        fbtrace_id: None,
        warnings: Vec::new(),
    }
}

fn answered(
    http_status: u16,
    arrived: Arrived,
    told: Told,
    reading: Reading,
    subject: Subject,
) -> Classified {
    let decision = decide(Ended::Answered {
        http_status,
        arrived,
        content: reading.content,
    });
    let graph = reading.graph;
    let outcome = match reading.accepted {
        Some(message) if decision.verdict == Verdict::Accepted => Outcome::Accepted(message),
        _ => outcome(
            decision.verdict,
            refused(&decision, graph.as_ref(), http_status, &told, subject),
        ),
    };
    let trace_id = graph.and_then(|error| error.fbtrace_id);
    Classified {
        outcome,
        json: reading.json,
        row: decision.row,
        http_status: Some(http_status),
        fbtrace_id: trace_id
            .filter(|id| id.len() <= MAX_TRACE_ID_BYTES)
            .or(told.trace_id),
        warnings: told.warnings,
    }
}

fn outcome(verdict: Verdict, failed: Failed) -> Outcome {
    match verdict {
        Verdict::NotSent => Outcome::NotSent(failed),
        Verdict::Rejected => Outcome::Rejected(failed),
        // Accepted without a message cannot be; were it so, nobody would know what was sent.
        Verdict::Unknown | Verdict::Accepted => Outcome::Unknown(failed),
    }
}

fn failed(decision: &Decision, message: String, subject: Subject) -> Failed {
    let unknown = decision.verdict == Verdict::Unknown;
    let harmless = unknown && subject == Subject::Repeatable;
    let kind = decision.kind.unwrap_or(Kind::OutcomeUnknown);
    Failed {
        kind: if harmless { Kind::Unavailable } else { kind },
        message,
        // Only a message has an id that could be missing.
        reason: match decision.reason {
            Some(Reason::NoMessageId) if subject != Subject::Message => Some(Reason::NoEvidence),
            reason => reason,
        },
        hint: unknown.then_some(subject.reconcile()).flatten(),
        phase: None,
        code: None,
        retryable: decision.retryable || harmless,
        retry_after_ms: decision.wait_ms,
        told_ms: None,
        again: if harmless {
            Again::Backoff
        } else {
            decision.again
        },
        auth: decision.auth,
    }
}

/// What an answer that names no message says.
fn refused(
    decision: &Decision,
    graph: Option<&GraphError>,
    http_status: u16,
    told: &Told,
    subject: Subject,
) -> Failed {
    let success = (200..=299).contains(&http_status);
    let mut failed = failed(decision, words(decision, None, success, subject), subject);
    // What is said of an answer that decides nothing is not what the answer says.
    let is_doubtful = matches!(
        decision.reason,
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
        failed.message = match decision.verdict {
            Verdict::Unknown => format!("{}: {}", subject.undecided(), error.text),
            _ => error.text.clone(),
        };
        failed.code = error.code;
        if decision.verdict != Verdict::Unknown {
            failed.hint = error.hint(subject);
        }
    } else {
        failed.hint = failed.hint.or(decision.reason.and_then(Reason::hint));
    }
    if decision.reason == Some(Reason::Throttled) {
        failed.told_ms = told.retry_after_ms;
        // A quota of the hour: Meta's own estimate is better than a guess.
        let regain_ms = told.regain_ms.filter(|_| decision.again == Again::No);
        failed.retry_after_ms = told.retry_after_ms.or(regain_ms).or(failed.retry_after_ms);
    }
    if failed.retryable && failed.retry_after_ms.is_none() {
        // Whoever answered, the host may come back later: then it may know when.
        failed.told_ms = told.retry_after_ms;
        failed.retry_after_ms = told.retry_after_ms;
    }
    failed
}
