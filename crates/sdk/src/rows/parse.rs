//! The members of one JSON object as they were given, before any row is compared with them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::findings::{Findings, Leniency, Path};
use super::members::{Member, Members, Value};
use super::object::Object;
use super::{read, values};
use crate::error::{Error, Kind};
use crate::json::{Object as AnyObject, Raw, Reader};

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

pub(super) fn members_of(json: &str) -> Result<Vec<Member<'_>>, Error> {
    match simple(json) {
        Some(members) => Ok(members),
        None => any(json),
    }
}

/// The members of an object whose names have no escapes: nearly every one.
fn simple(json: &str) -> Option<Vec<Member<'_>>> {
    let (mut members, mut reader) = (Vec::with_capacity(4), Reader::of(json));
    let mut decoded = false;
    reader.object(|reader, name| {
        // Decoding needs as much room as the rest of `json` has: for one of them.
        let (raw, characters) = if decoded {
            (Raw(json.get(reader.range()?)?), None)
        } else {
            reader.value_and_text()?
        };
        decoded |= characters.is_some();
        members.push(Member {
            name: Cow::Borrowed(name),
            raw,
            value: Value::Unread(characters),
        });
        Some(())
    })?;
    reader.end()?;
    Some(members)
}

/// The members of any object.
fn any(json: &str) -> Result<Vec<Member<'_>>, Error> {
    // Two steps, so that "not JSON" and "not an object" stay apart.
    let raw: &RawValue = serde_json::from_str(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = format!("not JSON (line {line}, column {column}); pass one JSON object");
        Error::new(Kind::InvalidArgument, message)
    })?;
    if !raw.get().starts_with('{') {
        return Err(Error::invalid_request(format!(
            "{} where a JSON object is needed",
            values::type_name(raw.get())
        )));
    }
    let member = |(name, raw)| Member {
        name,
        raw: Raw(raw),
        value: Value::Unread(None),
    };
    let members = AnyObject::parse(raw.get()).map(|object| object.0);
    Ok(members.into_iter().flatten().map(member).collect())
}
