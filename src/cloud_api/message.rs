//! Outbound message bodies, exactly as Meta documents them (D/messages, OpenAPI v23.0).

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// Who receives the message.
#[derive(Debug)]
pub(crate) enum Recipient<'a> {
    /// A phone number, sent as `to` the way it was given.
    Number(Cow<'a, str>),
    /// A business-scoped user id, sent as `recipient`.
    User(Cow<'a, str>),
}

/// What the message is.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    Text {
        body: Cow<'a, str>,
    },
    Template {
        name: Cow<'a, str>,
        language: Cow<'a, str>,
    },
    Reaction {
        message_id: Cow<'a, str>,
        emoji: Cow<'a, str>,
    },
}

impl Content<'_> {
    /// Meta's `type`, which is also the name of the member that holds the content.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Template { .. } => "template",
            Self::Reaction { .. } => "reaction",
        }
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Language<'a> {
            code: &'a str,
        }
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Text { body } => map.serialize_entry("body", body)?,
            Self::Template { name, language } => {
                map.serialize_entry("name", name)?;
                map.serialize_entry("language", &Language { code: language })?;
            }
            Self::Reaction { message_id, emoji } => {
                map.serialize_entry("message_id", message_id)?;
                map.serialize_entry("emoji", emoji)?;
            }
        }
        map.end()
    }
}

/// The body of one POST to `/{version}/{phone-number-id}/messages`.
pub(super) struct Message<'a> {
    pub(super) recipient: &'a Recipient<'a>,
    pub(super) content: &'a Content<'a>,
    /// Comes back in the status webhooks.
    pub(super) callback_data: Option<&'a str>,
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("messaging_product", "whatsapp")?;
        map.serialize_entry("recipient_type", "individual")?;
        match self.recipient {
            Recipient::Number(number) => map.serialize_entry("to", number)?,
            Recipient::User(id) => map.serialize_entry("recipient", id)?,
        }
        map.serialize_entry("type", self.content.kind())?;
        map.serialize_entry(self.content.kind(), self.content)?;
        if let Some(data) = self.callback_data {
            map.serialize_entry("biz_opaque_callback_data", data)?;
        }
        map.end()
    }
}
