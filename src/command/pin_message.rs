//! pinMessage: pins a message at the top of a group for some days (D/groups/messaging).

use super::group::GROUP_ID;
use super::media_file::Files;
use super::pin;
use super::request::CALLBACK_DATA;
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "pinMessage",
    display: "Pin a Message",
    description: "Pins a message at the top of a group for some days.",
    traits: &[CommandTrait::Sends],
    request: &[
        GROUP_ID,
        pin::MESSAGE_ID,
        Field::integer(
            "expirationDays",
            "Days",
            "For how many days it stays pinned.",
        )
        .required()
        .value(1, 30),
        CALLBACK_DATA,
    ],
    rules: &[],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    pin::content("pin", members)
}
