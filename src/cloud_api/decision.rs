//! The table: what became of a send, whether it is tried again, and what the host is told about that.
//! Nothing else decides it.
//!
//! A send is at most once. Only what is proved not to have left, or what Meta refused for being too
//! fast, is tried again; everything doubtful is *unknown* and stays so. A code that Meta names decides
//! before the HTTP status does: those rows are in `codes.rs`.

use super::codes::of_code;
use crate::error::Kind;

/// How one exchange ended, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The last byte of the request was never handed to the TLS or socket layer.
    NotSent(Cause),
    /// The request left, and no complete head of an answer came back.
    NoAnswer,
    /// A status line and headers came.
    Answered { http_status: u16, content: Content },
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
    /// Anything else, complete.
    Other,
    /// Cut off, or longer than an answer can be.
    Incomplete,
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
    pub(super) verdict: Verdict,
    /// The result; `None` for an accepted message.
    pub(super) kind: Option<Kind>,
    /// `details.reason`; `None` where the transport's own word or Meta's code says it.
    pub(super) reason: Option<&'static str>,
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
            content,
        } => match (http_status, content) {
            (200..=299, Content::Message) => Decision {
                verdict: Verdict::Accepted,
                kind: None,
                ..unknown("T12", None)
            },
            (200..=299, Content::Other) => unknown("T11", Some("no_message_id")),
            (200..=299, Content::Incomplete) => unknown("T11", Some("answer_incomplete")),
            (200..=299, Content::GraphError { .. }) => unknown("T22", Some("error_in_200")),
            (_, Content::GraphError { code, transient }) => of_code(http_status, code, transient),
            (300..=399, _) => rejected("T13", Some("redirect"), false),
            (429, _) => throttled("T16", Again::Throttled, SECOND),
            (0..=199 | 408 | 425 | 500.., _) => unknown("T17", Some("not_graph")),
            (400..=499, _) => rejected("T15", Some("not_graph"), true),
        },
    }
}

const fn not_sent(row: &'static str, kind: Kind, again: Again, retryable: bool) -> Decision {
    Decision {
        row,
        verdict: Verdict::NotSent,
        kind: Some(kind),
        reason: None,
        again,
        retryable,
        wait_ms: None,
        auth: false,
    }
}

pub(super) const fn unknown(row: &'static str, reason: Option<&'static str>) -> Decision {
    Decision {
        verdict: Verdict::Unknown,
        reason,
        ..not_sent(row, Kind::OutcomeUnknown, Again::No, false)
    }
}

pub(super) const fn rejected(
    row: &'static str,
    reason: Option<&'static str>,
    retryable: bool,
) -> Decision {
    Decision {
        verdict: Verdict::Rejected,
        reason,
        ..not_sent(row, Kind::CommandFailed, Again::No, retryable)
    }
}

pub(super) const fn throttled(row: &'static str, again: Again, wait_ms: u64) -> Decision {
    Decision {
        verdict: Verdict::Rejected,
        reason: Some("throttled"),
        wait_ms: Some(wait_ms),
        ..not_sent(row, Kind::Unavailable, again, true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ended() -> impl Strategy<Value = Ended> {
        let cause = prop_oneof![
            Just(Cause::Cancelled),
            Just(Cause::OutOfTime),
            Just(Cause::Paced),
            Just(Cause::BreakerOpen),
            Just(Cause::Passing),
            Just(Cause::Handshake),
            Just(Cause::Lasting),
        ];
        let near = prop_oneof![
            any::<i64>(),
            0..1000_i64,
            80_000..80_020_i64,
            130_000..140_000_i64
        ];
        let content = prop_oneof![
            Just(Content::Message),
            Just(Content::Other),
            Just(Content::Incomplete),
            (prop::option::of(near), any::<bool>())
                .prop_map(|(code, transient)| Content::GraphError { code, transient }),
        ];
        prop_oneof![
            cause.prop_map(Ended::NotSent),
            Just(Ended::NoAnswer),
            (prop_oneof![any::<u16>(), 100..600_u16], content).prop_map(
                |(http_status, content)| {
                    Ended::Answered {
                        http_status,
                        content,
                    }
                }
            ),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// The compiler proves that every ending has one row; these are the rules that each must keep.
        #[test]
        fn every_row_keeps_the_rules(ended in ended()) {
            let row = decide(ended);
            let left = !matches!(ended, Ended::NotSent(_));
            prop_assert_eq!(row.verdict == Verdict::NotSent, !left, "{:?}", row);
            prop_assert_eq!(row.kind.is_none(), row.verdict == Verdict::Accepted);
            let unknown = row.verdict == Verdict::Unknown;
            prop_assert_eq!(row.kind == Some(Kind::OutcomeUnknown), unknown);
            // Tried again only after "not sent" and after a throttle rejection.
            if row.again != Again::No {
                let throttled = row.verdict == Verdict::Rejected && row.reason == Some("throttled");
                prop_assert!(!left || throttled, "{:?}", row);
                prop_assert!(row.retryable, "{:?}", row);
            }
            if unknown {
                prop_assert!(!row.retryable && row.again == Again::No, "{:?}", row);
            }
            if row.verdict == Verdict::Accepted {
                let named = matches!(
                    ended,
                    Ended::Answered { http_status: 200..=299, content: Content::Message }
                );
                prop_assert!(named);
            }
            // A server error that no code explains may have been a send.
            if let Ended::Answered { http_status: 500.., content: Content::Other } = ended {
                prop_assert!(unknown);
            }
        }
    }

    #[test]
    fn what_may_have_been_passed_on_is_unknown() {
        for (http_status, code, transient) in [
            (408, None, false),
            (425, None, false),
            (400, Some(100), true),
            (400, Some(132_000), true),
            (400, None, true),
        ] {
            let content = Content::GraphError { code, transient };
            let row = decide(Ended::Answered {
                http_status,
                content,
            });
            assert_eq!(row.verdict, Verdict::Unknown, "{http_status} {code:?}");
        }
    }

    #[test]
    fn repeating_what_meta_penalises_is_never_advised() {
        for code in [
            368, 130_472, 130_497, 131_031, 131_048, 131_049, 131_050, 131_064, 132_015, 133_016,
        ] {
            for http_status in [200, 400, 429, 500, 503] {
                let content = Content::GraphError {
                    code: Some(code),
                    transient: true,
                };
                let row = decide(Ended::Answered {
                    http_status,
                    content,
                });
                assert_eq!((row.again, row.retryable), (Again::No, false), "{code}");
            }
        }
    }
}
