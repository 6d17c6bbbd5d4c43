//! What the commands about QR codes share (D/business-phone-numbers/qr-codes, OpenAPI v23.0).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use crate::cloud_api::Call;
use crate::descriptor::Field;
use crate::properties::Properties;
use crate::rows::{Members, Words};

/// Which QR code it is about.
pub(super) const ID: Field = Field::string(
    "qrCodeId",
    "QR code id",
    "The code that Meta gave to the QR code, such as ANED2T5QRU7HG1.",
)
.required()
.length(1, 256)
.pattern(&NODE_ID);
/// The text that the customer's app begins with.
pub(super) const PREFILLED_MESSAGE: Field = Field::string(
    "prefilledMessage",
    "Prefilled message",
    "What the customer's app has in its input when the QR code was scanned.",
)
.required()
.length(1, 140)
.most_may_change();
/// Whether an image is made, and which.
pub(super) const IMAGE_FORMAT: Field = Field::string(
    "imageFormat",
    "Image format",
    "PNG or SVG: qrCode then has the address of such an image as qr_image_url.",
)
.length(1, 64)
.words(&Words::only(&["PNG", "SVG"]));
/// The QR code as Meta shows it.
pub(super) const QR_CODE: Field = Field::object(
    "qrCode",
    "",
    "Meta's object: code, prefilled_message, deep_link_url and, with imageFormat, qr_image_url.",
);

/// The path of all QR codes of the number.
pub(super) fn all(properties: &Properties) -> String {
    format!("{}/message_qrdls", properties.phone_number_id)
}

/// The path of the one that the request names.
pub(super) fn one(members: &Members<'_>, properties: &Properties) -> String {
    format!("{}/{}", all(properties), members.text("qrCodeId"))
}

/// The call, which asks for an image if the request does.
pub(super) fn with_image(members: &Members<'_>, call: Call) -> Call {
    let format = members.maybe_text("imageFormat");
    let fields = format.map(|format| {
        format!("code,prefilled_message,deep_link_url,qr_image_url.format({format})")
    });
    call.maybe_query("fields", fields)
}

/// The QR code that an answer is.
pub(super) fn take(answer: &Value) -> call::Taken {
    vec![("qrCode", answer.to_string())]
}
