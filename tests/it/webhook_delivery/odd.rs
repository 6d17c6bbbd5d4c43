//! What says too little, or is only nearly an id: `tests/WEBHOOK_CASES.md`, W51 and W52.

use serde_json::{Value, json};

use super::body;
use crate::webhook_attacks::sender::{Host, Posted};

/// The events of these bodies to one host, and how often each came.
fn counts(bodies: &[String]) -> Vec<[u64; 5]> {
    let host = Host::secured();
    let post = |body: &String| host.post_signed(body.as_bytes()).counts();
    bodies.iter().map(post).collect()
}

const NEW: [u64; 5] = [1, 0, 0, 0, 0];
const AGAIN: [u64; 5] = [0, 0, 0, 1, 0];

#[test]
fn w51_statuses_whose_identity_is_odd_stay_apart() {
    let base = || json!({ "id": "w.1", "status": "read", "recipient_id": "1", "timestamp": "5" });
    let with = |name: &str, value: Value| {
        let mut status = base();
        status[name] = value;
        body("messages", &json!({ "statuses": [status] }), &Value::Null)
    };
    for (name, one, other) in [
        ("recipient_id", json!(["1"]), json!(["2"])),
        ("recipient_id", json!({ "id": "1" }), json!(null)),
        ("recipient_participant_id", json!(["1"]), json!(["2"])),
        (
            "participant_recipient_user_id",
            json!({ "x": 1 }),
            json!({ "x": 2 }),
        ),
        ("status", json!(["read"]), json!(["sent"])),
        ("type", json!(["message"]), json!(["payment"])),
        ("errors", json!([{ "error": 1 }]), json!([{ "error": 2 }])),
        ("errors", json!([{ "code": 1 }]), json!([{ "code": 2 }])),
    ] {
        let bodies = [with(name, one.clone()), with(name, other), with(name, one)];
        assert_eq!(counts(&bodies), [NEW, NEW, AGAIN], "{name}");
    }
    let usual = body("messages", &json!({ "statuses": [base()] }), &Value::Null);
    assert_eq!(
        Host::secured().post_signed(usual.as_bytes()).ids(),
        ["s||9|w.1|1||read|"]
    );
}

#[test]
fn w51_no_two_ids_become_one() {
    let host = Host::secured();
    let post = |metadata: &Value, account: &str, id: &str| {
        let value = json!({ "metadata": metadata, "messages": [{ "id": "ID", "from": "1", "timestamp": "5" }] });
        let text = body("messages", &value, &Value::Null);
        let text = text
            .replace("\"ID\"", id)
            .replace("\"id\":\"9\"", &format!("\"id\":\"{account}\""));
        host.post_signed(text.as_bytes())
    };
    let of = |number: &str| json!({ "phone_number_id": number });
    let ids = [
        post(&of("1"), "9", "\"w.1\""),
        post(&of("1|2"), "9", "\"w\""),
        post(&of("1"), "9", "\"2|w\""),
        post(&of("1"), "9", "\"2\\\\|w\""),
        post(&json!(null), "9", "\"w\""),
        post(&json!(null), "8", "\"w\""),
        post(&of("1"), "9", "\"\\ud800\""),
        post(&of("1"), "9", "\"\\ud801\""),
    ];
    let mut ids: Vec<_> = ids.iter().flat_map(Posted::ids).collect();
    assert_eq!(ids[0], "m|1|w.1", "usual ids stay as they are");
    assert_eq!(ids[4], "m||9|w");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((count, ids.len()), (8, 8), "{ids:?}");
}

#[test]
fn w52_an_id_or_a_time_deep_inside_an_element_makes_it_known() {
    for value in [
        json!({ "messages": [{ "from": "1", "x": { "id": "deep" } }] }),
        json!({ "messages": [{ "from": "1", "x": [{ "timestamp": 5 }] }] }),
        json!({ "statuses": [{ "status": "x", "payment": { "reference_id": "r" } }] }),
    ] {
        let body = body("messages", &value, &Value::Null);
        assert_eq!(counts(&[body.clone(), body]), [NEW, AGAIN], "{value}");
    }
}

#[test]
fn w52_an_id_of_whom_is_no_id_of_what() {
    for (field, value) in [
        (
            "group_participants_update",
            json!({ "groups": [{ "group_id": "g", "type": "join" }] }),
        ),
        (
            "contacts",
            json!({ "contact": { "id": "c" }, "added_participants": [{ "id": "1" }] }),
        ),
        (
            "messages",
            json!({ "messages": [{ "from": "1", "context": { "id": "w.0" } }] }),
        ),
        (
            "x",
            json!({ "to": { "id": "1" }, "account_id": "9", "customer_id": "7" }),
        ),
    ] {
        let plain = body(field, &value, &Value::Null);
        assert_eq!(counts(&[plain.clone(), plain]), [NEW, NEW], "{value}");
        let [one, other] = [5, 6].map(|time| body(field, &value, &json!(time)));
        assert_eq!(
            counts(&[one.clone(), other, one]),
            [NEW, NEW, AGAIN],
            "{value}"
        );
    }
    // An account's entry that is broken twice.
    let broken = r#"{"object":"whatsapp_business_account","entry":[{"id":"9","changes":7}]}"#;
    assert_eq!(counts(&[broken.to_owned(), broken.to_owned()]), [NEW, NEW]);
}

#[test]
fn w52_a_time_of_something_inside_is_not_the_time_of_the_event() {
    let value =
        json!({ "groups": [{ "group_id": "g", "type": "join", "since": { "timestamp": "1" } }] });
    let [one, other] = [5, 6].map(|time| body("groups", &value, &json!(time)));
    assert_eq!(counts(&[one.clone(), other, one]), [NEW, NEW, AGAIN]);
    let own = json!({ "groups": [{ "group_id": "g", "type": "join", "timestamp": "1" }] });
    let [one, other] = [5, 6].map(|time| body("groups", &own, &json!(time)));
    assert_eq!(counts(&[one, other]), [NEW, AGAIN]);
}
