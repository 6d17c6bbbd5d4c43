//! Outbound message bodies, exactly as Meta documents them (D/messages, OpenAPI v23.0).

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, Kind};
use crate::json::ObjectText;

/// Who receives the message.
#[derive(Debug)]
pub(crate) enum Recipient<'a> {
    /// A phone number, sent as `to` the way it was given.
    Number(Cow<'a, str>),
    /// A business-scoped user id, sent as `recipient`.
    User(Cow<'a, str>),
    /// A group's id, sent as `to`.
    Group(Cow<'a, str>),
}

/// What the message is: its type, the member of that name, and what stands beside it.
#[derive(Debug)]
pub(crate) struct Content {
    kind: Cow<'static, str>,
    value: Box<RawValue>,
    reply_to: Option<String>,
    beside: Vec<(String, Box<RawValue>)>,
    marketing: bool,
}

impl Content {
    /// A message of Meta's type `kind`.
    ///
    /// # Errors
    /// As [`Content::of_json`].
    pub(crate) fn new(kind: &'static str, object: ObjectText) -> Result<Self, Error> {
        Self::of_json(Cow::Borrowed(kind), object.end())
    }

    /// A message of any type; `json` is the value of the member that has the type's name.
    ///
    /// # Errors
    /// `Internal` if `json` is none.
    pub(crate) fn of_json(kind: Cow<'static, str>, json: String) -> Result<Self, Error> {
        Ok(Self {
            kind,
            value: raw(json)?,
            reply_to: None,
            beside: Vec::new(),
            marketing: false,
        })
    }

    /// The same message as an answer to the one with this id.
    pub(crate) fn in_reply_to(mut self, message_id: Option<String>) -> Self {
        self.reply_to = message_id;
        self
    }

    /// The same message by way of the marketing messages API, which takes templates only.
    pub(crate) fn through_marketing_api(mut self) -> Self {
        self.marketing = true;
        self
    }

    /// Whether it goes by way of the marketing messages API.
    pub(super) const fn is_marketing(&self) -> bool {
        self.marketing
    }

    /// With one more member beside the content.
    ///
    /// # Errors
    /// `Internal` if `json` is none.
    pub(crate) fn with(mut self, name: impl Into<String>, json: &str) -> Result<Self, Error> {
        self.beside.push((name.into(), raw(json.to_owned())?));
        Ok(self)
    }

    /// The content's object.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::from_str(self.value.get()).unwrap_or_default()
    }

    /// Meta's `type`, which is also the name of the member that holds the content.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }
}

fn raw(json: String) -> Result<Box<RawValue>, Error> {
    RawValue::from_string(json)
        .map_err(|_| Error::new(Kind::Internal, "a message was built that is no JSON"))
}

/// The body of one POST to `/{version}/{phone-number-id}/messages`.
pub(super) struct Message<'a> {
    pub(super) recipient: &'a Recipient<'a>,
    pub(super) content: &'a Content,
    /// Comes back in the status webhooks.
    pub(super) callback_data: Option<&'a str>,
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Context<'a> {
            message_id: &'a str,
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("messaging_product", "whatsapp")?;
        let recipient_type = match self.recipient {
            Recipient::Group(_) => "group",
            Recipient::Number(_) | Recipient::User(_) => "individual",
        };
        map.serialize_entry("recipient_type", recipient_type)?;
        match self.recipient {
            Recipient::Number(id) | Recipient::Group(id) => map.serialize_entry("to", id)?,
            Recipient::User(id) => map.serialize_entry("recipient", id)?,
        }
        if let Some(message_id) = &self.content.reply_to {
            map.serialize_entry("context", &Context { message_id })?;
        }
        map.serialize_entry("type", &self.content.kind)?;
        map.serialize_entry(&self.content.kind, &self.content.value)?;
        for (name, value) in &self.content.beside {
            map.serialize_entry(name, value)?;
        }
        if let Some(data) = self.callback_data {
            map.serialize_entry("biz_opaque_callback_data", data)?;
        }
        map.end()
    }
}
