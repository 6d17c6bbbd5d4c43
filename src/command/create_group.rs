//! createGroup: asks for a new group; its id arrives in an event (D/groups/reference).

use super::call;
use super::group::{self, DESCRIPTION, JOIN_APPROVAL_MODE, REQUEST_ID, SUBJECT};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "createGroup",
    display: "Create a Group",
    description: "Asks for a new group. Its id and its invite link arrive in an event with the requestId.",
    request: &[SUBJECT.required(), DESCRIPTION, JOIN_APPROVAL_MODE],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, group::request_id)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/groups", properties.phone_number_id);
    let body = group::body()
        .text("subject", members.text("subject"))
        .maybe_text("description", members.maybe_text("description"))
        .maybe_text("join_approval_mode", members.maybe_text("joinApprovalMode"));
    Ok(Call::post(path, body, Evidence::Id("request_id")))
}
