//! getQrCode: one QR code of the number (D/business-phone-numbers/qr-codes, OpenAPI v23.0).

use serde_json::Value;

use super::call;
use super::qr_code;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getQrCode",
    display: "Get a QR Code",
    description: "Gets a QR code by its id.",
    traits: &[CommandTrait::Idempotent],
    request: &[qr_code::ID, qr_code::IMAGE_FORMAT],
    response: &[STATUS, CODE, ERROR, qr_code::QR_CODE, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let call = Call::get(qr_code::one(members, properties), Evidence::List("data"));
    Ok(qr_code::with_image(members, call))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("qrCode", "/data/0")])
}
