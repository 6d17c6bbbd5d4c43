//! updateGroup: another name or description (D/groups/reference).

use super::call;
use super::group::{self, DESCRIPTION, GROUP_ID, REQUEST_ID, SUBJECT};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "updateGroup",
    display: "Update a Group",
    description: "Changes the name or the description of a group; what is absent stays as it is.",
    traits: &[CommandTrait::Idempotent],
    request: &[GROUP_ID, SUBJECT, DESCRIPTION],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    rules: &[Rule::Any(&["subject", "description"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, group::request_id)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let body = group::body()
        .maybe_text("subject", members.maybe_text("subject"))
        .maybe_text("description", members.maybe_text("description"));
    let id = members.text("groupId").to_owned();
    Ok(Call::post(id, body, Evidence::OfGraph).idempotent())
}
