//! getCallPermissions: whether a customer may be called (D/calling/user-call-permissions).

use serde_json::Value;

use super::call;
use super::request;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::thread::PHONE_NUMBER;
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getCallPermissions",
    display: "Get Call Permissions",
    description: "Says whether a customer has allowed calls, and what may be done now.",
    traits: &[CommandTrait::Idempotent],
    request: &[PHONE_NUMBER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "permission",
            "",
            "Meta's object with status and expiration_time.",
        ),
        Field::array(
            "actions",
            "",
            "Meta's objects with action_name, can_perform_action and limits.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/call_permissions", properties.phone_number_id);
    let customer = request::customer(members);
    // Meta wants the digits of a number here.
    let (name, customer) = if request::is_business_scoped_id(&customer) {
        ("recipient", customer.into_owned())
    } else {
        (
            "user_wa_id",
            customer.chars().filter(char::is_ascii_digit).collect(),
        )
    };
    Ok(Call::get(path, Evidence::Object("permission")).query(name, &customer))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[("permission", "/permission"), ("actions", "/actions")],
    )
}
