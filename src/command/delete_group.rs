//! deleteGroup: ends a group, with all its participants (D/groups/reference).

use super::call;
use super::group::{self, GROUP_ID, REQUEST_ID};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deleteGroup",
    display: "Delete a Group",
    description: "Deletes a group and removes everybody from it, the business as well.",
    request: &[GROUP_ID],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, group::request_id)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let id = members.text("groupId").to_owned();
    Ok(Call::delete(id, Evidence::OfGraph))
}
