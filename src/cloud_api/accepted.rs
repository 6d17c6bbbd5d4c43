//! The response to an accepted message.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// An accepted message.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) message_id: String,
    pub(crate) wa_id: Option<String>,
    pub(crate) message_status: Option<String>,
}

impl Accepted {
    /// The message that a response names.
    pub(super) fn of(json: &Value) -> Option<Self> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let message = json.pointer("/messages/0")?;
        let message_id = text(message.get("id")).filter(|id| !id.is_empty())?;
        Some(Self {
            message_id,
            wa_id: text(json.pointer("/contacts/0/wa_id")),
            message_status: text(message.get("message_status")),
        })
    }

    /// Like [`Accepted::of`], for the form that nearly every response has; `None` for every other
    /// response. Builds no JSON tree.
    pub(super) fn of_usual(body: &[u8]) -> Option<Self> {
        let Object(answer): Object<Usual<'_>> = serde_json::from_slice(body).ok()?;
        let ([Object(message)], [Object(contact)]) = (answer.messages, answer.contacts);
        (!message.id.is_empty()).then(|| Self {
            message_id: message.id.to_owned(),
            wa_id: contact.wa_id.map(str::to_owned),
            message_status: message.message_status.map(str::to_owned),
        })
    }
}

/// Exactly these members, and strings without escapes: members that serde skips would not be checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Usual<'a> {
    #[serde(rename = "messaging_product")]
    _product: Option<&'a str>,
    #[serde(borrow)]
    messages: [Object<Message<'a>>; 1],
    #[serde(borrow)]
    contacts: [Object<Contact<'a>>; 1],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message<'a> {
    id: &'a str,
    message_status: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact<'a> {
    #[serde(rename = "input")]
    _input: Option<&'a str>,
    wa_id: Option<&'a str>,
    #[serde(rename = "user_id")]
    _user_id: Option<&'a str>,
}

/// Deserializes from an object only, because serde also accepts an array of values for a struct.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_answer_is_read_as_every_other() {
        for answer in [
            r#"{"messaging_product":"whatsapp","contacts":[{"input":"+1","wa_id":"1","user_id":"US.1"}],
                "messages":[{"id":"wamid.A==","message_status":"accepted"}]}"#,
            r#"{"messages":[{"id":"a","message_status":null}],"contacts":[{}]}"#,
        ] {
            let json = serde_json::from_str(answer).unwrap();
            let usual = Accepted::of_usual(answer.as_bytes());
            assert!(usual.is_some(), "{answer}");
            assert_eq!(usual, Accepted::of(&json), "{answer}");
        }
    }

    #[test]
    fn what_is_not_usual_is_left_to_the_tree() {
        for answer in [
            r#"{"messages":[{"id":"a"}],"contacts":[{}],"error":{"code":1}}"#,
            r#"{"messages":[{"id":"a"}],"contacts":[{}],"new":"\ud800"}"#,
            r#"{"messages":[{"id":"a\u003d"}],"contacts":[{}]}"#,
            r#"{"messages":[{"id":"a"}],"contacts":[{"wa_id":7}]}"#,
            r#"{"messages":[{"id":"a"}],"messages":[{"id":"b"}],"contacts":[{}]}"#,
            r#"{"messages":[{"id":"a"},{"id":"b"}],"contacts":[{}]}"#,
            r#"{"messages":[{"id":""}],"contacts":[{}]}"#,
            r#"{"messages":[],"contacts":[{}]}"#,
            r#"{"messages":[{"id":"a"}],"contacts":[{}]"#,
            r#"["whatsapp",[["a",null]],[[null,null,null]]]"#,
            r#"{"messages":[["a",null]],"contacts":[{}]}"#,
            r#"{"messages":[{"id":"a"}],"contacts":[[null,null,null]]}"#,
            "[]",
            "",
        ] {
            assert_eq!(Accepted::of_usual(answer.as_bytes()), None, "{answer}");
        }
        let no_utf_8 = b"{\"messages\":[{\"id\":\"\xff\"}],\"contacts\":[{}]}";
        assert_eq!(Accepted::of_usual(no_utf_8), None);
    }
}
