//! The members of one JSON object, taken out one by one with their limits; what is left over is
//! refused by name.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::value::RawValue;

use crate::error::{Error, Kind};
use crate::json::{Object, Raw, Reader, characters};

/// One JSON object: properties or a command's request.
pub(crate) struct Members<'a> {
    /// What the object is called in messages: `property` or `request member`.
    what: &'static str,
    members: Vec<Member<'a>>,
    known: Vec<&'static str>,
}

struct Member<'a> {
    name: Cow<'a, str>,
    raw: Raw<'a>,
    /// Of a string with escapes, if it is known already.
    characters: Option<String>,
}

impl<'a> Members<'a> {
    /// Parses `json`. Text that is no JSON is the host's mistake (`InvalidArgument`); JSON that is no
    /// object, or names a member twice, is an `InvalidRequest`.
    pub(crate) fn parse(json: &'a str, what: &'static str) -> Result<Self, Error> {
        let members = match simple(json) {
            Some(members) => members,
            None => any(json)?,
        };
        let mut names: Vec<&str> = members.iter().map(|member| member.name.as_ref()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        }) {
            return Err(Error::invalid_request(format!(
                "{what} {} is given twice",
                quoted(twice)
            )));
        }
        Ok(Self {
            what,
            members,
            known: Vec::new(),
        })
    }

    /// The JSON value of `name`, if it is there and not `null`.
    pub(crate) fn raw(&mut self, name: &'static str) -> Option<Raw<'a>> {
        self.member(name).map(|member| member.raw)
    }

    fn member(&mut self, name: &'static str) -> Option<Member<'a>> {
        self.known.push(name);
        let at = self.members.iter().position(|have| have.name == name)?;
        let member = self.members.swap_remove(at);
        (member.raw.0 != "null").then_some(member)
    }

    /// The length of the JSON value of `name` as it was given, in bytes.
    pub(crate) fn raw_len(&self, name: &str) -> usize {
        let mut members = self.members.iter();
        members
            .find(|have| have.name == name)
            .map_or(0, |member| member.raw.0.len())
    }

    /// Text that must be there, with its allowed length in Unicode scalar values.
    pub(crate) fn required_text(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<Cow<'a, str>, Error> {
        let what = self.what;
        let member = self.member(name).ok_or_else(|| {
            Error::invalid_request(format!(
                "{what} \"{name}\" is missing; it is required (string)"
            ))
        })?;
        let text = text_of(what, name, member)?;
        check_length(what, name, &text, &length)?;
        Ok(text)
    }

    /// Text that may be absent, `null` or empty, which all mean the same.
    pub(crate) fn optional_text(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let Some(member) = self.member(name) else {
            return Ok(None);
        };
        let text = text_of(self.what, name, member)?;
        if text.is_empty() {
            return Ok(None);
        }
        check_length(self.what, name, &text, &length)?;
        Ok(Some(text))
    }

    /// As `optional_text`, for a secret: an empty one is a mistake, not an absent one.
    pub(crate) fn optional_secret(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let Some(member) = self.member(name) else {
            return Ok(None);
        };
        let text = text_of(self.what, name, member)?;
        check_length(self.what, name, &text, &length)?;
        Ok(Some(text))
    }

    /// A whole number that may be absent; digits in a string are understood as well, because many
    /// designers hand every value over as text.
    pub(crate) fn optional_integer(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Error> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let digits = raw.0.trim_matches('"');
        if digits.is_empty() {
            return Ok(None);
        }
        let value = digits
            .parse::<u64>()
            .ok()
            .filter(|value| range.contains(value));
        value.map(Some).ok_or_else(|| {
            Error::invalid_request(format!(
                "{} \"{name}\" must be a whole number from {} to {}",
                self.what,
                range.start(),
                range.end()
            ))
        })
    }

    /// Refuses what nobody asked for.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.members.first() {
            None => Ok(()),
            Some(Member { name, .. }) => Err(Error::invalid_request(format!(
                "unknown {} {}; known are: {}",
                self.what,
                quoted(name),
                self.known.join(", ")
            ))),
        }
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
            characters,
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
        Error::new(
            Kind::InvalidArgument,
            format!(
                "not JSON (line {}, column {}); pass one JSON object",
                error.line(),
                error.column()
            ),
        )
    })?;
    if !raw.get().starts_with('{') {
        return Err(Error::invalid_request(format!(
            "{} where a JSON object is needed",
            type_name(raw.get())
        )));
    }
    let member = |(name, raw)| Member {
        name,
        raw: Raw(raw),
        characters: None,
    };
    let members = Object::parse(raw.get()).map(|object| object.0);
    Ok(members.into_iter().flatten().map(member).collect())
}

fn text_of<'a>(what: &str, name: &str, member: Member<'a>) -> Result<Cow<'a, str>, Error> {
    if let Some(characters) = member.characters {
        return Ok(Cow::Owned(characters));
    }
    let raw = member.raw;
    if !raw.0.starts_with('"') {
        let found = type_name(raw.0);
        return Err(Error::invalid_request(format!(
            "{what} \"{name}\" must be a string, not {found}"
        )));
    }
    characters(raw.0).ok_or_else(|| {
        Error::invalid_request(format!(
            "{what} \"{name}\" holds half of a surrogate pair (\\ud800 to \\udfff), which is no character"
        ))
    })
}

fn check_length(
    what: &str,
    name: &str,
    text: &str,
    length: &RangeInclusive<usize>,
) -> Result<(), Error> {
    // Counting is needed only when the byte length alone does not settle it.
    let chars = if text.len() <= *length.end() && text.len() / 4 >= *length.start() {
        return Ok(());
    } else {
        text.chars().count()
    };
    if length.contains(&chars) {
        return Ok(());
    }
    let limit = if chars < *length.start() {
        format!("at least {}", length.start())
    } else {
        format!("at most {}", length.end())
    };
    let has = if chars == 0 {
        "is empty".to_owned()
    } else {
        format!("has {chars} characters")
    };
    Err(Error::invalid_request(format!(
        "{what} \"{name}\" {has}; it needs {limit}"
    )))
}

fn type_name(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// A name from outside, made fit for a message: without control characters, and only by its beginning if
/// it may be a secret that stands where a name should.
fn quoted(name: &str) -> String {
    let length = name.chars().count();
    let looks_like_a_name = length <= 24 && name.bytes().all(|b| b.is_ascii_alphabetic());
    if length <= 12 || looks_like_a_name {
        return format!("\"{}\"", name.escape_debug());
    }
    let beginning: String = name.chars().take(6).collect();
    format!("\"{}…\" ({length} characters)", beginning.escape_debug())
}
