//! listFlows: the Flows of the account, page by page (D/flows/reference/flowsapi).

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
    name: "listFlows",
    display: "List Flows",
    description: "Lists the Flows of the account.",
    traits: &[CommandTrait::Idempotent],
    request: &[paging::LIMIT, paging::AFTER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "flows",
            "",
            "Meta's objects with id, name, status, categories and validation_errors.",
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
    let path = call::of_account(properties, "flows")?;
    Ok(paging::pages(
        members,
        Call::get(path, Evidence::List("data")),
    ))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("flows", answer)
}
