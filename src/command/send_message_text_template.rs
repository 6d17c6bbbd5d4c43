//! sendMessageTextTemplate: an approved template without parameters, to one recipient.

use super::request::{self, PHONE_NUMBER};
use super::response::{self, DETAILS};
use super::send::{SEND_RESPONSE, send};
use super::{Context, Execution};
use crate::cloud_api::{Content, Recipient};
use crate::descriptor::{Command, Field};
use crate::error::Error;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageTextTemplate",
    display: "Send a Text Message Template",
    description: "Sends a text message template to the specified phone number.",
    request: &[
        PHONE_NUMBER,
        Field::string(
            "templateName",
            "Template Name",
            "The message (text) template to be sent to the recipient.",
        )
        .required(),
        Field::string(
            "languageCode",
            "Language Code",
            "The language code of the text template.",
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
    let name = members.required_text("templateName", 1..=512)?;
    let language = members.required_text("languageCode", 2..=16)?;
    members.finish()?;
    Ok((recipient, Content::Template { name, language }))
}
