//! listQrCodes: the QR codes of the number, page by page (D/business-phone-numbers/qr-codes,
//! OpenAPI v23.0).

use serde_json::Value;

use super::call;
use super::paging;
use super::qr_code;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "listQrCodes",
    display: "List QR Codes",
    description: "Lists the QR codes of the phone number, newest first.",
    traits: &[CommandTrait::Idempotent],
    request: &[qr_code::IMAGE_FORMAT, paging::LIMIT, paging::AFTER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "qrCodes",
            "",
            "Meta's objects, each as qrCode of getQrCode.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let call = Call::get(qr_code::all(properties), Evidence::List("data"));
    Ok(paging::pages(members, qr_code::with_image(members, call)))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("qrCodes", answer)
}
