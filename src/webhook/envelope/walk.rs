//! Hands out every part of a notification. A value that is not as documented becomes a broken part in its
//! place, and members beside the documented ones are counted.

mod listed;

use std::borrow::Cow;
use std::iter;

use super::given::Given;
use super::head::{is_empty, is_said};
use super::list::List;
use super::name::{NUMBERS, Name};
use super::part::{Account, Change, Messages, NotRead, Number, Part, Take, Unreadable};
use super::unknown::{IsSecret, Level, Unknown};
use crate::json::{Document, Outline, Raw, Unread, Value};
use crate::webhook::fields::{HANDOVERS, Shape, USER_ACTIONS, shape_of};

/// What `object` says in a notification of the Cloud API.
const OBJECT: &str = "whatsapp_business_account";
/// What `messaging_product` says there.
const PRODUCT: &str = "whatsapp";
/// The field whose value holds messages and statuses.
const MESSAGES: &str = "messages";

/// Down to the metadata of a change's value: body, entries, entry, changes, change, value, metadata.
const LEVELS: u32 = 7;
/// Bytes of a body for each node of its outline that there is room for: a little more than a node takes.
const BYTES_FOR_A_NODE: usize = 18;
/// Room for the outline of a short body.
const FEW_NODES: usize = 32;

/// Hands every part of `body` to `take`, in order; answers which members no part holds.
///
/// # Errors
/// `body` is no notification; `take` was not called.
pub(in crate::webhook) fn walk(
    body: &str,
    is_secret: &IsSecret<'_>,
    take: &mut Take<'_>,
) -> Result<Unknown, NotRead> {
    let outline = Outline {
        levels: LEVELS,
        names: NUMBERS,
        arrays: &[Name::Entry as u8, Name::Changes as u8],
        lists: &[
            Name::Contacts as u8,
            Name::Messages as u8,
            Name::Statuses as u8,
        ],
        room: FEW_NODES + body.len() / BYTES_FOR_A_NODE,
        decodes: false,
    };
    let document = Document::read(body, &outline).map_err(|unread| match unread {
        Unread::NotJson => NotRead::Unreadable(Unreadable::NotJson),
        Unread::NoMemory => NotRead::NoMemory,
    })?;
    let envelope = document.root();
    if !envelope.is_object() {
        return Err(Unreadable::NotAnObject.into());
    }
    let mut walk = Walk {
        take,
        is_secret,
        unknown: Unknown::default(),
    };
    if envelope.get(Name::Object as u8).is_none() && envelope.get(Name::Field as u8).is_some() {
        // As Meta's dashboard shows samples: a change without its envelope.
        walk.change(envelope, &Account::default());
        return Ok(walk.unknown);
    }
    let given = Given::of(envelope);
    if given.has_twice(Name::Object) || given.has_twice(Name::Entry) {
        return Err(Unreadable::NotAnObject.into());
    }
    let object = envelope.get(Name::Object as u8).and_then(Value::text);
    if object.as_deref() != Some(OBJECT) {
        return Err(Unreadable::OtherObject.into());
    }
    let entries = envelope
        .get(Name::Entry as u8)
        .filter(|entry| entry.is_array());
    let entries = entries.ok_or(Unreadable::NoEntries)?;
    walk.count_beside(envelope, given, Level::Body, &[Name::Object, Name::Entry]);
    for entry in entries.children() {
        walk.entry(entry);
    }
    Ok(walk.unknown)
}

struct Walk<'w, 't> {
    take: &'w mut Take<'t>,
    is_secret: &'w IsSecret<'w>,
    unknown: Unknown,
}

