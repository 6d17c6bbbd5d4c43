//! sendMessageReaction: an emoji on a message of the conversation; the empty emoji takes it away.

use super::request::{self, PHONE_NUMBER};
use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::send::send;
use super::{Context, Execution};
use crate::cloud_api::{Content, Recipient};
use crate::descriptor::{Command, Field};
use crate::error::Error;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageReaction",
    display: "Send a Reaction Message",
    description: "Sends a reaction message to the specified phone number.",
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
    extension_request: &[],
    extension_response: &[DETAILS],
};

/// Longest emoji sequence in Unicode scalar values, with room to spare: flags of subdivisions have 7,
/// families with skin tones 10.
const EMOJI_MAX: usize = 32;

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    match parse(json) {
        Ok((recipient, content)) => Ok(send(&recipient, &content, context)),
        Err(error) => response::of_refused_send(error),
    }
}

fn parse(json: &str) -> Result<(Recipient<'_>, Content<'_>), Error> {
    let mut members = request::members(json)?;
    let recipient = request::recipient(&mut members)?;
    let message_id = members.required_text("messageId", 1..=512)?;
    let emoji = members.required_text("emoji", 0..=EMOJI_MAX)?;
    members.finish()?;
    Ok((recipient, Content::Reaction { message_id, emoji }))
}
