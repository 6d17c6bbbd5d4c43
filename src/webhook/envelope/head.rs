//! Those members of messages, statuses and contacts that say what and whose they are.
//!
//! Meta writes "there is none" in three ways: the member is not there, it is `null`, or it is an empty
//! text. Here, once for all who ask, the three are one: absent.

use std::borrow::Cow;

use super::item::{Item, Kind};
use super::name::{Name, Seen};
use crate::customer::is_somebody;
use crate::json::{Elements, Escapes, Object, Raw, Scan, text_of};

/// The members of one object that matter here, each as the text it had. `null` counts as absent.
#[derive(Debug, Clone)]
pub(in crate::webhook) enum Head<'a> {
    /// As the typed reader left them: each once.
    Read { body: &'a str, items: &'a [Item] },
    /// Each once.
    Scanned(Vec<(Name, Raw<'a>)>),
}

impl<'a> Head<'a> {
    /// Of nothing.
    pub(in crate::webhook) fn empty() -> Self {
        Self::Scanned(Vec::new())
    }

    /// Of `raw`, one valid object; none if some are given twice or a name has an escape in it.
    pub(in crate::webhook) fn scan(raw: &'a str) -> Option<Self> {
        let mut members = Vec::new();
        let mut seen = Seen::default();
        for (name, value) in Scan::of(raw)? {
            let Some(name) = Name::of(name) else {
                if name.contains('\\') {
                    return None;
                }
                continue;
            };
            seen.first(name)?;
            members.push((name, Raw(value)));
        }
        Some(Self::Scanned(members))
    }

    /// Of any object. Of a member that is given twice, the first one counts that says something; of a
    /// contact's, the last.
    pub(in crate::webhook) fn of(object: &Object<'a>) -> Self {
        let mut members: Vec<(Name, Raw<'a>)> = Vec::new();
        for (name, raw) in &object.0 {
            let Some(name) = Name::of(name) else { continue };
            match members.iter_mut().find(|(have, _)| *have == name) {
                None => members.push((name, Raw(raw))),
                Some((name, value)) => {
                    let is_of_contact = matches!(name, Name::WaId | Name::UserId);
                    if says_something(*name, raw)
                        && (is_of_contact || !says_something(*name, value.0))
                    {
                        *value = Raw(raw);
                    }
                }
            }
        }
        Self::Scanned(members)
    }

    /// The member `name` as the JSON it had.
    pub(in crate::webhook) fn get(&self, name: Name) -> Option<Raw<'a>> {
        self.find(name).map(|(raw, _)| raw)
    }

    /// The text of a member that says something: an empty one is an absent one.
    pub(in crate::webhook) fn text(&self, name: Name) -> Option<Cow<'a, str>> {
        let (raw, escapes) = self.find(name)?;
        let text = raw.text_with(escapes)?;
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

    fn find(&self, name: Name) -> Option<(Raw<'a>, Escapes)> {
        let found = match self {
            Self::Read { body, items } => {
                let item = items.iter().find(|item| item.kind == Kind::Member(name))?;
                (item.raw(body)?, item.escapes)
            }
            Self::Scanned(members) => {
                let (_, raw) = members.iter().find(|(have, _)| *have == name)?;
                (*raw, Escapes::Any)
            }
        };
        (found.0.0 != "null").then_some(found)
    }
}

/// Whether the value `raw` holds nothing: no element, no member, no character.
pub(in crate::webhook) fn is_empty(raw: &str) -> bool {
    match raw.as_bytes().first() {
        Some(b'[') => Elements::of(raw).is_none_or(|mut elements| elements.next().is_none()),
        Some(b'{') => Scan::of(raw).is_none_or(|mut members| members.next().is_none()),
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
