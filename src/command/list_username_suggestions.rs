//! listUsernameSuggestions: usernames that Meta keeps for the business. Libraries that follow Meta's
//! changelog, read 2026-11.

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
    name: "listUsernameSuggestions",
    display: "List Username Suggestions",
    description: "Lists usernames that are reserved for the business; setUsername takes one.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array("usernames", "", "The usernames, as texts."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/username_suggestions", properties.phone_number_id);
    Ok(Call::get(path, Evidence::List("data")))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("usernames", "/data/0/username_suggestions")])
}
