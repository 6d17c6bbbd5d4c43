//! verifyCode: the code that Meta sent, given back.

use super::call;
use super::register_phone_number::digits;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

pub(super) const COMMAND: Command = Command {
    name: "verifyCode",
    display: "Verify the Code",
    description: "Verifies the phone number of the adapter with the code that Meta sent to it.",
    request: &[Field::string(
        "verificationCode",
        "Code",
        "The code: digits, with or without the hyphen.",
    )
    .required()
    .length(1, 16)
    .secret()],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let code = members
        .required_text("verificationCode", 1..=16)?
        .replace('-', "");
    digits(&members.place("verificationCode"), &code)?;
    let body = ObjectText::new().text("code", &code);
    Ok(Call::post(
        format!("{}/verify_code", properties.phone_number_id),
        body,
        Evidence::Success,
    ))
}
