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
    walk_value(raw, &object, |part| take(account, &number, part));
}

/// The messages, statuses and errors of the value of `change`. What is no list becomes a part of its own,
/// and costs the lists beside it nothing; of one that is given twice, both count.
fn walk_value(change: &str, object: &Object<'_>, mut take: impl FnMut(Part<'_>)) {
    let values = |name| object.all(name).filter(|raw| *raw != "null");
    let lists = |name| values(name).filter_map(Elements::of).collect::<Vec<_>>();
    let (contacts, messages, statuses) = (lists("contacts"), lists("messages"), lists("statuses"));
    let errors: Vec<_> = values("errors").collect();
    let rounds = [contacts.len(), messages.len(), statuses.len(), errors.len()];
    let rounds = rounds.into_iter().max().unwrap_or(0);

    let mut parts = 0;
    let mut broken = |raw, reason| {
        parts += 1;
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
        };
        let elements = part.messages.count_up_to(1) + part.statuses.count_up_to(1);
        if elements > 0 || part.errors.is_some() {
            parts += 1;
            take(Part::Messages(part));
        }
    }
    if parts == 0 {
        let reason = "value_without_elements";
        take(Part::Broken {
            raw: change,
            reason,
        });
    }
}

fn list_at<'a>(lists: &[Elements<'a>], at: usize) -> Option<List<'a>> {
    lists.get(at).cloned().map(List::Text)
}

fn number_of<'a>(value: &Object<'a>) -> Number<'a> {
    let metadata = value.get("metadata").and_then(Object::parse);
    let text = |name| metadata.as_ref().and_then(|metadata| metadata.text(name));
    Number {
        id: text("phone_number_id"),
        display: text("display_phone_number"),
    }
}
