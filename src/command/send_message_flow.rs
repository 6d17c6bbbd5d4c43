//! sendMessageFlow: a text with a button that opens a WhatsApp Flow (D/flows, OpenAPI v23.0).

use super::interactive::{FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE};
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
    name: "sendMessageFlow",
    display: "Send a Flow Message",
    description: "Sends a text with a button that opens a WhatsApp Flow; its answers arrive as a customer_message.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::string(
            "flowId",
            "Flow id",
            "The Flow's id; either this or flowName.",
        )
        .length(1, 256),
        Field::string(
            "flowName",
            "Flow name",
            "The Flow's name; either this or flowId.",
        )
        .length(1, 256),
        Field::string("displayText", "Button", "What the button says; no emoji.")
            .required()
            .length(1, 30),
        Field::string(
            "flowToken",
            "Flow token",
            "Your own id for this run of the Flow; it comes back with the answers.",
        )
        .length(1, 1024),
        Field::string(
            "mode",
            "Mode",
            "published, or draft for a Flow that is not published yet.",
        )
        .length(1, 64),
        Field::string(
            "flowAction",
            "Flow action",
            "navigate opens the screen named here, data_exchange asks the Flow's endpoint.",
        )
        .length(1, 64),
        Field::string("screen", "Screen", "The first screen's id, with navigate.").length(1, 256),
        Field::object(
            "data",
            "Data",
            "What the first screen is given, with navigate; not empty.",
        ),
        Field::string(
            "flowMessageVersion",
            "Flow message version",
            "The version of Meta's flow message.",
        )
        .length(1, 16)
        .default("3"),
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
    let interactive = Interactive::new("flow")
        .any_header(members, files)?
        .body(members, 1024)?
        .footer(members)?;
    let id = members.optional_text("flowId", 1..=256)?;
    let name = members.optional_text("flowName", 1..=256)?;
    if id.is_some() == name.is_some() {
        return Err(Error::invalid_request(
            "request member \"flowId\" or \"flowName\" names the Flow; give one of them",
        ));
    }
    let version = members.optional_text("flowMessageVersion", 1..=16)?;
    let parameters = ObjectText::new()
        .text("flow_message_version", version.as_deref().unwrap_or("3"))
        .maybe_text("flow_id", id)
        .maybe_text("flow_name", name)
        .text(
            "flow_cta",
            &members.required_text_within("displayText", 30)?,
        )
        .maybe_text(
            "flow_token",
            members.optional_text_within("flowToken", 1024)?,
        )
        .maybe_text(
            "mode",
            members.optional_word("mode", &["draft", "published"])?,
        )
        .maybe_text(
            "flow_action",
            members.optional_word("flowAction", &["navigate", "data_exchange"])?,
        )
        .maybe_object("flow_action_payload", payload(members)?);
    interactive.named_action("flow", Some(parameters))
}

fn payload(members: &mut Members<'_>) -> Result<Option<ObjectText>, Error> {
    let screen = members.optional_text("screen", 1..=256)?;
    let data = members.optional_json_object("data")?;
    if data.is_some() && screen.is_none() {
        return Err(Error::invalid_request(format!(
            "{} is missing; data is given to a screen",
            members.place("screen")
        )));
    }
    Ok(screen.map(|screen| {
        ObjectText::new()
            .text("screen", &screen)
            .maybe_raw("data", data)
    }))
}
