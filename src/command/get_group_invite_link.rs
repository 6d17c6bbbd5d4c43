//! getGroupInviteLink: the link by which people join (D/groups/reference).

use super::call;
use super::group::{self, GROUP_ID, INVITE_LINK};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getGroupInviteLink",
    display: "Get the Invite Link",
    description: "Gets the link by which people join a group.",
    traits: &[CommandTrait::Idempotent],
    request: &[GROUP_ID],
    response: &[STATUS, CODE, ERROR, INVITE_LINK, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, group::invite_link)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = group::edge(members, "invite_link");
    Ok(Call::get(path, Evidence::Id("invite_link")))
}
