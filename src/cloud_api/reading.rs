//! Parses the body of a response strictly: it is believed only if it is unambiguous.
//!
//! A refusal that names a message, an error beside a message, two ids, a duplicate name in an object:
//! each could be taken for a rejection though a message was sent, so none of them is.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::accepted::Accepted;
use super::effect::Effect;
use super::graph_error::GraphError;
use super::row::AnswerBody;

/// A parsed response body.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) content: AnswerBody,
    /// The document, if it is JSON and no message's usual answer.
    pub(super) json: Option<Value>,
    pub(super) graph: Option<GraphError>,
    /// The accepted message, if the body is [`AnswerBody::Message`].
    pub(super) accepted: Option<Accepted>,
}

impl Reading {
    const fn of(content: AnswerBody) -> Self {
        Self {
            content,
            json: None,
            graph: None,
            accepted: None,
        }
    }

    /// Parses `body`, the response with `http_status` to the request `asked`; `None` if it did not
    /// arrive.
    pub(super) fn read(
        http_status: u16,
        body: Option<&[u8]>,
        effect: Effect,
        asked: &[u8],
    ) -> Self {
        let Some(body) = body else {
            return Self::of(AnswerBody::Unread);
        };
        // The usual response to a message needs no JSON tree.
        let usual = (effect == Effect::Message).then(|| Accepted::of_usual(body));
        if let Some(usual) = usual.flatten() {
            return Self {
                accepted: Some(usual),
                ..Self::of(AnswerBody::Message)
            };
        }
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return Self::of(of_no_json(http_status, body, effect));
        };
        let is_success = (200..=299).contains(&http_status);
        let graph = GraphError::parse(&json);
        let has_error = has_error(&json, effect);
        let names = Success { effect, asked }.is_in(&json, false, 0);
        let accepted = accepted(&json, effect).filter(|_| !has_error);
        let contradicts = serde_json::from_slice::<Once>(body).is_err()
            || (names && (has_error || !is_success))
            || (effect == Effect::Message && ids_differ(&json))
            || GraphError::codes_differ(&json);
        let content = match (contradicts, &graph, &accepted) {
            (true, ..) => AnswerBody::Contradiction,
            (false, Some(error), _) => AnswerBody::GraphError {
                code: error.code,
                transient: error.is_transient,
            },
            (false, None, Some(_)) if is_success => AnswerBody::Message,
            (false, None, _) => AnswerBody::Other,
        };
        Self {
            content,
            json: Some(json),
            graph,
            accepted,
        }
    }
}

/// The message that a response names. For other requests every object without an error means success.
fn accepted(json: &Value, effect: Effect) -> Option<Accepted> {
    if effect == Effect::Message {
        return Accepted::of(json);
    }
    json.is_object().then(Accepted::default)
}

/// Classifies bytes that are not JSON: a page, as gateways and portals answer, or the rest of something
/// that this program would have understood.
fn of_no_json(http_status: u16, body: &[u8], effect: Effect) -> AnswerBody {
    let has = |word: &str| memchr::memmem::find(body, word.as_bytes()).is_some();
    let is_success = (200..=299).contains(&http_status);
    if effect == Effect::Message && !is_success && has(ID_BEGINS) {
        return AnswerBody::Contradiction;
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
        AnswerBody::Other
    } else {
        AnswerBody::Unread
    }
}

/// Searches a whole response for a sign that the request was carried out.
struct Success<'a> {
    effect: Effect,
    /// The request: an error may repeat the id of a message that the request names.
    asked: &'a [u8],
}

impl Success<'_> {
    /// `in_error`: `json` is part of an error.
    fn is_in(&self, json: &Value, in_error: bool, depth: usize) -> bool {
        match json {
            Value::Object(members) => members.iter().any(|(name, value)| {
                self.is_member(name, value, in_error)
                    || self.is_in(value, in_error || is_error_name(name), depth)
            }),
            Value::Array(elements) => elements.iter().any(|it| self.is_in(it, in_error, depth)),
            Value::String(text) => {
                self.names_id(text, in_error)
                    || (depth < MOST_DEPTH
                        && text.trim_start().starts_with(['{', '[', '"'])
                        && serde_json::from_str::<Value>(text)
                            .is_ok_and(|inner| self.is_in(&inner, in_error, depth + 1)))
            }
            _ => false,
        }
    }

    fn is_member(&self, name: &str, value: &Value, in_error: bool) -> bool {
        let is_message = self.effect == Effect::Message;
        match name.to_ascii_lowercase().as_str() {
            "success" => *value == Value::Bool(true) || value == "true",
            "messages" => is_message && has_member(value, &["id"]),
            "contacts" => is_message && has_member(value, &["wa_id"]),
            "message_id" => is_message && is_told(value) && !(in_error && self.has_asked(value)),
            _ => false,
        }
    }

    /// Whether the request has this id.
    fn has_asked(&self, id: &Value) -> bool {
        id.as_str().is_some_and(|id| has(self.asked, id))
    }

    /// Whether a text names a message that the request does not name; outside of an error, any message.
    fn names_id(&self, text: &str, in_error: bool) -> bool {
        if self.effect != Effect::Message {
            return false;
        }
        text.match_indices(ID_BEGINS).any(|(at, _)| {
            let rest = text.get(at + ID_BEGINS.len()..).unwrap_or_default();
            let is_of_id = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
            let id = rest.find(|c| !is_of_id(c)).and_then(|end| rest.get(..end));
            let id = id.unwrap_or(rest);
            let is_own = in_error && has(self.asked, &format!("{ID_BEGINS}{id}"));
            !id.is_empty() && !is_own
        })
    }
}

