//! What the body of an answer says, read strictly: it may say one thing only.
//!
//! A refusal that names a message, an error beside a message, two ids, a name twice in one object: each
//! could be read as a no though a message went out, so none of them is read as one.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::accepted::Accepted;
use super::decision::Content;
use super::graph_error::GraphError;
use super::subject::Subject;

/// The words of an answer.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) content: Content,
    /// The document, if it is JSON and no message's usual answer.
    pub(super) json: Option<Value>,
    pub(super) graph: Option<GraphError>,
    /// What was accepted, if the content is [`Content::Message`].
    pub(super) accepted: Option<Accepted>,
}

impl Reading {
    const fn of(content: Content) -> Self {
        Self {
            content,
            json: None,
            graph: None,
            accepted: None,
        }
    }

    /// Reads `body`, which came with `http_status`; none if it did not arrive.
    pub(super) fn read(http_status: u16, body: Option<&[u8]>, subject: Subject) -> Self {
        let Some(body) = body else {
            return Self::of(Content::Unread);
        };
        // A message's usual answer needs no tree.
        let usual = (subject == Subject::Message).then(|| Accepted::of_usual(body));
        if let Some(usual) = usual.flatten() {
            return Self {
                accepted: Some(usual),
                ..Self::of(Content::Message)
            };
        }
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return Self::of(of_no_json(http_status, body, subject));
        };
        let is_success = (200..=299).contains(&http_status);
        let graph = GraphError::parse(&json);
        let has_error = json.get("error").is_some_and(|error| !error.is_null());
        let names = names_success(&json, subject);
        let accepted = accepted(&json, subject).filter(|_| !has_error);
        let contradicts = serde_json::from_slice::<Once>(body).is_err()
            || (names && (has_error || !is_success))
            || (subject == Subject::Message && ids_differ(&json));
        let content = match (contradicts, &graph, &accepted) {
            (true, ..) => Content::Contradiction,
            (false, Some(error), _) => Content::GraphError {
                code: error.code,
                transient: error.is_transient,
            },
            (false, None, Some(_)) if is_success => Content::Message,
            (false, None, _) => Content::Other,
        };
        Self {
            content,
            json: Some(json),
            graph,
            accepted,
        }
    }
}

/// The message that an answer names. To other requests every object without an error is a yes.
fn accepted(json: &Value, subject: Subject) -> Option<Accepted> {
    if subject == Subject::Message {
        return Accepted::of(json);
    }
    json.is_object().then(Accepted::default)
}

/// Bytes that are no JSON: a page, as gateways and portals answer, or what is left of something that this
/// program would have understood.
fn of_no_json(http_status: u16, body: &[u8], subject: Subject) -> Content {
    let has = |word: &str| memchr::memmem::find(body, word.as_bytes()).is_some();
    let is_success = (200..=299).contains(&http_status);
    if subject == Subject::Message && !is_success && has("wamid.") {
        return Content::Contradiction;
    }
    let begins = body.trim_ascii_start().first();
    let is_page = match std::str::from_utf8(body) {
        Ok(text) => {
            let is_odd = |c: char| c.is_control() && !c.is_whitespace() || c == '\u{feff}';
            !text.contains(is_odd)
                && !matches!(begins, Some(b'{' | b'[' | b'"'))
                && (begins == Some(&b'<') || !has("\"error\"") && !has("\"messages\""))
        }
        // A page in an older encoding.
        Err(_) => begins == Some(&b'<') && !body.contains(&0),
    };
    if is_page {
        Content::Other
    } else {
        Content::Unread
    }
}

/// Whether an answer says anywhere that what was asked for has been done.
fn names_success(json: &Value, subject: Subject) -> bool {
    match subject {
        Subject::Message => names_message(json, true),
        Subject::Change | Subject::Repeatable => json.get("success") == Some(&Value::Bool(true)),
    }
}

/// Whether `json` lists a message with an id, or has such an id among its `texts`. An error's texts may
/// repeat the id of the message that was answered.
fn names_message(json: &Value, texts: bool) -> bool {
    match json {
        Value::Object(members) => members.iter().any(|(name, value)| {
            (name == "messages" && has_id(value)) || names_message(value, texts && name != "error")
        }),
        Value::Array(elements) => elements.iter().any(|it| names_message(it, texts)),
        Value::String(text) => texts && text.starts_with("wamid."),
        _ => false,
    }
}

fn has_id(messages: &Value) -> bool {
    match messages {
        Value::Array(elements) => elements.iter().any(has_id),
        Value::Object(message) => message
            .get("id")
            .is_some_and(|id| !id.is_null() && id != ""),
        _ => false,
    }
}

/// Whether several messages are named where one was sent.
fn ids_differ(json: &Value) -> bool {
    let Some(Value::Array(messages)) = json.get("messages") else {
        return false;
    };
    let mut ids = messages.iter().filter_map(|message| message.get("id"));
    ids.next().is_some_and(|first| ids.any(|id| id != first))
}

/// JSON in which no object has a name twice.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Look;
        impl<'de> Visitor<'de> for Look {
            type Value = Once;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON without a name that stands twice")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
                let mut names = Map::new();
                while let Some(name) = map.next_key::<String>()? {
                    map.next_value::<Once>()?;
                    if names.insert(name, Value::Null).is_some() {
                        return Err(A::Error::custom("a name stands twice"));
                    }
                }
                Ok(Once)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Once, A::Error> {
                while list.next_element::<Once>()?.is_some() {}
                Ok(Once)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
                Ok(Once)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
                Ok(Once)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
                Ok(Once)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
                Ok(Once)
            }
            fn visit_str<E>(self, _: &str) -> Result<Once, E> {
                Ok(Once)
            }
            fn visit_unit<E>(self) -> Result<Once, E> {
                Ok(Once)
            }
        }
        deserializer.deserialize_any(Look)
    }
}
