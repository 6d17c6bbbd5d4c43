//! createQrCode: a QR code and a link that begin a conversation with the number
//! (D/business-phone-numbers/qr-codes, OpenAPI v23.0).

use serde_json::Value;

use super::call;
use super::qr_code;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "createQrCode",
    display: "Create a QR Code",
    description: "Creates a QR code and a link that begin a conversation with a text already written.",
    request: &[qr_code::PREFILLED_MESSAGE, qr_code::IMAGE_FORMAT],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("qrCodeId", "", "The code that Meta gave to it."),
        qr_code::QR_CODE,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("prefilled_message", members.text("prefilledMessage"))
        .maybe_text("generate_qr_image", members.maybe_text("imageFormat"));
    Ok(Call::post(
        qr_code::all(properties),
        body,
        Evidence::Id("code"),
    ))
}

fn take(answer: &Value) -> call::Taken {
    let mut members = call::pick(answer, &[("qrCodeId", "/code")]);
    members.extend(qr_code::take(answer));
    members
}
