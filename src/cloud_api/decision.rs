//! The decision table: it alone decides the outcome of an exchange, whether the adapter retries, and what
//! the host is told.
//!
//! A send is at most once. The adapter retries only what provably was not sent or what Meta refused for
//! being too fast; everything doubtful is *unknown* and stays so. Meta's error code takes precedence over
//! the HTTP status: those rows are in `codes.rs`.
//!
//! Only a complete response decides: every row states which part of a response it [`Needs`], and a
//! response that has less, or contradicts itself, is unknown. No row rejects by a status line alone,
//! because Meta may have accepted the message all the same: an unknown outcome costs a look, a wrong
//! rejection a second message.

use super::codes::of_code;
use super::reason::{Cause, Reason};
use super::row::{
    Again, AnswerBody, Arrived, Needs, Outcome, Row, SECOND, not_sent, refuses, rejected,
    throttled, unknown,
};
use crate::error::Kind;

/// The row for a request that was sent, and to which no complete response head arrived.
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

/// The row for a response of which this much arrived.
pub(super) const fn row_of_answer(http_status: u16, arrived: Arrived, content: AnswerBody) -> Row {
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

/// The row for a response that arrived as far as the row needs.
const fn of_whole(http_status: u16, content: AnswerBody) -> Row {
    match (http_status, content) {
        (200..=299, AnswerBody::Message) => Row {
            needs: Needs::Document,
            outcome: Outcome::Accepted,
            kind: None,
            ..unknown("T12", None)
        },
        // 303 See Other: the request has been processed, and the result is elsewhere.
        (_, AnswerBody::Contradiction | AnswerBody::Message) | (303, _) => {
            unknown("T27", Some(Reason::Contradictory))
        }
        (200..=299, AnswerBody::Other | AnswerBody::Unread) => {
            unknown("T11", Some(Reason::NoMessageId))
        }
        (200..=299, AnswerBody::GraphError { .. }) => unknown("T22", Some(Reason::ErrorIn200)),
        (400..=599, AnswerBody::GraphError { code, transient }) => {
            of_code(http_status, code, transient)
        }
        (_, AnswerBody::GraphError { .. }) => unknown("T21", Some(Reason::ServerError)),
        (0..=199 | 408 | 425 | 500.., _) => unknown("T17", Some(Reason::NotGraph)),
        (400..=499, AnswerBody::Other) if !refuses(http_status) => {
            unknown("T17", Some(Reason::NotGraph))
        }
        (_, AnswerBody::Unread) => unknown("T26", Some(Reason::AnswerIncomplete)),
        (300..=399, AnswerBody::Other) => rejected("T13", Some(Reason::Redirect), false),
        (429, AnswerBody::Other) => throttled("T16", Again::Throttled, SECOND),
        (400..=499, AnswerBody::Other) => rejected("T15", Some(Reason::NotGraph), true),
    }
}
