//! sendMessageReaction: an emoji on a message of the conversation; the empty emoji takes it away.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::response::{CODE, ERROR, STATUS};
use super::send::{self, SPECIFIED};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageReaction",
    display: "Send a Reaction Message",
    description: "Sends a reaction message to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "messageId",
            "Message ID",
            "The message id the reaction is sent for.",
        )
        .required()
        .unlisted_length(1, 512),
        // Longest emoji sequence, with room to spare: flags of subdivisions have 7 characters, families
        // with skin tones 10. The empty one takes a reaction away.
        Field::string("emoji", "Emoji", "The emoji reaction.")
            .required()
            .unlisted_length(0, 32),
    ],
    response: &[
        STATUS,
        Field::string(
            "messageId",
            "",
            "The id of the sent reaction message, use it to track your message status.",
        ),
        CODE,
        ERROR,
    ],
    extension_request: &[REPLY_TO, INDIVIDUAL, CALLBACK_DATA],
    ..SPECIFIED
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    reaction(members.text("messageId"), members.text("emoji"))
}

/// A reaction; the empty emoji takes one away.
pub(super) fn reaction(message_id: &str, emoji: &str) -> Content {
    let reaction = ObjectText::new()
        .text("message_id", message_id)
        .text("emoji", emoji);
    Content::new("reaction", reaction)
}
