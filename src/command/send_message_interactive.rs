//! sendMessageInteractive: any of Meta's interactive objects, as it is.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageInteractive",
    display: "Send an Interactive Message",
    description: "Sends any interactive object of Meta's, such as order_details, order_status or voice_call.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::object(
            "interactive",
            "Interactive",
            "Meta's interactive object: type, header, body, footer, action.",
        )
        .required(),
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

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    let json = members.json("interactive")?;
    let mut interactive = members.required_object("interactive")?;
    interactive.required_text("type", 1..=64)?;
    for (part, most) in [("header", 60), ("body", 4096), ("footer", 60)] {
        if let Some(mut part) = interactive.optional_object(part)? {
            part.optional_text_within("text", most)?;
        }
    }
    // What the action holds depends on the type, and Meta adds types.
    Content::of_json("interactive".into(), json.unwrap_or_default().to_owned())
}
