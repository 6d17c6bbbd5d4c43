//! sendMessageProductList: products of a catalogue, in sections.

use super::interactive::{CATALOG_ID, FOOTER, HEADER_TEXT, Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::send_message_list::{SECTION_TITLE, count_in_all};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Check, Item, Members, Object, Rule};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageProductList",
    display: "Send a Product List Message",
    description: "Sends up to 30 products of a catalogue, in sections.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        HEADER_TEXT.required(),
        CATALOG_ID,
        Field::array("sections", "Sections", "1 to 10 objects with title (at most 24 characters; needed if there is more than one section) and products: retailer ids. At most 30 products in all.")
            .required()
            .items(1, 10, &Field::object_item(&SECTION)),
        FOOTER,
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        Rule::IfSeveral("sections", "title"),
        Rule::Check(&PRODUCTS_IN_ALL),
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

const SECTION: Object = Object::of(&[
    SECTION_TITLE,
    Field::array("products", "", "Retailer ids of products.")
        .required()
        .items(
            1,
            MOST_PRODUCTS,
            &Field::text_item().length(1, 256).most_may_change(),
        ),
]);

/// Products of all sections together.
const MOST_PRODUCTS: usize = 30;
const PRODUCTS_IN_ALL: Check = Check {
    name: "products in all",
    demands: "all sections together have at most 30 products",
    find: |members, say| count_in_all(members, "products", MOST_PRODUCTS, say),
};

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let product = |id: &str| ObjectText::new().text("product_retailer_id", id);
    let section = |section: &Members<'_>| {
        let products = section
            .list("products")
            .iter()
            .filter_map(Item::text)
            .map(product);
        ObjectText::new()
            .maybe_text("title", section.maybe_text("title"))
            .objects("product_items", products)
    };
    let action = ObjectText::new()
        .text("catalog_id", members.text("catalogId"))
        .objects("sections", members.objects("sections").map(section));
    Interactive::new("product_list")
        .text_header(members)
        .body(members)
        .footer(members)
        .action(action)
}
