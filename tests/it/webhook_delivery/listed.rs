//! The events of the fields beyond messages and statuses: one an element, each known again, none in the
//! place of another. `tests/WEBHOOK_CASES.md`, W64 to W66.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use whatsapp_adapter::{CallOptions, Verdict};

use crate::golden::events::notifications;
use crate::webhook_attacks::sender::{
    Host, PHONE_NUMBER_ID, Posted, SECRET, body_of, message, properties, signature, status,
};

/// A change of `field` whose value has these members beside a number's metadata.
fn of_field(field: &str, members: Value) -> String {
    let mut value = members;
    value["metadata"] =
        json!({ "display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID });
    body_of(&json!({ "field": field, "value": value }))
}

fn history(ids: impl Iterator<Item = usize>) -> String {
    let messages: Vec<_> = ids.map(|id| message(&format!("wamid.H{id}"))).collect();
    let thread = json!({ "id": "16505551234", "messages": messages });
    let chunk = json!({ "metadata": { "phase": 1, "chunk_order": 2, "progress": 55 }, "threads": [thread] });
    of_field("history", json!({ "history": [chunk] }))
}

fn names(posted: &Posted) -> Vec<&str> {
    posted
        .events
        .iter()
        .map(|event| event.name.as_str())
        .collect()
}

#[test]
fn w64_every_event_of_metas_samples_is_known_again_and_comes_again_if_it_is_refused() {
    let mut seen = BTreeSet::new();
    let of_pages = notifications()
        .into_iter()
        .filter(|(name, _)| name.contains("page-"));
    for (name, body) in of_pages {
        let host = Host::secured();
        let header = signature(SECRET, body.as_bytes());
        let post =
            |verdict| host.post_to(body.as_bytes(), Some(header.as_bytes()), move |_| verdict);
        let refused = post(Verdict::Retry);
        let count = refused.events.len() as u64;
        assert_eq!(refused.counts(), [0, count, 0, 0, 0], "{name}");
        let nobody = post(Verdict::Unhandled);
        assert_eq!(nobody.events, refused.events, "{name}");
        let is_ours = |name: &&str| ["customer_message", "status_changed"].contains(name);
        let waiting = names(&nobody).into_iter().filter(is_ours).count() as u64;
        assert_eq!(
            nobody.counts(),
            [0, waiting, 0, 0, count - waiting],
            "{name}"
        );
        assert_eq!(
            post(Verdict::Accepted).counts(),
            [count, 0, 0, 0, 0],
            "{name}"
        );
        // Errors without any time are the one sample that says neither what nor when.
        let known = if name.contains("history-declined") {
            [1, 0, 0, 0, 0]
        } else {
            [0, 0, 0, count, 0]
        };
        assert_eq!(post(Verdict::Accepted).counts(), known, "{name}");
        seen.extend(refused.events.into_iter().map(|event| event.name));
    }
    assert!(seen.len() >= 28, "{seen:?}");
}

#[test]
fn w64_one_id_is_one_event_of_each_kind() {
    let host = Host::secured();
    let one = message("wamid.1");
    let standby = json!({ "messages": [one], "statuses": [status("wamid.1", "read")],
                          "message_echoes": [{ "id": "wamid.1", "message": { "to": "1" } }] });
    let thread = json!({ "messages": [one] });
    let bodies = [
        of_field(
            "messages",
            json!({ "messages": [one], "statuses": [status("wamid.1", "read")] }),
        ),
        of_field("smb_message_echoes", json!({ "message_echoes": [one] })),
        of_field("history", json!({ "history": [{ "threads": [thread] }] })),
        of_field("standby", json!({ "standby": standby })),
    ];
    let mut ids = BTreeSet::new();
    let mut told = Vec::new();
    for body in &bodies {
        let posted = host.post_signed(body.as_bytes());
        ids.extend(posted.ids());
        told.extend(posted.events.into_iter().map(|event| event.name));
    }
    let wanted = [
        "customer_message",
        "status_changed",
        "message_echo",
        "history_message",
        "standby_message",
        "standby_status",
        "message_echo",
    ];
    assert_eq!(told, wanted);
    assert_eq!(ids.len(), wanted.len(), "{ids:?}");
}

#[test]
fn w65_the_past_pushes_nothing_of_now_out_of_the_memory_also_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut properties = properties();
    properties["dedupEntries"] = 5.into();
    properties["dedupJournal"] = folder.path().join("journal").display().to_string().into();
    let live = of_field("messages", json!({ "messages": [message("wamid.L")] }));
    let mut synced: Vec<Value> = Vec::new();
    for n in 0..50 {
        synced.push(
            json!({ "action": "add", "contact": { "phone_number": n.to_string() },
                            "metadata": { "timestamp": "5" } }),
        );
    }
    let synced = of_field("smb_app_state_sync", json!({ "state_sync": synced }));
    let host = Host::new(&properties);
    assert_eq!(host.post_signed(live.as_bytes()).counts(), [1, 0, 0, 0, 0]);
    for n in 0..40 {
        let past = history(n * 100..(n + 1) * 100);
        assert_eq!(
            host.post_signed(past.as_bytes()).counts(),
            [100, 0, 0, 0, 0]
        );
    }
    assert_eq!(
        host.post_signed(synced.as_bytes()).counts(),
        [50, 0, 0, 0, 0]
    );
    assert_eq!(host.remembered(), 1, "what tells of now");
    let last = history(0..3);
    assert_eq!(host.post_signed(last.as_bytes()).counts(), [3, 0, 0, 0, 0]);
    drop(host);
    let host = Host::new(&properties);
    for body in [&live, &last] {
        let counts = host.post_signed(body.as_bytes()).counts();
        assert_eq!((counts[0], counts[3] > 0), (0, true), "{body}: {counts:?}");
    }
    // And the other way round.
    for n in 0..50 {
        let live = of_field(
            "messages",
            json!({ "messages": [message(&format!("wamid.{n}"))] }),
        );
        host.post_signed(live.as_bytes());
    }
    assert_eq!(host.post_signed(last.as_bytes()).counts(), [0, 0, 0, 3, 0]);
}

#[test]
fn w65_the_past_and_the_business_open_no_window_and_a_customer_on_standby_does() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut one = message("wamid.1");
    one["timestamp"] = now.to_string().into();
    let is_open = |host: &Host| {
        let request = json!({ "phoneNumber": "16505551234" }).to_string();
        let options = CallOptions::default();
        let ended = host
            .adapter
            .execute("getConversationWindow", &request, &options, |_| {
                Verdict::Accepted
            });
        let response: Value = serde_json::from_str(&ended.unwrap().response).unwrap();
        response["windowOpen"].clone()
    };
    let thread = json!({ "id": "16505551234", "messages": [one] });
    for (field, members, opens) in [
        (
            "history",
            json!({ "history": [{ "threads": [thread] }] }),
            false,
        ),
        ("history", json!({ "messages": [one] }), false),
        (
            "smb_message_echoes",
            json!({ "message_echoes": [one] }),
            false,
        ),
        (
            "standby",
            json!({ "standby": { "message_echoes": [one] } }),
            false,
        ),
        ("standby", json!({ "standby": { "messages": [one] } }), true),
    ] {
        let host = Host::secured();
        assert_eq!(
            host.post_signed(of_field(field, members).as_bytes())
                .counts()[0],
            1
        );
        assert_eq!(is_open(&host), opens, "{field}");
    }
}

