//! sendMessageProduct: one product of a catalogue.

use super::interactive::{FOOTER, Interactive, product};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageProduct",
    display: "Send a Product Message",
    description: "Sends one product of a catalogue to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "catalogId",
            "Catalogue",
            "The id of the catalogue that is connected to the account.",
        )
        .required()
        .length(1, 256),
        Field::string(
            "productId",
            "Product",
            "The product's retailer id in the catalogue.",
        )
        .required()
        .length(1, 256),
        Field::string("message", "Message", "The text of the message.").length(1, 1024),
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

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    Interactive::new("product")
        .optional_body(members)?
        .footer(members)?
        .action(product(members)?)
}
