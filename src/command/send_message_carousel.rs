//! sendMessageCarousel: cards side by side, each with an image or a video and a link or quick replies, or
//! a product.

use super::interactive::{
    CARD_MEDIA, CATALOG_ID, DISPLAY_TEXT, Interactive, MESSAGE, OWN_IDS, OWN_TITLES, PRODUCT_ID,
    REPLY_BUTTON, URL, header_media, product, reply_buttons, web_button,
};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Case, Cases, Check, Members, Object, Rule, Say, Words};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageCarousel",
    display: "Send a Carousel Message",
    description: "Sends 2 to 10 cards side by side.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::array("cards", "Cards", "2 to 10 objects, all of one kind. With a web page: headerMedia (type image or video, one of mediaId, link and file), message (at most 160 characters, optional), displayText (at most 20) and url. With quick replies: headerMedia, message, and buttons in place of displayText and url: 1 to 3 objects with id and title, as many on every card. With a product: catalogId and productId.")
            .required()
            .items(2, 10, &Field::object_item(&CARD)),
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    rules: &[RECIPIENT, Rule::Check(&ONE_KIND)],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

const CARD: Object = Object::of(&[]).cases(Cases::ByMember {
    cases: &[
        Case {
            when: Words::only(&["productId"]),
            object: &Object::of(&[CATALOG_ID, PRODUCT_ID]),
        },
        Case {
            when: Words::only(&["buttons"]),
            object: &Object::of(&[
                HEADER,
                TEXT,
                Field::array("buttons", "", "Buttons that answer, as many on every card.")
                    .required()
                    .items(1, 3, &Field::object_item(&REPLY_BUTTON)),
            ])
            .rules(&[OWN_IDS, OWN_TITLES]),
        },
    ],
    otherwise: &Object::of(&[HEADER, TEXT, DISPLAY_TEXT, URL]),
});
const HEADER: Field = Field::object("headerMedia", "", "An image or a video above the text.")
    .required()
    .members(&CARD_MEDIA);
const TEXT: Field = Field::string("message", "", "The text of the card.")
    .length(1, 160)
    .most_may_change();

const ONE_KIND: Check = Check {
    name: "cards of one kind",
    demands: "all cards have a url, all as many buttons, or all a productId",
    find: find_other_kinds,
};

/// What a card is; all cards of a message are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Product,
    WebPage,
    /// With so many quick replies.
    QuickReplies(usize),
}

fn kind_of(card: &Members<'_>) -> Kind {
    if card.has("productId") {
        Kind::Product
    } else if card.has("buttons") {
        Kind::QuickReplies(card.list("buttons").len())
    } else {
        Kind::WebPage
    }
}

fn find_other_kinds(members: &Members<'_>, say: &mut Say<'_, '_>) {
    let cards = members.list("cards").iter().enumerate();
    let kinds = cards.filter_map(|(index, card)| Some((index, kind_of(card.object()?))));
    // Without any, what is wrong with its buttons is told there.
    let mut kinds = kinds.filter(|(_, kind)| *kind != Kind::QuickReplies(0));
    let Some((_, first)) = kinds.next() else {
        return;
    };
    for (index, kind) in kinds.filter(|(_, kind)| *kind != first) {
        let (member, what) = match (first, kind) {
            (Kind::QuickReplies(_), Kind::QuickReplies(_)) => (
                "buttons",
                "has another number of buttons than the cards before it",
            ),
            _ => (
                "productId",
                "is of another kind than the cards before it; all have a url, all buttons, or all a productId",
            ),
        };
        say.refuse(&format!("cards[{index}].{member}"), what);
    }
}

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let cards = members.objects("cards").enumerate();
    let cards: Vec<ObjectText> = cards
        .map(|(index, card)| read_card(index, card, files))
        .collect();
    Interactive::new("carousel")
        .body(members)
        .action(ObjectText::new().objects("cards", cards))
}

fn read_card(index: usize, card: &Members<'_>, files: &mut Files) -> ObjectText {
    let text = ObjectText::new().raw("card_index", &index.to_string());
    let kind = kind_of(card);
    if kind == Kind::Product {
        return text.text("type", "product").object("action", product(card));
    }
    let header = card
        .object("headerMedia")
        .map(|header| header_media(header, files));
    let body = card
        .maybe_text("message")
        .map(|body| ObjectText::new().text("text", body));
    let action = match kind {
        Kind::QuickReplies(_) => {
            ObjectText::new().objects("buttons", reply_buttons(card, "quick_reply"))
        }
        _ => web_button(card),
    };
    // Meta has one type for both.
    text.text("type", "cta_url")
        .maybe_object("header", header)
        .maybe_object("body", body)
        .object("action", action)
}
