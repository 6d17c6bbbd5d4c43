//! Error messages for endings that no response of Meta explains.

use super::effect::Effect;
use super::reason::{Fault, Reason};
use super::row::{Outcome, Row};
use crate::error::Kind;

/// The error message for a row that no response of Meta explains.
pub(super) fn failure_text(
    row: &Row,
    fault: Option<&Fault>,
    says_success: bool,
    effect: Effect,
) -> String {
    let told = match (row.reason, row.outcome, row.kind) {
        (Some(Reason::Redirect), ..) => {
            return "the server answered with a redirect, which is never followed: the token would go \
                    with it"
                .to_owned();
        }
        (Some(Reason::NotGraph), Outcome::Rejected, _) => {
            return "the answer did not come from the Graph API".to_owned();
        }
        (Some(Reason::Throttled), ..) => {
            return "the server answered 429: too many requests".to_owned();
        }
        (Some(Reason::NotGraph), ..) => "something before Meta answered with a server error",
        (Some(Reason::ErrorIn200), ..) => "Meta answered 200 with an error",
        (Some(Reason::NoMessageId), ..) if effect != Effect::Message => {
            "the answer is no JSON object"
        }
        (Some(Reason::NoMessageId), ..) => "the answer said success and did not name the message",
        (Some(Reason::AnswerIncomplete), ..) if says_success => {
            "the answer said success and broke off before it named the message"
        }
        (Some(Reason::AnswerIncomplete), ..) => {
            "the answer is no success, and it did not arrive whole or cannot be read"
        }
        (Some(Reason::AnsweredEarly), ..) => {
            "the answer is no success, and it came before all of the request had arrived"
        }
        (Some(Reason::Contradictory), ..) => "the answer contradicts itself",
        (_, Outcome::NotSent, kind) => {
            let told = match (kind, fault.map(|fault| fault.reason)) {
                (Some(Kind::Cancelled), _) => "the call was cancelled",
                (Some(Kind::Timeout), _) => "the time ran out",
                (_, Some(Reason::Paced)) => "the rate limit allows it only after the call's time",
                (_, Some(Reason::BreakerOpen)) => "Meta has just refused the access token",
                _ => "the Graph API could not be reached",
            };
            let (phase, reason) = fault.map_or(("request", "unknown"), |fault| {
                (fault.phase.as_str(), fault.reason.as_str())
            });
            return format!("{told} ({phase}: {reason}); nothing was sent");
        }
        _ => "the request left and no complete answer came back",
    };
    format!("{told}; {}", effect.perhaps())
}
