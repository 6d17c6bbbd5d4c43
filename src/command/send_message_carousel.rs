//! sendMessageCarousel: cards side by side, each with an image or a video and a button, or a product.

use super::interactive::{Interactive, MESSAGE, header_media, product, web_button};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageCarousel",
    display: "Send a Carousel Message",
    description: "Sends 2 to 10 cards side by side.",
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::array("cards", "Cards", "2 to 10 objects, all of one kind. With a web page: headerMedia (type image or video, one of mediaId, link and file), message (at most 160 characters, optional), displayText (at most 20) and url. With a product: catalogId and productId.").required(),
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

fn read(members: &mut Members<'_>, files: &mut Files) -> Result<Content, Error> {
    let interactive = Interactive::new("carousel").body(members, 1024)?;
    let mut cards = Vec::new();
    let mut kind = None;
    for (index, card) in members
        .required_list("cards", 2..=10)?
        .into_iter()
        .enumerate()
    {
        let mut card = card.object()?;
        let this = if card.has("productId") {
            "product"
        } else {
            "cta_url"
        };
        if *kind.get_or_insert(this) != this {
            return Err(Error::invalid_request(format!(
                "{} is of another kind than the cards before it; all have a url, or all a productId",
                card.place("productId")
            )));
        }
        let text = ObjectText::new()
            .raw("card_index", &index.to_string())
            .text("type", this);
        cards.push(read_card(text, &mut card, files, this == "product")?);
        card.finish()?;
    }
    interactive.action(ObjectText::new().objects("cards", cards))
}

fn read_card(
    text: ObjectText,
    card: &mut Members<'_>,
    files: &mut Files,
    is_product: bool,
) -> Result<ObjectText, Error> {
    if is_product {
        return Ok(text.object("action", product(card)?));
    }
    let header = header_media(card.required_object("headerMedia")?, files, false)?;
    let body = card.optional_text_within("message", 160)?;
    let body = body.map(|body| ObjectText::new().text("text", &body));
    Ok(text
        .object("header", header)
        .maybe_object("body", body)
        .object("action", web_button(card)?))
}
