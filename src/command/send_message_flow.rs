//! sendMessageFlow: a text with a button that opens a WhatsApp Flow (D/flows, OpenAPI v23.0).

use super::interactive::{FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE, ONE_HEADER};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Members, Rule, Words};

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
            .length(1, 30)
            .most_may_change(),
        Field::string(
            "flowToken",
            "Flow token",
            "Your own id for this run of the Flow; it comes back with the answers.",
        )
        .length(1, 1024)
        .most_may_change(),
        Field::string(
            "mode",
            "Mode",
            "published, or draft for a Flow that is not published yet.",
        )
        .length(1, 64)
        .words(&Words::known(&["draft", "published"])),
        Field::string(
            "flowAction",
            "Flow action",
            "navigate opens the screen named here, data_exchange asks the Flow's endpoint.",
        )
        .length(1, 64)
        .words(&Words::known(&["navigate", "data_exchange"])),
        Field::string("screen", "Screen", "The first screen's id, with navigate.").length(1, 256),
        Field::object(
            "data",
            "Data",
            "What the first screen is given, with navigate; not empty.",
        )
        .passed_on(),
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
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        ONE_HEADER,
        Rule::One(&["flowId", "flowName"]),
        Rule::Needs("data", "screen"),
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let payload = members.maybe_text("screen").map(|screen| {
        ObjectText::new()
            .text("screen", screen)
            .maybe_raw("data", members.json("data"))
    });
    let parameters = ObjectText::new()
        .text("flow_message_version", members.text("flowMessageVersion"))
        .maybe_text("flow_id", members.maybe_text("flowId"))
        .maybe_text("flow_name", members.maybe_text("flowName"))
        .text("flow_cta", members.text("displayText"))
        .maybe_text("flow_token", members.maybe_text("flowToken"))
        .maybe_text("mode", members.maybe_text("mode"))
        .maybe_text("flow_action", members.maybe_text("flowAction"))
        .maybe_object("flow_action_payload", payload);
    Interactive::new("flow")
        .any_header(members, files)
        .body(members)
        .footer(members)
        .named_action("flow", Some(parameters))
}
