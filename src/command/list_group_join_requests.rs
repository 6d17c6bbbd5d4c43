//! listGroupJoinRequests: who asks to join, page by page (D/groups/reference).

use serde_json::Value;

use super::call;
use super::group::{self, GROUP_ID};
use super::paging;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "listGroupJoinRequests",
    display: "List Join Requests",
    description: "Lists the open requests to join a group.",
    traits: &[CommandTrait::Idempotent],
    request: &[GROUP_ID, paging::LIMIT, paging::AFTER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "joinRequests",
            "",
            "Meta's objects with join_request_id, wa_id and creation_timestamp.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = group::edge(members, "join_requests");
    let call = Call::get(path, Evidence::List("data"));
    Ok(paging::pages(members, call))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("joinRequests", answer)
}
