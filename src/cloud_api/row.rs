//! A row of the decision table, and what rows are found by.

use super::reason::Reason;
use crate::error::Kind;

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;

/// How much of an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Every byte that its head announced, and nothing else.
    Whole,
    /// Its body can be read, and where it ends is not sure: its head gives no length, or two of them, or
    /// more came behind it.
    Loose,
    /// All of it, before all of the request was there: whoever answered did not have the request, and
    /// what is on its way may still arrive.
    Early,
    /// Less than its head announced, or more than an answer can have.
    Part,
}

/// Which part of an answer a row rests upon.
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
    /// Whether as much of an answer as `arrived` is enough.
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

/// What the body of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// JSON that names the message.
    Message,
    /// JSON with Graph's `error` object.
    GraphError { code: Option<i64>, transient: bool },
    /// Nothing of Graph's: other JSON, a page, or nothing at all.
    Other,
    /// It says two things: a message's id in a refusal, an error beside it, two ids.
    Contradiction,
    /// JSON that is broken, compressed bytes, or what did not arrive.
    Unread,
}

/// The four outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Meta took the message and gave it an id, or did what was asked for.
    Accepted,
    /// Meta said no.
    Rejected,
    /// Proved: no complete request left.
    NotSent,
    /// The request left and no trustworthy answer came.
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

/// Whether the adapter itself tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    No,
    /// After a random pause that grows.
    Backoff,
    /// As `Backoff`, but once.
    BackoffOnce,
    /// After a random pause of up to 1, 2, 4 … seconds.
    Throttled,
    /// After 1, 4, 16 … seconds, as Meta asks for messages to one customer.
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
    /// The result; `None` for an accepted message.
    pub(super) kind: Option<Kind>,
    /// `details.reason`; `None` where the transport's own word or Meta's code says it.
    pub(super) reason: Option<Reason>,
    pub(super) again: Again,
    /// Whether the host may try again by itself.
    pub(super) retryable: bool,
    /// How long to wait before that, in milliseconds, if the row says so.
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

/// Whether a status between 400 and 499 says that the request was not passed on. The others say that
/// somebody gave up waiting (408 and its kin of single gateways: 444, 460, 499), or nothing that anybody
/// has written down.
pub(super) const fn refuses(http_status: u16) -> bool {
    matches!(
        http_status,
        400..=407 | 409..=417 | 421 | 422 | 426 | 428 | 429 | 431 | 451
    )
}
