//! The reader that expects nothing: what is not as documented becomes a part of its own.

use serde_json::value::RawValue;

use super::list::List;
use super::{Account, Change, MESSAGES, Messages, Number, OBJECT, Part, Take, Unreadable};
use crate::json::{Elements, Object, Raw};

pub(super) fn walk(body: &str, take: &mut Take<'_>) -> Result<(), Unreadable> {
    let whole: &RawValue = serde_json::from_str(body).map_err(|_| Unreadable::NotJson)?;
    let envelope = Object::parse(whole.get()).ok_or(Unreadable::NotAnObject)?;
    if envelope.get("object").is_none() && envelope.get("field").is_some() {
        // As Meta's dashboard shows samples: a change without its envelope.
        walk_change(whole.get(), &Account::default(), take);
        return Ok(());
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
    for raw in entries {
        walk_entry(raw, take);
    }
    Ok(())
}

fn walk_entry(raw: &str, take: &mut Take<'_>) {
    let mut broken = |reason, account: &Account<'_>| {
        take(account, &Number::default(), Part::Broken { raw, reason });
    };
    let Some(entry) = Object::parse(raw) else {
        return broken("entry_not_an_object", &Account::default());
    };
    let account = Account {
        id: entry.text("id"),
        time: entry.text("time"),
    };
    let changes = entry.get("changes").and_then(Elements::of);
    let Some(changes) = changes.filter(|_| !entry.has_twice("changes")) else {
        return broken("entry_without_changes", &account);
    };
    for raw in changes {
        walk_change(raw, &account, take);
    }
}

fn walk_change(raw: &str, account: &Account<'_>, take: &mut Take<'_>) {
    let mut broken = |reason, number: &Number<'_>| {
        take(account, number, Part::Broken { raw, reason });
    };
    let change = Object::parse(raw).filter(|c| !c.has_twice("field") && !c.has_twice("value"));
    let parts = change.and_then(|change| {
        Some((
            change.text("field")?,
            change.get("value")?,
            change.0.len() > 2,
        ))
    });
    let Some((field, value, has_more)) = parts else {
        return broken("change_without_field_or_value", &Number::default());
    };
    let object = Object::parse(value);
    let number = object.as_ref().map(number_of).unwrap_or_default();
    if field != MESSAGES {
        let change = Change {
            raw,
            field,
            value,
            has_more,
        };
        return take(account, &number, Part::Other(change));
    }
    let Some(object) = object else {
        return broken("value_not_an_object", &number);
    };
    let list = |name| object.get(name).map(Elements::of);
    let (contacts, messages, statuses) = (list("contacts"), list("messages"), list("statuses"));
    if [&contacts, &messages, &statuses]
        .into_iter()
        .any(|list| matches!(list, Some(None)))
        || ["contacts", "messages", "statuses", "errors"]
            .iter()
            .any(|name| object.has_twice(name))
    {
        return broken("list_not_an_array", &number);
    }
    let list = |elements: Option<Option<_>>| elements.flatten().map(List::Text);
    let messages = Messages {
        contacts: list(contacts),
        messages: list(messages).unwrap_or(List::empty()),
        statuses: list(statuses).unwrap_or(List::empty()),
        errors: object.get("errors").map(Raw),
    };
    let elements = messages.messages.count_up_to(1) + messages.statuses.count_up_to(1);
    if elements == 0 && messages.errors.is_none() {
        return broken("value_without_elements", &number);
    }
    take(account, &number, Part::Messages(messages));
}

fn number_of<'a>(value: &Object<'a>) -> Number<'a> {
    let metadata = value.get("metadata").and_then(Object::parse);
    let text = |name| metadata.as_ref().and_then(|metadata| metadata.text(name));
    Number {
        id: text("phone_number_id"),
        display: text("display_phone_number"),
    }
}
