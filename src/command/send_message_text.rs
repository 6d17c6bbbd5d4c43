//! sendMessageText: a text to one recipient.

use super::direct_send;
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, SPECIFIED};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageText",
    display: "Send a Text Message",
    description: "Sends a text message to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "message",
            "Message",
            "The message (text) to be sent to the recipient.",
        )
        .required()
        // Meta's limit for a text body (OpenAPI v23.0).
        .unlisted_length(1, 4096)
        .most_may_change(),
    ],
    extension_request: &[
        Field::boolean(
            "previewUrl",
            "Link preview",
            "Whether the first link in the text is shown with a preview.",
        ),
        direct_send::CATEGORY,
        direct_send::TEMPLATE_NAME,
        direct_send::TIME_TO_LIVE,
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        direct_send::NAME_NEEDS_CATEGORY,
        direct_send::TIME_NEEDS_CATEGORY,
    ],
    ..SPECIFIED
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let text = ObjectText::new()
        .text("body", members.text("message"))
        .maybe_flag("preview_url", members.flag("previewUrl"));
    direct_send::with(members, Content::new("text", text))
}
