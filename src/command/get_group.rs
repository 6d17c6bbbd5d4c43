//! getGroup: what a group is called, who is in it, how one joins (D/groups/reference).

use serde_json::Value;

use super::call;
use super::group::GROUP_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getGroup",
    display: "Get a Group",
    description: "Gets a group with its participants.",
    traits: &[CommandTrait::Idempotent],
    request: &[GROUP_ID],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "group",
            "",
            "Meta's object with id, subject, description, join_approval_mode, suspended, creation_timestamp, participants and total_participant_count.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

/// Without this list Meta shows the id alone.
const FIELDS: &str = "subject,description,join_approval_mode,suspended,creation_timestamp,participants,\
                      total_participant_count";

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let id = members.text("groupId").to_owned();
    Ok(Call::get(id, Evidence::Id("id")).query("fields", FIELDS))
}

fn take(answer: &Value) -> call::Taken {
    vec![("group", answer.to_string())]
}
