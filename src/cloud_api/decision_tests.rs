//! What every row of the decision table keeps.

use proptest::prelude::*;

use super::decision::{NO_ANSWER, row_of_answer, row_of_unsent};
use super::reason::{Cause, Reason};
use super::row::*;
use crate::error::Kind;

/// How an exchange ended, with its row.
#[derive(Debug, Clone, Copy)]
enum Ended {
    NotSent(Cause),
    NoAnswer,
    Answered {
        http_status: u16,
        arrived: Arrived,
        content: AnswerBody,
    },
}

fn decide(ended: Ended) -> Row {
    match ended {
        Ended::NotSent(cause) => row_of_unsent(cause),
        Ended::NoAnswer => NO_ANSWER,
        Ended::Answered {
            http_status,
            arrived,
            content,
        } => row_of_answer(http_status, arrived, content),
    }
}

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
        Just(AnswerBody::Message),
        Just(AnswerBody::Other),
        Just(AnswerBody::Contradiction),
        Just(AnswerBody::Unread),
        (prop::option::of(near), any::<bool>())
            .prop_map(|(code, transient)| AnswerBody::GraphError { code, transient }),
    ];
    let arrived = prop_oneof![
        Just(Arrived::Whole),
        Just(Arrived::Loose),
        Just(Arrived::Early),
        Just(Arrived::Part)
    ];
    prop_oneof![
        cause.prop_map(Ended::NotSent),
        Just(Ended::NoAnswer),
        (prop_oneof![any::<u16>(), 100..600_u16], arrived, content).prop_map(
            |(http_status, arrived, content)| {
                Ended::Answered {
                    http_status,
                    arrived,
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
        prop_assert_eq!(row.outcome == Outcome::NotSent, !left, "{:?}", row);
        prop_assert_eq!(row.kind.is_none(), row.outcome == Outcome::Accepted);
        let unknown = row.outcome == Outcome::Unknown;
        prop_assert_eq!(row.kind == Some(Kind::OutcomeUnknown), unknown);
        // Tried again only after "not sent" and after a throttle rejection.
        if row.again != Again::No {
            let says_later = row.reason == Some(Reason::Throttled);
            let throttled = row.outcome == Outcome::Rejected && says_later;
            prop_assert!(!left || throttled, "{:?}", row);
            prop_assert!(row.retryable, "{:?}", row);
        }
        if unknown {
            prop_assert!(!row.retryable && row.again == Again::No, "{:?}", row);
        }
        if row.outcome == Outcome::Accepted {
            let named = matches!(
                ended,
                Ended::Answered {
                    http_status: 200..=299,
                    arrived: Arrived::Whole | Arrived::Loose | Arrived::Early,
                    content: AnswerBody::Message,
                }
            );
            prop_assert!(named);
        }
        // A no, and with it every repetition, rests upon all of an answer that says one thing.
        if row.outcome == Outcome::Rejected {
            let says = matches!(
                ended,
                Ended::Answered {
                    arrived: Arrived::Whole,
                    content: AnswerBody::GraphError { .. } | AnswerBody::Other,
                    ..
                }
            );
            prop_assert!(says && row.needs == Needs::Whole, "{:?}", row);
        }
        // A server error that no code explains may have been a send.
        if let Ended::Answered { http_status: 500.., content: AnswerBody::Other, .. } = ended {
            prop_assert!(unknown);
        }
    }
}

#[test]
fn what_may_have_been_passed_on_is_unknown() {
    for (http_status, code, transient) in [
        (408, None, false),
        (444, None, false),
        (460, Some(999_999), false),
        (499, None, false),
        (425, None, false),
        (400, Some(100), true),
        (400, Some(132_000), true),
        (400, None, true),
    ] {
        let content = AnswerBody::GraphError { code, transient };
        let row = decide(Ended::Answered {
            http_status,
            arrived: Arrived::Whole,
            content,
        });
        assert_eq!(row.outcome, Outcome::Unknown, "{http_status} {code:?}");
    }
}

/// Whoever gave up waiting may have passed the request on, whatever number he has for that.
#[test]
fn only_statuses_that_are_known_for_refusals_say_no() {
    let refusing: Vec<u16> = (400..500).filter(|status| refuses(*status)).collect();
    assert!(refusing.contains(&404) && refusing.contains(&413));
    for http_status in 400..500 {
        let row = decide(Ended::Answered {
            http_status,
            arrived: Arrived::Whole,
            content: AnswerBody::Other,
        });
        let is_no = row.outcome == Outcome::Rejected;
        assert_eq!(is_no, refusing.contains(&http_status), "{http_status}");
    }
    for gave_up in [408, 419, 425, 430, 440, 444, 449, 460, 463, 464, 494, 499] {
        assert!(!refusing.contains(&gave_up), "{gave_up}");
    }
}

#[test]
fn repeating_what_meta_penalises_is_never_advised() {
    for code in [
        368, 130_472, 130_497, 131_031, 131_048, 131_049, 131_050, 131_064, 132_015, 133_016,
    ] {
        for http_status in [200, 400, 429, 500, 503] {
            let content = AnswerBody::GraphError {
                code: Some(code),
                transient: true,
            };
            let row = decide(Ended::Answered {
                http_status,
                arrived: Arrived::Whole,
                content,
            });
            assert_eq!((row.again, row.retryable), (Again::No, false), "{code}");
        }
    }
}