#[test]
fn w66_a_part_of_the_history_with_thousands_of_messages_is_an_event_for_each() {
    let host = Host::secured();
    let body = history(0..5_000);
    let posted = host.post_signed(body.as_bytes());
    assert_eq!(posted.counts(), [5_000, 0, 0, 0, 0]);
    let event = posted.events[4_999].value();
    assert_eq!(event["messages"][0]["id"], "wamid.H4999");
    assert_eq!(
        (&event["phase"], &event["chunkOrder"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(
        (&event["progress"], &event["threadId"]),
        (&json!(55), &json!("16505551234"))
    );
    assert_eq!(
        host.post_signed(body.as_bytes()).counts(),
        [0, 0, 0, 5_000, 0]
    );
}

#[test]
fn w66_members_that_are_given_twice_are_both_told_and_contacts_of_them_are_nobodys() {
    let twice = r#"{"calls":[{"id":"c.1","event":"connect"}],"calls":[{"id":"c.2","event":"connect"}],"contacts":[{"wa_id":"1"}],"history":1}"#;
    let body =
        body_of(&json!({ "field": "calls", "value": 0 })).replace(":0", &format!(":{twice}"));
    let posted = Host::secured().post_signed(body.as_bytes());
    assert_eq!(names(&posted), ["dead_letter", "call", "call"]);
    assert_eq!(posted.details("unknownMembers")["value.history"], 1);
    let history =
        r#"{"history":[{"threads":[{"id":"1","id":"2","messages":[{"id":"w"}],"messages":7}]}]}"#;
    let body =
        body_of(&json!({ "field": "history", "value": 0 })).replace(":0", &format!(":{history}"));
    let posted = Host::secured().post_signed(body.as_bytes());
    assert_eq!(names(&posted), ["history_message", "dead_letter"]);
    assert_eq!(posted.details("unknownMembers")["value.id"], 1);
}

/// The fields of lists, and where in a value each list stands.
const LISTS: [(&str, &str); 14] = [
    ("messages", "/user_actions"),
    ("messages", "/statuses"),
    ("calls", "/calls"),
    ("calls", "/statuses"),
    ("user_preferences", "/user_preferences"),
    ("smb_app_state_sync", "/state_sync"),
    ("smb_message_echoes", "/message_echoes"),
    ("history", "/history"),
    ("history", "/messages"),
    ("standby", "/standby/messages"),
    ("standby", "/standby/statuses"),
    ("standby", "/standby/message_echoes"),
    ("tracking_events", "/events"),
    ("group_status_update", "/groups"),
];

/// An element, or what stands in an element's place; a word of its own is put where `WORD` is.
fn element() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => Just(json!({ "id": "WORD", "timestamp": "5" })),
        2 => Just(json!({ "nonce": "WORD" })),
        1 => Just(json!("WORD")),
        1 => Just(json!(["WORD"])),
        2 => Just(json!({ "threads": [{ "messages": [{ "nonce": "WORD" }, "WORD"] }, "WORD"] })),
        1 => Just(json!({ "threads": [{ "messages": { "nonce": "WORD" } }], "errors": [{ "code": "WORD" }] })),
    ]
}

#[test]
fn w66_every_part_reaches_an_event_or_a_count() {
    let list = (
        0..LISTS.len(),
        prop_oneof![
            5 => vec(element(), 0..4).prop_map(Value::from),
            1 => element(),
            1 => Just(Value::Null),
        ],
    );
    let beside = prop_oneof![
        Just("contacts"),
        Just("errors"),
        Just("zz_new"),
        Just("conversation_context")
    ];
    let beside = vec((beside, vec(element(), 0..2).prop_map(Value::from)), 0..3);
    let config = ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&(vec(list, 1..4), beside), |(lists, beside)| {
        let field = LISTS[lists[0].0].0;
        let mut value = json!({ "standby": {} });
        for (at, list) in lists {
            let (_, path) = LISTS[at];
            match path.strip_prefix("/standby/") {
                Some(name) if field == "standby" => value["standby"][name] = list,
                _ => value[path.trim_start_matches("/standby").trim_start_matches('/')] = list,
            }
        }
        for (name, member) in beside {
            value[name] = member;
        }
        let mut text = of_field(field, value.clone());
        let mut words = 0;
        while text.contains("\"WORD\"") {
            text = text.replacen("\"WORD\"", &format!("\"word{words}.\""), 1);
            words += 1;
        }
        let posted = Host::secured().post_signed(text.as_bytes());
        prop_assert_eq!(posted.result, "OK", "{}", text);
        let counts = posted.counts();
        prop_assert_eq!(counts[0], posted.events.len() as u64);
        let counted = posted.details("unknownMembers");
        let told: String = posted
            .events
            .iter()
            .map(|event| event.json.as_str())
            .collect();
        for word in 0..words {
            let word = format!("word{word}.");
            // A member that is counted by its name is in no event.
            let is_counted = counted.as_object().is_some_and(|counted| {
                counted.keys().any(|path| {
                    let name = path.trim_start_matches("value.");
                    let whole: Value = serde_json::from_str(&text).unwrap();
                    holds(&whole, name, &word)
                })
            });
            prop_assert!(
                told.contains(&word) || is_counted,
                "{}: {}\n{:?}",
                word,
                text,
                posted
            );
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Whether some member called `name` holds the text `word`.
fn holds(value: &Value, name: &str, word: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(have, inside)| {
            (have == name && inside.to_string().contains(word)) || holds(inside, name, word)
        }),
        Value::Array(elements) => elements.iter().any(|inside| holds(inside, name, word)),
        _ => false,
    }
}
