//! The members of one JSON object as they were given, before any row is compared with them.

use serde::de::IgnoredAny;

use super::findings::{Findings, Leniency, Path};
use super::members::{Member, Members, Value};
use super::object::Object;
use super::{read, values};
use crate::error::{Error, Kind};
use crate::json::{Document, Names, Outline, Raw, Unread};
use crate::memory;

/// One JSON object: properties, or a command's request.
pub struct Given<'a>(Vec<Member<'a>>);

impl<'a> Given<'a> {
    /// Parses `json`.
    ///
    /// # Errors
    /// Text that is no JSON is the host's mistake (`InvalidArgument`); JSON that is no object is an
    /// `InvalidRequest`.
    pub fn parse(json: &'a str) -> Result<Self, Error> {
        members_of(json).map(Self)
    }

    /// The length of the JSON value of `name` as it was given, in bytes.
    pub fn raw_len(&self, name: &str) -> usize {
        let mut members = self.0.iter();
        members
            .find(|have| have.name == name)
            .map_or(0, |member| member.raw.0.len())
    }

    /// Reads the object by its rows. `what` is what messages call a member.
    ///
    /// # Errors
    /// `InvalidRequest` with all findings; `NoMemory`.
    pub fn read(
        self,
        what: &'static str,
        object: &Object,
        leniency: &mut Leniency,
    ) -> Result<Members<'a>, Error> {
        let mut findings = Findings::new(what, leniency);
        let members = read::object(self.0, object, &Path::Root, &mut findings)?;
        findings.finish()?;
        Ok(members)
    }
}

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
            values::type_name(root.raw())
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
