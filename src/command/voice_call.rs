//! What the commands about voice calls share: signalling only, the media is the host's (D/calling; OpenAPI
//! v23.0, pywa 4.5.0, read 2026-11).

use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

/// Which call it is.
pub(super) const CALL_ID: Field = Field::string(
    "callId",
    "Call id",
    "The id of the call, as its event tells it.",
)
.required()
.length(1, 512);
/// What the host's media speaks.
pub(super) const SDP: Field = Field::string(
    "sdp",
    "SDP",
    "The session description of the host's media (RFC 8866): an offer for a new call, else an answer.",
)
.required()
.length(1, 65_536)
.most_may_change();
/// What comes back with the events of the call.
pub(super) const CALLBACK_DATA: Field = Field::string(
    "callbackData",
    "Callback data",
    "Text that comes back in the events of the call.",
)
.length(1, 512);

/// The body that does `action`.
pub(super) fn body(action: &str, members: &Members<'_>) -> ObjectText {
    let session = |sdp| {
        let kind = if action == "connect" {
            "offer"
        } else {
            "answer"
        };
        ObjectText::new().text("sdp_type", kind).text("sdp", sdp)
    };
    ObjectText::new()
        .text("messaging_product", "whatsapp")
        .text("action", action)
        .maybe_text("call_id", members.maybe_text("callId"))
        .maybe_object("session", members.maybe_text("sdp").map(session))
        .maybe_text(
            "biz_opaque_callback_data",
            members.maybe_text("callbackData"),
        )
}

/// The request with this body.
pub(super) fn request(body: ObjectText, properties: &Properties, evidence: Evidence) -> Call {
    let path = format!("{}/calls", properties.phone_number_id);
    Call::post(path, body, evidence)
}
