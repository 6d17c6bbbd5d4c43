//! sendMessageCatalog: a text with a button that opens the catalogue.

use super::interactive::{FOOTER, Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageCatalog",
    display: "Send a Catalog Message",
    description: "Sends a text with a button that opens the catalogue.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::string(
            "thumbnailProductId",
            "Thumbnail",
            "The retailer id of the product whose image is shown; the first one if absent.",
        )
        .length(1, 256),
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
    let thumbnail = members.optional_text("thumbnailProductId", 1..=256)?;
    let parameters =
        thumbnail.map(|id| ObjectText::new().text("thumbnail_product_retailer_id", &id));
    Interactive::new("catalog_message")
        .body(members, 1024)?
        .footer(members)?
        .named_action("catalog_message", parameters)
}
