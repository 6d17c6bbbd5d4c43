//! sendMessageTextTemplate: an approved template without parameters, to one recipient.

use super::media_file::Files;
use super::request::PHONE_NUMBER;
use super::send::{self, SPECIFIED};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageTextTemplate",
    display: "Send a Text Message Template",
    description: "Sends a text message template to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "templateName",
            "Template Name",
            "The message (text) template to be sent to the recipient.",
        )
        .required()
        .unlisted_length(1, 512),
        Field::string(
            "languageCode",
            "Language Code",
            "The language code of the text template.",
        )
        .required()
        .unlisted_length(2, 16),
    ],
    ..SPECIFIED
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let language = ObjectText::new().text("code", members.text("languageCode"));
    let template = ObjectText::new()
        .text("name", members.text("templateName"))
        .object("language", language);
    Content::new("template", template)
}
