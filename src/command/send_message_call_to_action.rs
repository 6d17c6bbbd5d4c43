//! sendMessageCallToAction: a text with a button that opens a web page.

use super::interactive::{FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE, web_button};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageCallToAction",
    display: "Send a Call-to-Action Message",
    description: "Sends a text with a button that opens a web page.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::string("displayText", "Button", "What the button says.")
            .required()
            .length(1, 20),
        Field::string(
            "url",
            "Address",
            "The http or https address that the button opens.",
        )
        .required()
        .length(1, 2000),
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
    Interactive::new("cta_url")
        .any_header(members, files)?
        .body(members, 1024)?
        .footer(members)?
        .action(web_button(members)?)
}
