//! What interactive messages share: header, body and footer (D/messages/interactive, OpenAPI v23.0).

use super::media::{FILENAME, LINK, MEDIA_ID, Medium, ONE_SOURCE};
use super::media_file::{FILE, Files};
use super::request::WEB_ADDRESS;
use crate::cloud_api::Content;
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::{Members, Object, Rule, Words};

/// The text of an interactive message.
pub(super) const MESSAGE: Field = Field::string("message", "Message", "The text of the message.")
    .required()
    .length(1, 1024)
    .most_may_change();
/// A text above it.
pub(super) const HEADER_TEXT: Field =
    Field::string("headerText", "Header", "A text above the message.")
        .length(1, 60)
        .most_may_change();
/// An image, a video or a document above it.
pub(super) const HEADER_MEDIA: Field = Field::object(
    "headerMedia",
    "Header media",
    "An image, a video or a document above the message, in place of headerText: type (image, video, \
     document), one of mediaId, link and file, and for a document filename.",
)
.members(&MESSAGE_MEDIA);
/// A text below it.
pub(super) const FOOTER: Field =
    Field::string("footer", "Footer", "A small text below the message.")
        .length(1, 60)
        .most_may_change();
/// A message has one header.
pub(super) const ONE_HEADER: Rule = Rule::NotBoth(&["headerText", "headerMedia"]);

/// What a header of media is made of.
const MESSAGE_MEDIA: Object = Object::of(&[
    media_type(&Words::only(&["image", "video", "document"])),
    MEDIA_ID,
    LINK,
    FILE,
    FILENAME,
])
.rules(&[ONE_SOURCE, Rule::Only("filename", "type", &["document"])]);
/// What the header of a card is made of.
pub(super) const CARD_MEDIA: Object = Object::of(&[
    media_type(&Words::only(&["image", "video"])),
    MEDIA_ID,
    LINK,
    FILE,
])
.rules(&[ONE_SOURCE]);

const fn media_type(words: &'static Words) -> Field {
    Field::string("type", "", "What kind of media it is.")
        .required()
        .length(1, 64)
        .words(words)
}

/// What a button that opens a web page says.
pub(super) const DISPLAY_TEXT: Field =
    Field::string("displayText", "Button", "What the button says.")
        .required()
        .length(1, 20)
        .most_may_change();
/// What it opens.
pub(super) const URL: Field = Field::string(
    "url",
    "Address",
    "The http or https address that the button opens.",
)
.required()
.length(1, 2000)
.most_may_change()
.pattern(&WEB_ADDRESS);

/// A button that answers.
pub(super) const REPLY_BUTTON: Object = Object::of(&[
    Field::string("id", "", "What comes back when it is pressed.")
        .required()
        .length(1, 256)
        .most_may_change(),
    Field::string("title", "", "What it says.")
        .required()
        .length(1, 20)
        .most_may_change(),
]);
/// Buttons are told apart by their ids,
pub(super) const OWN_IDS: Rule = Rule::Distinct(&["buttons", "id"]);
/// and by what they say.
pub(super) const OWN_TITLES: Rule = Rule::Distinct(&["buttons", "title"]);

/// Where a product is.
pub(super) const CATALOG_ID: Field = Field::string(
    "catalogId",
    "Catalogue",
    "The id of the catalogue that is connected to the account.",
)
.required()
.length(1, 256);
/// Which one it is.
pub(super) const PRODUCT_ID: Field = Field::string(
    "productId",
    "Product",
    "The product's retailer id in the catalogue.",
)
.required()
.length(1, 256);

/// An interactive message under construction.
pub(super) struct Interactive(ObjectText);

impl Interactive {
    /// Of Meta's interactive type `kind`.
    pub(super) fn new(kind: &str) -> Self {
        Self(ObjectText::new().text("type", kind))
    }

    /// With a header: a text, or media; or none.
    pub(super) fn any_header(self, members: &Members<'_>, files: &mut Files) -> Self {
        let media = members
            .object("headerMedia")
            .map(|media| header_media(media, files));
        let this = self.text_header(members);
        Self(this.0.maybe_object("header", media))
    }

    /// With a text as header, if there is one.
    pub(super) fn text_header(self, members: &Members<'_>) -> Self {
        let text = members.maybe_text("headerText");
        let header = text.map(|text| ObjectText::new().text("type", "text").text("text", text));
        Self(self.0.maybe_object("header", header))
    }

    /// With a body, if there is one.
    pub(super) fn body(self, members: &Members<'_>) -> Self {
        self.with_text("body", members.maybe_text("message"))
    }

    /// With a footer, if there is one.
    pub(super) fn footer(self, members: &Members<'_>) -> Self {
        self.with_text("footer", members.maybe_text("footer"))
    }

    /// With what the message does.
    pub(super) fn action(self, action: ObjectText) -> Content {
        Content::new("interactive", self.0.object("action", action))
    }

    /// With an action of this name and these parameters.
    pub(super) fn named_action(self, name: &str, parameters: Option<ObjectText>) -> Content {
        self.action(named_action(name, parameters))
    }

    fn with_text(self, name: &str, text: Option<&str>) -> Self {
        let text = text.map(|text| ObjectText::new().text("text", text));
        Self(self.0.maybe_object(name, text))
    }
}

/// An action of this name and these parameters.
pub(super) fn named_action(name: &str, parameters: Option<ObjectText>) -> ObjectText {
    ObjectText::new()
        .text("name", name)
        .maybe_object("parameters", parameters)
}

/// A button that opens a web page: `displayText` and `url`.
pub(super) fn web_button(members: &Members<'_>) -> ObjectText {
    let parameters = ObjectText::new()
        .text("display_text", members.text("displayText"))
        .text("url", members.text("url"));
    named_action("cta_url", Some(parameters))
}

/// Buttons that answer with their id: `buttons`, each with `id` and `title`. Meta calls them `kind`.
pub(super) fn reply_buttons(members: &Members<'_>, kind: &str) -> Vec<ObjectText> {
    let button = |button: &Members<'_>| {
        let reply = ObjectText::new()
            .text("id", button.text("id"))
            .text("title", button.text("title"));
        ObjectText::new().text("type", kind).object(kind, reply)
    };
    members.objects("buttons").map(button).collect()
}

/// A product of a catalogue: `catalogId` and `productId`.
pub(super) fn product(members: &Members<'_>) -> ObjectText {
    ObjectText::new()
        .text("catalog_id", members.text("catalogId"))
        .text("product_retailer_id", members.text("productId"))
}

/// A header of media, from `type`, the media's source and `filename`.
pub(super) fn header_media(members: &Members<'_>, files: &mut Files) -> ObjectText {
    let kind = members.text("type");
    let media = Medium::read(members, files, kind);
    let media = media.named(members.maybe_text("filename"), kind == "document");
    ObjectText::new().text("type", kind).object(kind, media)
}
