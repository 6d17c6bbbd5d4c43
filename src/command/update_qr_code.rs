//! updateQrCode: another text for a QR code, whose image and link stay
//! (D/business-phone-numbers/qr-codes, OpenAPI v23.0).

use super::call;
use super::qr_code;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "updateQrCode",
    display: "Update a QR Code",
    description: "Changes the text of a QR code; its image and its link stay.",
    traits: &[CommandTrait::Idempotent],
    request: &[qr_code::ID, qr_code::PREFILLED_MESSAGE],
    response: &[STATUS, CODE, ERROR, qr_code::QR_CODE, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("code", members.text("qrCodeId"))
        .text("prefilled_message", members.text("prefilledMessage"));
    let call = Call::post(qr_code::all(properties), body, Evidence::Id("code"));
    Ok(call.idempotent())
}
