//! markMessageRead: the two blue ticks, and if wanted the typing indicator (D/typing-indicators).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "markMessageRead",
    display: "Mark a Message as Read",
    description: "Marks a customer's message as read, and those before it; in a group, that message alone.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "messageId",
            "Message ID",
            "The id of the customer's message.",
        )
        .required()
        .length(1, 512),
        Field::boolean(
            "typing",
            "Typing",
            "Whether the customer is shown that an answer is being typed, until it comes or for 25 seconds.",
        ),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let indicator = members
        .is_set("typing")
        .then(|| ObjectText::new().text("type", "text"));
    let body = ObjectText::new()
        .text("messaging_product", "whatsapp")
        .text("status", "read")
        .text("message_id", members.text("messageId"))
        .maybe_object("typing_indicator", indicator);
    let path = format!("{}/messages", properties.phone_number_id);
    Ok(Call::post(path, body, Evidence::Success).idempotent())
}
