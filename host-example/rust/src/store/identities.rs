//! One person under several identities: a number and user ids that stand together in what is stored.

use rusqlite::Connection;
use serde_json::Value;

use super::erased::candidates;
use crate::customer::Identity;
use crate::json;
use crate::whatsapp::{LISTS, TOGETHER};

/// How deep objects lie at most, and texts that are JSON themselves.
const DEPTH: usize = 24;
/// Where notifications and events are stored.
const TEXTS: [(&str, &str); 3] = [
    ("SELECT json FROM events", "json"),
    ("SELECT properties FROM runs", "properties"),
    ("SELECT output FROM steps", "output"),
];

/// The identity that was named, and every other one that stands together with it, or with one of those.
pub(super) fn of_one_person(
    connection: &Connection,
    named: &Identity,
) -> rusqlite::Result<Vec<Identity>> {
    let mut known = vec![named.clone()];
    let mut at = 0;
    while let Some(identity) = known.get(at).cloned() {
        at += 1;
        for (select, column) in TEXTS {
            for (_, text) in candidates(connection, select, column, &identity)? {
                let Some(value) = json::parse(&text) else {
                    continue;
                };
                let mut persons = Vec::new();
                persons_in(&value, DEPTH, &mut persons);
                for person in persons
                    .into_iter()
                    .filter(|person| person.contains(&identity))
                {
                    for other in person {
                        if !known.contains(&other) {
                            known.push(other);
                        }
                    }
                }
            }
        }
    }
    Ok(known)
}

fn persons_in(value: &Value, depth: usize, persons: &mut Vec<Vec<Identity>>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Object(members) => {
            persons.extend(TOGETHER.iter().map(|names| person(value, names)));
            persons.extend(beside_contact(value));
            for member in members.values() {
                persons_in(member, depth - 1, persons);
            }
        }
        Value::Array(items) => {
            for item in items {
                persons_in(item, depth - 1, persons);
            }
        }
        Value::String(text) => {
            let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
            if text.starts_with(['{', '[', '"'])
                && let Some(inner) = json::parse(text)
            {
                persons_in(&inner, depth - 1, persons);
            }
        }
        _ => {}
    }
}

fn person(object: &Value, names: &[&str]) -> Vec<Identity> {
    let is_group = object.get("recipient_type").and_then(Value::as_str) == Some("group");
    let named = names
        .iter()
        .filter(|name| !(is_group && **name == "recipient_id"));
    let texts = named.filter_map(|name| object.get(*name)?.as_str());
    texts.filter_map(Identity::parse).collect()
}

/// Whoever uses a username may be named by number beside the message only.
fn beside_contact(object: &Value) -> Option<Vec<Identity>> {
    let only = |list: &str| match object.get(list)?.as_array()?.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let contact = TOGETHER.get(1).copied().unwrap_or_default();
    let mut all = person(only("contacts")?, contact);
    let parts: Vec<_> = LISTS.iter().filter_map(|list| object.get(*list)).collect();
    if parts.len() != 1 {
        return None;
    }
    let part = LISTS.iter().find_map(|list| only(list))?;
    let group = TOGETHER.get(3).copied().unwrap_or_default();
    let participant = person(part, group);
    all.extend(if participant.is_empty() {
        let names = TOGETHER.iter().take(3).copied().flatten().copied();
        person(part, &names.collect::<Vec<_>>())
    } else {
        participant
    });
    Some(all)
}
