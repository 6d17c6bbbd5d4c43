//! The common case in one pass: everything has the type that Meta documents, and every change is of the
//! field `messages`. Anything else is none of this reader's business: it gives up, and the careful reader
//! begins anew.
//!
//! What is read is kept as one flat list of places in the body, shorter than the body by itself: one with
//! more elements and members than that is left to the careful reader as well.

use super::head::{is_empty, is_said};
use super::item::{Item, Kind};
use super::list::List;
use super::name::{Name, Seen};
use super::unknown::{Level, Unknown};
use super::{Account, IsSecret, MESSAGES, Messages, Number, OBJECT, PRODUCT, Part, Take};
use crate::json::{Place, Reader};

/// A whole notification, in the order of its parts.
pub(super) struct Notification<'a> {
    body: &'a str,
    items: Vec<Item>,
    unknown: Unknown,
}

/// Bytes of a body for each item that there is room for: a little more than what an item takes.
const BYTES_FOR_AN_ITEM: usize = 20;
/// Room for the items of a short body.
const FEW_ITEMS: usize = 32;

/// `body`, if it is the common case.
pub(super) fn read<'a>(body: &'a str, is_secret: &IsSecret<'_>) -> Option<Notification<'a>> {
    let mut items = Items {
        body,
        is_secret,
        list: Vec::with_capacity(FEW_ITEMS + body.len() / BYTES_FOR_AN_ITEM),
        unknown: Unknown::default(),
    };
    let mut reader = Reader::of(body);
    envelope(&mut reader, &mut items)?;
    reader.end()?;
    let Items { list, unknown, .. } = items;
    Some(Notification {
        body,
        items: list,
        unknown,
    })
}

impl Notification<'_> {
    /// Hands out every part; answers which members none of them holds.
    pub(super) fn walk(self, take: &mut Take<'_>) -> Unknown {
        self.hand_out(take);
        self.unknown
    }

    fn hand_out(&self, take: &mut Take<'_>) {
        let text = |item: &Item| {
            item.raw(self.body)?
                .text_with(item.escapes)
                .filter(|text| is_said(text))
        };
        let mut account = Account::default();
        let mut rest = self.items.as_slice();
        loop {
            match rest {
                [entry, id, time, after @ ..] if entry.kind == Kind::Entry => {
                    account = Account {
                        id: text(id),
                        time: text(time),
                    };
                    rest = after;
                }
                [change, id, display, after @ ..] if change.kind == Kind::Change => {
                    let number = Number {
                        id: text(id),
                        display: text(display),
                    };
                    let (messages, after) = self.messages(after);
                    take(&account, &number, Part::Messages(messages));
                    rest = after;
                }
                // Nothing else stands outside a change.
                _ => return,
            }
        }
    }

    /// The lists at the head of `items`, and what comes after them.
    fn messages<'i>(&'i self, mut items: &'i [Item]) -> (Messages<'i>, &'i [Item]) {
        let mut messages = Messages::default();
        while let [first, after @ ..] = items {
            let kind = first.kind;
            if kind == Kind::ChangeErrors {
                messages.errors = first.raw(self.body);
                items = after;
                continue;
            }
            if kind == Kind::UserActions {
                messages.user_actions = first.raw(self.body);
                items = after;
                continue;
            }
            let list = match kind {
                Kind::Contacts => messages.contacts.insert(List::empty()),
                Kind::Messages => &mut messages.messages,
                Kind::Statuses => &mut messages.statuses,
                _ => break,
            };
            let inside =
                |item: &Item| matches!(item.kind, Kind::Element | Kind::Odd | Kind::Member(_));
            let length = after.iter().take_while(|item| inside(item)).count();
            let (elements, after) = after.split_at_checked(length).unwrap_or_default();
            *list = List::Read {
                body: self.body,
                items: elements,
            };
            items = after;
        }
        (messages, items)
    }
}

/// What was read. Has room for as many items as it was made for.
struct Items<'a> {
    body: &'a str,
    is_secret: &'a IsSecret<'a>,
    list: Vec<Item>,
    /// Members that nobody knows.
    unknown: Unknown,
}

impl Items<'_> {
    /// Adds an item; none if there is no room.
    fn push(&mut self, item: Item) -> Option<()> {
        expect(self.list.len() < self.list.capacity())?;
        self.list.push(item);
        Some(())
    }

    /// Adds one whose place is known later, or that has none.
    fn open(&mut self, kind: Kind) -> Option<usize> {
        self.push(Item::new(kind, 0..0)?)?;
        Some(self.list.len() - 1)
    }

    fn set(&mut self, at: usize, item: Item) -> Option<()> {
        *self.list.get_mut(at)? = item;
        Some(())
    }

    /// Reads what has to be a text into the place `at`. Anything else is in no event: it is counted.
    fn set_text(
        &mut self,
        reader: &mut Reader<'_>,
        at: usize,
        kind: Kind,
        (level, name): (Level, &str),
    ) -> Option<()> {
        if !reader.is_at_text_or_null() {
            self.unknown.add(level, name, 1);
        }
        self.set(at, any(reader, kind)?)
    }

    /// Reads what makes an event of its own beside the lists; answers whether it says anything.
    fn beside(&mut self, reader: &mut Reader<'_>, kind: Kind, name: &str) -> Option<bool> {
        if reader.null() {
            return Some(false);
        }
        let item = any(reader, kind)?;
        if is_empty(item.raw(self.body)?.0) {
            self.unknown.add(Level::Value, name, 1);
            return Some(false);
        }
        self.push(item)?;
        Some(true)
    }

    /// Skips a member that nobody knows.
    fn unknown(&mut self, reader: &mut Reader<'_>, level: Level, name: &str) -> Option<()> {
        reader.range()?;
        self.unknown.add_unless_secret(level, name, self.is_secret);
        Some(())
    }
}

