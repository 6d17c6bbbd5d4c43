//! sendMessageCarousel: cards side by side, each with an image or a video and a link or quick replies, or
//! a product.

use super::interactive::{Interactive, MESSAGE, header_media, product, reply_buttons, web_button};
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
    name: "sendMessageCarousel",
    display: "Send a Carousel Message",
    description: "Sends 2 to 10 cards side by side.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::array("cards", "Cards", "2 to 10 objects, all of one kind. With a web page: headerMedia (type image or video, one of mediaId, link and file), message (at most 160 characters, optional), displayText (at most 20) and url. With quick replies: headerMedia, message, and buttons in place of displayText and url: 1 to 3 objects with id and title, as many on every card. With a product: catalogId and productId.").required(),
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

/// What a card is; all cards of a message are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Product,
    WebPage,
    /// With so many quick replies.
    QuickReplies(usize),
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
        let (text, this) = read_card(index, &mut card, files)?;
        let first = *kind.get_or_insert(this);
        if first != this {
            let (member, what) = match (first, this) {
                (Kind::QuickReplies(_), Kind::QuickReplies(_)) => (
                    "buttons",
                    "has another number of buttons than the cards before it",
                ),
                _ => (
                    "productId",
                    "is of another kind than the cards before it; all have a url, all buttons, or all a \
                     productId",
                ),
            };
            return Err(Error::invalid_request(format!(
                "{} {what}",
                card.place(member)
            )));
        }
        cards.push(text);
        card.finish()?;
    }
    interactive.action(ObjectText::new().objects("cards", cards))
}

fn read_card(
    index: usize,
    card: &mut Members<'_>,
    files: &mut Files,
) -> Result<(ObjectText, Kind), Error> {
    let text = ObjectText::new().raw("card_index", &index.to_string());
    if card.has("productId") {
        let text = text.text("type", "product");
        return Ok((text.object("action", product(card)?), Kind::Product));
    }
    let header = header_media(card.required_object("headerMedia")?, files, false)?;
    let body = card.optional_text_within("message", 160)?;
    let body = body.map(|body| ObjectText::new().text("text", &body));
    let (action, kind) = if card.has("buttons") {
        let buttons = reply_buttons(card, "quick_reply")?;
        let count = buttons.len();
        let action = ObjectText::new().objects("buttons", buttons);
        (action, Kind::QuickReplies(count))
    } else {
        (web_button(card)?, Kind::WebPage)
    };
    // Meta has one type for both.
    let text = text.text("type", "cta_url").object("header", header);
    Ok((
        text.maybe_object("body", body).object("action", action),
        kind,
    ))
}
