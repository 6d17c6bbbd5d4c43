//! A row of the decision table, and the values that select one.

use super::reason::Reason;
use crate::error::Kind;

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;

/// How much of a response arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Every byte that its head announced, and nothing else.
    Whole,
    /// The body can be read, but its end is uncertain: the head gives no length, or two, or bytes
    /// followed.
    Loose,
    /// All of it, but before the server had the whole request: the rest of the request may still arrive.
    Early,
    /// Less than its head announced, or more than a response may have.
    Part,
}

/// Which part of a response a row needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// None: it claims nothing about the message.
    Nothing,
    /// A document that is complete in itself, wherever the answer ends.
    Document,
    /// All of it.
    Whole,
}

impl Needs {
    /// Whether this much of a response is enough.
    pub(super) const fn are_met_by(self, arrived: Arrived) -> bool {
        match self {
            Self::Nothing => true,
            Self::Document => {
                matches!(arrived, Arrived::Whole | Arrived::Loose | Arrived::Early)
            }
            Self::Whole => matches!(arrived, Arrived::Whole),
        }
    }
}

/// What the body of a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerBody {
    /// JSON that names the message.
    Message,
    /// JSON with Graph's `error` object.
    GraphError { code: Option<i64>, transient: bool },
    /// Nothing from the Graph API: other JSON, a page, or no body.
    Other,
    /// Contradictory: a message id in a refusal, an error beside an id, two ids.
    Contradiction,
    /// Broken JSON, compressed bytes, or a body that did not arrive.
    Unread,
}

/// The four outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Meta accepted the message and gave it an id, or carried out the call.
    Accepted,
    /// Meta said no.
    Rejected,
    /// Proved: no complete request was sent.
    NotSent,
    /// The request was sent, and no trustworthy response arrived.
    Unknown,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether the adapter itself retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    No,
    /// After a random pause that grows exponentially.
    Backoff,
    /// As `Backoff`, but once.
    BackoffOnce,
    /// After a random pause of up to 1, 2, 4 … seconds.
    Throttled,
    /// After 1, 4, 16 … seconds, as Meta's documentation asks for messages to one customer.
    Pair,
    /// Once, after this many milliseconds.
    OnceAfter(u64),
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The row's number in `tests/FAULT_CASES.md`.
    pub(super) name: &'static str,
    /// Which part of an answer it rests upon.
    pub(super) needs: Needs,
    pub(super) outcome: Outcome,
    /// The error kind; `None` for an accepted message.
    pub(super) kind: Option<Kind>,
    /// `details.reason`; `None` if the transport gives the reason, or Meta's code does.
    pub(super) reason: Option<Reason>,
    pub(super) again: Again,
    /// Whether the host may retry.
    pub(super) retryable: bool,
    /// How long the host should wait before, in milliseconds, if the row says so.
    pub(super) wait_ms: Option<u64>,
    /// Whether the token itself was refused, and with it every message.
    pub(super) refuses_token: bool,
}

pub(super) const fn not_sent(name: &'static str, kind: Kind, again: Again, retryable: bool) -> Row {
    Row {
        name,
        needs: Needs::Nothing,
        outcome: Outcome::NotSent,
        kind: Some(kind),
        reason: None,
        again,
        retryable,
        wait_ms: None,
        refuses_token: false,
    }
}

pub(super) const fn unknown(name: &'static str, reason: Option<Reason>) -> Row {
    Row {
        outcome: Outcome::Unknown,
        reason,
        ..not_sent(name, Kind::OutcomeUnknown, Again::No, false)
    }
}

pub(super) const fn rejected(name: &'static str, reason: Option<Reason>, retryable: bool) -> Row {
    Row {
        needs: Needs::Whole,
        outcome: Outcome::Rejected,
        reason,
        ..not_sent(name, Kind::CommandFailed, Again::No, retryable)
    }
}

pub(super) const fn throttled(name: &'static str, again: Again, wait_ms: u64) -> Row {
    Row {
        needs: Needs::Whole,
        outcome: Outcome::Rejected,
        reason: Some(Reason::Throttled),
        wait_ms: Some(wait_ms),
        ..not_sent(name, Kind::Unavailable, again, true)
    }
}

/// Whether a status between 400 and 499 means that the request was not passed on. The others mean that a
/// gateway stopped waiting (408, and 444, 460, 499 of single products), or are not documented.
pub(super) const fn refuses(http_status: u16) -> bool {
    matches!(
        http_status,
        400..=407 | 409..=417 | 421 | 422 | 426 | 428 | 429 | 431 | 451
    )
}
