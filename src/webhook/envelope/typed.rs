//! The common case in one pass: everything has the type that Meta documents, and every change is of the
//! field `messages`. Anything else is none of this reader's business: it gives up, and the careful reader
//! begins anew.
//!
//! What is read is kept as one flat list of slices, so that a batch costs little memory beside itself.

use super::{Account, MESSAGES, Messages, Number, OBJECT, Part, Take};
use crate::json::{Raw, Reader};

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
    let mut reader = Reader::of(body);
    envelope(&mut reader, &mut items)?;
    reader.end()?;
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

type Items<'a> = Vec<Item<'a>>;

fn envelope<'a>(reader: &mut Reader<'a>, items: &mut Items<'a>) -> Option<()> {
    let (mut object, mut entry) = (false, false);
    reader.object(|reader, name| match name {
        "object" => {
            once(&mut object)?;
            expect(reader.text()? == OBJECT)
        }
        "entry" => {
            once(&mut entry)?;
            reader.array(|reader| self::entry(reader, items))
        }
        _ => reader.value().map(drop),
    })?;
    expect(object && entry)
}

fn entry<'a>(reader: &mut Reader<'a>, items: &mut Items<'a>) -> Option<()> {
    let at = items.len();
    items.push(Item::Entry {
        id: None,
        time: None,
    });
    let (mut id, mut time, mut changes) = (None, None, false);
    reader.object(|reader, name| match name {
        "id" => set(&mut id, reader),
        "time" => set(&mut time, reader),
        "changes" => {
            once(&mut changes)?;
            reader.array(|reader| change(reader, items))
        }
        _ => reader.value().map(drop),
    })?;
    *items.get_mut(at)? = Item::Entry {
        id: given(id),
        time: given(time),
    };
    expect(changes)
}

fn change<'a>(reader: &mut Reader<'a>, items: &mut Items<'a>) -> Option<()> {
    let (mut field, mut value) = (false, false);
    reader.object(|reader, name| match name {
        "field" => {
            once(&mut field)?;
            expect(reader.text()? == MESSAGES)
        }
        "value" => {
            once(&mut value)?;
            self::value(reader, items)
        }
        // Members that nobody knows go to an event of their own.
        _ => None,
    })?;
    expect(field && value)
}

fn value<'a>(reader: &mut Reader<'a>, items: &mut Items<'a>) -> Option<()> {
    let at = items.len();
    items.push(Item::Change(Metadata::default()));
    let (mut metadata, mut errors) = (false, None);
    let (mut contacts, mut messages, mut statuses) = (false, false, false);
    reader.object(|reader, name| match name {
        "contacts" => {
            once(&mut contacts)?;
            let before = items.len();
            items.push(Item::Contacts);
            if !list(reader, items, Item::Contact)? {
                items.truncate(before);
            }
            Some(())
        }
        "messages" => {
            once(&mut messages)?;
            list(reader, items, Item::Message).map(drop)
        }
        "statuses" => {
            once(&mut statuses)?;
            list(reader, items, Item::Status).map(drop)
        }
        "errors" => {
            set(&mut errors, reader)?;
            items.extend(given(errors).map(Item::Errors));
            Some(())
        }
        "metadata" => {
            once(&mut metadata)?;
            *items.get_mut(at)? = Item::Change(self::metadata(reader)?);
            Some(())
        }
        _ => reader.value().map(drop),
    })?;
    let known = |item: &Item<'_>| !matches!(item, Item::Contacts | Item::Contact(_));
    expect(items.get(at + 1..)?.iter().any(known))
}

fn metadata<'a>(reader: &mut Reader<'a>) -> Option<Metadata<'a>> {
    let (mut display, mut id) = (None, None);
    reader.object(|reader, name| match name {
        "display_phone_number" => set(&mut display, reader),
        "phone_number_id" => set(&mut id, reader),
        _ => reader.value().map(drop),
    })?;
    Some(Metadata {
        display_phone_number: given(display),
        phone_number_id: given(id),
    })
}

/// Reads an array of elements or `null`; answers whether there is one.
fn list<'a>(
    reader: &mut Reader<'a>,
    items: &mut Items<'a>,
    make: fn(Raw<'a>) -> Item<'a>,
) -> Option<bool> {
    if reader.null() {
        return Some(false);
    }
    reader.array(|reader| reader.value().map(|raw| items.push(make(raw))))?;
    Some(true)
}

/// Reads a value that is given once.
fn set<'a>(slot: &mut Option<Raw<'a>>, reader: &mut Reader<'a>) -> Option<()> {
    expect(slot.replace(reader.value()?).is_none())
}

/// `null` counts as absent.
fn given(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|raw| raw.0 != "null")
}

fn once(seen: &mut bool) -> Option<()> {
    expect(!std::mem::replace(seen, true))
}

/// Gives up unless the body is as expected.
fn expect(holds: bool) -> Option<()> {
    holds.then_some(())
}
