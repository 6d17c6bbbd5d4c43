//! deleteQrCode: a QR code whose image and link lead nowhere from then on
//! (D/business-phone-numbers/qr-codes, OpenAPI v23.0).

use super::call;
use super::qr_code;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deleteQrCode",
    display: "Delete a QR Code",
    description: "Deletes a QR code; its image and its link no longer work.",
    request: &[qr_code::ID],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = qr_code::one(members, properties);
    Ok(Call::delete(path, Evidence::Success))
}
