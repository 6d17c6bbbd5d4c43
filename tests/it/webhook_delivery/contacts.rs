//! Which contact comes with a message or status: the one it is from or to, or none.

use serde_json::{Value, json};

use crate::webhook_attacks::sender::{Host, PHONE_NUMBER_ID, Posted, body_of, message, status};

/// Delivers one change with these lists; `contacts` is their text.
fn post(contacts: &str, messages: &[Value], statuses: &[Value]) -> Posted {
    let value = json!({ "metadata": { "phone_number_id": PHONE_NUMBER_ID }, "contacts": "CONTACTS",
                        "messages": messages, "statuses": statuses });
    let body = body_of(&json!({ "field": "messages", "value": value }));
    Host::secured().post_signed(body.replace("\"CONTACTS\"", contacts).as_bytes())
}

fn from(number: &str) -> Value {
    let mut message = message(&format!("wamid.{number}"));
    message["from"] = number.into();
    message
}

/// The numbers of the contacts that came with each event.
fn numbers(posted: &Posted) -> Vec<Value> {
    let number = |event: Value| event["contacts"][0]["wa_id"].clone();
    posted
        .events
        .iter()
        .map(|event| number(event.value()))
        .collect()
}

#[test]
fn each_message_of_a_batch_comes_with_its_own_contact() {
    let contacts = r#"[{"wa_id":"3"},{"wa_id":"1"},{"wa_id":"2"}]"#;
    let messages = ["1", "2", "3", "4", "1"].map(from);
    let posted = post(contacts, &messages, &[]);
    // The fifth is the first once more.
    assert_eq!(posted.counts(), [4, 0, 0, 1, 0]);
    assert_eq!(
        numbers(&posted),
        [json!("1"), json!("2"), json!("3"), Value::Null]
    );
    assert_eq!(
        posted.events[3].value()["contacts"],
        json!([]),
        "not somebody else's"
    );
}

#[test]
fn a_contact_is_found_whatever_else_it_holds() {
    for odd in [
        r#"{"wa_id":"1"}"#,
        r#"{ "wa_id" : "1" }"#,
        r#"{"profile":{"name":"\"}],[{"},"wa_id":"1"}"#,
        r#"{"profile":{"wa_id":"7"},"wa_id":"1"}"#,
        r#"{"x":[[],{"wa_id":"7"}],"y":-1e3,"z":null,"wa_id":"1"}"#,
        r#"{"wa_id":"\u0031"}"#,
        r#"{"\u0077a_id":"1"}"#,
        r#"{"na\u00efve":true,"wa_id":"1"}"#,
        r#"{"a\"b\\":true,"wa_id":"1"}"#,
        r#"{"wa_id":1}"#,
    ] {
        let contacts = format!(r#"[{{"wa_id":"2"}},{odd},{{"wa_id":"3"}}]"#);
        let posted = post(&contacts, &[from("1"), from("2")], &[]);
        assert_eq!(posted.events.len(), 2, "{odd}");
        assert!(
            posted.events[0].json.contains(odd),
            "{odd}: {}",
            posted.events[0].json
        );
        assert_eq!(numbers(&posted)[1], "2");
    }
}

#[test]
fn what_is_no_contact_belongs_to_nobody() {
    for odd in [
        "null",
        "7",
        "\"1\"",
        "[\"1\"]",
        "{}",
        r#"{"wa_id":{"wa_id":"1"}}"#,
        r#"{"wa_id":null}"#,
    ] {
        let contacts = format!(r#"[{odd},{{"wa_id":"1"}}]"#);
        let posted = post(&contacts, &[from("1"), from("2")], &[]);
        assert_eq!(numbers(&posted), [json!("1"), Value::Null], "{odd}");
    }
}

#[test]
fn statuses_come_with_contacts_only_if_meta_sent_some() {
    let mut of_user = status("wamid.U", "sent");
    of_user["recipient_id"] = Value::Null;
    of_user["recipient_user_id"] = "US.9".into();
    let statuses = [status("wamid.S", "sent"), of_user];
    let contacts = r#"[{"user_id":"US.9","wa_id":"9"},{"wa_id":"16505551234"}]"#;
    let posted = post(contacts, &[], &statuses);
    assert_eq!(numbers(&posted), ["16505551234", "9"]);
    let posted = post("null", &[], &statuses);
    assert!(
        posted
            .events
            .iter()
            .all(|event| event.value().get("contacts").is_none())
    );
    let posted = post("[]", &[], &statuses);
    assert!(
        posted
            .events
            .iter()
            .all(|event| event.value()["contacts"] == json!([]))
    );
}
