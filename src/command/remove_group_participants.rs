//! removeGroupParticipants: puts people out of a group (D/groups/reference).

use super::block_list::{self, PHONE_NUMBERS};
use super::call;
use super::group::{self, GROUP_ID, REQUEST_ID};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "removeGroupParticipants",
    display: "Remove Participants",
    description: "Removes up to 8 people from a group.",
    request: &[GROUP_ID, PARTICIPANTS],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, group::request_id)
}

/// A group has no more participants (D/groups, read 2026-11).
const PARTICIPANTS: Field = Field {
    description: "1 to 8 phone numbers or business-scoped user ids.",
    ..PHONE_NUMBERS
}
.count(1, 8);

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = group::edge(members, "participants");
    let body = block_list::users(members, "participants");
    Ok(Call::delete(path, Evidence::OfGraph).body(body))
}
