//! What an event without an id of Meta's is known by: `tests/WEBHOOK_CASES.md`, W51, W52 and W63.

use serde_json::{Value, json};

use crate::golden::events::notifications;
use crate::webhook_attacks::sender::{Host, PHONE_NUMBER_ID, body_of, message, status};

/// The body with these changes in one entry, which has a time.
fn timed(changes: &[Value]) -> String {
    let entry = json!({ "id": "1", "time": 1_700_000_000, "changes": changes });
    json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string()
}

fn of_number(id: &str, members: &Value) -> Value {
    let mut value = members.clone();
    value["metadata"] = json!({ "phone_number_id": id });
    json!({ "field": "messages", "value": value })
}

/// Each is delivered whole, with these events; and once more, as nothing but duplicates.
fn each_once(body: &str, names: &[&str]) {
    let host = Host::secured();
    let posted = host.post_signed(body.as_bytes());
    let told: Vec<_> = posted
        .events
        .iter()
        .map(|event| event.name.as_str())
        .collect();
    assert_eq!(told, names, "{body}");
    let mut ids = posted.ids();
    ids.sort();
    ids.dedup();
    assert_eq!(
        ids.len(),
        names.len(),
        "ids of their own: {body}\n{posted:?}"
    );
    let again = host.post_signed(body.as_bytes());
    assert_eq!(
        again.counts(),
        [0, 0, 0, names.len() as u64, 0],
        "{body}\n{again:?}"
    );
}

#[test]
fn w51_the_same_words_about_two_numbers_are_two_events() {
    let errors = json!({ "errors": [{ "code": 130_429 }] });
    let both = [of_number("111", &errors), of_number("222", &errors)];
    each_once(&timed(&both), &["message_error"; 2]);
    let nameless = json!({ "messages": [{ "timestamp": "5", "type": "text" }] });
    let both = ["111", "222"].map(|id| of_number(id, &nameless));
    each_once(&timed(&both), &["customer_message"; 2]);
    each_once(
        &body_of(&json!({ "field": "messages", "value": nameless })),
        &["customer_message"],
    );
    let paid = json!({ "statuses": [{ "id": "p", "type": "payment", "timestamp": "5" }] });
    let both = ["111", "222"].map(|id| of_number(id, &paid));
    each_once(&timed(&both), &["status_changed"; 2]);
    let other = |id: &str| json!({ "field": "flows", "value": { "metadata": { "phone_number_id": id }, "x": 1 } });
    each_once(&timed(&[other("1"), other("2")]), &["flow_changed"; 2]);
    // Two accounts, and nothing else that differs.
    let entry =
        |id: &str| json!({ "id": id, "time": 5, "changes": [{ "field": "flows", "value": {} }] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry("1"), entry("2")] });
    each_once(&body.to_string(), &["flow_changed"; 2]);
}

#[test]
fn w51_a_dead_letter_is_not_the_event_that_has_its_words() {
    let change = json!({ "field": "flows", "value": { "x": 1 } });
    // The raw text of the dead letter is that of the change after it.
    let broken =
        json!({ "field": "messages", "value": { "messages": change, "statuses": [null] } });
    let names = ["dead_letter", "dead_letter", "flow_changed"];
    each_once(&timed(&[broken, change]), &names);
    let text = json!({ "messages": [{ "id": "w" }] });
    let lists = json!({ "field": "messages", "value": { "contacts": text, "messages": text, "statuses": text } });
    each_once(&timed(&[lists]), &["dead_letter"; 3]);
    let errors = json!([{ "code": 1 }]);
    let both = json!({ "field": "messages", "value": { "errors": errors, "messages": [errors] } });
    each_once(&timed(&[both]), &["dead_letter", "message_error"]);
    // Two fields that say the same.
    let fields =
        ["flows", "security"].map(|field| json!({ "field": field, "value": { "id": "1" } }));
    each_once(&timed(&fields), &["flow_changed", "security_changed"]);
}

#[test]
fn w51_what_stands_twice_in_one_notification_and_has_no_id_is_two_events() {
    let change = |members: Value| json!({ "field": "messages", "value": members });
    let timestamped = json!({ "timestamp": "5", "type": "text", "text": { "body": "ok" } });
    for (changes, names) in [
        (
            vec![change(json!({ "messages": [null, null] }))],
            vec!["dead_letter"; 2],
        ),
        (
            vec![change(json!({ "statuses": [7, 7], "messages": [7] }))],
            vec!["dead_letter"; 3],
        ),
        (
            vec![json!(null), json!(null), json!(null)],
            vec!["dead_letter"; 3],
        ),
        (
            vec![change(json!({ "errors": [{ "code": 1 }] })); 2],
            vec!["message_error"; 2],
        ),
        (
            vec![change(json!({ "messages": [timestamped, timestamped] }))],
            vec!["customer_message"; 2],
        ),
        (
            vec![change(json!({ "messages": [{}, {}], "statuses": [{}] }))],
            vec!["customer_message", "customer_message", "status_changed"],
        ),
    ] {
        each_once(&timed(&changes), &names);
    }
    // In another batch they are known again.
    let host = Host::secured();
    let of = |count: usize| {
        timed(&[change(
            json!({ "messages": vec![timestamped.clone(); count] }),
        )])
    };
    assert_eq!(host.post_signed(of(2).as_bytes()).counts(), [2, 0, 0, 0, 0]);
    assert_eq!(host.post_signed(of(1).as_bytes()).counts(), [0, 0, 0, 1, 0]);
    assert_eq!(host.post_signed(of(3).as_bytes()).counts(), [1, 0, 0, 2, 0]);
    // What has an id says it twice.
    let body = timed(&[change(
        json!({ "messages": [message("w.1"), message("w.1")] }),
    )]);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [1, 0, 0, 1, 0]);
    let call =
        json!({ "field": "calls", "value": { "calls": [{ "id": "c.1", "timestamp": "5" }] } });
    let body = timed(&[call.clone(), call]);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [1, 0, 0, 1, 0]);
}

