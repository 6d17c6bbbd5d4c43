//! sendMessageProductList: products of a catalogue, in sections.

use super::interactive::{FOOTER, Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::send_message_list::section_title;
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageProductList",
    display: "Send a Product List Message",
    description: "Sends up to 30 products of a catalogue, in sections.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::string("headerText", "Header", "A text above the message.").required().length(1, 60),
        Field::string("catalogId", "Catalogue", "The id of the catalogue that is connected to the account.").required().length(1, 256),
        Field::array("sections", "Sections", "1 to 10 objects with title (at most 24 characters; needed if there is more than one section) and products: retailer ids. At most 30 products in all.").required(),
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

/// Products of all sections together.
const MOST_PRODUCTS: usize = 30;

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    if !members.has("headerText") {
        return Err(Error::invalid_request(format!(
            "{} is missing; it is required (string)",
            members.place("headerText")
        )));
    }
    let interactive = Interactive::new("product_list")
        .text_header(members)?
        .body(members, 1024)?
        .footer(members)?;
    let catalog = members.required_text("catalogId", 1..=256)?;
    let given = members.required_list("sections", 1..=10)?;
    let several = given.len() > 1;
    let mut count = 0;
    let mut sections = Vec::new();
    for section in given {
        let mut section = section.object()?;
        let title = section_title(&mut section, several)?;
        let mut products = Vec::new();
        for product in section.required_list("products", 1..=MOST_PRODUCTS)? {
            count += 1;
            let id = product.text_within(256)?;
            products.push(ObjectText::new().text("product_retailer_id", &id));
        }
        section.finish()?;
        let section = ObjectText::new().maybe_text("title", title);
        sections.push(section.objects("product_items", products));
    }
    members.limit(count <= MOST_PRODUCTS, || {
        format!(
            "{} has {count} products in all; it needs at most {MOST_PRODUCTS}",
            members.place("sections")
        )
    })?;
    interactive.action(
        ObjectText::new()
            .text("catalog_id", &catalog)
            .objects("sections", sections),
    )
}
