//! What interactive messages share: header, body and footer (D/messages/interactive, OpenAPI v23.0).

use super::media::{LONGEST_NAME, Medium};
use super::media_file::Files;
use crate::cloud_api::Content;
use crate::descriptor::Field;
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::{Members, Unique};

/// The text of an interactive message.
pub(super) const MESSAGE: Field = Field::string("message", "Message", "The text of the message.")
    .required()
    .length(1, 1024);
/// A text above it.
pub(super) const HEADER_TEXT: Field =
    Field::string("headerText", "Header", "A text above the message.").length(1, 60);
/// An image, a video or a document above it.
pub(super) const HEADER_MEDIA: Field = Field::object(
    "headerMedia",
    "Header media",
    "An image, a video or a document above the message, in place of headerText: type (image, video, \
     document), one of mediaId, link and file, and for a document filename.",
);
/// A text below it.
pub(super) const FOOTER: Field =
    Field::string("footer", "Footer", "A small text below the message.").length(1, 60);

/// An interactive message under construction.
pub(super) struct Interactive(ObjectText);

impl Interactive {
    /// Of Meta's interactive type `kind`.
    pub(super) fn new(kind: &str) -> Self {
        Self(ObjectText::new().text("type", kind))
    }

    /// With a header: a text, or media; or none.
    pub(super) fn any_header(
        self,
        members: &mut Members<'_>,
        files: &mut Files,
    ) -> Result<Self, Error> {
        let media = members.optional_object("headerMedia")?;
        let with_text = members.has("headerText");
        let this = self.text_header(members)?;
        match media {
            Some(_) if with_text => Err(Error::invalid_request(
                "request members \"headerText\" and \"headerMedia\" exclude each other; give one",
            )),
            Some(media) => Ok(Self(
                this.0.object("header", header_media(media, files, true)?),
            )),
            None => Ok(this),
        }
    }

    /// With a text as header, if there is one.
    pub(super) fn text_header(self, members: &mut Members<'_>) -> Result<Self, Error> {
        let Some(text) = members.optional_text_within("headerText", 60)? else {
            return Ok(self);
        };
        let header = ObjectText::new().text("type", "text").text("text", &text);
        Ok(Self(self.0.object("header", header)))
    }

    /// With a body of at most `most` characters.
    pub(super) fn body(self, members: &mut Members<'_>, most: usize) -> Result<Self, Error> {
        let text = members.required_text_within("message", most)?;
        Ok(self.with_text("body", Some(&text)))
    }

    /// With a body, if there is one.
    pub(super) fn optional_body(self, members: &mut Members<'_>) -> Result<Self, Error> {
        let text = members.optional_text_within("message", 1024)?;
        Ok(self.with_text("body", text.as_deref()))
    }

    /// With a footer, if there is one.
    pub(super) fn footer(self, members: &mut Members<'_>) -> Result<Self, Error> {
        let text = members.optional_text_within("footer", 60)?;
        Ok(self.with_text("footer", text.as_deref()))
    }

    /// With what the message does.
    pub(super) fn action(self, action: ObjectText) -> Result<Content, Error> {
        Content::new("interactive", self.0.object("action", action))
    }

    /// With an action of this name and these parameters.
    pub(super) fn named_action(
        self,
        name: &str,
        parameters: Option<ObjectText>,
    ) -> Result<Content, Error> {
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
pub(super) fn web_button(members: &mut Members<'_>) -> Result<ObjectText, Error> {
    let display_text = members.required_text_within("displayText", 20)?;
    let url = members.required_text_within("url", 2000)?;
    super::media::check_link(&members.place("url"), &url)?;
    let parameters = ObjectText::new()
        .text("display_text", &display_text)
        .text("url", &url);
    Ok(named_action("cta_url", Some(parameters)))
}

/// Buttons that answer with their id: `buttons`, each with `id` and `title`. Meta calls them `kind`.
pub(super) fn reply_buttons(
    members: &mut Members<'_>,
    kind: &str,
) -> Result<Vec<ObjectText>, Error> {
    let (mut ids, mut titles) = (Unique::default(), Unique::default());
    let mut buttons = Vec::new();
    for button in members.required_list("buttons", 1..=3)? {
        let mut button = button.object()?;
        let id = button.required_text_within("id", 256)?;
        let title = button.required_text_within("title", 20)?;
        ids.add(&button.place("id"), &id)?;
        titles.add(&button.place("title"), &title)?;
        button.finish()?;
        let reply = ObjectText::new().text("id", &id).text("title", &title);
        buttons.push(ObjectText::new().text("type", kind).object(kind, reply));
    }
    Ok(buttons)
}

/// A product of a catalogue: `catalogId` and `productId`.
pub(super) fn product(members: &mut Members<'_>) -> Result<ObjectText, Error> {
    let catalog = members.required_text("catalogId", 1..=256)?;
    let product = members.required_text("productId", 1..=256)?;
    Ok(ObjectText::new()
        .text("catalog_id", &catalog)
        .text("product_retailer_id", &product))
}

/// A header of media, from `type`, the media's source and `filename`.
pub(super) fn header_media(
    mut members: Members<'_>,
    files: &mut Files,
    documents: bool,
) -> Result<ObjectText, Error> {
    let kind = members.required_text("type", 1..=64)?;
    header_media_of(&kind, members, files, documents)
}

/// A header of media whose type is known already.
pub(super) fn header_media_of(
    kind: &str,
    mut members: Members<'_>,
    files: &mut Files,
    documents: bool,
) -> Result<ObjectText, Error> {
    let kinds: &[&str] = if documents {
        &["image", "video", "document"]
    } else {
        &["image", "video"]
    };
    if !kinds.contains(&kind) {
        return Err(Error::invalid_request(format!(
            "{} must be one of: {}",
            members.place("type"),
            kinds.join(", ")
        )));
    }
    let filename = members.optional_text_within("filename", LONGEST_NAME)?;
    if filename.is_some() && kind != "document" {
        return Err(Error::invalid_request(format!(
            "{} is for documents only",
            members.place("filename")
        )));
    }
    let media = Medium::read(&mut members, files, kind)?;
    let media = media.named(filename.as_deref(), kind == "document");
    members.finish()?;
    Ok(ObjectText::new().text("type", kind).object(kind, media))
}
