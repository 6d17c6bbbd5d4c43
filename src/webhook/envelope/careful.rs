//! The reader that expects nothing: what is not as documented becomes a part of its own, and what stands
//! beside the documented members is counted.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::head::{is_empty, is_said};
use super::list::List;
use super::unknown::{Level, Unknown};
use super::{
    Account, Change, IsSecret, MESSAGES, Messages, Number, OBJECT, PRODUCT, Part, Take, Unreadable,
};
use crate::json::{Elements, Object, Raw, text_of};

pub(super) fn walk(
    body: &str,
    is_secret: &IsSecret<'_>,
    take: &mut Take<'_>,
) -> Result<Unknown, Unreadable> {
    let whole: &RawValue = serde_json::from_str(body).map_err(|_| Unreadable::NotJson)?;
    let envelope = Object::parse(whole.get()).ok_or(Unreadable::NotAnObject)?;
    let mut walk = Walk {
        take,
        is_secret,
        unknown: Unknown::default(),
    };
    if envelope.get("object").is_none() && envelope.get("field").is_some() {
        // As Meta's dashboard shows samples: a change without its envelope.
        walk.change(whole.get(), &Account::default());
        return Ok(walk.unknown);
    }
    if envelope.has_twice("object") || envelope.has_twice("entry") {
        return Err(Unreadable::NotAnObject);
    }
    if envelope.text("object").as_deref() != Some(OBJECT) {
        return Err(Unreadable::OtherObject);
    }
    let entries = envelope
        .get("entry")
        .and_then(Elements::of)
        .ok_or(Unreadable::NoEntries)?;
    walk.count_beside(&envelope, Level::Body, &["object", "entry"]);
    for raw in entries {
        walk.entry(raw);
    }
    Ok(walk.unknown)
}

struct Walk<'w, 't> {
    take: &'w mut Take<'t>,
    is_secret: &'w IsSecret<'w>,
    unknown: Unknown,
}

impl Walk<'_, '_> {
    fn entry(&mut self, raw: &str) {
        let mut broken = |reason, account: &Account<'_>| {
            (self.take)(account, &Number::default(), Part::Broken { raw, reason });
        };
        let Some(entry) = Object::parse(raw) else {
            return broken("entry_not_an_object", &Account::default());
        };
        let account = Account {
            id: said(&entry, "id"),
            time: said(&entry, "time"),
        };
        let changes = entry.get("changes").and_then(Elements::of);
        let Some(changes) = changes.filter(|_| !entry.has_twice("changes")) else {
            return broken("entry_without_changes", &account);
        };
        self.count_beside(&entry, Level::Entry, &["id", "time", "changes"]);
        self.count_without_text(&entry, Level::Entry, &["id", "time"]);
        let mut is_empty = true;
        for raw in changes {
            self.change(raw, &account);
            is_empty = false;
        }
        // Nothing of this entry is in any event.
        self.unknown
            .add(Level::Entry, "changes", u64::from(is_empty));
    }

    fn change(&mut self, raw: &str, account: &Account<'_>) {
        let mut broken = |reason, number: &Number<'_>| {
            (self.take)(account, number, Part::Broken { raw, reason });
        };
        let change = Object::parse(raw).filter(|c| !c.has_twice("field") && !c.has_twice("value"));
        let parts = change.and_then(|change| {
            let (field, value) = (said(&change, "field")?, change.get("value")?);
            Some((change, field, value))
        });
        let Some((change, field, value)) = parts else {
            return broken("change_without_field_or_value", &Number::default());
        };
        let object = Object::parse(value);
        let number = object.as_ref().map(number_of).unwrap_or_default();
        if field != MESSAGES {
            let change = Change {
                raw,
                field,
                value,
                has_more: change.0.len() > 2,
            };
            return (self.take)(account, &number, Part::Other(change));
        }
        let Some(object) = object else {
            return broken("value_not_an_object", &number);
        };
        let mut parts = 0;
        value_parts(&object, |part| {
            parts += 1;
            (self.take)(account, &number, part);
        });
        if parts == 0 {
            let reason = "value_without_elements";
            return (self.take)(account, &number, Part::Broken { raw, reason });
        }
        self.count_beside(&change, Level::Change, &["field", "value"]);
        self.count_beside_lists(&object);
    }

    /// Counts what the value of a change of the field `messages` has beside its lists.
    fn count_beside_lists(&mut self, value: &Object<'_>) {
        let (mut has_metadata, mut has_product) = (false, false);
        let numbers = metadata_of(value).map(|(raw, _)| raw.as_ptr());
        for (name, raw) in &value.0 {
            let is_known = match name.as_ref() {
                "contacts" | "messages" | "statuses" => true,
                "errors" | "user_actions" => *raw == "null" || !is_empty(raw),
                "metadata" => {
                    let is_first = !std::mem::replace(&mut has_metadata, true);
                    let is_read = numbers == Some(raw.as_ptr());
                    let metadata = Object::parse(raw).filter(|_| is_read);
                    if let Some(metadata) = &metadata {
                        self.count_beside(metadata, Level::Metadata, &NUMBER);
                        self.count_without_text(metadata, Level::Metadata, &NUMBER);
                    }
                    metadata.is_some() || (is_first && *raw == "null")
                }
                "messaging_product" => {
                    let is_usual = *raw == "null" || text_of(raw).as_deref() == Some(PRODUCT);
                    is_usual && !std::mem::replace(&mut has_product, true)
                }
                _ => false,
            };
            if !is_known {
                self.count(Level::Value, name);
            }
        }
    }

    /// Counts the members of `object` beside those called `read`, of which the first is read.
    fn count_beside(&mut self, object: &Object<'_>, level: Level, read: &[&str]) {
        let mut seen = 0_u32;
        for (name, _) in &object.0 {
            let bit = read.iter().position(|read| read == name).map(|at| 1 << at);
            if bit.is_none_or(|bit| seen & bit != 0) {
                self.count(level, name);
            }
            seen |= bit.unwrap_or(0);
        }
    }

    /// Counts a member that is in no event.
    fn count(&mut self, level: Level, name: &str) {
        self.unknown.add_unless_secret(level, name, self.is_secret);
    }

    /// Counts those of the members `names` whose value can have no text, and so cannot be read.
    fn count_without_text(&mut self, object: &Object<'_>, level: Level, names: &[&str]) {
        for name in names {
            if object.get(name).is_some_and(|raw| text_of(raw).is_none()) {
                self.unknown.add(level, name, 1);
            }
        }
    }
}

