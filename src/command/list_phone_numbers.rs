//! listPhoneNumbers: the account's phone numbers, page by page.

use serde_json::Value;

use super::call;
use super::paging;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "listPhoneNumbers",
    display: "List Phone Numbers",
    description: "Lists the account's phone numbers.",
    traits: &[CommandTrait::Idempotent],
    request: &[paging::LIMIT, paging::AFTER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "numbers",
            "",
            "Meta's objects: id, display_phone_number, verified_name, quality_rating and more.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = call::of_account(properties, "phone_numbers")?;
    Ok(paging::pages(
        members,
        Call::get(path, Evidence::List("data")),
    ))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("numbers", answer)
}
