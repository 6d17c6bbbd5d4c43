//! The common case in one pass: everything has the type that Meta documents, and every change is of the
//! field `messages`. Anything else is none of this reader's business: it gives up, and the careful reader
//! begins anew.
//!
//! What is read is kept as one flat list of slices, so that a batch costs little memory beside itself.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Account, MESSAGES, Messages, Number, OBJECT, Part, Take};
use crate::json::{Raw, Text};

/// A whole notification, in the order of its parts.
pub(super) struct Notification<'a>(Vec<Item<'a>>);

#[derive(Clone, Copy)]
enum Item<'a> {
    /// An entry; its changes follow.
    Entry {
        id: Option<Raw<'a>>,
        time: Option<Raw<'a>>,
    },
    /// A change; its elements follow, in the order the body has them.
    Change(Metadata<'a>),
    /// The change has contacts, perhaps none.
    Contacts,
    Contact(Raw<'a>),
    Message(Raw<'a>),
    Status(Raw<'a>),
    Errors(Raw<'a>),
}

#[derive(Clone, Copy, Default)]
struct Metadata<'a> {
    display_phone_number: Option<Raw<'a>>,
    phone_number_id: Option<Raw<'a>>,
}

/// `body`, if it is the common case.
pub(super) fn read(body: &str) -> Option<Notification<'_>> {
    let mut items = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let envelope = Level {
        items: &mut items,
        kind: Kind::Envelope,
    };
    envelope.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(Notification(items))
}

impl Notification<'_> {
    pub(super) fn walk(&self, take: &mut Take<'_>) {
        let mut account = Account::default();
        let mut lists = Lists::default();
        let mut rest = self.0.as_slice();
        while let [first, after @ ..] = rest {
            rest = after;
            match first {
                Item::Entry { id, time } => {
                    account = Account {
                        id: id.and_then(Raw::text),
                        time: time.and_then(Raw::text),
                    };
                }
                Item::Change(metadata) => {
                    rest = lists.fill(after);
                    let number = Number {
                        id: metadata.phone_number_id.and_then(Raw::text),
                        display: metadata.display_phone_number.and_then(Raw::text),
                    };
                    take(&account, &number, Part::Messages(lists.messages()));
                }
                // Elements are taken with their change.
                _ => {}
            }
        }
    }
}

/// The elements of one change, sorted by what they are; kept from change to change for its capacity.
#[derive(Default)]
struct Lists<'a> {
    has_contacts: bool,
    contacts: Vec<Raw<'a>>,
    messages: Vec<Raw<'a>>,
    statuses: Vec<Raw<'a>>,
    errors: Option<Raw<'a>>,
}

impl<'a> Lists<'a> {
    /// Takes the elements at the head of `items` and answers what comes after them.
    fn fill<'i>(&mut self, items: &'i [Item<'a>]) -> &'i [Item<'a>] {
        (self.has_contacts, self.errors) = (false, None);
        for list in [&mut self.contacts, &mut self.messages, &mut self.statuses] {
            list.clear();
        }
        let mut rest = items;
        while let [element, after @ ..] = rest {
            match element {
                Item::Entry { .. } | Item::Change(_) => break,
                Item::Contacts => self.has_contacts = true,
                Item::Contact(raw) => self.contacts.push(*raw),
                Item::Message(raw) => self.messages.push(*raw),
                Item::Status(raw) => self.statuses.push(*raw),
                Item::Errors(raw) => self.errors = Some(*raw),
            }
            rest = after;
        }
        rest
    }

    fn messages(&self) -> Messages<'_> {
        Messages {
            contacts: self.has_contacts.then_some(self.contacts.as_slice()),
            messages: &self.messages,
            statuses: &self.statuses,
            errors: self.errors,
        }
    }
}

/// Reads one object of the envelope into `items`.
struct Level<'i, 'a> {
    items: &'i mut Vec<Item<'a>>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Envelope,
    Entry,
    Change,
    Value,
    Metadata { change: usize },
}

impl<'de> DeserializeSeed<'de> for Level<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Level<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.kind {
            Kind::Envelope => self.envelope(map),
            Kind::Entry => self.entry(map),
            Kind::Change => self.change(map),
            Kind::Value => self.value(map),
            Kind::Metadata { change } => self.metadata(map, change),
        }
    }
}

