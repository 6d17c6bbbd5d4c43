//! A property of every notification: each message and each status becomes one event, in order, that
//! holds the object as it came, and the contact it belongs to or none.

use std::collections::BTreeSet;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::rig::{self, EntryPoint};

/// Members that the rules look at are few, so that they meet; the others are anything.
const NUMBERS: [&str; 3] = ["16505551001", "16505551002", "16505551003"];
const USERS: [&str; 3] = ["US.1", "US.2", "DE.ENT.3"];

fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..6).prop_map(String::from_iter)
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A member that may be there or not.
fn maybe(
    name: &'static str,
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Map<String, Value>> {
    prop::option::of(value).prop_map(move |value| {
        let member = value.map(|value| (name.to_owned(), value));
        member.into_iter().collect()
    })
}

fn one_of(texts: [&'static str; 3]) -> impl Strategy<Value = Value> {
    prop::sample::select(texts.to_vec()).prop_map(Value::from)
}

fn number_or_text() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<u32>().prop_map(|number| Value::from(number.to_string())),
        Just(Value::Null),
    ]
}

fn errors() -> impl Strategy<Value = Value> {
    let error = (maybe("code", number_or_text()), maybe("title", anything()));
    let error = error.prop_map(|(code, title)| merged([code, title]));
    prop_oneof![
        4 => vec(error, 0..3).prop_map(Value::from),
        1 => anything(),
    ]
}

/// A message or a status; the names of the two members that lead to its contact are given.
fn element(number: &'static str, user: &'static str) -> impl Strategy<Value = Value> {
    let anything_else = btree_map(text(), anything(), 0..4)
        .prop_map(|map| map.into_iter().collect::<Map<String, Value>>());
    let known = (
        maybe(number, one_of(NUMBERS)),
        maybe(user, one_of(USERS)),
        maybe("timestamp", number_or_text()),
        maybe("errors", errors()),
        maybe("status", one_of(["sent", "read", "failed"])),
        maybe("id", Just(Value::Null)),
    );
    (anything_else, known).prop_map(|(rest, (a, b, c, d, e, f))| merged([rest, a, b, c, d, e, f]))
}

fn contact() -> impl Strategy<Value = Value> {
    (
        maybe("wa_id", one_of(NUMBERS)),
        maybe("user_id", one_of(USERS)),
        maybe("profile", anything()),
    )
        .prop_map(|(a, b, c)| merged([a, b, c]))
}

fn merged<const N: usize>(parts: [Map<String, Value>; N]) -> Value {
    Value::Object(parts.into_iter().flatten().collect())
}

fn change() -> impl Strategy<Value = Value> {
    let contacts = vec(contact(), 0..4).prop_map(Value::from);
    let messages = vec(element("from", "from_user_id"), 0..4).prop_map(Value::from);
    let statuses = vec(element("recipient_id", "recipient_user_id"), 0..4).prop_map(Value::from);
    (
        maybe("contacts", contacts),
        maybe("messages", messages),
        maybe("statuses", statuses),
    )
        .prop_map(|(a, b, c)| json!({ "field": "messages", "value": merged([a, b, c]) }))
}

fn notification() -> impl Strategy<Value = Value> {
    vec(vec(change(), 0..3), 0..3).prop_map(|entries| {
        let entry = |changes| json!({ "id": "102290129340398", "changes": changes });
        let entries: Vec<Value> = entries.into_iter().map(entry).collect();
        json!({ "object": "whatsapp_business_account", "entry": entries })
    })
}

/// Gives every element an id of its own (or, where the generator chose so, content of its own), so
/// that none is taken for another one's repetition.
fn make_distinct(notification: &mut Value, next: &mut u64) {
    for list in ["messages", "statuses"] {
        for entry in notification["entry"].as_array_mut().unwrap() {
            for change in entry["changes"].as_array_mut().unwrap() {
                for element in change["value"][list].as_array_mut().into_iter().flatten() {
                    *next += 1;
                    element["nonce"] = (*next).into();
                    if element.get("id").is_none() {
                        element["id"] = format!("wamid.{next}").into();
                    }
                }
                let value = change["value"].as_object_mut().unwrap();
                value.retain(|_, member| !member.is_null());
            }
        }
    }
}

