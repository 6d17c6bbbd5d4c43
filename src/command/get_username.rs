//! getUsername: the number's username. Libraries that follow Meta's
//! changelog, read 2026-11.

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::set_username::STATUS_WORD;
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getUsername",
    display: "Get the Username",
    description: "Gets the username of the phone number.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string(
            "username",
            "",
            "The username; empty if the number has none.",
        ),
        Field::string(
            "usernameStatus",
            "",
            "approved, reserved or what else Meta says of it.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/username", properties.phone_number_id);
    Ok(Call::get(
        path,
        Evidence::Any(&[Evidence::Id("username"), STATUS_WORD]),
    ))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[("username", "/username"), ("usernameStatus", "/status")],
    )
}
