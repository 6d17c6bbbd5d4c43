//! getPhoneNumber: what Meta knows about this phone number (D/business-phone-numbers).

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getPhoneNumber",
    display: "Get the Phone Number",
    description: "Gets what Meta knows about the phone number of the adapter.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "number",
            "",
            "Meta's object: id, display_phone_number, verified_name, quality_rating, throughput, health_status and more.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let id = properties.phone_number_id.to_string();
    Ok(Call::get(id, Evidence::Id("id")).query("fields", call::NUMBER_FIELDS))
}

fn take(answer: &Value) -> call::Taken {
    vec![("number", answer.to_string())]
}
