//! sendMessageReaction: an emoji on a message of the conversation; the empty emoji takes it away.

use super::media_file::Files;
use super::request::PHONE_NUMBER;
use super::response::{CODE, ERROR, STATUS};
use super::send::{self, SPECIFIED};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

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
        .required(),
        Field::string("emoji", "Emoji", "The emoji reaction.").required(),
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
    ..SPECIFIED
};

/// Longest emoji sequence in Unicode scalar values, with room to spare: flags of subdivisions have 7,
/// families with skin tones 10.
const EMOJI_MAX: usize = 32;

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, read)
}

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    let message_id = members.required_text("messageId", 1..=512)?;
    let emoji = members.required_text("emoji", 0..=EMOJI_MAX)?;
    reaction(&message_id, &emoji)
}

/// A reaction; the empty emoji takes one away.
pub(super) fn reaction(message_id: &str, emoji: &str) -> Result<Content, Error> {
    let reaction = ObjectText::new()
        .text("message_id", message_id)
        .text("emoji", emoji);
    Content::new("reaction", reaction)
}
