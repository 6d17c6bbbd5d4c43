//! The elements of one list of a notification.

use super::head::Head;
use super::name::Name;
use crate::json::{Children, Elements, Escapes, Value, name_of};

/// Contacts, messages or statuses: a valid array.
#[derive(Debug, Clone, Copy)]
pub(in crate::webhook) struct List<'a> {
    value: Option<Value<'a, 'a>>,
    /// Where no document has kept it: its text, and the escapes in that.
    text: Option<(&'a str, Escapes)>,
    count: usize,
}

/// One element.
#[derive(Debug, Clone)]
pub(in crate::webhook) struct Found<'a> {
    /// The text it had.
    pub(in crate::webhook) raw: &'a str,
    /// Its members that matter; none if it is no object.
    pub(in crate::webhook) head: Option<Head<'a>>,
    /// Whether it has escapes.
    pub(in crate::webhook) escapes: Escapes,
}

impl<'a> List<'a> {
    pub(in crate::webhook) const fn empty() -> Self {
        Self {
            value: None,
            text: None,
            count: 0,
        }
    }

    /// The elements of `value`, if it is an array.
    pub(super) fn of(value: Value<'a, 'a>) -> Option<Self> {
        value.is_array().then(|| Self {
            value: Some(value),
            text: None,
            count: value.count(),
        })
    }

    /// The elements of `text`, a valid JSON value, if that is an array.
    pub(in crate::webhook) fn of_text(text: &'a str, escapes: Escapes) -> Option<Self> {
        let count = Elements::of(text)?.count();
        Some(Self {
            value: None,
            text: Some((text, escapes)),
            count,
        })
    }

    /// How many elements there are.
    pub(in crate::webhook) const fn count(&self) -> usize {
        self.count
    }

    /// The elements: those that were kept, or what is found in the array's text where there was no room
    /// to keep them.
    pub(in crate::webhook) fn iter(&self) -> Iter<'a> {
        let closed = self.value.filter(|value| !value.is_open());
        let closed = closed.map(|value| (value.raw(), value.escapes()));
        Iter {
            kept: self.value.map(Value::children),
            closed: closed
                .or(self.text)
                .and_then(|(text, escapes)| Some((Elements::of(text)?, escapes))),
        }
    }
}

/// Goes through a list.
pub(in crate::webhook) struct Iter<'a> {
    kept: Option<Children<'a, 'a>>,
    closed: Option<(Elements<'a>, Escapes)>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        let Some((elements, escapes)) = &mut self.closed else {
            return self.kept.as_mut()?.next().map(Found::of);
        };
        let mut members = Vec::new();
        let raw = elements.next_with(|name, value| {
            if let Some(name) = Name::of(&name_of(name)) {
                members.push((name, (value, *escapes)));
            }
        })?;
        Some(Found {
            raw,
            head: raw.starts_with('{').then(|| Head::from_scanned(members)),
            escapes: *escapes,
        })
    }
}

impl<'a> Found<'a> {
    fn of(value: Value<'a, 'a>) -> Self {
        Self {
            raw: value.raw(),
            head: value.is_object().then(|| Head::from_kept(value)),
            escapes: value.escapes(),
        }
    }
}

#[cfg(test)]
impl<'a> List<'a> {
    /// The elements of `raw`, a valid array.
    pub(in crate::webhook) fn parse(raw: &'a str) -> Option<Self> {
        let outline = crate::json::Outline {
            levels: 0,
            names: super::name::NUMBERS,
            arrays: &[],
            lists: &[],
            room: 0,
            decodes: false,
        };
        let document = crate::json::Document::read(raw, &outline).ok()?;
        Self::of(Box::leak(Box::new(document)).root())
    }
}

#[cfg(test)]
impl<'a> Found<'a> {
    /// `raw`, a valid JSON value, as an element.
    pub(in crate::webhook) fn parse(raw: &'a str) -> Self {
        let list: &'static str = String::leak(format!("[{raw}]"));
        let found = List::parse(list).and_then(|list| list.iter().next());
        found.unwrap_or(Self {
            raw,
            head: None,
            escapes: Escapes::Any,
        })
    }
}
