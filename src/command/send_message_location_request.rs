//! sendMessageLocationRequest: a text with a button that sends the customer's location.

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
    name: "sendMessageLocationRequest",
    display: "Send a Location Request",
    description: "Sends a text with a button; the location that the customer sends arrives as a customer_message.",
    traits: &[CommandTrait::Sends],
    request: &[PHONE_NUMBER, MESSAGE, REPLY_TO, INDIVIDUAL, CALLBACK_DATA],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    Interactive::new("location_request_message")
        .body(members)
        .named_action("send_location", None)
}