/// Changes as Meta shows them, without the notification's time.
fn changes_with_ids() -> Vec<(&'static str, Value)> {
    vec![
        (
            "calls",
            json!({ "calls": [{ "id": "wacid.1", "from": "1", "event": "connect", "timestamp": "5" }] }),
        ),
        (
            "calls",
            json!({ "statuses": [{ "id": "wacid.1", "type": "call", "status": "RINGING" }] }),
        ),
        (
            "user_preferences",
            json!({ "user_preferences": [
            { "wa_id": "1", "category": "marketing_messages", "value": "stop", "timestamp": 1_731_705_721 }] }),
        ),
        (
            "smb_message_echoes",
            json!({ "message_echoes": [{ "from": "1", "to": "2", "id": "w.E", "timestamp": "1" }] }),
        ),
        (
            "history",
            json!({ "history": [{ "metadata": { "phase": 0 }, "threads": [
            { "id": "1", "messages": [{ "id": "w.H", "timestamp": "1" }] }] }] }),
        ),
        (
            "smb_app_state_sync",
            json!({ "state_sync": [
            { "type": "contact", "action": "add", "metadata": { "timestamp": "5" } }] }),
        ),
        (
            "group_lifecycle_update",
            json!({ "groups": [{ "timestamp": 1, "group_id": "g", "type": "group_create" }] }),
        ),
        (
            "messaging_handovers",
            json!({ "sender": { "phone_number": "1" }, "type": "control_passed", "timestamp": "5" }),
        ),
        (
            "standby",
            json!({ "standby": { "messages": [{ "id": "w.S" }] } }),
        ),
        (
            "a_field_of_next_year",
            json!([[{ "x": { "request_id": "r.1" } }]]),
        ),
    ]
}

#[test]
fn w52_what_has_an_id_or_a_time_inside_needs_none_of_the_notification() {
    for (field, value) in changes_with_ids() {
        let host = Host::secured();
        let change = json!({ "field": field, "value": value });
        let body = body_of(&change);
        assert_eq!(
            host.post_signed(body.as_bytes()).counts(),
            [1, 0, 0, 0, 0],
            "{field}"
        );
        assert_eq!(
            host.post_signed(body.as_bytes()).counts(),
            [0, 0, 0, 1, 0],
            "{field}"
        );
        // Whatever else a whole value says, it is another event; what stands beside an element is counted.
        let is_whole = ["messaging_handovers", "a_field_of_next_year"].contains(&field);
        let mut other = change;
        match &mut other["value"] {
            Value::Object(members) => drop(members.insert("more".to_owned(), json!(1))),
            list => *list = json!([list]),
        }
        let posted = host.post_signed(body_of(&other).as_bytes());
        let is_known = u64::from(!is_whole);
        assert_eq!(
            posted.counts(),
            [1 - is_known, 0, 0, is_known, 0],
            "{field}"
        );
        let counted = &posted.details("unknownMembers")["value.more"];
        assert_eq!(counted.is_null(), is_whole, "{field}");
    }
    // Published notifications, one and all.
    for (name, body) in notifications()
        .into_iter()
        .filter(|(name, _)| name.starts_with("meta/"))
        // Errors that say neither which nor when.
        .filter(|(name, _)| name != "meta/page-history-declined")
    {
        let host = Host::secured();
        let [new, ..] = host.post_signed(body.as_bytes()).counts();
        assert_eq!(
            host.post_signed(body.as_bytes()).counts(),
            [0, 0, 0, new, 0],
            "{name}"
        );
    }
}

#[test]
fn w52_what_has_neither_is_told_every_time() {
    for (field, value) in [
        ("account_review_update", json!({ "decision": "APPROVED" })),
        (
            "phone_number_quality_update",
            json!({ "display_phone_number": "1", "event": "UPGRADE" }),
        ),
        (
            "account_update",
            json!({ "event": "PARTNER_ADDED", "waba_info": { "waba_id": "1", "owner_business_id": "2" } }),
        ),
        (
            "user_preferences",
            json!({ "user_preferences": [{ "wa_id": "1", "user_id": "US.1", "value": "stop" }] }),
        ),
        ("flows", json!({ "id": "", "timestamp": null })),
        (
            "security",
            json!({ "metadata": { "phone_number_id": PHONE_NUMBER_ID } }),
        ),
    ] {
        let host = Host::secured();
        let body = body_of(&json!({ "field": field, "value": value }));
        for _ in 0..2 {
            assert_eq!(
                host.post_signed(body.as_bytes()).counts(),
                [1, 0, 0, 0, 0],
                "{field}"
            );
        }
    }
}

#[test]
fn w63_both_events_say_when_meta_made_the_notification_and_their_rows_say_so() {
    let descriptor = crate::plugin::loaded().descriptor();
    for event in descriptor.events() {
        let mut rows = event.extension_fields();
        assert!(
            rows.any(|row| row.name() == "entryTime"),
            "{}",
            event.name()
        );
    }
    let value = json!({ "messages": [message("w.1")], "statuses": [status("w.2", "sent")] });
    let body = timed(&[json!({ "field": "messages", "value": value })]);
    let posted = Host::secured().post_signed(body.as_bytes());
    for event in &posted.events {
        assert_eq!(event.value()["entryTime"], "1700000000", "{posted:?}");
    }
}
