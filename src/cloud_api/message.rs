//! Outbound message bodies, exactly as Meta documents them (D/messages, OpenAPI v23.0).

use std::borrow::Cow;

use serde_json::Value;

use super::redaction::Private;
use crate::json::{ObjectText, push_string};

/// Who receives the message.
#[derive(Debug)]
pub(crate) enum Recipient<'a> {
    /// A phone number, sent as `to`, unchanged.
    Number(Cow<'a, str>),
    /// A business-scoped user id, sent as `recipient`.
    User(Cow<'a, str>),
    /// A group's id, sent as `to`.
    Group(Cow<'a, str>),
}

/// Encloses the number of a file in a content whose files are not uploaded yet. JSON cannot contain this
/// character unescaped, so no text is mistaken for a slot.
const SLOT: char = '\u{1}';

/// The content of a message: its type, the member of that name, and other members.
#[derive(Debug)]
pub(crate) struct Content {
    kind: Cow<'static, str>,
    /// JSON, except for the slots of files.
    value: String,
    reply_to: Option<String>,
    beside: Vec<(String, String)>,
    marketing: bool,
}

impl Content {
    /// A message of Meta's type `kind`.
    pub(crate) fn new(kind: &'static str, object: ObjectText) -> Self {
        Self::of_json(Cow::Borrowed(kind), object.end())
    }

    /// A message of any type; `json` is the value of the member that has the type's name.
    pub(crate) const fn of_json(kind: Cow<'static, str>, json: String) -> Self {
        Self {
            kind,
            value: json,
            reply_to: None,
            beside: Vec::new(),
            marketing: false,
        }
    }

    /// The placeholder for the media id of the file with this number, until [`Content::fill`].
    pub(crate) fn slot(number: usize) -> String {
        format!("{SLOT}{number}{SLOT}")
    }

    /// Fills the slots of files with the ids of their uploads.
    pub(crate) fn fill(&mut self, ids: &[String]) {
        if !ids.is_empty() {
            self.value = self.filled(|number| ids.get(number).map_or("", String::as_str));
        }
    }

    fn filled<'a>(&self, id: impl Fn(usize) -> &'a str) -> String {
        let mut filled = String::with_capacity(self.value.len());
        // The parts alternate: outside and inside of a slot.
        for (at, part) in self.value.split(SLOT).enumerate() {
            if at.is_multiple_of(2) {
                filled.push_str(part);
            } else {
                push_string(&mut filled, part.parse().map_or("", &id));
            }
        }
        filled
    }

    /// The same message as an answer to the one with this id.
    pub(crate) fn in_reply_to(mut self, message_id: Option<String>) -> Self {
        self.reply_to = message_id;
        self
    }

    /// The same message by way of the marketing messages API, which takes templates only.
    pub(crate) const fn through_marketing_api(mut self) -> Self {
        self.marketing = true;
        self
    }

    /// Whether it goes by way of the marketing messages API.
    pub(super) const fn is_marketing(&self) -> bool {
        self.marketing
    }

    /// Adds a member beside the content; `json` is its value.
    pub(crate) fn with(mut self, name: impl Into<String>, json: &str) -> Self {
        self.beside.push((name.into(), json.to_owned()));
        self
    }

    /// The content as a JSON value; files that are not uploaded have an empty id.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::from_str(&self.filled(|_| "")).unwrap_or_default()
    }

    /// Meta's `type`, which is also the name of the member that holds the content.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    /// The body of one POST to `/{version}/{phone-number-id}/messages`. `callback_data` comes back in the
    /// status webhooks.
    pub(super) fn body(&self, recipient: &Recipient<'_>, callback_data: &str) -> String {
        let (recipient_type, member, id) = match recipient {
            Recipient::Number(id) => ("individual", "to", id),
            Recipient::User(id) => ("individual", "recipient", id),
            Recipient::Group(id) => ("group", "to", id),
        };
        let context = self.reply_to.as_deref();
        let context = context.map(|id| ObjectText::new().text("message_id", id));
        let mut body = ObjectText::new()
            .text("messaging_product", "whatsapp")
            .text("recipient_type", recipient_type)
            .text(member, id)
            .maybe_object("context", context)
            .text("type", &self.kind)
            .raw(&self.kind, &self.value);
        for (name, json) in &self.beside {
            body = body.raw(name, json);
        }
        body.text("biz_opaque_callback_data", callback_data).end()
    }

    /// Texts of a message to `recipient` that errors must not repeat.
    pub(super) fn private(&self, recipient: &Recipient<'_>, callback_data: &str) -> Private {
        let (Recipient::Number(id) | Recipient::User(id) | Recipient::Group(id)) = recipient;
        let texts = [id.as_ref(), callback_data].into_iter();
        let mut private = Private::default();
        for text in texts.chain(self.reply_to.as_deref()) {
            private.add(text);
        }
        private.add_json(&self.kind, &self.value);
        for (name, json) in &self.beside {
            private.add_json(name, json);
        }
        private
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_by_their_number_and_texts_stay() {
        let card = |number: usize| ObjectText::new().raw("id", &Content::slot(number));
        let object = ObjectText::new()
            .text("body", "1 \u{1}0\u{1} \"0\"")
            .objects("cards", [card(1), card(0)]);
        let mut content = Content::new("x", object);
        assert_eq!(content.to_value()["cards"][1]["id"], "");
        content.fill(&["a\"b".to_owned(), "c".to_owned()]);
        let filled = content.to_value();
        assert_eq!(filled["body"], "1 \u{1}0\u{1} \"0\"");
        assert_eq!(filled["cards"][0]["id"], "c");
        assert_eq!(filled["cards"][1]["id"], "a\"b");
    }
}
