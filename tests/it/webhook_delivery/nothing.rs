//! What says nothing, and names that must not be shown: `tests/WEBHOOK_CASES.md`, W53.

use serde_json::{Value, json};

use super::body;
use crate::webhook_attacks::sender::{Host, TOKEN, message, properties};

const NEW: [u64; 5] = [1, 0, 0, 0, 0];

#[test]
fn w53_a_member_called_other_and_the_rest_are_one_count() {
    let value = json!({ "messages": [message("w.1")] });
    let mut whole: Value = serde_json::from_str(&body("messages", &value, &Value::Null)).unwrap();
    whole["other"] = json!(1);
    for at in 0..40 {
        whole[format!("zz_{}", ["a", "b", "c", "d"][at % 4].repeat(at / 4 + 1))] = json!(1);
    }
    let posted = Host::secured().post_signed(whole.to_string().as_bytes());
    let text = posted.details("unknownMembers");
    let sum: u64 = text
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!((sum, &text["other"]), (41, &json!(9)), "{text}");
}

#[test]
fn w53_a_secret_that_is_a_members_name_is_nowhere() {
    const SHORT: &str = "EAAG.a-b.c-d.e-f.g-h.i-j";
    let mut with = properties();
    with["authenticationToken"] = SHORT.into();
    let host = Host::new(&with);
    let encoded = with["appSecret"].as_str().unwrap().to_owned();
    let mut value = json!({ "messages": [message("w.1")] });
    for name in [
        SHORT.to_owned(),
        format!("x_{SHORT}"),
        encoded.clone(),
        "a1B2c3D4e5F6g7H8".to_owned(),
        TOKEN.to_owned(),
        "of_123456".to_owned(),
    ] {
        value[name] = json!(1);
    }
    let posted = host.post_signed(body("messages", &value, &Value::Null).as_bytes());
    let counted = posted.details("unknownMembers").to_string();
    assert_eq!(counted, r#"{"value.*":5,"value.of_######":1}"#);
    let all = format!("{} {}", host.metrics(), host.log());
    for part in ["EAAG", "a-b", encoded.as_str(), "a1B2"] {
        assert!(!all.contains(part), "{part}: {all}");
    }
}

#[test]
fn w53_what_says_nothing_is_counted_and_is_no_event() {
    for (name, nothing) in ["errors", "user_actions"]
        .into_iter()
        .flat_map(|name| ["[]", "{}", "\"\"", "[ ]"].map(|nothing| (name, nothing)))
    {
        for escaped in [false, true] {
            let value = json!({ "messages": [message("w.1")], name: "NOTHING" });
            let mut text = body("messages", &value, &Value::Null).replace("\"NOTHING\"", nothing);
            if escaped {
                text = text.replacen("\"entry\"", "\"entr\\u0079\"", 1);
            }
            let posted = Host::secured().post_signed(text.as_bytes());
            assert_eq!(posted.counts(), NEW, "{text}");
            let path = format!("value.{name}");
            assert_eq!(
                *posted.details("unknownMembers"),
                json!({ path: 1 }),
                "{text}"
            );
        }
    }
    let of =
        |entry: Value| json!({ "object": "whatsapp_business_account", "entry": entry }).to_string();
    let nothing = of(json!([{ "id": "1", "time": 5, "changes": [] }]));
    for text in [nothing.replacen("\"entry\"", "\"entr\\u0079\"", 1), nothing] {
        let posted = Host::secured().post_signed(text.as_bytes());
        assert_eq!(posted.counts(), [0; 5]);
        assert_eq!(
            *posted.details("unknownMembers"),
            json!({ "entry.changes": 1 })
        );
    }
    let posted = Host::secured().post_signed(body("", &json!({ "x": 1 }), &Value::Null).as_bytes());
    assert_eq!(
        posted.events[0].value()["reason"],
        "change_without_field_or_value"
    );
    // If a member is given twice, the first non-empty one is read.
    let value = json!({ "metadata": "TWICE", "messages": [message("w.1")] });
    let text = body("messages", &value, &Value::Null).replace(
        "\"TWICE\"",
        r#"{"phone_number_id":"","phone_number_id":"111"}"#,
    );
    let posted = Host::secured().post_signed(text.as_bytes());
    assert_eq!(posted.events[0].value()["phoneNumberId"], "111");
}
