//! The table: what became of a send, whether it is tried again, and what the host is told about that.
//! Nothing else decides it.
//!
//! A send is at most once. Only what is proved not to have left, or what Meta refused for being too
//! fast, is tried again; everything doubtful is *unknown* and stays so. A code that Meta names decides
//! before the HTTP status does: those rows are in `codes.rs`.
//!
//! Only a whole answer decides: every row says which part of an answer it [`Needs`], and an answer that
//! has less, or contradicts itself, is unknown. No row says no by a status line alone: behind each of them
//! Meta's application may have taken the message, and an unknown outcome costs a look, a wrong no a second
//! message.

use super::codes::of_code;
use super::reason::Reason;
use crate::error::Kind;

/// How one exchange ended, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The last byte of the request was never handed to the TLS or socket layer.
    NotSent(Cause),
    /// The request left, and no complete head of an answer came back.
    NoAnswer,
    /// A status line and headers came.
    Answered {
        http_status: u16,
        arrived: Arrived,
        content: Content,
    },
}

/// How much of an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Every byte that its head announced, and nothing else.
    Whole,
    /// Its body can be read, and where it ends is not sure: its head gives no length, or two of them, or
    /// more came behind it.
    Loose,
    /// All of it, before all of the request was there: whoever answered did not have the request, and what
    /// is on its way may still arrive.
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
    const fn are_met_by(self, arrived: Arrived) -> bool {
        match self {
            Self::Nothing => true,
            Self::Document => {
                matches!(arrived, Arrived::Whole | Arrived::Loose | Arrived::Early)
            }
            Self::Whole => matches!(arrived, Arrived::Whole),
        }
    }
}

/// Why nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The host cancelled the call, or is destroying the adapter.
    Cancelled,
    /// The call's time ran out.
    OutOfTime,
    /// The number's or the recipient's turn comes after the call's time.
    Paced,
    /// Meta has just refused the token.
    BreakerOpen,
    /// The network, the name or the proxy: another try may find it mended.
    Passing,
    /// The TLS handshake broke off.
    Handshake,
    /// Nothing that time mends: a certificate, the proxy's password.
    Lasting,
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

/// Which of the four outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Accepted,
    Rejected,
    NotSent,
    Unknown,
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
pub(super) struct Decision {
    /// The row's number in `tests/FAULT_CASES.md`.
    pub(super) row: &'static str,
    /// Which part of an answer it rests upon.
    pub(super) needs: Needs,
    pub(super) verdict: Verdict,
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
    pub(super) auth: bool,
}

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;

/// The row for `ended`; every ending has exactly one.
pub(super) const fn decide(ended: Ended) -> Decision {
    match ended {
        Ended::NotSent(cause) => match cause {
            Cause::Cancelled => not_sent("T19", Kind::Cancelled, Again::No, false),
            Cause::OutOfTime => not_sent("T23", Kind::Timeout, Again::No, true),
            Cause::Paced => not_sent("T24", Kind::Unavailable, Again::No, true),
            Cause::BreakerOpen => not_sent("T25", Kind::Unavailable, Again::No, true),
            Cause::Passing => not_sent("T2", Kind::Unavailable, Again::Backoff, true),
            Cause::Handshake => not_sent("T5", Kind::Unavailable, Again::BackoffOnce, true),
            Cause::Lasting => not_sent("T6", Kind::Unavailable, Again::No, false),
        },
        Ended::NoAnswer => unknown("T9", None),
        Ended::Answered {
            http_status,
            arrived,
            content,
        } => {
            let row = of_answer(http_status, content);
            if !matches!(arrived, Arrived::Part) && row.needs.are_met_by(arrived) {
                return row;
            }
            match http_status {
                _ if matches!(arrived, Arrived::Early) => {
                    unknown("T28", Some(Reason::AnsweredEarly))
                }
                200..=299 => unknown("T11", Some(Reason::AnswerIncomplete)),
                _ => unknown("T26", Some(Reason::AnswerIncomplete)),
            }
        }
    }
}

/// The row for an answer that arrived as far as the row needs.
const fn of_answer(http_status: u16, content: Content) -> Decision {
    match (http_status, content) {
        (200..=299, Content::Message) => Decision {
            needs: Needs::Document,
            verdict: Verdict::Accepted,
            kind: None,
            ..unknown("T12", None)
        },
        // 303, see other: what was asked for has been done, and the result lies elsewhere.
        (_, Content::Contradiction | Content::Message) | (303, _) => {
            unknown("T27", Some(Reason::Contradictory))
        }
        (200..=299, Content::Other | Content::Unread) => unknown("T11", Some(Reason::NoMessageId)),
        (200..=299, Content::GraphError { .. }) => unknown("T22", Some(Reason::ErrorIn200)),
        (400..=599, Content::GraphError { code, transient }) => {
            of_code(http_status, code, transient)
        }
        (_, Content::GraphError { .. }) => unknown("T21", Some(Reason::ServerError)),
        (0..=199 | 408 | 425 | 500.., _) => unknown("T17", Some(Reason::NotGraph)),
        (400..=499, Content::Other) if !refuses(http_status) => {
            unknown("T17", Some(Reason::NotGraph))
        }
        (_, Content::Unread) => unknown("T26", Some(Reason::AnswerIncomplete)),
        (300..=399, Content::Other) => rejected("T13", Some(Reason::Redirect), false),
        (429, Content::Other) => throttled("T16", Again::Throttled, SECOND),
        (400..=499, Content::Other) => rejected("T15", Some(Reason::NotGraph), true),
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

const fn not_sent(row: &'static str, kind: Kind, again: Again, retryable: bool) -> Decision {
    Decision {
        row,
        needs: Needs::Nothing,
        verdict: Verdict::NotSent,
        kind: Some(kind),
        reason: None,
        again,
        retryable,
        wait_ms: None,
        auth: false,
    }
}

pub(super) const fn unknown(row: &'static str, reason: Option<Reason>) -> Decision {
    Decision {
        verdict: Verdict::Unknown,
        reason,
        ..not_sent(row, Kind::OutcomeUnknown, Again::No, false)
    }
}

pub(super) const fn rejected(
    row: &'static str,
    reason: Option<Reason>,
    retryable: bool,
) -> Decision {
    Decision {
        needs: Needs::Whole,
        verdict: Verdict::Rejected,
        reason,
        ..not_sent(row, Kind::CommandFailed, Again::No, retryable)
    }
}

pub(super) const fn throttled(row: &'static str, again: Again, wait_ms: u64) -> Decision {
    Decision {
        needs: Needs::Whole,
        verdict: Verdict::Rejected,
        reason: Some(Reason::Throttled),
        wait_ms: Some(wait_ms),
        ..not_sent(row, Kind::Unavailable, again, true)
    }
}
