//! The table: what became of a send, whether it is tried again, and what the host is told about that.
//! Nothing else decides it.
//!
//! A send is at most once. Only what is proved not to have left, or what Meta refused for being too
//! fast, is tried again; everything doubtful is *unknown* and stays so. A code that Meta names decides
//! before the HTTP status does: those rows are in `codes.rs`.
//!
//! Only a whole answer decides: every row says which part of an answer it [`Needs`], and an answer that
//! has less, or contradicts itself, is unknown. No row says no by a status line alone: behind each of
//! them Meta's application may have taken the message, and an unknown outcome costs a look, a wrong no a
//! second message.

use super::codes::of_code;
use super::reason::{Cause, Reason};
use super::row::{
    Again, Arrived, Content, Needs, Outcome, Row, SECOND, not_sent, refuses, rejected, throttled,
    unknown,
};
use crate::error::Kind;

/// The row for a request that left, and to which no complete head of an answer came back.
pub(super) const NO_ANSWER: Row = unknown("T9", None);

/// The row for a request whose last byte was never handed to the TLS or socket layer.
pub(super) const fn row_of_unsent(cause: Cause) -> Row {
    match cause {
        Cause::Cancelled => not_sent("T19", Kind::Cancelled, Again::No, false),
        Cause::OutOfTime => not_sent("T23", Kind::Timeout, Again::No, true),
        Cause::Paced => not_sent("T24", Kind::Unavailable, Again::No, true),
        Cause::BreakerOpen => not_sent("T25", Kind::Unavailable, Again::No, true),
        Cause::Passing => not_sent("T2", Kind::Unavailable, Again::Backoff, true),
        Cause::Handshake => not_sent("T5", Kind::Unavailable, Again::BackoffOnce, true),
        Cause::Lasting => not_sent("T6", Kind::Unavailable, Again::No, false),
    }
}

/// The row for an answer, of which this much arrived.
pub(super) const fn row_of_answer(http_status: u16, arrived: Arrived, content: Content) -> Row {
    let row = of_whole(http_status, content);
    if !matches!(arrived, Arrived::Part) && row.needs.are_met_by(arrived) {
        return row;
    }
    match http_status {
        _ if matches!(arrived, Arrived::Early) => unknown("T28", Some(Reason::AnsweredEarly)),
        200..=299 => unknown("T11", Some(Reason::AnswerIncomplete)),
        _ => unknown("T26", Some(Reason::AnswerIncomplete)),
    }
}

/// The row for an answer that arrived as far as the row needs.
const fn of_whole(http_status: u16, content: Content) -> Row {
    match (http_status, content) {
        (200..=299, Content::Message) => Row {
            needs: Needs::Document,
            outcome: Outcome::Accepted,
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
