//! The common case in one pass: everything has the type that Meta documents, and every change is of the
//! field `messages`. Anything else is none of this reader's business.

use serde::Deserialize;

use super::{Account, MESSAGES, Messages, Number, OBJECT, Part, Take};
use crate::json::{Raw, Text};

/// A whole notification.
#[derive(Deserialize)]
pub(super) struct Notification<'a> {
    #[serde(borrow)]
    object: Text<'a>,
    #[serde(borrow)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    id: Option<Raw<'a>>,
    #[serde(borrow, default)]
    time: Option<Raw<'a>>,
    #[serde(borrow)]
    changes: Vec<Change<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change<'a> {
    #[serde(borrow)]
    field: Text<'a>,
    #[serde(borrow)]
    value: Value<'a>,
}

#[derive(Deserialize)]
struct Value<'a> {
    #[serde(borrow, default)]
    metadata: Option<Metadata<'a>>,
    #[serde(borrow, default)]
    contacts: Option<Vec<Raw<'a>>>,
    #[serde(borrow, default)]
    messages: Option<Vec<Raw<'a>>>,
    #[serde(borrow, default)]
    statuses: Option<Vec<Raw<'a>>>,
    #[serde(borrow, default)]
    errors: Option<Raw<'a>>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default)]
    display_phone_number: Option<Raw<'a>>,
    #[serde(borrow, default)]
    phone_number_id: Option<Raw<'a>>,
}

/// `body`, if it is the common case.
pub(super) fn read(body: &str) -> Option<Notification<'_>> {
    let notification: Notification<'_> = serde_json::from_str(body).ok()?;
    let expected = |change: &Change<'_>| {
        let value = &change.value;
        let elements = |list: &Option<Vec<Raw<'_>>>| list.as_ref().is_some_and(|l| !l.is_empty());
        change.field.0 == MESSAGES
            && (elements(&value.messages) || elements(&value.statuses) || value.errors.is_some())
    };
    let mut changes = notification.entry.iter().flat_map(|entry| &entry.changes);
    (notification.object.0 == OBJECT && changes.all(expected)).then_some(notification)
}

impl Notification<'_> {
    pub(super) fn walk(self, take: &mut Take<'_>) {
        for entry in self.entry {
            let account = Account {
                id: entry.id.and_then(Raw::text),
                time: entry.time.and_then(Raw::text),
            };
            for Change { value, .. } in entry.changes {
                let metadata = value.metadata;
                let number = Number {
                    id: metadata.as_ref().and_then(|m| m.phone_number_id?.text()),
                    display: metadata
                        .as_ref()
                        .and_then(|m| m.display_phone_number?.text()),
                };
                let messages = Messages {
                    contacts: value.contacts,
                    messages: value.messages.unwrap_or_default(),
                    statuses: value.statuses.unwrap_or_default(),
                    errors: value.errors,
                };
                take(&account, &number, Part::Messages(messages));
            }
        }
    }
}
