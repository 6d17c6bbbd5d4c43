//! sendMessageCallPermissionRequest: asks whether the business may call (D/calling/user-call-permissions).

use super::interactive::{Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageCallPermissionRequest",
    display: "Send a Call Permission Request",
    description: "Asks the customer whether the business may call; the reply arrives as a customer_message.",
    traits: &[CommandTrait::Sends],
    request: &[PHONE_NUMBER, TEXT, REPLY_TO, INDIVIDUAL, CALLBACK_DATA],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

/// Without it Meta shows a text of its own.
const TEXT: Field = Field {
    required: false,
    ..MESSAGE
};

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    Interactive::new("call_permission_request")
        .body(members)
        .named_action("call_permission_request", None)
}
