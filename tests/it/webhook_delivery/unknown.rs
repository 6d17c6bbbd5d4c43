//! Unknown members are counted by name: `tests/WEBHOOK_CASES.md`, W53 and W59.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use whatsapp_adapter::Verdict;

use crate::webhook_attacks::sender::{
    Host, PHONE_NUMBER_ID, Posted, SECRET, body_of, message, notification, signature, status,
};

fn counted(posted: &Posted) -> BTreeMap<String, u64> {
    serde_json::from_value(posted.details("unknownMembers").clone()).unwrap_or_default()
}

fn post_value(value: &Value) -> Posted {
    let body = body_of(&json!({ "field": "messages", "value": value }));
    Host::secured().post_signed(body.as_bytes())
}

/// A notification with unknown members at each level, and the paths they have.
fn with_members(members: [BTreeMap<String, Value>; 5]) -> (Value, BTreeMap<String, u64>) {
    const PREFIXES: [&str; 5] = ["", "entry.", "change.", "value.", "value.metadata."];
    let mut parts = [
        json!({ "object": "whatsapp_business_account" }),
        json!({ "id": "1" }),
        json!({ "field": "messages" }),
        json!({ "messaging_product": "whatsapp", "messages": [message("w.1")] }),
        json!({ "phone_number_id": PHONE_NUMBER_ID }),
    ];
    let mut paths = BTreeMap::new();
    for ((part, prefix), members) in parts.iter_mut().zip(PREFIXES).zip(members) {
        for (name, value) in members {
            paths.insert(format!("{prefix}{name}"), 1);
            part[name] = value;
        }
    }
    let [mut body, mut entry, mut change, mut value, metadata] = parts;
    value["metadata"] = metadata;
    change["value"] = value;
    entry["changes"] = json!([change]);
    body["entry"] = json!([entry]);
    (body, paths)
}

fn anything() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(1.5),
        json!("text"),
        json!([{ "id": "1" }]),
        json!({ "messages": [{ "id": "w.x" }] }),
    ])
}

