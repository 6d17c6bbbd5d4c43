//! The sentences for ends that no answer of Meta's explains.

use super::decision::{Decision, Verdict};
use super::outcome::Fault;
use super::subject::Subject;
use crate::error::Kind;

/// The sentence for a row that no answer of Meta's explains.
pub(super) fn words(decision: &Decision, fault: Option<&Fault>, subject: Subject) -> String {
    let told = match (decision.reason, decision.verdict, decision.kind) {
        (Some("redirect"), ..) => {
            return "the server answered with a redirect, which is never followed: the token would go \
                    with it"
                .to_owned();
        }
        (Some("not_graph"), Verdict::Rejected, _) => {
            return "the answer did not come from the Graph API".to_owned();
        }
        (Some("throttled"), ..) => return "the server answered 429: too many requests".to_owned(),
        (Some("not_graph"), ..) => "something before Meta answered with a server error",
        (Some("error_in_200"), ..) => "Meta answered 200 with an error",
        (Some("no_message_id"), ..) if subject != Subject::Message => {
            "the answer is no JSON object"
        }
        (Some("no_message_id"), ..) => "the answer said success and did not name the message",
        (Some("answer_incomplete"), ..) if decision.row == "T11" => {
            "the answer said success and broke off before it named the message"
        }
        (Some("answer_incomplete"), ..) => {
            "the answer is no success, and it did not arrive whole or cannot be read"
        }
        (Some("answered_early"), ..) => {
            "the answer is no success, and it came before all of the request had arrived"
        }
        (Some("contradictory"), ..) => "the answer contradicts itself",
        (_, Verdict::NotSent, kind) => {
            let fault = fault.map_or(("request", "unknown"), |fault| (fault.phase, fault.reason));
            let told = match (kind, fault.1) {
                (Some(Kind::Cancelled), _) => "the call was cancelled",
                (Some(Kind::Timeout), _) => "the time ran out",
                (_, "paced") => "the turn to send comes after the call's time",
                (_, "breaker_open") => "Meta has just refused the access token",
                _ => "the Graph API could not be reached",
            };
            return format!("{told} ({}: {}); nothing was sent", fault.0, fault.1);
        }
        _ => "the request left and no complete answer came back",
    };
    format!("{told}; {}", subject.perhaps())
}
