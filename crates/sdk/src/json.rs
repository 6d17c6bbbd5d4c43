//! JSON as slices of the text it came in: nothing is rebuilt, so nothing is lost.

mod object_text;
mod read;
mod scan;
mod unescape;

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, Visitor};

pub use object_text::{ObjectText, array};
pub use read::{Place, Reader};
pub use scan::{Elements, Members as Scan, Names};

/// The members of one object, in order, each value as the text it had.
pub struct Object<'a>(pub Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Object<'a> {
    /// The members of `raw`, one valid JSON value without white space before it, or none if it is not
    /// an object.
    pub fn parse(raw: &'a str) -> Option<Self> {
        let members = Scan::of(raw)?;
        Some(Self(
            members
                .map(|(name, value)| (name_of(name), value))
                .collect(),
        ))
    }

    /// The value of `name`; the first one if it is given twice. `null` counts as absent.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let (_, raw) = self.0.iter().find(|(have, _)| have == name)?;
        (*raw != "null").then_some(*raw)
    }

    /// Every value of `name`, as the text it had.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(have, _)| have == name)
            .map(|(_, raw)| *raw)
    }

    /// Whether `name` is given more than once, so that nobody knows which one is meant.
    pub fn has_twice(&self, name: &str) -> bool {
        self.0.iter().filter(|(have, _)| have == name).count() > 1
    }

    /// The text of `name`: a string's characters, or a number's literal.
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).and_then(text_of)
    }
}

/// Any JSON value, as the text it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub &'a str);

impl<'a> Raw<'a> {
    /// See [`text_of`]; `escapes` are those it is known to have.
    pub fn text_with(self, escapes: Escapes) -> Option<Cow<'a, str>> {
        match self.0.as_bytes() {
            [b'"', .., b'"'] if escapes == Escapes::None => {
                self.0.get(1..self.0.len() - 1).map(Cow::Borrowed)
            }
            _ => text_of(self.0),
        }
    }
}

/// What is known of the escapes in the strings of some JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// There are none.
    None,
    /// Some, and each stands for a character.
    OfCharacters,
    /// Perhaps also halves of surrogate pairs.
    Any,
}

/// A string's characters or a number's literal; nothing else has a text. Half a surrogate pair, which
/// is no character, becomes U+FFFD.
pub fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => characters(raw).or_else(|| lossy(raw)),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

/// The characters of `raw`, a valid JSON string; none if it holds half of a surrogate pair.
pub fn characters(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.get(1..raw.len().checked_sub(1)?)?;
    if memchr(b'\\', inside.as_bytes()).is_some() {
        let (text, _) = unescape::unescaped(raw.as_bytes().get(1..)?)?;
        return Some(Cow::Owned(text));
    }
    Some(Cow::Borrowed(inside))
}

/// The characters of a member's name, which may have escapes in it.
fn name_of(name: &str) -> Cow<'_, str> {
    if memchr(b'\\', name.as_bytes()).is_none() {
        return Cow::Borrowed(name);
    }
    text_of(&format!("\"{name}\""))
        .map_or(Cow::Borrowed(name), |text| Cow::Owned(text.into_owned()))
}

/// The characters of `raw`, a valid JSON string, with U+FFFD for each half of a surrogate pair.
fn lossy(raw: &str) -> Option<Cow<'static, str>> {
    let bytes = serde_json::from_slice::<Bytes>(raw.as_bytes()).ok()?;
    Some(Cow::Owned(String::from_utf8_lossy(&bytes.0).into_owned()))
}

/// A string as bytes: the one form in which `serde_json` lets half a surrogate pair pass.
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl Visitor<'_> for Collect {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Collect)
    }
}

/// Appends `text` as a JSON string.
pub fn push_string(out: &mut String, text: &str) {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    // Without an early end, so that many bytes are looked at together.
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        // A string cannot fail to serialise.
        out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_text() {
        let object =
            Object::parse(r#"{"a":1e3, "b":"x\ud83d\ude00", "c": null,"d":[ 1,{"e":2} ]}"#);
        let object = object.unwrap();
        assert_eq!(object.get("a"), Some("1e3"));
        assert_eq!(object.text("a").as_deref(), Some("1e3"));
        assert_eq!(object.text("b").as_deref(), Some("x😀"));
        assert_eq!(object.get("c"), None);
        assert_eq!(
            Elements::of(object.get("d").unwrap())
                .unwrap()
                .collect::<Vec<_>>(),
            ["1", r#"{"e":2}"#]
        );
        assert!(Elements::of("1").is_none());
        assert!(Object::parse(r#"{"a":1,"a":2}"#).unwrap().has_twice("a"));
        assert!(Object::parse("[]").is_none());
    }

    #[test]
    fn half_a_surrogate_pair_does_not_cost_the_other_members() {
        let object = Object::parse(r#"{"\ud83d":1,"\u0061":2}"#).unwrap();
        assert_eq!(
            object
                .get("\u{fffd}\u{fffd}\u{fffd}")
                .or(object.get("\u{fffd}")),
            Some("1")
        );
        assert_eq!(object.get("a"), Some("2"));
    }

    #[test]
    fn half_a_surrogate_pair_does_not_cost_the_text() {
        let text = text_of(r#""a\ud83db""#).unwrap();
        assert!(
            text.starts_with('a') && text.ends_with('b') && text.contains('\u{fffd}'),
            "{text}"
        );
    }
}
