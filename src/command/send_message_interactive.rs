//! sendMessageInteractive: any of Meta's interactive objects, as it is.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::{Members, Object, Others};

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
        .required()
        .members(&INTERACTIVE)
        .passed_on(),
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

/// What the action holds depends on the type, and Meta adds types.
const INTERACTIVE: Object = Object::of(&[
    Field::string("type", "", "Meta's interactive type.")
        .required()
        .length(1, 64),
    Field::object("header", "", "What stands above the text.").members(&text(&[text_within(60)])),
    Field::object("body", "", "The text.").members(&text(&[text_within(4096)])),
    Field::object("footer", "", "What stands below the text.").members(&text(&[text_within(60)])),
])
.others(Others::Ignored);

const fn text(members: &'static [Field]) -> Object {
    Object::of(members).others(Others::Ignored)
}

const fn text_within(most: i64) -> Field {
    Field::string("text", "", "")
        .length(1, most)
        .most_may_change()
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let interactive = members.json("interactive").unwrap_or_default();
    Content::of_json("interactive".into(), interactive.to_owned())
}
