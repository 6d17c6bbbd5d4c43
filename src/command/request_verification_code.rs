//! requestVerificationCode: Meta calls or writes to the phone number with a code.

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Words};

pub(super) const COMMAND: Command = Command {
    name: "requestVerificationCode",
    display: "Request a Verification Code",
    description: "Has Meta send a code to the phone number of the adapter.",
    // No message, but each repetition is another SMS or call: never after an unknown outcome.
    traits: &[CommandTrait::Sends],
    request: &[
        Field::string("method", "Method", "SMS or VOICE.")
            .required()
            .length(1, 64)
            .words(&Words::only(&["SMS", "VOICE"])),
        Field::string(
            "languageCode",
            "Language Code",
            "The language of the message or the call, such as en_US.",
        )
        .required()
        .length(2, 16),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("code_method", members.text("method"))
        .text("language", members.text("languageCode"));
    Ok(Call::post(
        format!("{}/request_code", properties.phone_number_id),
        body,
        Evidence::Success,
    ))
}
