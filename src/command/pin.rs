//! What pinning and unpinning a message of a group share (D/groups/messaging, read 2026-11).

use crate::cloud_api::Content;
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::Members;

/// Which message it is.
pub(super) const MESSAGE_ID: Field = Field::string(
    "messageId",
    "Message id",
    "The id of the message in the group.",
)
.required()
.length(1, 512);

/// The message that pins or unpins another one.
pub(super) fn content(kind: &str, members: &Members<'_>) -> Content {
    let days = members
        .integer("expirationDays")
        .map(|days| days.to_string());
    let pin = ObjectText::new()
        .text("type", kind)
        .text("message_id", members.text("messageId"))
        .maybe_raw("expiration_days", days.as_deref());
    Content::of_json("pin".into(), pin.end())
}