/// What the specification calls text and Meta sends as a number, as text.
fn projected(mut element: Value) -> Value {
    let as_text = |value: &mut Value| {
        if value.is_number() {
            *value = value.to_string().into();
        }
    };
    element.get_mut("timestamp").map(as_text);
    for error in element
        .get_mut("errors")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        error.get_mut("code").map(as_text);
    }
    element
}

/// The events that a notification must give: name, element, contacts.
fn expected(notification: &Value) -> Vec<(&'static str, Value, Option<Vec<Value>>)> {
    let mut events = Vec::new();
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    for entry in list(notification, "entry") {
        for change in list(&entry, "changes") {
            let value = &change["value"];
            let (messages, statuses) = (list(value, "messages"), list(value, "statuses"));
            let contacts = list(value, "contacts");
            let alone = messages.len() + statuses.len() == 1 && contacts.len() == 1;
            let contact_of = |element: &Value, number: &str, user: &str| -> Vec<Value> {
                let both = |mine: &Value, theirs: &Value| {
                    (mine.is_string() && theirs.is_string()).then_some(mine == theirs)
                };
                // Below 0 is somebody else; a number never says that.
                let points = |contact: &Value| {
                    let by_number = both(&element[number], &contact["wa_id"]) == Some(true);
                    match both(&element[user], &contact["user_id"]) {
                        Some(false) => -1,
                        Some(true) => 8 + 5 * i32::from(by_number),
                        None => 5 * i32::from(by_number),
                    }
                };
                let best = contacts.iter().map(points).max().unwrap_or(-1);
                let mut good = contacts.iter().filter(|contact| points(contact) == best);
                let users: BTreeSet<_> = good
                    .clone()
                    .filter_map(|it| it["user_id"].as_str())
                    .collect();
                let is_clear = best > 0 && users.len() < 2;
                let is_lone = alone && best == 0;
                let contact = good.next().filter(|_| is_clear || is_lone);
                contact.cloned().into_iter().collect()
            };
            for message in &messages {
                let contact = contact_of(message, "from", "from_user_id");
                events.push((
                    "customer_message",
                    projected(message.clone()),
                    Some(contact),
                ));
            }
            for status in &statuses {
                let contact = contact_of(status, "recipient_id", "recipient_user_id");
                let contact = value.get("contacts").map(|_| contact);
                events.push(("status_changed", projected(status.clone()), contact));
            }
        }
    }
    events
}

#[test]
fn every_message_and_status_becomes_one_event_that_holds_it_unchanged() {
    let adapter = rig::offline(EntryPoint::Loaded);
    let mut next = 0;
    let config = ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let next = std::cell::RefCell::new(&mut next);
    let outcome = runner.run(&notification(), |mut notification| {
        make_distinct(&mut notification, &mut next.borrow_mut());
        let text = notification.to_string();
        let ran = adapter.execute("processWebhook", &rig::webhook_request(&text));
        prop_assert_eq!(ran.result(), "OK", "{}", ran.message());
        // Both sides through the same parser: it does not give every float back to the last bit.
        let expected = expected(&serde_json::from_str(&text).unwrap());
        let of_specification = |(name, _): &&(String, String)| {
            ["customer_message", "status_changed"].contains(&name.as_str())
        };
        let events: Vec<_> = ran.events.iter().filter(of_specification).collect();
        prop_assert_eq!(events.len(), expected.len());
        for ((name, json), (expected_name, element, contacts)) in events.into_iter().zip(expected) {
            prop_assert_eq!(name, expected_name);
            let event: Value = serde_json::from_str(json).unwrap();
            let list = if name == "customer_message" {
                "messages"
            } else {
                "statuses"
            };
            prop_assert_eq!(&event[list], &json!([element]));
            let contacts = contacts.map_or(Value::Null, Value::from);
            prop_assert_eq!(&event["contacts"], &contacts);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