fn members() -> impl Strategy<Value = BTreeMap<String, Value>> {
    btree_map("zz_[a-z]{1,8}(_[0-9])?", anything(), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn w53_every_unknown_member_at_every_level_is_found_again(
        members in [members(), members(), members(), members(), members()],
        is_escaped in any::<bool>(),
    ) {
        let (body, mut wanted) = with_members(members);
        let mut body = body.to_string();
        if is_escaped {
            // A name is the same with an escape in it.
            body = body.replacen("\"entry\"", "\"entr\\u0079\"", 1);
        }
        let posted = Host::secured().post_signed(body.as_bytes());
        prop_assert_eq!(posted.counts(), [1, 0, 0, 0, 0], "{}", &body);
        wanted.retain(|path, _| !path.is_empty());
        prop_assert_eq!(counted(&posted), wanted, "{}", body);
    }

    #[test]
    fn w53_any_name_is_shown_bounded_and_escaped(names in vec(any::<String>(), 1..80)) {
        let members = names.iter().map(|name| (name.clone(), json!(1))).collect::<BTreeMap<_, _>>();
        let known = ["messaging_product", "messages", "metadata", "contacts", "statuses", "errors", "user_actions"];
        let count = members.keys().filter(|name| !known.contains(&name.as_str())).count() as u64;
        let none = BTreeMap::new();
        let (body, _) = with_members([none.clone(), none.clone(), none.clone(), members, none]);
        let posted = Host::secured().post_signed(body.to_string().as_bytes());
        let counted = counted(&posted);
        prop_assert!(counted.len() <= 33, "{:?}", counted);
        prop_assert_eq!(counted.values().sum::<u64>(), count, "{:?}", counted);
        for path in counted.keys() {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-?#*".contains(c);
            prop_assert!(path.len() <= 64 && path.chars().all(plain), "{}", path);
        }
    }
}

#[test]
fn w53_members_that_can_hold_no_text_are_counted_where_an_event_would_have_it() {
    let value = json!({
        "metadata": { "phone_number_id": { "x": 1 }, "display_phone_number": [] },
        "messaging_product": "another",
        "messages": [message("w.1")],
    });
    let entry =
        json!({ "id": true, "time": {}, "changes": [{ "field": "messages", "value": value }] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
    let paths = [
        "entry.id",
        "entry.time",
        "value.messaging_product",
        "value.metadata.display_phone_number",
        "value.metadata.phone_number_id",
    ];
    let wanted: BTreeMap<_, _> = paths.map(|path| (path.to_owned(), 1)).into();
    assert_eq!(
        counted(&Host::secured().post_signed(body.as_bytes())),
        wanted
    );
    let posted = post_value(&json!({ "metadata": 7, "messages": [message("w.1")] }));
    assert_eq!(counted(&posted), [("value.metadata".to_owned(), 1)].into());
    // A member that is given twice is read once and counted once.
    let twice = body
        .replace("\"id\":true", "\"id\":\"1\",\"id\":\"2\"")
        .replace(
            "\"messaging_product\":\"another\"",
            "\"messaging_product\":\"whatsapp\"",
        );
    let counted = counted(&Host::secured().post_signed(twice.as_bytes()));
    assert_eq!((counted["entry.id"], counted.len()), (1, 4), "{counted:?}");
}

#[test]
fn w53_contacts_that_belong_to_nobody_are_counted() {
    let contact = |id: &str| json!({ "wa_id": id, "profile": { "name": "x" } });
    let (one, two, three) = (contact("16505551234"), contact("2"), contact("3"));
    for (value, count) in [
        (json!({ "contacts": [one], "errors": [{ "code": 1 }] }), 1),
        (
            json!({ "contacts": [one, two], "errors": [{ "code": 1 }] }),
            2,
        ),
        (
            json!({ "contacts": [one, two, three], "messages": [message("w.1")] }),
            2,
        ),
        (
            json!({ "contacts": [two], "messages": [message("w.1"), message("w.2")] }),
            1,
        ),
        (json!({ "contacts": [two], "messages": [null] }), 1),
        (
            json!({ "contacts": [one, one], "statuses": [status("w.1", "sent")] }),
            1,
        ),
        (json!({ "contacts": [one], "messages": { "id": "w.1" } }), 1),
        (
            json!({ "contacts": [one], "messages": [message("w.1"), message("w.1")] }),
            0,
        ),
        (
            json!({ "contacts": [two], "messages": [message("w.1")] }),
            0,
        ),
        // Alone, they are a dead letter.
        (json!({ "contacts": [one] }), 0),
    ] {
        let posted = post_value(&value);
        let paths = counted(&posted);
        assert_eq!(
            paths.get("value.contacts").copied().unwrap_or(0),
            count,
            "{value}"
        );
        assert_eq!(paths.len(), usize::from(count > 0), "{value}: {paths:?}");
    }
    // After redelivery, each contact still has its owner.
    let host = Host::secured();
    let value = json!({ "contacts": [one, two, three], "messages": [message("w.1")] });
    let body = body_of(&json!({ "field": "messages", "value": value }));
    for _ in 0..2 {
        let posted = host.post_signed(body.as_bytes());
        assert_eq!(counted(&posted)["value.contacts"], 2, "{posted:?}");
    }
}

#[test]
fn w53_each_user_action_is_an_event_and_a_context_is_told_with_the_messages() {
    let actions = json!([{ "action_type": "marketing_messages_link_click", "timestamp": "5",
                           "marketing_messages_link_click_data": { "click_id": "c.1" } }]);
    let contacts = json!([{ "wa_id": "16505551234" }, { "user_id": "US.9" }]);
    for (value, names) in [
        (json!({ "user_actions": actions }), vec!["user_action"]),
        (
            json!({ "contacts": contacts, "messages": [message("w.1")], "user_actions": actions,
                    "errors": [{ "code": 1 }], "conversation_context": { "x": 1 } }),
            vec!["customer_message", "message_error", "user_action"],
        ),
    ] {
        let host = Host::secured();
        let body = body_of(&json!({ "field": "messages", "value": value }));
        let posted = host.post_signed(body.as_bytes());
        let told: Vec<_> = posted
            .events
            .iter()
            .map(|event| event.name.as_str())
            .collect();
        assert_eq!(told, names);
        let event = posted.events.last().unwrap().value();
        assert_eq!(event["user_actions"], actions);
        let context = posted.events[0].value()["conversationContext"].clone();
        assert_eq!(context, value["conversation_context"]);
        assert!(!counted(&posted).contains_key("value.conversation_context"));
        let again = host.post_signed(body.as_bytes());
        assert!(
            !again.events.iter().any(|event| event.name == "user_action"),
            "{again:?}"
        );
    }
    // Nothing is nothing.
    let posted = post_value(&json!({ "user_actions": null, "messages": [message("w.1")] }));
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
}

#[test]
fn w53_a_new_name_is_logged_once_and_counted_every_time() {
    const PHONE: &str = "+4915112345678";
    let host = Host::secured();
    for n in 0..3 {
        let mut body: Value =
            serde_json::from_str(&notification(&[message(&format!("w.{n}"))], &[])).unwrap();
        body["zz_new"] = "the value is nobody's business".into();
        body["entry"][0][PHONE] = json!(1);
        host.post_signed(body.to_string().as_bytes());
    }
    let members = &host.metrics()["wfa.webhooks.unknown_members"];
    assert_eq!(*members, json!({ "zz_new": 3, "entry.?#############": 3 }));
    let log = host.log();
    let warnings: Vec<_> = log
        .lines()
        .filter(|line| line.starts_with("Warn"))
        .collect();
    assert_eq!(warnings.len(), 2, "{log}");
    assert!(
        !log.contains("business's") && !log.contains(PHONE) && !log.contains("nobody's"),
        "{log}"
    );
    // Where there is nothing unknown, nothing is said.
    let posted = host.post_signed(notification(&[message("w.9")], &[]).as_bytes());
    assert!(posted.details("unknownMembers").is_null(), "{posted:?}");
}

#[test]
fn w59_a_dead_letter_without_a_receiver_is_a_warning_and_a_count() {
    let host = Host::secured();
    let post = |value: Value, verdict| {
        let body = body_of(&json!({ "field": "messages", "value": value }));
        let header = signature(SECRET, body.as_bytes());
        host.post_to(
            body.as_bytes(),
            Some(header.as_bytes()),
            |event| match event.name() {
                "dead_letter" => verdict,
                _ => Verdict::Accepted,
            },
        )
    };
    let lost = || host.metrics()["wfa.webhooks.lost_dead_letters"].clone();
    let warnings = || {
        host.log()
            .lines()
            .filter(|line| line.starts_with("Warn"))
            .count()
    };
    post(json!({ "messages": { "id": "w.1" } }), Verdict::Accepted);
    assert_eq!((lost(), warnings()), (json!({}), 0));
    for _ in 0..2 {
        let posted = post(json!({ "messages": { "id": "w.2" } }), Verdict::Unhandled);
        assert_eq!(posted.counts(), [0, 0, 0, 0, 1]);
    }
    assert_eq!(lost(), json!({ "messages_not_an_array": 2 }));
    assert_eq!(warnings(), 1, "{}", host.log());
    post(json!({ "messages": [null, 5] }), Verdict::Unhandled);
    assert_eq!(
        lost(),
        json!({ "messages_not_an_array": 2, "message_not_an_object": 2 })
    );
    assert!(!host.log().contains("w.2"), "{}", host.log());
}
