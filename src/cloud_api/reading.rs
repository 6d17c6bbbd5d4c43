//! What the body of an answer says, read strictly: it may say one thing only.
//!
//! A refusal that names a message, an error beside a message, two ids, a name twice in one object: each
//! could be read as a no though a message went out, so none of them is read as one.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::accepted::Accepted;
use super::graph_error::GraphError;
use super::row::Content;
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

    /// Reads `body`, which came with `http_status` to the request `asked`; none if it did not arrive.
    pub(super) fn read(
        http_status: u16,
        body: Option<&[u8]>,
        subject: Subject,
        asked: &[u8],
    ) -> Self {
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
        let has_error = has_error(&json, subject);
        let names = Success { subject, asked }.is_in(&json, false, 0);
        let accepted = accepted(&json, subject).filter(|_| !has_error);
        let contradicts = serde_json::from_slice::<Once>(body).is_err()
            || (names && (has_error || !is_success))
            || (subject == Subject::Message && ids_differ(&json))
            || GraphError::codes_differ(&json);
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
    if subject == Subject::Message && !is_success && has(ID_BEGINS) {
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

/// Looks everywhere in an answer for what says that the thing asked for has been done.
struct Success<'a> {
    subject: Subject,
    /// The request: an error's texts may repeat the id of a message that it names.
    asked: &'a [u8],
}

impl Success<'_> {
    /// `in_error`: it stands in an error.
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
        let is_message = self.subject == Subject::Message;
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

    /// Whether a text names a message that is not one of the request's; outside an error, any message.
    fn names_id(&self, text: &str, in_error: bool) -> bool {
        if self.subject != Subject::Message {
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

/// What the id of a message begins with.
const ID_BEGINS: &str = "wamid.";
/// JSON in a text in JSON, and so on: nobody nests it deeper.
const MOST_DEPTH: usize = 4;

fn has(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

fn is_error_name(name: &str) -> bool {
    name == "error" || name == "errors"
}

/// Whether a member says something.
fn is_told(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    }
}

/// Whether an answer has an error. One about a message may have it anywhere; in other answers errors lie
/// with what they are about.
fn has_error(json: &Value, subject: Subject) -> bool {
    match json {
        Value::Object(members) => members.iter().any(|(name, value)| {
            (is_error_name(name) && is_told(value))
                || (subject == Subject::Message && has_error(value, subject))
        }),
        Value::Array(elements) if subject == Subject::Message => {
            elements.iter().any(|it| has_error(it, subject))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn content(status: u16, body: &str, subject: Subject, asked: &str) -> Content {
        Reading::read(status, Some(body.as_bytes()), subject, asked.as_bytes()).content
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
            let read = content(400, &error.to_string(), Subject::Message, asked);
            let is_error = matches!(read, Content::GraphError { .. });
            assert_eq!(is_error, is_own, "{text}: {read:?}");
            assert_eq!(read == Content::Contradiction, !is_own, "{text}: {read:?}");
        }
        let own = r#"{"error":{"code":100,"message":"No","message_id":"wamid.HBgL+a/Q=="}}"#;
        let read = content(400, own, Subject::Message, asked);
        assert!(matches!(read, Content::GraphError { .. }), "{read:?}");
        // Outside an error it is an answer's message.
        let named = r#"{"message_id":"wamid.HBgL+a/Q==","error":{"code":4}}"#;
        let read = content(429, named, Subject::Message, asked);
        assert_eq!(read, Content::Contradiction);
    }

    #[test]
    fn an_error_beside_a_success_is_a_contradiction_for_every_call() {
        for subject in [Subject::Message, Subject::Change, Subject::Repeatable] {
            for (status, body) in [
                (200, r#"{"success":true,"errors":[{"code":100}]}"#),
                (200, r#"{"success":true,"error":{"code":100}}"#),
                (400, r#"{"success":true}"#),
                (400, r#"{"data":{"success":"true"},"error":{"code":100}}"#),
                (429, r#""{\"success\":true}""#),
                (400, r#"{"errors":[{"code":1},{"code":100}]}"#),
            ] {
                let read = content(status, body, subject, "");
                assert_eq!(read, Content::Contradiction, "{subject:?} {body}");
            }
        }
        // Errors that lie with what they are about are no errors of a question.
        let list = r#"{"data":[{"id":"1","errors":[{"code":100}]}]}"#;
        let read = content(200, list, Subject::Repeatable, "");
        assert_eq!(read, Content::Message);
    }
}
