//! Notifications that are neither messages nor statuses: no part of them is lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::golden::events::notifications;
use crate::plugin;
use crate::webhook_attacks::sender::{Host, PHONE_NUMBER_ID, Posted, Received, body_of, message};

/// Meta's fields other than `messages`, each with a value of the form its reference page shows.
fn fields() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "message_template_status_update",
            r#"{"event":"APPROVED","message_template_id":900719925474099312345,"message_template_name":"order_update","message_template_language":"en_US","reason":null}"#,
        ),
        (
            "message_template_quality_update",
            r#"{"previous_quality_score":"GREEN","new_quality_score":"YELLOW","message_template_id":1}"#,
        ),
        (
            "message_template_components_update",
            r#"{"message_template_id":1,"message_template_element":"Hi {{1}}","message_template_buttons":[{"message_template_button_type":"URL"}]}"#,
        ),
        (
            "template_category_update",
            r#"{"message_template_id":1,"previous_category":"UTILITY","new_category":"MARKETING"}"#,
        ),
        (
            "phone_number_quality_update",
            r#"{"display_phone_number":"15550783881","event":"UPGRADE","current_limit":"TIER_10K"}"#,
        ),
        (
            "phone_number_name_update",
            r#"{"display_phone_number":"15550783881","decision":"APPROVED","requested_verified_name":"Sm\u00f8rrebr\u00f8d","rejection_reason":null}"#,
        ),
        (
            "account_update",
            r#"{"event":"PARTNER_ADDED","waba_info":{"waba_id":"1","owner_business_id":"2"}}"#,
        ),
        (
            "account_alerts",
            r#"{"entity_type":"WABA","alert_info":{"alert_severity":"INFORMATIONAL"}}"#,
        ),
        ("account_review_update", r#"{"decision":"APPROVED"}"#),
        (
            "business_capability_update",
            r#"{"max_daily_conversation_per_phone":-1,"max_phone_numbers_per_business":25}"#,
        ),
        (
            "security",
            r#"{"display_phone_number":"15550783881","event":"PIN_CHANGED","requester":"1"}"#,
        ),
        (
            "flows",
            r#"{"event":"ENDPOINT_ERROR_RATE","flow_id":"1","errors":[{"error_type":"x","error_rate":12.50}]}"#,
        ),
        (
            "smb_message_echoes",
            r#"{"metadata":{"phone_number_id":"106540352242922"},"message_echoes":[{"from":"1","to":"2","id":"wamid.E","timestamp":"1","type":"text"}]}"#,
        ),
        (
            "history",
            r#"{"metadata":{"phone_number_id":"106540352242922","display_phone_number":"15550783881"},"history":[{"metadata":{"phase":0,"chunk_order":1,"progress":55},"threads":[{"id":"1","messages":[{"id":"wamid.H"}]}]}]}"#,
        ),
        (
            "user_preferences",
            r#"{"user_preferences":[{"wa_id":"1","category":"marketing_messages","value":"stop","timestamp":1731705721}]}"#,
        ),
        (
            "business_username_updates",
            r#"{"display_phone_number":"15550783881","username":"sheena","status":"approved"}"#,
        ),
        (
            "group_lifecycle_update",
            r#"{"messaging_product":"whatsapp","metadata":{"phone_number_id":"106540352242922"},"groups":[{"timestamp":1,"group_id":"g","type":"group_create"}]}"#,
        ),
        (
            "calls",
            r#"{"metadata":{"phone_number_id":"106540352242922"},"calls":[{"id":"wacid.1","from":"1","event":"connect","session":{"sdp_type":"offer","sdp":"v=0\r\n"}}],"statuses":[{"id":"wacid.1","type":"call","status":"RINGING"}]}"#,
        ),
        (
            "a_field_of_next_year",
            r#"[1.0, 1e400, {"a":1,"a":2}, "\u0000", null]"#,
        ),
        ("a_field_with_a_text", r#""only \/ text""#),
        ("Messages", r#"{"messages":[{"id":"wamid.X"}]}"#),
        ("messages ", "true"),
    ]
}

/// The one event of a delivery with this change.
fn notified(posted: &Posted) -> Value {
    assert_eq!(posted.result, "OK");
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0], "{posted:?}");
    assert_eq!(posted.events[0].name, "account_notification");
    // 1e400 is beyond this parser; the event holds it all the same.
    serde_json::from_str(&posted.events[0].json.replace("1e400", "1")).unwrap()
}

