//! unpinMessage: takes a pinned message from the top of a group (D/groups/messaging).

use super::group::GROUP_ID;
use super::media_file::Files;
use super::pin;
use super::request::CALLBACK_DATA;
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "unpinMessage",
    display: "Unpin a Message",
    description: "Takes a pinned message from the top of a group.",
    traits: &[CommandTrait::Sends],
    request: &[GROUP_ID, pin::MESSAGE_ID, CALLBACK_DATA],
    rules: &[],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    pin::content("unpin", members)
}
