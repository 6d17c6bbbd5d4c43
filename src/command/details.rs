//! `details`: what a response says beyond the specification, as rows and as a type.

use serde::Serialize;

use crate::descriptor::Field;
use crate::rows::{Object, Words};

/// The rows and the type, from one list, so that no member has two names. A delivery writes the members
/// `beside` the type by itself.
macro_rules! details {
    (
        $($name:literal $member:ident: $type:ty = $kind:ident($says:literal)
            $(.$limit:ident($($argument:expr),*))?;)+
        beside
        $($other:literal = $other_kind:ident($other_says:literal);)+
        and
        $last:literal = $last_kind:ident($last_says:literal);
    ) => {
        /// Beyond the specification: what else is known.
        pub(super) const DETAILS: Field = Field::object(
            "details",
            "",
            concat!(
                "What else is known: ",
                $($name, ", ",)+
                $($other, ", ",)+
                $last,
                "; each only where it applies."
            ),
        )
        .members(&Object::of(&[
            $(Field::$kind($name, "", $says)$(.$limit($($argument),*))?,)+
            $(Field::$other_kind($other, "", $other_says),)+
            Field::$last_kind($last, "", $last_says),
        ]));

        /// `details`: a closed list of keys, each present only where it applies.
        #[derive(Debug, Default, Serialize)]
        pub(super) struct Details<'a> {
            $(
                #[serde(rename = $name, skip_serializing_if = "is_unset")]
                pub(super) $member: $type,
            )+
        }
    };
}

details! {
    "outcome" outcome: Option<&'static str> = string("What became of a message, or of a change by callGraph.")
        .words(&Words::only(&["accepted", "rejected", "not_sent", "unknown"]));
    "retryable" retryable: Option<bool> = boolean("Whether the same call may succeed later.");
    "retryAfterMs" retry_after_ms: Option<u64> =
        integer("Milliseconds to wait before another try.");
    "attempts" attempts: Option<u32> = integer("Requests that were begun.");
    "httpStatus" http_status: Option<u16> = integer("The HTTP status of the answer.");
    "fbtraceId" fbtrace_id: Option<&'a str> =
        string("Meta's id of the request, for its support.");
    "correlationId" correlation_id: Option<&'a str> =
        string("The id that the status events carry.");
    "phase" phase: Option<&'static str> = string("How far the exchange got.");
    "reason" reason: Option<&'static str> = string("What went wrong, as a stable word.");
    "hint" hint: Option<&'static str> = string("What to do about it.");
    "resolveWithinMs" resolve_within_ms: Option<u64> =
        integer("How long a status event may still tell an unknown outcome.");
    "warnings" warnings: &'a [String] = array("What was accepted and may be a mistake.")
        .items(0, usize::MAX, &Field::text_item());
    "waId" wa_id: Option<&'a str> = string("The recipient's WhatsApp ID.");
    "messageStatus" message_status: Option<&'a str> =
        string("Meta's word for the message's status.");
    "verified" verified: Option<&'static str> =
        string("Who checked the signature: adapter or host.");
    beside
    "accepted" = integer("Events that the host accepted.");
    "refused" = integer("Events that it refused.");
    "dropped" = integer("Events that it does not want.");
    "duplicates" = integer("Events that were accepted before.");
    "ignored" = integer("Events that nobody is registered for.");
    and
    "unknownMembers" = object("Members that this version does not know, counted by name.");
}

fn is_unset<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