fn envelope(reader: &mut Reader<'_>, items: &mut Items<'_>) -> Option<()> {
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
        _ => items.unknown(reader, Level::Body, name),
    })?;
    expect(object && entry)
}

fn entry(reader: &mut Reader<'_>, items: &mut Items<'_>) -> Option<()> {
    items.open(Kind::Entry)?;
    let (id_at, time_at) = (items.open(Kind::EntryId)?, items.open(Kind::EntryTime)?);
    let (mut id, mut time, mut changes) = (false, false, false);
    reader.object(|reader, name| match name {
        "id" => {
            once(&mut id)?;
            items.set_text(reader, id_at, Kind::EntryId, (Level::Entry, name))
        }
        "time" => {
            once(&mut time)?;
            items.set_text(reader, time_at, Kind::EntryTime, (Level::Entry, name))
        }
        "changes" => {
            once(&mut changes)?;
            let before = items.list.len();
            reader.array(|reader| change(reader, items))?;
            // Nothing of this entry is in any event.
            let is_empty = items.list.len() == before;
            items.unknown.add(Level::Entry, name, u64::from(is_empty));
            Some(())
        }
        _ => items.unknown(reader, Level::Entry, name),
    })?;
    expect(changes)
}

fn change(reader: &mut Reader<'_>, items: &mut Items<'_>) -> Option<()> {
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
        _ => items.unknown(reader, Level::Change, name),
    })?;
    expect(field && value)
}

fn value(reader: &mut Reader<'_>, items: &mut Items<'_>) -> Option<()> {
    items.open(Kind::Change)?;
    let number_at = items.open(Kind::NumberId)?;
    items.open(Kind::NumberDisplay)?;
    let (mut product, mut metadata, mut elements) = (false, false, false);
    let (mut errors, mut actions) = (false, false);
    let (mut contacts, mut messages, mut statuses) = (false, false, false);
    reader.object(|reader, name| match name {
        "contacts" => {
            once(&mut contacts)?;
            list(reader, items, Kind::Contacts).map(drop)
        }
        "messages" => {
            once(&mut messages)?;
            elements |= list(reader, items, Kind::Messages)?;
            Some(())
        }
        "statuses" => {
            once(&mut statuses)?;
            elements |= list(reader, items, Kind::Statuses)?;
            Some(())
        }
        "errors" => {
            once(&mut errors)?;
            elements |= items.beside(reader, Kind::ChangeErrors, name)?;
            Some(())
        }
        "metadata" => {
            once(&mut metadata)?;
            self::metadata(reader, items, number_at)
        }
        "messaging_product" => {
            once(&mut product)?;
            expect(reader.text()? == PRODUCT)
        }
        "user_actions" => {
            once(&mut actions)?;
            elements |= items.beside(reader, Kind::UserActions, name)?;
            Some(())
        }
        _ => items.unknown(reader, Level::Value, name),
    })?;
    expect(elements)
}

fn metadata(reader: &mut Reader<'_>, items: &mut Items<'_>, number_at: usize) -> Option<()> {
    let (mut display, mut id) = (false, false);
    reader.object(|reader, name| match name {
        "phone_number_id" => {
            once(&mut id)?;
            items.set_text(reader, number_at, Kind::NumberId, (Level::Metadata, name))
        }
        "display_phone_number" => {
            once(&mut display)?;
            let at = number_at + 1;
            items.set_text(reader, at, Kind::NumberDisplay, (Level::Metadata, name))
        }
        _ => items.unknown(reader, Level::Metadata, name),
    })
}

/// Reads an array of elements or `null`; answers whether it has elements.
fn list(reader: &mut Reader<'_>, items: &mut Items<'_>, kind: Kind) -> Option<bool> {
    if reader.null() {
        return Some(false);
    }
    let at = items.open(kind)?;
    reader.array(|reader| element(reader, items))?;
    Some(items.list.len() > at + 1)
}

fn element(reader: &mut Reader<'_>, items: &mut Items<'_>) -> Option<()> {
    let begin = reader.place()?;
    let at = items.open(Kind::Element)?;
    let mut kind = Kind::Element;
    let mut seen = Seen::default();
    let members = reader.object(|reader, name| match Name::of(name) {
        Some(name) => {
            seen.first(name)?;
            items.push(any(reader, Kind::Member(name))?)
        }
        None => reader.range().map(drop),
    });
    if members.is_none() {
        kind = Kind::Odd;
        items.list.truncate(at + 1);
        reader.back(begin);
        reader.range()?;
    }
    items.set(at, since(reader, begin, kind)?)
}

/// Reads any value as an item of this kind.
fn any(reader: &mut Reader<'_>, kind: Kind) -> Option<Item> {
    let begin = reader.place()?;
    reader.range()?;
    since(reader, begin, kind)
}

/// What was read from `begin` to here, as an item of this kind.
fn since(reader: &Reader<'_>, begin: Place, kind: Kind) -> Option<Item> {
    let item = Item::new(kind, reader.since(begin))?;
    Some(item.with(reader.escapes_since(begin)))
}

fn once(seen: &mut bool) -> Option<()> {
    expect(!std::mem::replace(seen, true))
}

/// Gives up unless the body is as expected.
fn expect(holds: bool) -> Option<()> {
    holds.then_some(())
}
