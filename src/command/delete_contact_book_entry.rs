//! deleteContactBookEntry: Meta forgets which phone number belongs to a customer's user id.
//! Documentation of two providers, read 2026-11.

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Members, Pattern};

pub(super) const COMMAND: Command = Command {
    name: "deleteContactBookEntry",
    display: "Delete a Contact Book Entry",
    description: "Makes Meta forget the phone number of a customer whom the business knows by a user id.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string(
        "userId",
        "User id",
        "The customer's business-scoped user id, such as US.13491208655302741918; not a parent id.",
    )
    .required()
    .length(1, 256)
    .pattern(&USER_ID)],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::boolean("deleted", "", "Whether Meta had such an entry."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/contact_book", properties.phone_number_id);
    let call = Call::delete(path, Evidence::Success)
        .query("messaging_product", "whatsapp")
        .query("bsuid", members.text("userId"));
    Ok(call.idempotent())
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("deleted", "/deleted")])
}

const USER_ID: Pattern = pattern!(
    r"^[A-Z]{2}\.[A-Za-z0-9]+$",
    "must be two capital letters, a period, and letters or digits"
);
