//! verifyCode: the code that Meta sent, given back.

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Members, Pattern};

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
    .pattern(&CODE_DIGITS)
    .secret()],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

const CODE_DIGITS: Pattern = pattern!("^[0-9-]*$", "must be digits only");

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let code = members.text("verificationCode").replace('-', "");
    let body = ObjectText::new().text("code", &code);
    Ok(Call::post(
        format!("{}/verify_code", properties.phone_number_id),
        body,
        Evidence::Success,
    ))
}