impl Walk<'_, '_> {
    fn entry(&mut self, entry: Value<'_, '_>) {
        let raw = entry.raw();
        let mut broken = |reason, account: &Account<'_>| {
            (self.take)(account, &Number::default(), Part::Broken { raw, reason });
        };
        if !entry.is_object() {
            return broken("entry_not_an_object", &Account::default());
        }
        let given = Given::of(entry);
        let account = Account {
            id: said(entry, Name::Id),
            time: said(entry, Name::Time),
        };
        let changes = entry
            .get(Name::Changes as u8)
            .filter(|changes| changes.is_array());
        let Some(changes) = changes.filter(|_| !given.has_twice(Name::Changes)) else {
            return broken("entry_without_changes", &account);
        };
        self.count_beside(
            entry,
            given,
            Level::Entry,
            &[Name::Id, Name::Time, Name::Changes],
        );
        self.count_without_text(entry, Level::Entry, &[Name::Id, Name::Time]);
        if changes.count() == 0 {
            // Nothing of this entry is in any event.
            self.unknown.add(Level::Entry, "changes", 1);
        }
        for change in changes.children() {
            self.change(change, &account);
        }
    }

    fn change(&mut self, change: Value<'_, '_>, account: &Account<'_>) {
        let raw = change.raw();
        let mut broken = |reason, number: &Number<'_>| {
            (self.take)(account, number, Part::Broken { raw, reason });
        };
        let given = Given::of(change);
        let is_clear = !given.has_twice(Name::Field) && !given.has_twice(Name::Value);
        let parts = said(change, Name::Field).zip(change.get(Name::Value as u8));
        let Some((field, value)) = parts.filter(|_| is_clear) else {
            return broken("change_without_field_or_value", &Number::default());
        };
        let mut number = number_of(value);
        if field != MESSAGES {
            if field == HANDOVERS && number.id.is_none() {
                number = recipient_of(value);
            }
            if let Some(Shape::Lists(lists)) = shape_of(&field)
                && self.listed(value, lists, (account, &number))
            {
                return self.count_beside(change, given, Level::Change, &CHANGE);
            }
            let change = Change {
                raw,
                field,
                value: value.raw(),
                has_more: change.count() > 2,
            };
            return (self.take)(account, &number, Part::Other(change));
        }
        if !value.is_object() {
            return broken("value_not_an_object", &number);
        }
        let mut parts = 0;
        let context = value_parts(value, |part| {
            parts += 1;
            (self.take)(account, &number, part);
        });
        if parts == 0 {
            let reason = "value_without_elements";
            return (self.take)(account, &number, Part::Broken { raw, reason });
        }
        self.count_beside(change, given, Level::Change, &CHANGE);
        let is_list = |member: Value<'_, '_>| match name_of(member) {
            Some(Name::Messages | Name::Statuses) => true,
            Some(Name::UserActions) => member.is_null() || !is_empty(member.raw()),
            _ => false,
        };
        self.count_beside_lists(value, &is_list, context.is_none());
    }

    /// Counts what a value has beside its lists. Answers whether its context is told: the first one is,
    /// unless that is so already or nothing tells one.
    fn count_beside_lists(
        &mut self,
        value: Value<'_, '_>,
        is_list: &dyn Fn(Value<'_, '_>) -> bool,
        mut is_told: bool,
    ) -> bool {
        let (mut has_metadata, mut has_number, mut has_product) = (false, false, false);
        for member in value.children() {
            let is_known = match name_of(member) {
                _ if is_list(member) || is_beside_lists(member, &mut is_told) => true,
                Some(Name::Metadata) => {
                    let is_first = !std::mem::replace(&mut has_metadata, true);
                    // The first that is an object is read.
                    let is_read = member.is_object() && !std::mem::replace(&mut has_number, true);
                    if is_read {
                        self.count_beside(member, Given::of(member), Level::Metadata, &NUMBER);
                        self.count_without_text(member, Level::Metadata, &NUMBER);
                    }
                    is_read || (is_first && member.is_null())
                }
                Some(Name::MessagingProduct) => {
                    let is_usual = member.is_null() || member.text().as_deref() == Some(PRODUCT);
                    is_usual && !std::mem::replace(&mut has_product, true)
                }
                _ => false,
            };
            if !is_known {
                self.count(Level::Value, member);
            }
        }
        is_told
    }

    /// Counts the members of `object` beside those called `read`, of which the first is read.
    fn count_beside(&mut self, object: Value<'_, '_>, given: Given, level: Level, read: &[Name]) {
        if given.is_among(read) {
            return;
        }
        let mut seen = 0_u64;
        for member in object.children() {
            let name = name_of(member).filter(|name| read.contains(name));
            let bit = name.map(|name| 1 << name as u8);
            if bit.is_none_or(|bit| seen & bit != 0) {
                self.count(level, member);
            }
            seen |= bit.unwrap_or(0);
        }
    }

    /// Counts a member that is in no event.
    fn count(&mut self, level: Level, member: Value<'_, '_>) {
        self.unknown
            .add_unless_secret(level, &member.name(), self.is_secret);
    }

    /// Counts those of the members `names` whose value can have no text, and so cannot be read.
    fn count_without_text(&mut self, object: Value<'_, '_>, level: Level, names: &[Name]) {
        for name in names {
            let value = object.get(*name as u8);
            if let Some(value) = value.filter(|value| !value.has_text()) {
                self.unknown.add(level, &value.name(), 1);
            }
        }
    }
}

/// What a change has.
const CHANGE: [Name; 2] = [Name::Field, Name::Value];
/// What `metadata` says of a number.
const NUMBER: [Name; 2] = [Name::PhoneNumberId, Name::DisplayPhoneNumber];

/// The members of a value that become events, each with its reason if it is to be a list and is none.
const PARTS: [(Name, Option<&str>); 5] = [
    (Name::Contacts, Some("contacts_not_an_array")),
    (Name::Messages, Some("messages_not_an_array")),
    (Name::Statuses, Some("statuses_not_an_array")),
    (Name::Errors, None),
    (Name::UserActions, Some(USER_ACTIONS.not_an_array)),
];

