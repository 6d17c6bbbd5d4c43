//! The members of one JSON object as they were given, before any row is compared with them.

use serde::de::IgnoredAny;

use super::row::{Member, Value};
use super::scalars::type_name;
use crate::error::{Error, Kind};
use crate::json::{Document, Names, Outline, Raw, Unread};
use crate::memory;

/// The members of the object that `json` is.
pub(super) fn members_of(json: &str) -> Result<Vec<Member<'_>>, Error> {
    let outline = Outline {
        levels: 1,
        names: Names::none(),
        arrays: &[],
        lists: &[],
        room: 16,
        decodes: true,
    };
    let mut document = Document::read(json, &outline).map_err(|unread| match unread {
        Unread::NotJson => not_json(json),
        Unread::NoMemory => memory::exhausted(),
    })?;
    let decoded = document.take_decoded();
    let root = document.root();
    if !root.is_object() {
        return Err(Error::invalid_request(format!(
            "{} where a JSON object is needed",
            type_name(root.raw())
        )));
    }
    let mut members = Vec::with_capacity(root.count());
    members.extend(root.children().map(|value| Member {
        name: value.name(),
        raw: Raw(value.raw()),
        value: Value::Unread(None),
    }));
    if let Some((at, characters)) = decoded
        && let Some(member) = members.get_mut(at)
    {
        member.value = Value::Unread(Some(characters));
    }
    Ok(members)
}

/// The error for `json`, which is none: it says where `json` ceases to be JSON.
fn not_json(json: &str) -> Error {
    let parsed = serde_json::from_str::<IgnoredAny>(json);
    let place = parsed.err().map_or_else(String::new, |error| {
        format!(" (line {}, column {})", error.line(), error.column())
    });
    let message = format!("not JSON{place}; pass one JSON object");
    Error::new(Kind::InvalidArgument, message)
}
