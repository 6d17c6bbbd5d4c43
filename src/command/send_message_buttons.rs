//! sendMessageButtons: a text with up to three buttons that answer.

use super::interactive::{FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE, reply_buttons};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageButtons",
    display: "Send a Message with Buttons",
    description: "Sends a text with up to three buttons; the customer's choice arrives as a customer_message.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::array("buttons", "Buttons", "1 to 3 objects with id (at most 256 characters) and title (at most 20), each of its own.").required(),
        HEADER_TEXT,
        HEADER_MEDIA,
        FOOTER,
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    response: EXTENSION_RESPONSE,
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, read)
}

fn read(members: &mut Members<'_>, files: &mut Files) -> Result<Content, Error> {
    let interactive = Interactive::new("button")
        .any_header(members, files)?
        .body(members, 1024)?
        .footer(members)?;
    let buttons = reply_buttons(members, "reply")?;
    interactive.action(ObjectText::new().objects("buttons", buttons))
}
