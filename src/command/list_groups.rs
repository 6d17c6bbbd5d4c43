//! listGroups: the groups of the phone number, page by page (D/groups/reference).

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
    name: "listGroups",
    display: "List Groups",
    description: "Lists the active groups of the phone number.",
    traits: &[CommandTrait::Idempotent],
    request: &[paging::LIMIT, paging::AFTER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "groups",
            "",
            "Meta's objects with id, subject and created_at.",
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
    let path = format!("{}/groups", properties.phone_number_id);
    let call = Call::get(path, Evidence::List("/data/groups"));
    Ok(paging::pages(members, call))
}

fn take(answer: &Value) -> call::Taken {
    paging::page_at("groups", "/data/groups", answer)
}