/// The prefix of a message id.
const ID_BEGINS: &str = "wamid.";
/// How deep JSON inside of JSON strings is searched.
const MOST_DEPTH: usize = 4;

fn has(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

fn is_error_name(name: &str) -> bool {
    name == "error" || name == "errors"
}

/// Whether a member has a value that is not empty.
fn is_told(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    }
}

/// Whether a response has an error. In the response to a message it may be anywhere; in others, nested
/// errors belong to the elements around them.
fn has_error(json: &Value, effect: Effect) -> bool {
    match json {
        Value::Object(members) => members.iter().any(|(name, value)| {
            (is_error_name(name) && is_told(value))
                || (effect == Effect::Message && has_error(value, effect))
        }),
        Value::Array(elements) if effect == Effect::Message => {
            elements.iter().any(|it| has_error(it, effect))
        }
        _ => false,
    }
}

/// Whether an object, or one in a list, has one of these members.
fn has_member(value: &Value, names: &[&str]) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|it| has_member(it, names)),
        Value::Object(members) => members
            .iter()
            .any(|(name, it)| names.contains(&name.to_ascii_lowercase().as_str()) && is_told(it)),
        _ => false,
    }
}

/// Whether the response names several messages although one was sent.
fn ids_differ(json: &Value) -> bool {
    let Some(Value::Array(messages)) = json.get("messages") else {
        return false;
    };
    let mut ids = messages.iter().filter_map(|message| message.get("id"));
    ids.next().is_some_and(|first| ids.any(|id| id != first))
}

/// JSON without duplicate names in an object.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn content(status: u16, body: &str, effect: Effect, asked: &str) -> AnswerBody {
        Reading::read(status, Some(body.as_bytes()), effect, asked.as_bytes()).content
    }

    /// An error may name the message that was answered or marked, whole or cut; no other.
    #[test]
    fn an_error_may_name_the_message_that_the_request_names() {
        let asked = r#"{"context":{"message_id":"wamid.HBgL+a/Q=="},"text":{"body":"hi"}}"#;
        for (text, is_own) in [
            ("no message wamid.HBgL+a/Q==", true),
            ("no message 'wamid.HBgL+...'", true),
            ("an id begins with wamid.", true),
            ("accepted as wamid.HBgLother", false),
            ("wamid.HBgL+a/Q== became wamid.HBgLother", false),
        ] {
            let error = serde_json::json!({ "error": { "code": 131_009, "message": text } });
            let read = content(400, &error.to_string(), Effect::Message, asked);
            let is_error = matches!(read, AnswerBody::GraphError { .. });
            assert_eq!(is_error, is_own, "{text}: {read:?}");
            assert_eq!(
                read == AnswerBody::Contradiction,
                !is_own,
                "{text}: {read:?}"
            );
        }
        let own = r#"{"error":{"code":100,"message":"No","message_id":"wamid.HBgL+a/Q=="}}"#;
        let read = content(400, own, Effect::Message, asked);
        assert!(matches!(read, AnswerBody::GraphError { .. }), "{read:?}");
        // Outside an error it is an answer's message.
        let named = r#"{"message_id":"wamid.HBgL+a/Q==","error":{"code":4}}"#;
        let read = content(429, named, Effect::Message, asked);
        assert_eq!(read, AnswerBody::Contradiction);
    }

    #[test]
    fn an_error_beside_a_success_is_a_contradiction_for_every_call() {
        for effect in [Effect::Message, Effect::Change, Effect::Idempotent] {
            for (status, body) in [
                (200, r#"{"success":true,"errors":[{"code":100}]}"#),
                (200, r#"{"success":true,"error":{"code":100}}"#),
                (400, r#"{"success":true}"#),
                (400, r#"{"data":{"success":"true"},"error":{"code":100}}"#),
                (429, r#""{\"success\":true}""#),
                (400, r#"{"errors":[{"code":1},{"code":100}]}"#),
            ] {
                let read = content(status, body, effect, "");
                assert_eq!(read, AnswerBody::Contradiction, "{effect:?} {body}");
            }
        }
        // Errors that lie with what they are about are no errors of a question.
        let list = r#"{"data":[{"id":"1","errors":[{"code":100}]}]}"#;
        let read = content(200, list, Effect::Idempotent, "");
        assert_eq!(read, AnswerBody::Message);
    }
}
