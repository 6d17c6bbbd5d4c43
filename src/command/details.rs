//! `details`: what a response says beyond the specification, as rows and as a type.

use serde::Serialize;

use crate::descriptor::Field;
use crate::rows::{Object, Words};

/// Beyond the specification: what else is known.
pub(super) const DETAILS: Field = Field::object(
    "details",
    "",
    "What else is known: outcome, retryable, retryAfterMs, attempts, httpStatus, fbtraceId, \
     correlationId, phase, reason, hint, resolveWithinMs, warnings, waId, messageStatus, verified, \
     accepted, refused, dropped, duplicates, ignored, unknownMembers; each only where it applies.",
)
.members(&Object::of(&[
    Field::string("outcome", "", "What became of a message.").words(&Words::only(&[
        "accepted", "rejected", "not_sent", "unknown",
    ])),
    Field::boolean("retryable", "", "Whether the same call may succeed later."),
    Field::integer(
        "retryAfterMs",
        "",
        "Milliseconds to wait before another try.",
    ),
    Field::integer("attempts", "", "Requests that were begun."),
    Field::integer("httpStatus", "", "The HTTP status of the answer."),
    Field::string(
        "fbtraceId",
        "",
        "Meta's id of the request, for its support.",
    ),
    Field::string("correlationId", "", "The id that the status events carry."),
    Field::string("phase", "", "How far the exchange got."),
    Field::string("reason", "", "What went wrong, as a stable word."),
    Field::string("hint", "", "What to do about it."),
    Field::integer(
        "resolveWithinMs",
        "",
        "How long a status event may still tell an unknown outcome.",
    ),
    Field::array("warnings", "", "What was accepted and may be a mistake.").items(
        0,
        usize::MAX,
        &Field::text_item(),
    ),
    Field::string("waId", "", "The recipient's WhatsApp ID."),
    Field::string("messageStatus", "", "Meta's word for the message's status."),
    Field::string(
        "verified",
        "",
        "Who checked the signature: adapter or host.",
    ),
    Field::integer("accepted", "", "Events that the host accepted."),
    Field::integer("refused", "", "Events that it refused."),
    Field::integer("dropped", "", "Events that it does not want."),
    Field::integer("duplicates", "", "Events that were accepted before."),
    Field::integer("ignored", "", "Events that nobody is registered for."),
    Field::object(
        "unknownMembers",
        "",
        "Members that this version does not know, counted by name.",
    ),
]));

/// `details`: a closed list of keys, each present only where it applies.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retryable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fbtrace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) correlation_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phase: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolve_within_ms: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wa_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verified: Option<&'static str>,
}
