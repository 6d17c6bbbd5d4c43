//! The members of one JSON object, taken out one by one with their limits; what is left over is
//! refused by name.
#![allow(clippy::missing_errors_doc)] // each is an `InvalidRequest` that names the member

mod leniency;
mod nested;

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::rc::Rc;

use serde_json::value::RawValue;

use crate::error::{Error, Kind};
use crate::json::{Object, Raw, Reader, characters};
use crate::memory;

pub use leniency::Leniency;
pub use nested::{Element, Unique};

/// One JSON object: properties, a command's request, or an object inside it.
pub struct Members<'a> {
    /// What the members are called in messages: `property` or `request member`.
    what: &'static str,
    /// Where the object lies, with a dot at its end; empty for the outermost.
    path: String,
    members: Vec<Member<'a>>,
    known: Vec<&'static str>,
    leniency: Rc<Leniency>,
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
    pub fn parse(json: &'a str, what: &'static str) -> Result<Self, Error> {
        Self::of_object(json, what, String::new(), Rc::default())
    }

    fn of_object(
        json: &'a str,
        what: &'static str,
        path: String,
        leniency: Rc<Leniency>,
    ) -> Result<Self, Error> {
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
                quoted(&path, twice)
            )));
        }
        Ok(Self {
            what,
            path,
            members,
            known: Vec::new(),
            leniency,
        })
    }

    /// From here on, limits that the service may change are treated so.
    pub fn with_leniency(mut self, leniency: Rc<Leniency>) -> Self {
        self.leniency = leniency;
        self
    }

    /// The JSON value of `name`, if it is there and not `null`.
    pub fn raw(&mut self, name: &'static str) -> Option<Raw<'a>> {
        self.member(name).map(|member| member.raw)
    }

    /// Whether `name` is there and `null`, for a member whose absence must be meant.
    pub fn is_null(&self, name: &str) -> bool {
        let mut members = self.members.iter();
        members.any(|have| have.name == name && have.raw.0 == "null")
    }

    fn member(&mut self, name: &'static str) -> Option<Member<'a>> {
        self.known.push(name);
        let at = self.members.iter().position(|have| have.name == name)?;
        let member = self.members.swap_remove(at);
        (member.raw.0 != "null").then_some(member)
    }

    /// The length of the JSON value of `name` as it was given, in bytes.
    pub fn raw_len(&self, name: &str) -> usize {
        let mut members = self.members.iter();
        members
            .find(|have| have.name == name)
            .map_or(0, |member| member.raw.0.len())
    }

    /// Text that must be there, with its allowed length in Unicode scalar values.
    pub fn required_text(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<Cow<'a, str>, Error> {
        let member = self.required_member(name, "string")?;
        let text = self.text_of(name, member)?;
        self.check(name, &text, &length)?;
        Ok(text)
    }

    /// As [`Members::required_text`], for a text whose greatest length the service may change.
    pub fn required_text_within(
        &mut self,
        name: &'static str,
        most: usize,
    ) -> Result<Cow<'a, str>, Error> {
        let text = self.required_text(name, 1..=usize::MAX)?;
        self.within(name, &text, most)?;
        Ok(text)
    }

    /// As [`Members::optional_text`], for a text whose greatest length the service may change.
    pub fn optional_text_within(
        &mut self,
        name: &'static str,
        most: usize,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let text = self.optional_text(name, 1..=usize::MAX)?;
        if let Some(text) = &text {
            self.within(name, text, most)?;
        }
        Ok(text)
    }

    fn within(&self, name: &str, text: &str, most: usize) -> Result<(), Error> {
        match check_length(|| self.place(name), text, &(0..=most)) {
            Ok(()) => Ok(()),
            Err(message) => self.leniency.exceeded(message),
        }
    }

    fn required_member(&mut self, name: &'static str, kind: &str) -> Result<Member<'a>, Error> {
        self.member(name)
            .ok_or_else(|| missing(&self.place(name), kind))
    }

    /// How messages name a member.
    pub fn place(&self, name: &str) -> String {
        format!("{} \"{}{name}\"", self.what, self.path)
    }

    /// A limit that the service may change: `message` refuses the request, or becomes a warning.
    pub fn limit(&self, holds: bool, message: impl FnOnce() -> String) -> Result<(), Error> {
        if holds {
            return Ok(());
        }
        self.leniency.exceeded(message())
    }

    /// Says in `details.warnings` what was put right.
    pub fn remark(&self, message: String) {
        self.leniency.remark(message);
    }

    /// Text that may be absent, `null` or empty, which all mean the same.
    pub fn optional_text(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let text = self.text_if_given(name)?.filter(|text| !text.is_empty());
        if let Some(text) = &text {
            self.check(name, text, &length)?;
        }
        Ok(text)
    }

    /// As `optional_text`, for a text whose emptiness is not its absence: a secret, a signature.
    pub fn given_text(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let text = self.text_if_given(name)?;
        if let Some(text) = &text {
            self.check(name, text, &length)?;
        }
        Ok(text)
    }

    fn text_if_given(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, Error> {
        let member = self.member(name);
        member.map(|member| self.text_of(name, member)).transpose()
    }

    fn text_of(&self, name: &str, member: Member<'a>) -> Result<Cow<'a, str>, Error> {
        text_of(|| self.place(name), member)
    }

    fn check(&self, name: &str, text: &str, length: &RangeInclusive<usize>) -> Result<(), Error> {
        check_length(|| self.place(name), text, length).map_err(Error::invalid_request)
    }

    /// A whole number that may be absent; digits in a string are understood as well, because many
    /// designers hand every value over as text.
    pub fn optional_integer(
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
                "{} must be a whole number from {} to {}",
                self.place(name),
                range.start(),
                range.end()
            ))
        })
    }

    /// A whole number that must be there.
    pub fn required_integer(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<u64, Error> {
        let value = self.optional_integer(name, range)?;
        value.ok_or_else(|| missing(&self.place(name), "integer"))
    }

    /// Refuses what nobody asked for.
    pub fn finish(self) -> Result<(), Error> {
        let Some(Member { name, .. }) = self.members.first() else {
            return Ok(());
        };
        let known = if self.known.is_empty() {
            "none".to_owned()
        } else {
            self.known.join(", ")
        };
        Err(Error::invalid_request(format!(
            "unknown {} {}; known are: {known}",
            self.what,
            quoted(&self.path, name)
        )))
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

fn missing(at: &str, kind: &str) -> Error {
    Error::invalid_request(format!("{at} is missing; it is required ({kind})"))
}

/// The member's text. `at` names it, where that is needed.
fn text_of(at: impl Fn() -> String, member: Member<'_>) -> Result<Cow<'_, str>, Error> {
    if let Some(characters) = member.characters {
        return Ok(Cow::Owned(characters));
    }
    let raw = member.raw;
    if !raw.0.starts_with('"') {
        let found = type_name(raw.0);
        return Err(Error::invalid_request(format!(
            "{} must be a string, not {found}",
            at()
        )));
    }
    characters(raw.0).ok_or_else(|| {
        if let Err(exhausted) = memory::ask_for(raw.0.len()) {
            return exhausted;
        }
        Error::invalid_request(format!(
            "{} holds half of a surrogate pair (\\ud800 to \\udfff), which is no character",
            at()
        ))
    })
}

/// What is wrong with the length of `text`.
fn check_length(
    at: impl Fn() -> String,
    text: &str,
    length: &RangeInclusive<usize>,
) -> Result<(), String> {
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
    Err(format!("{} {has}; it needs {limit}", at()))
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

/// A name from outside behind its path, made fit for a message: without control characters, and only by
/// its beginning if it may be a secret that stands where a name should.
fn quoted(path: &str, name: &str) -> String {
    let length = name.chars().count();
    let looks_like_a_name = length <= 24 && name.bytes().all(|b| b.is_ascii_alphabetic());
    if length <= 12 || looks_like_a_name {
        return format!("\"{path}{}\"", name.escape_debug());
    }
    let beginning: String = name.chars().take(6).collect();
    format!(
        "\"{path}{}…\" ({length} characters)",
        beginning.escape_debug()
    )
}