#[test]
fn every_other_field_is_one_account_notification_with_the_value_to_the_byte() {
    for (field, value) in fields() {
        let change = format!(r#"{{"field":"{field}","value":{value}}}"#);
        let body = body_of(&json!("CHANGE")).replace("\"CHANGE\"", &change);
        let posted = Host::secured().post_signed(body.as_bytes());
        let event = notified(&posted);
        assert_eq!(event["field"], field);
        assert_eq!(event["businessAccountId"], "102290129340398");
        assert!(
            posted.events[0]
                .json
                .contains(&format!(r#""value":{value},"#)),
            "{field}: {posted:?}"
        );
        if value.contains("\"metadata\":{\"phone_number_id\"") {
            assert_eq!(event["phoneNumberId"], PHONE_NUMBER_ID);
        }
        assert!(
            event.get("change").is_none(),
            "nothing but field and value: {event}"
        );
    }
}

#[test]
fn a_change_with_more_members_comes_whole() {
    let change = r#"{"value":{"a":1.50},"event_time" : 7,"field":"flows"}"#;
    let body = body_of(&json!("CHANGE")).replace("\"CHANGE\"", change);
    let posted = Host::secured().post_signed(body.as_bytes());
    assert_eq!(notified(&posted)["change"]["event_time"], 7);
    assert!(
        posted.events[0]
            .json
            .contains(&format!("\"change\":{change},")),
        "{posted:?}"
    );
}

#[test]
fn account_notifications_with_a_time_are_known_again() {
    let of = |time: &str, value: &str| {
        format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1",{time}"changes":[{{"field":"flows","value":{value}}}]}}]}}"#
        )
    };
    let host = Host::secured();
    let post = |body: String| host.post_signed(body.as_bytes()).counts();
    assert_eq!(post(of(r#""time":1700000000,"#, "{}")), [1, 0, 0, 0, 0]);
    assert_eq!(post(of(r#""time":1700000000,"#, "{}")), [0, 0, 0, 1, 0]);
    assert_eq!(
        post(of(r#""time":1700000001,"#, "{}")),
        [1, 0, 0, 0, 0],
        "said again later"
    );
    assert_eq!(
        post(of(r#""time":1700000000,"#, "{ }")),
        [1, 0, 0, 0, 0],
        "something else"
    );
    // Without a time there is nothing to tell a repetition from a second occurrence: emitted every time.
    assert_eq!(post(of("", "{}")), [1, 0, 0, 0, 0]);
    assert_eq!(post(of("", "{}")), [1, 0, 0, 0, 0]);
}

#[test]
fn errors_of_a_number_are_a_message_error() {
    let errors = json!([{ "code": 130_429, "title": "Rate limit hit", "href": "https:\\/" }]);
    let value = json!({ "metadata": { "phone_number_id": PHONE_NUMBER_ID }, "errors": errors });
    let body = body_of(&json!({ "field": "messages", "value": value }));
    let posted = Host::secured().post_signed(body.as_bytes());
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
    assert_eq!(posted.events[0].name, "message_error");
    let event = posted.events[0].value();
    assert_eq!(event["errors"], errors, "as Meta sent them");
    assert_eq!(event["phoneNumberId"], PHONE_NUMBER_ID);

    // Beside messages both arrive, the messages first.
    let mut value = value;
    value["messages"] = json!([message("wamid.E")]);
    let body = body_of(&json!({ "field": "messages", "value": value }));
    let posted = Host::secured().post_signed(body.as_bytes());
    let names: Vec<_> = posted
        .events
        .iter()
        .map(|event| event.name.as_str())
        .collect();
    assert_eq!(names, ["customer_message", "message_error"]);
}

#[test]
fn a_change_without_its_envelope_is_understood_as_the_dashboard_shows_it() {
    let host = Host::secured();
    let value = json!({ "metadata": { "phone_number_id": PHONE_NUMBER_ID },
                        "messages": [message("wamid.B")] });
    let bare = json!({ "field": "messages", "value": value });
    let posted = host.post_signed(bare.to_string().as_bytes());
    assert_eq!(posted.ids(), ["m|106540352242922|wamid.B"]);
    let bare = json!({ "field": "security", "value": { "event": "PIN_CHANGED" } });
    let posted = host.post_signed(bare.to_string().as_bytes());
    assert_eq!(notified(&posted)["field"], "security");
    assert!(notified(&posted).get("businessAccountId").is_none());
}

#[test]
fn every_published_example_is_delivered_signed_and_repeated_without_a_second_event() {
    let mut names = BTreeSet::new();
    for (name, body) in notifications() {
        let host = Host::secured();
        let first = host.post_signed(body.as_bytes());
        assert_eq!(first.result, "OK", "{name}");
        let again = host.post_signed(body.as_bytes());
        assert_eq!(again.result, "OK", "{name}");
        names.extend(first.events.iter().map(|event| event.name.clone()));
        if name.starts_with("meta/") {
            let specified = |event: &Received| {
                ["customer_message", "status_changed"].contains(&event.name.as_str())
            };
            assert!(!again.events.iter().any(specified), "{name}: {again:?}");
            assert!(
                !first.events.iter().any(|event| event.name == "dead_letter"),
                "{name}"
            );
            assert!(!first.events.is_empty(), "{name}");
        }
    }
    let descriptor = plugin::loaded().descriptor();
    let all = descriptor.events().chain(descriptor.extension_events());
    let all: BTreeSet<_> = all.map(|event| event.name().to_owned()).collect();
    assert_eq!(names, all, "every event has an example");
}

#[test]
fn published_changes_of_other_fields_arrive_with_the_value_that_was_published() {
    let mut seen = 0;
    let published = notifications().into_iter();
    for (name, body) in published.filter(|(name, _)| name.starts_with("meta/")) {
        let notification: Value = serde_json::from_str(&body).unwrap();
        let entries = notification["entry"].as_array().unwrap();
        let changes = entries
            .iter()
            .flat_map(|entry| entry["changes"].as_array().unwrap());
        let others: Vec<_> = changes
            .filter(|change| change["field"] != "messages")
            .collect();
        let posted = Host::secured().post_signed(body.as_bytes());
        let events = posted.events.iter().map(Received::value);
        let told: Vec<_> = events
            .filter(|event| event.get("field").is_some())
            .collect();
        assert_eq!(told.len(), others.len(), "{name}");
        for (event, change) in told.iter().zip(others) {
            assert_eq!(event["field"], change["field"], "{name}");
            assert_eq!(event["value"], change["value"], "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 3, "Meta publishes some: {seen}");
}
