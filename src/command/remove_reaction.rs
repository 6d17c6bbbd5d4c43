//! removeReaction: takes the reaction to a message away.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::send_message_reaction;
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "removeReaction",
    display: "Remove a Reaction",
    description: "Takes the reaction to a message of the conversation away.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "messageId",
            "Message ID",
            "The id of the message that has the reaction.",
        )
        .required()
        .length(1, 512),
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    send_message_reaction::reaction(members.text("messageId"), "")
}
