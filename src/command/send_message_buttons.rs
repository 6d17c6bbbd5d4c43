//! sendMessageButtons: a text with up to three buttons that answer.

use super::direct_send;
use super::interactive::{
    FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE, ONE_HEADER, OWN_IDS, OWN_TITLES,
    REPLY_BUTTON, reply_buttons,
};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageButtons",
    display: "Send a Message with Buttons",
    description: "Sends a text with up to three buttons; the customer's choice arrives as a customer_message.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::array("buttons", "Buttons", "1 to 3 objects with id (at most 256 characters) and title (at most 20), each of its own.")
            .required()
            .items(1, 3, &Field::object_item(&REPLY_BUTTON)),
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
        OWN_IDS,
        OWN_TITLES,
        direct_send::NAME_NEEDS_CATEGORY,
        direct_send::TIME_NEEDS_CATEGORY,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let buttons = reply_buttons(members, "reply");
    let content = Interactive::new("button")
        .any_header(members, files)
        .body(members)
        .footer(members)
        .action(ObjectText::new().objects("buttons", buttons));
    direct_send::with(members, content)
}
