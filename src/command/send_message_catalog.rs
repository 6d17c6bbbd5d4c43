//! sendMessageCatalog: a text with a button that opens the catalogue.

use super::interactive::{FOOTER, Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::Members;

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
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let thumbnail = members.maybe_text("thumbnailProductId");
    let parameters =
        thumbnail.map(|id| ObjectText::new().text("thumbnail_product_retailer_id", id));
    Interactive::new("catalog_message")
        .body(members)
        .footer(members)
        .named_action("catalog_message", parameters)
}
