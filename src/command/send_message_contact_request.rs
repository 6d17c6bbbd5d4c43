//! sendMessageContactRequest: a text with a button that shares the customer's phone number
//! (Meta's changelog, 2026).

use super::interactive::{Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageContactRequest",
    display: "Send a Contact Request",
    description: "Sends a text with a button; the contact that the customer shares arrives as a customer_message.",
    traits: &[CommandTrait::Sends],
    request: &[PHONE_NUMBER, MESSAGE, REPLY_TO, INDIVIDUAL, CALLBACK_DATA],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    Interactive::new("request_contact_info")
        .body(members)
        .named_action("request_contact_info", None)
}
