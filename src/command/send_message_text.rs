//! sendMessageText: a text to one recipient.

use super::request::{self, PHONE_NUMBER};
use super::response::{self, DETAILS};
use super::send::{SEND_RESPONSE, send};
use super::{Context, Execution};
use crate::cloud_api::{Content, Recipient};
use crate::descriptor::{Command, Field};
use crate::error::Error;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageText",
    display: "Send a Text Message",
    description: "Sends a text message to the specified phone number.",
    request: &[
        PHONE_NUMBER,
        Field::string(
            "message",
            "Message",
            "The message (text) to be sent to the recipient.",
        )
        .required(),
    ],
    response: SEND_RESPONSE,
    extension_request: &[],
    extension_response: &[DETAILS],
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    match parse(json) {
        Ok((recipient, content)) => Ok(send(&recipient, &content, context)),
        Err(error) => response::of_refused_send(error),
    }
}

fn parse(json: &str) -> Result<(Recipient<'_>, Content<'_>), Error> {
    let mut members = request::members(json)?;
    let recipient = request::recipient(&mut members)?;
    // Meta's limit for a text body (OpenAPI v23.0).
    let body = members.required_text("message", 1..=4096)?;
    members.finish()?;
    Ok((recipient, Content::Text { body }))
}
