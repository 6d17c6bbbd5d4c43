//! sendMessageCallToAction: a text with a button that opens a web page.

use super::direct_send;
use super::interactive::{
    DISPLAY_TEXT, FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE, ONE_HEADER, URL,
    web_button,
};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageCallToAction",
    display: "Send a Call-to-Action Message",
    description: "Sends a text with a button that opens a web page.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        DISPLAY_TEXT,
        URL,
        HEADER_TEXT,
        HEADER_MEDIA,
        FOOTER,
        direct_send::CATEGORY,
        direct_send::TEMPLATE_NAME,
        direct_send::TIME_TO_LIVE,
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        ONE_HEADER,
        direct_send::NAME_NEEDS_CATEGORY,
        direct_send::TIME_NEEDS_CATEGORY,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let content = Interactive::new("cta_url")
        .any_header(members, files)
        .body(members)
        .footer(members)
        .action(web_button(members));
    direct_send::with(members, content)
}
