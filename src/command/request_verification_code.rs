//! requestVerificationCode: Meta calls or writes to the phone number with a code.

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

pub(super) const COMMAND: Command = Command {
    name: "requestVerificationCode",
    display: "Request a Verification Code",
    description: "Has Meta send a code to the phone number of the adapter.",
    traits: &[CommandTrait::Sends],
    request: &[
        Field::string("method", "Method", "SMS or VOICE.")
            .required()
            .length(1, 64),
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

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let method = members.required_text("method", 1..=64)?;
    if !["SMS", "VOICE"].contains(&method.as_ref()) {
        return Err(Error::invalid_request(
            "request member \"method\" must be one of: SMS, VOICE",
        ));
    }
    let language = members.required_text("languageCode", 2..=16)?;
    let body = ObjectText::new()
        .text("code_method", &method)
        .text("language", &language);
    Ok(Call::post(
        format!("{}/request_code", properties.phone_number_id),
        body,
        Evidence::Success,
    ))
}
