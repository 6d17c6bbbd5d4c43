//! The members that identify a message, status or contact and its customer.
//!
//! Meta leaves a member out, writes `null` or writes an empty string if there is no value. All three are
//! read as absent here, so that no other file needs to know.

use std::borrow::Cow;

use super::given::Given;
use super::name::{NAMES, Name};
use crate::json::{Elements, Escapes, Object, Raw, Value, text_of};
use crate::phone_number::is_somebody;

/// The members of one object that matter here. `null` counts as absent.
#[derive(Debug, Clone)]
pub(in crate::webhook) struct Head<'a> {
    members: Members<'a>,
    /// Most of the names that are asked for are absent.
    given: Given,
}

#[derive(Debug, Clone)]
enum Members<'a> {
    /// As the document kept them.
    Kept(Value<'a, 'a>, Places),
    /// As they were found in the object's text.
    Scanned(Vec<(Name, Member<'a>)>),
}

/// Where the first value of each name that is given lies in its object.
type Places = [u8; NAMES.len()];

/// A member's value, and what is known of the escapes in it.
pub(super) type Member<'a> = (&'a str, Escapes);

impl<'a> Head<'a> {
    /// Of an object that the document kept.
    pub(super) fn from_kept(object: Value<'a, 'a>) -> Self {
        let (mut given, mut places) = (Given::default(), [0; NAMES.len()]);
        for member in object.children() {
            let number = member.number();
            if given.add(number)
                && let Some(place) = places.get_mut(usize::from(number.unwrap_or(u8::MAX)))
            {
                // Of a place that is too far away none is noted, and it is looked for.
                *place = u8::try_from(member.place_in(object)).unwrap_or(0);
            }
        }
        Self {
            members: Members::Kept(object, places),
            given,
        }
    }

    /// Of an object with these members.
    pub(super) fn from_scanned(members: Vec<(Name, Member<'a>)>) -> Self {
        let given = members.iter().map(|(name, _)| Some(*name as u8)).collect();
        Self {
            members: Members::Scanned(members),
            given,
        }
    }

    /// Whether a member that matters is given twice.
    pub(in crate::webhook) const fn has_twice(&self) -> bool {
        self.given.has_any_twice()
    }

    /// The member `name` as the JSON it had.
    pub(in crate::webhook) fn get(&self, name: Name) -> Option<Raw<'a>> {
        self.find(name).map(|(raw, _)| Raw(raw))
    }

    #[inline]
    fn find(&self, name: Name) -> Option<Member<'a>> {
        if self.given.has(name) {
            self.find_given(name)
        } else {
            None
        }
    }

    fn find_given(&self, name: Name) -> Option<Member<'a>> {
        let told = |value: Value<'a, 'a>| (value.raw(), value.escapes());
        let found = match &self.members {
            Members::Kept(object, places) => match places.get(name as usize) {
                Some(place @ 1..) if !self.given.has_twice(name) => {
                    Some(told(object.part(usize::from(*place))))
                }
                _ => choose(name, object.all(name as u8).map(told)),
            },
            Members::Scanned(members) => {
                let values = members.iter().filter(|(have, _)| *have == name);
                choose(name, values.map(|(_, member)| *member))
            }
        };
        found.filter(|(raw, _)| *raw != "null")
    }

    /// The text of a member that says something: an empty one is an absent one.
    #[inline]
    pub(in crate::webhook) fn text(&self, name: Name) -> Option<Cow<'a, str>> {
        let (raw, escapes) = self.find(name)?;
        let text = Raw(raw).text_with(escapes)?;
        // Half a surrogate pair is no character: two texts that differ in one would be one text.
        let is_damaged = matches!(&text, Cow::Owned(text) if text.contains('\u{fffd}'));
        let is_usable = !is_damaged || !(name == Name::Id || name.is_of_somebody());
        (is_usable && is_said_of(name, &text)).then_some(text)
    }

    /// Whether the member `name` is given and not an empty text: what is no text may say something, too.
    pub(in crate::webhook) fn is_given(&self, name: Name) -> bool {
        self.get(name)
            .is_some_and(|raw| says_something(name, raw.0))
    }

    /// The first of several members that has a text.
    pub(in crate::webhook) fn first(&self, names: &[Name]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.text(*name))
    }
}

/// Of a member that is given twice, the first that says something counts; of a contact's, the last.
fn choose<'a>(name: Name, mut values: impl Iterator<Item = Member<'a>>) -> Option<Member<'a>> {
    let mut chosen = values.next()?;
    let is_of_contact = matches!(name, Name::WaId | Name::UserId);
    for value in values {
        if says_something(name, value.0) && (is_of_contact || !says_something(name, chosen.0)) {
            chosen = value;
        }
    }
    Some(chosen)
}

/// Whether the value `raw` holds nothing: no element, no member, no character.
pub(in crate::webhook) fn is_empty(raw: &str) -> bool {
    match raw.as_bytes().first() {
        Some(b'[') => Elements::of(raw).is_none_or(|mut elements| elements.next().is_none()),
        Some(b'{') => Object::of(raw).is_none_or(|it| it.members().next().is_none()),
        Some(b'"') => text_of(raw).is_none_or(|text| !is_said(&text)),
        _ => raw == "null",
    }
}

/// Whether a text says something.
pub(super) fn is_said(text: &str) -> bool {
    text.contains(|c: char| !c.is_whitespace() && !c.is_control())
}

fn is_said_of(name: Name, text: &str) -> bool {
    if name.is_of_somebody() {
        is_somebody(text)
    } else {
        is_said(text)
    }
}

/// Whether the value `raw` of a member is there and not an empty text.
fn says_something(name: Name, raw: &str) -> bool {
    raw != "null" && text_of(raw).is_none_or(|text| is_said_of(name, &text))
}