/// What `metadata` says of a number.
const NUMBER: [&str; 2] = ["phone_number_id", "display_phone_number"];

/// The messages, statuses, errors and actions of a value. What is no list becomes a part of its own, and
/// costs the lists beside it nothing; of one that is given twice, both count.
fn value_parts(object: &Object<'_>, mut take: impl FnMut(Part<'_>)) {
    let values = |name| object.all(name).filter(|raw| *raw != "null");
    let lists = |name| values(name).filter_map(Elements::of).collect::<Vec<_>>();
    let (contacts, messages, statuses) = (lists("contacts"), lists("messages"), lists("statuses"));
    let said = |name| {
        values(name)
            .filter(|raw| !is_empty(raw))
            .collect::<Vec<_>>()
    };
    let (errors, actions) = (said("errors"), said("user_actions"));
    let rounds = [
        contacts.len(),
        messages.len(),
        statuses.len(),
        errors.len(),
        actions.len(),
    ];
    let rounds = rounds.into_iter().max().unwrap_or(0);

    let mut has_broken = false;
    let mut broken = |raw, reason| {
        has_broken = true;
        take(Part::Broken { raw, reason });
    };
    for (name, reason) in [
        ("contacts", "contacts_not_an_array"),
        ("messages", "messages_not_an_array"),
        ("statuses", "statuses_not_an_array"),
    ] {
        let odd = values(name).filter(|raw| Elements::of(raw).is_none());
        odd.for_each(|raw| broken(raw, reason));
    }
    // Whose they are nobody knows if something is given twice.
    let unclear = values("contacts").filter(|raw| rounds > 1 && Elements::of(raw).is_some());
    unclear.for_each(|raw| broken(raw, "contacts_beside_doubled_lists"));

    for round in 0..rounds {
        let part = Messages {
            contacts: list_at(&contacts, round).filter(|_| rounds == 1),
            messages: list_at(&messages, round).unwrap_or(List::empty()),
            statuses: list_at(&statuses, round).unwrap_or(List::empty()),
            errors: errors.get(round).copied().map(Raw),
            user_actions: actions.get(round).copied().map(Raw),
            has_broken,
        };
        let elements = part.messages.count_up_to(1) + part.statuses.count_up_to(1);
        // Contacts beside nothing but what is broken are handed out to be counted.
        let has_contacts = has_broken && part.contacts.is_some();
        if elements + part.count_beside() > 0 || has_contacts {
            take(Part::Messages(part));
        }
    }
}

fn list_at<'a>(lists: &[Elements<'a>], at: usize) -> Option<List<'a>> {
    lists.get(at).cloned().map(List::Text)
}

fn number_of<'a>(value: &Object<'a>) -> Number<'a> {
    let metadata = metadata_of(value);
    let text = |name| {
        metadata
            .as_ref()
            .and_then(|(_, metadata)| said(metadata, name))
    };
    Number {
        id: text("phone_number_id"),
        display: text("display_phone_number"),
    }
}

/// The metadata of a value, as its text and its members: the first of them that is an object.
fn metadata_of<'a>(value: &Object<'a>) -> Option<(&'a str, Object<'a>)> {
    value
        .all("metadata")
        .find_map(|raw| Some((raw, Object::parse(raw)?)))
}

/// The text of a member, unless it is empty; of one that is given twice, the first that says something.
fn said<'a>(object: &Object<'a>, name: &str) -> Option<Cow<'a, str>> {
    let mut texts = object.all(name).filter_map(text_of);
    texts.find(|text| is_said(text))
}