impl<'de> Level<'_, 'de> {
    fn envelope<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut object, mut entry) = (false, false);
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                "object" => {
                    once(&mut object)?;
                    expect(map.next_value::<Text<'de>>()?.0 == OBJECT)?;
                }
                "entry" => {
                    once(&mut entry)?;
                    map.next_value_seed(Levels {
                        items: &mut *self.items,
                        kind: Kind::Entry,
                    })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        expect(object && entry)
    }

    fn entry<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let at = self.items.len();
        self.items.push(Item::Entry {
            id: None,
            time: None,
        });
        let (mut id, mut time): (Option<Option<Raw<'de>>>, Option<Option<Raw<'de>>>) = (None, None);
        let mut changes = false;
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                "id" => expect(id.replace(map.next_value()?).is_none())?,
                "time" => expect(time.replace(map.next_value()?).is_none())?,
                "changes" => {
                    once(&mut changes)?;
                    map.next_value_seed(Levels {
                        items: &mut *self.items,
                        kind: Kind::Change,
                    })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if let Some(item) = self.items.get_mut(at) {
            *item = Item::Entry {
                id: id.flatten(),
                time: time.flatten(),
            };
        }
        expect(changes)
    }

    fn change<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut field, mut value) = (false, false);
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                "field" => {
                    once(&mut field)?;
                    expect(map.next_value::<Text<'de>>()?.0 == MESSAGES)?;
                }
                "value" => {
                    once(&mut value)?;
                    map.next_value_seed(Level {
                        items: &mut *self.items,
                        kind: Kind::Value,
                    })?;
                }
                // Members that nobody knows go to an event of their own.
                _ => expect(false)?,
            }
        }
        expect(field && value)
    }

    fn value<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let at = self.items.len();
        self.items.push(Item::Change(Metadata::default()));
        let (mut metadata, mut errors) = (false, false);
        let (mut contacts, mut messages, mut statuses) = (false, false, false);
        while let Some(Text(key)) = map.next_key()? {
            let items = &mut *self.items;
            match key.as_ref() {
                "contacts" => {
                    once(&mut contacts)?;
                    let before = items.len();
                    items.push(Item::Contacts);
                    if !map.next_value_seed(List {
                        items,
                        make: Item::Contact,
                    })? {
                        self.items.truncate(before);
                    }
                }
                "messages" => {
                    once(&mut messages)?;
                    map.next_value_seed(List {
                        items,
                        make: Item::Message,
                    })?;
                }
                "statuses" => {
                    once(&mut statuses)?;
                    map.next_value_seed(List {
                        items,
                        make: Item::Status,
                    })?;
                }
                "errors" => {
                    once(&mut errors)?;
                    items.extend(map.next_value::<Option<Raw<'de>>>()?.map(Item::Errors));
                }
                "metadata" => {
                    once(&mut metadata)?;
                    map.next_value_seed(Level {
                        items,
                        kind: Kind::Metadata { change: at },
                    })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let elements = self.items.get(at + 1..).unwrap_or_default();
        let known = |item: &Item<'_>| !matches!(item, Item::Contacts | Item::Contact(_));
        expect(elements.iter().any(known))
    }

    fn metadata<A: MapAccess<'de>>(self, mut map: A, change: usize) -> Result<(), A::Error> {
        let (mut display, mut id) = (None, None);
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                "display_phone_number" => expect(display.replace(map.next_value()?).is_none())?,
                "phone_number_id" => expect(id.replace(map.next_value()?).is_none())?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if let Some(item) = self.items.get_mut(change) {
            *item = Item::Change(Metadata {
                display_phone_number: display.flatten(),
                phone_number_id: id.flatten(),
            });
        }
        Ok(())
    }
}

/// Reads an array of objects of the envelope.
struct Levels<'i, 'a> {
    items: &'i mut Vec<Item<'a>>,
    kind: Kind,
}

impl<'de> DeserializeSeed<'de> for Levels<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Levels<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let kind = self.kind;
        while seq
            .next_element_seed(Level {
                items: &mut *self.items,
                kind,
            })?
            .is_some()
        {}
        Ok(())
    }
}

/// Reads an array of elements; answers whether there is one.
struct List<'i, 'a> {
    items: &'i mut Vec<Item<'a>>,
    make: fn(Raw<'a>) -> Item<'a>,
}

impl<'de> DeserializeSeed<'de> for List<'_, 'de> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for List<'_, 'de> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or null")
    }

    fn visit_none<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        while let Some(raw) = seq.next_element()? {
            self.items.push((self.make)(raw));
        }
        Ok(true)
    }
}

fn once<E: Error>(seen: &mut bool) -> Result<(), E> {
    expect(!std::mem::replace(seen, true))
}

/// Gives up unless the body is as expected.
fn expect<E: Error>(holds: bool) -> Result<(), E> {
    if holds {
        Ok(())
    } else {
        Err(E::custom("not the common case"))
    }
}
