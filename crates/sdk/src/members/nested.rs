//! Members that are no texts: objects, lists, flags and decimal numbers.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::rc::Rc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{Leniency, Member, Members, check_length, text_of, type_name};
use crate::error::Error;
use crate::json::Raw;

/// One element of a list.
pub struct Element<'a> {
    what: &'static str,
    path: String,
    raw: Raw<'a>,
    leniency: Rc<Leniency>,
}

impl<'a> Members<'a> {
    /// An object that may be absent.
    pub fn optional_object(&mut self, name: &'static str) -> Result<Option<Self>, Error> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        self.element(name, raw).object().map(Some)
    }

    /// An object that must be there.
    pub fn required_object(&mut self, name: &'static str) -> Result<Self, Error> {
        let raw = self.required_member(name, "object")?.raw;
        self.element(name, raw).object()
    }

    /// A list that may be absent; how many elements it may have is a limit that the service may change,
    /// but where it needs some, it needs them.
    pub fn optional_list(
        &mut self,
        name: &'static str,
        count: RangeInclusive<usize>,
    ) -> Result<Option<Vec<Element<'a>>>, Error> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        self.elements(name, raw, &count).map(Some)
    }

    /// A list that must be there.
    pub fn required_list(
        &mut self,
        name: &'static str,
        count: RangeInclusive<usize>,
    ) -> Result<Vec<Element<'a>>, Error> {
        let raw = self.required_member(name, "array")?.raw;
        self.elements(name, raw, &count)
    }

    /// Yes or no; as a text as well, because many designers hand every value over as text.
    pub fn optional_flag(&mut self, name: &'static str) -> Result<Option<bool>, Error> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        match raw.0.trim_matches('"') {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            "" => Ok(None),
            _ => Err(Error::invalid_request(format!(
                "{} must be true or false, not {}",
                self.place(name),
                type_name(raw.0)
            ))),
        }
    }

    /// A decimal number between -`bound` and `bound`, as the JSON it was given as: a number or a text.
    pub fn required_decimal(&mut self, name: &'static str, bound: f64) -> Result<&'a str, Error> {
        let raw = self.required_member(name, "number")?.raw.0;
        let value = raw.trim_matches('"').parse::<f64>().ok();
        if value.is_some_and(|value| value.abs() <= bound) {
            return Ok(raw);
        }
        Err(Error::invalid_request(format!(
            "{} must be a number from -{bound} to {bound}",
            self.place(name)
        )))
    }

    /// One of `words`; which ones there are is a limit that the service may change.
    pub fn optional_word(
        &mut self,
        name: &'static str,
        words: &[&str],
    ) -> Result<Option<Cow<'a, str>>, Error> {
        let word = self.optional_text(name, 1..=64)?;
        if let Some(word) = &word {
            self.limit(words.contains(&word.as_ref()), || {
                format!("{} must be one of: {}", self.place(name), words.join(", "))
            })?;
        }
        Ok(word)
    }

    /// An object that may be absent, as the text it has.
    pub fn optional_json_object(&mut self, name: &'static str) -> Result<Option<&'a str>, Error> {
        let json = self.json(name)?;
        self.optional_object(name)?;
        Ok(json)
    }

    /// Any JSON value that may be absent, as the text it has, seen to be sound all the way down. The
    /// member stays, to be looked at by its parts.
    pub fn json(&self, name: &str) -> Result<Option<&'a str>, Error> {
        let mut members = self.members.iter();
        match members.find(|have| have.name == name && have.raw.0 != "null") {
            Some(member) => self.element(name, member.raw).json().map(Some),
            None => Ok(None),
        }
    }

    /// Whether `name` is there and not `null`.
    pub fn has(&self, name: &str) -> bool {
        let mut members = self.members.iter();
        members.any(|have| have.name == name && have.raw.0 != "null")
    }

    /// What is left, for objects whose members have any name.
    pub fn take_rest(&mut self) -> Vec<(Cow<'a, str>, Element<'a>)> {
        let rest = std::mem::take(&mut self.members);
        rest.into_iter()
            .map(|member| {
                let element = self.element(&member.name, member.raw);
                (member.name, element)
            })
            .collect()
    }

    fn element(&self, name: &str, raw: Raw<'a>) -> Element<'a> {
        Element {
            what: self.what,
            path: format!("{}{name}", self.path),
            raw,
            leniency: Rc::clone(&self.leniency),
        }
    }

    fn elements(
        &self,
        name: &str,
        raw: Raw<'a>,
        count: &RangeInclusive<usize>,
    ) -> Result<Vec<Element<'a>>, Error> {
        let place = self.place(name);
        let elements: Vec<&'a RawValue> = serde_json::from_str(raw.0).map_err(|_| {
            Error::invalid_request(format!(
                "{place} must be an array, not {}",
                type_name(raw.0)
            ))
        })?;
        let has = elements.len();
        if has < *count.start() {
            return Err(Error::invalid_request(format!(
                "{place} has {has} elements; it needs at least {}",
                count.start()
            )));
        }
        self.limit(has <= *count.end(), || {
            format!(
                "{place} has {has} elements; it needs at most {}",
                count.end()
            )
        })?;
        let element = |(index, raw): (usize, &'a RawValue)| {
            self.element(&format!("{name}[{index}]"), Raw(raw.get()))
        };
        Ok(elements.into_iter().enumerate().map(element).collect())
    }
}

impl<'a> Element<'a> {
    /// The element as an object.
    pub fn object(&self) -> Result<Members<'a>, Error> {
        if !self.raw.0.starts_with('{') {
            return Err(Error::invalid_request(format!(
                "{} must be an object, not {}",
                self.place(),
                type_name(self.raw.0)
            )));
        }
        let path = format!("{}.", self.path);
        Members::of_object(self.raw.0, self.what, path, Rc::clone(&self.leniency))
    }

    /// The element as a text, whose greatest length the service may change.
    pub fn text_within(&self, most: usize) -> Result<Cow<'a, str>, Error> {
        let member = Member {
            name: Cow::Borrowed(""),
            raw: self.raw,
            characters: None,
        };
        let text = text_of(|| self.place(), member)?;
        check_length(|| self.place(), &text, &(1..=usize::MAX)).map_err(Error::invalid_request)?;
        match check_length(|| self.place(), &text, &(1..=most)) {
            Ok(()) => {}
            Err(message) => self.leniency.exceeded(message)?,
        }
        Ok(text)
    }

    /// The element as the JSON text it has, seen to be sound all the way down.
    pub fn json(&self) -> Result<&'a str, Error> {
        match serde_json::from_str::<Value>(self.raw.0) {
            Ok(_) => Ok(self.raw.0),
            Err(_) => Err(Error::invalid_request(format!(
                "{} holds half of a surrogate pair (\\ud800 to \\udfff), or more than 127 levels",
                self.place()
            ))),
        }
    }

    /// Whether it is a text, as opposed to anything else.
    pub fn is_text(&self) -> bool {
        self.raw.0.starts_with('"')
    }

    /// How messages name it.
    pub fn place(&self) -> String {
        format!("{} \"{}\"", self.what, self.path)
    }
}

/// Texts that must differ from each other.
#[derive(Default)]
pub struct Unique(HashSet<String>);

impl Unique {
    /// # Errors
    /// `InvalidRequest` that names the second place where the text stands.
    pub fn add(&mut self, place: &str, text: &str) -> Result<(), Error> {
        if self.0.insert(text.to_owned()) {
            return Ok(());
        }
        Err(Error::invalid_request(format!(
            "{place} repeats one before it; each needs one of its own"
        )))
    }
}