/// The messages, statuses, errors and actions of a value. What is no list becomes a part of its own, and
/// costs the lists beside it nothing; of one that is given twice, both count. Answers the context that the
/// parts have.
fn value_parts<'a>(value: Value<'a, 'a>, mut take: impl FnMut(Part<'_>)) -> Option<Raw<'a>> {
    // What is given for the first time, for the second time, …
    let (mut first, mut more) = ([None; PARTS.len()], Vec::new());
    let mut no_lists = Vec::new();
    for given in value.children().filter(|given| !given.is_null()) {
        let name = name_of(given);
        let Some(at) = PARTS.iter().position(|(part, _)| Some(*part) == name) else {
            continue;
        };
        match PARTS.get(at) {
            // What says nothing is counted.
            Some((Name::Errors | Name::UserActions, _)) if is_empty(given.raw()) => continue,
            Some((_, Some(reason))) if !given.is_array() => {
                no_lists.push((at, given.raw(), *reason));
                continue;
            }
            _ => {}
        }
        let mut rounds = iter::once(&mut first).chain(&mut more);
        let free = rounds.find_map(|round| round.get_mut(at).filter(|slot| slot.is_none()));
        if let Some(free) = free {
            *free = Some(given);
            continue;
        }
        let mut round = [None; PARTS.len()];
        if let Some(slot) = round.get_mut(at) {
            *slot = Some(given);
        }
        more.push(round);
    }
    no_lists.sort_by_key(|(at, ..)| *at);
    let mut has_broken = !no_lists.is_empty();
    let mut broken = |raw, reason| take(Part::Broken { raw, reason });
    for (_, raw, reason) in no_lists {
        broken(raw, reason);
    }
    // Whose they are nobody knows if something is given twice.
    let is_clear = more.is_empty();
    if !is_clear {
        let rounds = iter::once(&mut first).chain(&mut more);
        for contacts in rounds.filter_map(|[contacts, ..]| contacts.take()) {
            has_broken = true;
            broken(contacts.raw(), "contacts_beside_doubled_lists");
        }
    }
    let context = value_context(value);
    for [contacts, messages, statuses, errors, actions] in iter::once(first).chain(more) {
        let list = |value: Option<_>| value.and_then(List::of);
        let part = Messages {
            contacts: list(contacts),
            messages: list(messages).unwrap_or(List::empty()),
            statuses: list(statuses).unwrap_or(List::empty()),
            errors: errors.map(Value::raw).map(Raw),
            user_actions: list(actions).unwrap_or(List::empty()),
            context,
            has_broken,
        };
        // Contacts beside nothing but what is broken are handed out to be counted.
        let has_contacts = has_broken && part.contacts.is_some();
        if part.count() > 0 || has_contacts {
            take(Part::Messages(part));
        }
    }
    context
}

/// Whether an event tells the member beside the lists' elements: contacts, errors that say something, and
/// the context, if none is told yet.
fn is_beside_lists(member: Value<'_, '_>, is_told: &mut bool) -> bool {
    match name_of(member) {
        Some(Name::Contacts) => true,
        Some(Name::Errors) => member.is_null() || !is_empty(member.raw()),
        Some(Name::ConversationContext) => member.is_null() || !std::mem::replace(is_told, true),
        _ => false,
    }
}

/// What an automated agent tells of the conversation, if a message or a status is there to tell it with.
fn value_context<'a>(value: Value<'a, 'a>) -> Option<Raw<'a>> {
    let mut contexts = value.all(Name::ConversationContext as u8);
    let context = contexts.find(|context| !context.is_null())?;
    let lists = [Name::Messages, Name::Statuses].into_iter();
    let lists = lists.flat_map(|name| value.all(name as u8).filter_map(List::of));
    let mut elements = lists.flat_map(|list| list.iter());
    elements
        .any(|found| found.head.is_some())
        .then_some(Raw(context.raw()))
}

/// The name of a member, if it is one that is looked for.
fn name_of(member: Value<'_, '_>) -> Option<Name> {
    member.number().and_then(Name::of_number)
}

fn number_of<'a>(value: Value<'_, 'a>) -> Number<'a> {
    let metadata = value
        .all(Name::Metadata as u8)
        .find(|metadata| metadata.is_object());
    let text = |name| metadata.and_then(|metadata| said(metadata, name));
    Number {
        id: text(Name::PhoneNumberId),
        display: text(Name::DisplayPhoneNumber),
    }
}

/// The number in a value that has no metadata: whom a customer's conversation is with.
fn recipient_of<'a>(value: Value<'_, 'a>) -> Number<'a> {
    let mut members = value.children();
    let recipient = members.find(|member| member.name() == "recipient" && member.is_object());
    let text = |name| recipient.and_then(|recipient| said(recipient, name));
    Number {
        id: text(Name::PhoneNumberId),
        display: text(Name::DisplayPhoneNumber),
    }
}

/// The text of a member, unless it is empty; of one that is given twice, the first that says something.
fn said<'a>(object: Value<'_, 'a>, name: Name) -> Option<Cow<'a, str>> {
    let mut texts = object.all(name as u8).filter_map(Value::text);
    texts.find(|text| is_said(text))
}
