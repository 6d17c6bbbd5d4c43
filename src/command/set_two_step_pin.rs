//! setTwoStepPin: the PIN that protects the number's registration
//! (D/business-phone-numbers/two-step-verification, OpenAPI v23.0).

use super::call;
use super::request::DIGITS;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "setTwoStepPin",
    display: "Set the Two-Step PIN",
    description: "Sets the PIN of the number's two-step verification, or changes it.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string(
        "pin",
        "PIN",
        "The six digits that the next registration of the number needs.",
    )
    .required()
    .length(6, 6)
    .pattern(&DIGITS)
    .secret()],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new().text("pin", members.text("pin"));
    let id = properties.phone_number_id.to_string();
    Ok(Call::post(id, body, Evidence::Success).idempotent())
}
