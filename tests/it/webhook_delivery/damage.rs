//! One bad part of a notification never costs the others: properties of every batch.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::webhook_attacks::sender::{
    Host, PHONE_NUMBER_ID, Posted, SECRET, message, signature, status,
};

/// Where a part stands in the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Message,
    Status,
    Change,
    Entry,
}

/// The notification whose parts of `level` are these.
fn body_with(level: Level, parts: &[Vec<u8>]) -> Vec<u8> {
    let joined = parts.join(b",".as_slice());
    let metadata = format!(r#""metadata":{{"phone_number_id":"{PHONE_NUMBER_ID}"}}"#);
    let contacts = r#""contacts":[{"profile":{"name":"Sheena"},"wa_id":"16505551234"}]"#;
    let head = r#"{"object":"whatsapp_business_account","entry":["#;
    let value = format!(
        r#"{head}{{"id":"1","changes":[{{"field":"messages","value":{{{metadata},{contacts},"#
    );
    let (before, after) = match level {
        Level::Message => (format!(r#"{value}"messages":["#), "]}}]}]}"),
        Level::Status => (format!(r#"{value}"statuses":["#), "]}}]}]}"),
        Level::Change => (format!(r#"{head}{{"id":"1","changes":["#), "]}]}"),
        Level::Entry => (head.to_owned(), "]}"),
    };
    [before.as_bytes(), &joined, after.as_bytes()].concat()
}

/// The sound part number `n`: one message or one status, up to its own entry.
fn part(level: Level, n: usize) -> Value {
    let value = |n: usize| {
        json!({ "metadata": { "phone_number_id": PHONE_NUMBER_ID },
                "messages": [message(&format!("wamid.{n}"))] })
    };
    let change = |n| json!({ "field": "messages", "value": value(n) });
    match level {
        Level::Message => message(&format!("wamid.{n}")),
        Level::Status => status(&format!("wamid.{n}"), "delivered"),
        Level::Change => change(n),
        Level::Entry => json!({ "id": "1", "changes": [change(n)] }),
    }
}

fn post(body: &[u8]) -> Posted {
    let header = signature(SECRET, body);
    Host::secured().post(body, Some(header.as_bytes()))
}

/// Any JSON text that is no part of the envelope by accident.
fn anything() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>().prop_map(|value| json!(value).to_string()),
        vec(any::<char>(), 0..8).prop_map(|text| json!(String::from_iter(text)).to_string()),
        prop::sample::select(vec![
            r#""\ud83d""#,
            r#""\ude00\ud83d x""#,
            r#""\u0000""#,
            "1e999",
            "-0.0e-0",
            "123456789012345678901234567890",
        ])
        .prop_map(str::to_owned),
    ];
    let name = prop::sample::select(vec![
        "id",
        "from",
        "timestamp",
        "type",
        "errors",
        "code",
        "status",
        "x",
        "\\ud83d",
        "\\u0069d",
        "",
    ]);
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let member =
            (name.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            vec(inner, 0..5).prop_map(|list| format!("[{}]", list.join(","))),
            vec(member, 0..5).prop_map(|list| format!("{{{}}}", list.join(","))),
            (1..400_usize).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth)),
        ]
    })
}

/// The damage to one part.
#[derive(Debug, Clone)]
enum Damage {
    /// Anything stands in its place.
    Replaced(String),
    /// One of its members, given by its place, has another value.
    Member(usize, String),
    /// One of its members stands twice, with another value the first or the second time.
    Twice(usize, String, bool),
    /// Bytes that are no UTF-8 stand in its first text.
    Bytes(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = vec(
        any::<u8>().prop_filter("part of a text", |b| *b >= 0x20 && !b"\"\\".contains(b)),
        1..6,
    );
    prop_oneof![
        anything().prop_map(Damage::Replaced),
        (0..9_usize, anything()).prop_map(|(at, value)| Damage::Member(at, value)),
        (0..9_usize, anything(), any::<bool>())
            .prop_map(|(at, value, first)| Damage::Twice(at, value, first)),
        bytes.prop_map(Damage::Bytes),
    ]
}

fn damaged(part: &Value, damage: &Damage) -> Vec<u8> {
    let members = part.as_object().unwrap();
    let rebuilt = |at: usize, value: &str, twice: Option<bool>| {
        let list = members.iter().enumerate().flat_map(|(n, (name, old))| {
            let (old, new) = (format!("\"{name}\":{old}"), format!("\"{name}\":{value}"));
            match (n == at % members.len(), twice) {
                (false, _) => vec![old],
                (true, None) => vec![new],
                (true, Some(true)) => vec![new, old],
                (true, Some(false)) => vec![old, new],
            }
        });
        format!("{{{}}}", list.collect::<Vec<_>>().join(",")).into_bytes()
    };
    match damage {
        Damage::Replaced(text) => text.clone().into_bytes(),
        Damage::Member(at, value) => rebuilt(*at, value, None),
        Damage::Twice(at, value, first) => rebuilt(*at, value, Some(*first)),
        Damage::Bytes(bytes) => {
            let text = part.to_string().into_bytes();
            let quote = text.iter().rposition(|byte| *byte == b'"').unwrap();
            [&text[..quote], bytes, &text[quote..]].concat()
        }
    }
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(vec![
        Level::Message,
        Level::Status,
        Level::Change,
        Level::Entry,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn one_bad_part_costs_none_of_the_others(
        level in level(),
        count in 2..8_usize,
        place in any::<prop::sample::Index>(),
        damage in damage(),
    ) {
        let sound: Vec<_> = (0..count).map(|n| part(level, n)).collect();
        let mut parts: Vec<_> = sound.iter().map(|part| part.to_string().into_bytes()).collect();
        let whole = post(&body_with(level, &parts));
        prop_assert_eq!(whole.events.len(), count);

        let at = place.index(count);
        parts[at] = damaged(&sound[at], &damage);
        let body = body_with(level, &parts);
        let posted = post(&body);
        let shown = String::from_utf8_lossy(&body);
        prop_assert_eq!(posted.result, "OK", "{}", shown);
        // Those before it come first, those after it last, none of them changed.
        let (before, after) = (&whole.events[..at], &whole.events[at + 1..]);
        prop_assert!(posted.events.starts_with(before), "{}\n{:#?}", shown, posted.events);
        prop_assert!(posted.events.ends_with(after), "{}\n{:#?}", shown, posted.events);
        let own = posted.events.len().saturating_sub(count - 1);
        if level == Level::Message || level == Level::Status {
            prop_assert_eq!(own, 1, "{}", shown);
        }
    }

    #[test]
    fn a_member_that_nobody_knows_changes_no_event(
        parts in vec(anything(), 1..5),
        statuses in vec(anything(), 0..3),
        value in anything(),
        in_the_change in any::<bool>(),
    ) {
        let notification = |more_of_change: &str, more_of_value: &str| {
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","time":7,"changes":[{{"field":"messages"{more_of_change},"value":{{"messages":[{}],"statuses":[{}],"metadata":{{"phone_number_id":"5"}}{more_of_value}}}}}]}}]}}"#,
                parts.join(","),
                statuses.join(","),
            )
        };
        let plain = post(notification("", "").as_bytes());
        let more = format!(",\"a_member_of_next_year\":{value}");
        let body = if in_the_change { notification(&more, "") } else { notification("", &more) };
        prop_assert_eq!(post(body.as_bytes()).events, plain.events, "{}", body);
    }

    #[test]
    fn a_notification_that_was_cut_off_is_one_dead_letter_with_all_that_came(
        count in 1..4_usize,
        place in any::<prop::sample::Index>(),
    ) {
        let bytes = |n| part(Level::Message, n).to_string().into_bytes();
        let parts: Vec<_> = (0..count).map(bytes).collect();
        let body = body_with(Level::Message, &parts);
        let cut = &body[..place.index(body.len())];
        let posted = post(cut);
        prop_assert_eq!(posted.result, "OK");
        prop_assert_eq!(posted.events.len(), 1);
        prop_assert_eq!(&posted.events[0].name, "dead_letter");
        let value = posted.events[0].value();
        prop_assert_eq!(value["raw"].as_str().unwrap().as_bytes(), cut);
    }

    #[test]
    fn any_signed_bytes_are_taken_without_a_word(bytes in vec(any::<u8>(), 0..200)) {
        let posted = post(&bytes);
        prop_assert_eq!(posted.result, "OK");
        for event in &posted.events {
            event.value();
        }
    }
}

/// Whether the body, with this in the place of its one value, still delivers the message beside it.
fn survives(change: &str) -> bool {
    let sound = part(Level::Change, 7).to_string();
    let parts = [change.as_bytes().to_vec(), sound.into_bytes()];
    let posted = post(&body_with(Level::Change, &parts));
    posted
        .events
        .last()
        .is_some_and(|event| event.json.contains("wamid.7"))
}

#[test]
fn nothing_inside_a_value_is_lost_without_a_word() {
    let id = "wamid.L";
    let message = message(id).to_string();
    let status = status("wamid.S", "sent").to_string();
    // Whatever stands beside or around it, the message arrives: as itself, or inside a dead letter.
    for value in [
        format!(r#"{{"messages":[{message}],"messages":[]}}"#),
        format!(r#"{{"messages":[],"messages":[{message}]}}"#),
        format!(r#"{{"messages":{message},"statuses":[{status}]}}"#),
        format!(r#"{{"statuses":{{}},"messages":[{message}]}}"#),
        format!(r#"{{"metadata":7,"messages":[{message}]}}"#),
        format!(r#"{{"metadata":["1","2"],"messages":[{message}]}}"#),
        format!(r#"{{"contacts":7,"messages":[{message}]}}"#),
        format!(r#"{{"contacts":[[],7,null,"x"],"messages":[{message}]}}"#),
        format!(r#"{{"\ud83d":1,"messages":[{message}]}}"#),
        format!(r#"{{"messages":[{message}],"errors":7}}"#),
        format!(r"[{message}]"),
    ] {
        let change = format!(r#"{{"field":"messages","value":{value}}}"#);
        assert!(survives(&change), "{change}");
        let posted = post(&body_with(Level::Change, &[change.clone().into_bytes()]));
        let told = posted.events.iter().any(|event| event.json.contains(id));
        assert!(told, "{change}: {posted:?}");
    }
}

#[test]
fn what_is_no_list_costs_the_lists_beside_it_nothing() {
    const MESSAGE: &str = "customer_message";
    let (one, two) = (
        message("wamid.1").to_string(),
        message("wamid.2").to_string(),
    );
    let status = status("wamid.S", "sent").to_string();
    let contact = r#"{"wa_id":"16505551234"}"#;
    for (value, names) in [
        (
            format!(r#""messages":[{one}],"messages":[]"#),
            vec![MESSAGE],
        ),
        (
            format!(r#""messages":[{one}],"messages":[{two}]"#),
            vec![MESSAGE; 2],
        ),
        (
            format!(r#""statuses":{{}},"messages":[{one}]"#),
            vec!["dead_letter", MESSAGE],
        ),
        (
            format!(r#""contacts":7,"messages":[{one}]"#),
            vec!["dead_letter", MESSAGE],
        ),
        (
            format!(r#""messages":{one},"statuses":[{status}]"#),
            vec!["dead_letter", "status_changed"],
        ),
        (
            format!(r#""messages":[{one}],"errors":[1],"errors":[2]"#),
            vec![MESSAGE, "message_error", "message_error"],
        ),
        (
            format!(r#""contacts":[{contact}],"messages":[{one}],"messages":[{two}]"#),
            vec!["dead_letter", MESSAGE, MESSAGE],
        ),
        (
            format!(r#""messages":null,"contacts":[{contact}]"#),
            vec!["dead_letter"],
        ),
    ] {
        let change = format!(
            r#"{{"field":"messages","value":{{"metadata":{{"phone_number_id":"5"}},{value}}}}}"#
        );
        let posted = post(&body_with(Level::Change, &[change.into_bytes()]));
        let emitted: Vec<_> = posted
            .events
            .iter()
            .map(|event| event.name.as_str())
            .collect();
        assert_eq!(emitted, names, "{value}");
        let contacts = posted
            .events
            .iter()
            .all(|event| event.name != MESSAGE || event.value()["contacts"] == json!([]));
        assert!(contacts, "a guess: {value}");
    }
}

#[test]
fn a_list_is_never_read_as_an_object() {
    let message = message("wamid.A").to_string();
    let value = format!(r#"{{"messages":[{message}]}}"#);
    let entry = format!(r#"{{"changes":[{{"field":"messages","value":{value}}}]}}"#);
    for (body, reason) in [
        (
            format!(r#"["whatsapp_business_account",[{entry}]]"#),
            "not_an_object",
        ),
        (
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[["1",null,[{{"field":"messages","value":{value}}}]]]}}"#
            ),
            "entry_not_an_object",
        ),
        (
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[["messages",{value}]]}}]}}"#
            ),
            "change_without_field_or_value",
        ),
        (
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":[null,null,[{message}],null,null]}}]}}]}}"#
            ),
            "value_not_an_object",
        ),
    ] {
        let posted = post(body.as_bytes());
        assert_eq!(posted.events.len(), 1, "{body}");
        assert_eq!(posted.events[0].name, "dead_letter", "{body}: {posted:?}");
        assert_eq!(posted.events[0].value()["reason"], reason, "{body}");
    }
    let metadata = format!(
        r#"{{"field":"messages","value":{{"metadata":["15550783881","106540352242922"],"contacts":[["16505551234"],{{"wa_id":"16505551234"}}],"messages":[{message}]}}}}"#
    );
    let event = post(metadata.as_bytes()).events[0].value();
    assert!(event.get("phoneNumberId").is_none(), "{event}");
    assert_eq!(event["contacts"], json!([{ "wa_id": "16505551234" }]));
}

#[test]
fn a_member_name_with_half_a_surrogate_pair_costs_nothing() {
    // Text, because no JSON library writes such a name.
    let odd = r#""\ud83d":1,"#;
    let body = format!(
        r#"{{{odd}"object":"whatsapp_business_account","entry":[{{{odd}"id":"1","changes":[{{{odd}
        "field":"messages","value":{{{odd}"metadata":{{{odd}"phone_number_id":"{PHONE_NUMBER_ID}"}},
        "messages":[{{{odd}"id":"wamid.1","from":"1"}},{{"id":"wamid.2","from":"1"}}]}}}}]}}]}}"#
    );
    let posted = post(body.as_bytes());
    let events: Vec<Value> = posted
        .events
        .iter()
        .map(|event| serde_json::from_str(&event.json).unwrap())
        .collect();
    let ids: Vec<_> = events.iter().map(|event| &event["eventId"]).collect();
    let id = |n| format!("m|{PHONE_NUMBER_ID}|wamid.{n}");
    assert_eq!(ids, [&id(1), &id(2)], "{:?}", posted.events);
}
