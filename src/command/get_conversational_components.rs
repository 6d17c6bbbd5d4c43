//! getConversationalComponents: prompts and commands that customers are offered
//! (D/business-phone-numbers/conversational-components).

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
    name: "getConversationalComponents",
    display: "Get Conversational Components",
    description: "Gets the prompts and the commands that customers are offered in the chat.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "components",
            "",
            "Meta's object: prompts, commands, enable_welcome_message; empty if none are set.",
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
    Ok(Call::get(id, Evidence::Id("id")).query("fields", "conversational_automation"))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("components", "/conversational_automation")])
}
