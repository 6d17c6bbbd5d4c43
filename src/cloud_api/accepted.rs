//! What Graph says about a message that it took.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// An accepted message.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) message_id: String,
    pub(crate) wa_id: Option<String>,
    pub(crate) message_status: Option<String>,
}

impl Accepted {
    /// The message that an answer names.
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

    /// As [`Accepted::of`], for the answer that nearly all messages get; none for any other, whatever it
    /// says. It makes no tree of the answer.
    pub(super) fn of_usual(body: &[u8]) -> Option<Self> {
        let answer: Usual<'_> = serde_json::from_slice(body).ok()?;
        let message = answer.messages.into_iter().next()?;
        if answer.error.is_some() || message.id.is_empty() {
            return None;
        }
        let contact = answer.contacts.into_iter().next();
        Some(Self {
            message_id: message.id.into_owned(),
            wa_id: contact.and_then(|contact| contact.wa_id),
            message_status: message.message_status,
        })
    }
}

#[derive(Deserialize)]
struct Usual<'a> {
    #[serde(borrow)]
    messages: Vec<Message<'a>>,
    #[serde(default)]
    contacts: Vec<Contact>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    message_status: Option<String>,
}

#[derive(Deserialize)]
struct Contact {
    wa_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_answer_is_read_as_every_other() {
        for (answer, usual) in [
            (
                r#"{"messaging_product":"whatsapp","contacts":[{"input":"+1","wa_id":"1"}],
                    "messages":[{"id":"wamid.A\u003d","message_status":"accepted"}]}"#,
                true,
            ),
            (r#"{"messages":[{"id":"a"},{"id":"b"}]}"#, true),
            (
                r#"{"messages":[{"id":"a"}],"contacts":[{}],"error":null}"#,
                true,
            ),
            (
                r#"{"messages":[{"id":"a"}],"contacts":[{"wa_id":7}]}"#,
                false,
            ),
            (r#"{"messages":[{"id":"a"}],"contacts":{}}"#, false),
            (
                r#"{"messages":[{"id":"a"}],"messages":[{"id":"b"}]}"#,
                false,
            ),
            (r#"{"messages":[{"id":"a"},{}]}"#, false),
        ] {
            let read = Accepted::of_usual(answer.as_bytes());
            assert_eq!(read.is_some(), usual, "{answer}");
            let json = serde_json::from_str(answer).unwrap();
            let any = Accepted::of(&json);
            assert!(any.is_some(), "{answer}");
            assert!(!usual || read == any, "{answer}");
        }
    }

    #[test]
    fn what_names_no_message_or_an_error_is_not_usual() {
        for answer in [
            r#"{"messages":[{"id":"a"}],"error":{"code":1}}"#,
            r#"{"messages":[{"id":"a"}],"error":"no"}"#,
            r#"{"messages":[{"id":""}]}"#,
            r#"{"messages":[]}"#,
            r#"{"messages":[{"id":"a"}]"#,
            "[]",
            "",
        ] {
            assert_eq!(Accepted::of_usual(answer.as_bytes()), None, "{answer}");
        }
    }
}
