//! Notifications that are neither messages nor statuses: no part of them is lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::golden::events::notifications;
use crate::plugin;
use crate::webhook_attacks::sender::{Host, PHONE_NUMBER_ID, Posted, Received, body_of, message};

/// Meta's fields that are told with their whole value, each with its event and a value of the form that
/// its reference page shows.
fn fields() -> Vec<[&'static str; 3]> {
    vec![
        [
            "message_template_status_update",
            "template_status_changed",
            r#"{"event":"APPROVED","message_template_id":900719925474099312345,"message_template_name":"order_update","message_template_language":"en_US","reason":null}"#,
        ],
        [
            "message_template_quality_update",
            "template_quality_changed",
            r#"{"previous_quality_score":"GREEN","new_quality_score":"YELLOW","message_template_id":1}"#,
        ],
        [
            "message_template_components_update",
            "template_components_changed",
            r#"{"message_template_id":1,"message_template_element":"Hi {{1}}","message_template_buttons":[{"message_template_button_type":"URL"}]}"#,
        ],
        [
            "template_category_update",
            "template_category_changed",
            r#"{"message_template_id":1,"previous_category":"UTILITY","new_category":"MARKETING"}"#,
        ],
        [
            "phone_number_quality_update",
            "phone_number_quality_changed",
            r#"{"display_phone_number":"15550783881","event":"UPGRADE","current_limit":"TIER_10K"}"#,
        ],
        [
            "phone_number_name_update",
            "phone_number_name_changed",
            r#"{"display_phone_number":"15550783881","decision":"APPROVED","requested_verified_name":"Sm\u00f8rrebr\u00f8d","rejection_reason":null}"#,
        ],
        [
            "account_update",
            "account_changed",
            r#"{"event":"PARTNER_ADDED","waba_info":{"waba_id":"1","owner_business_id":"2"}}"#,
        ],
        [
            "account_alerts",
            "account_alert",
            r#"{"entity_type":"WABA","alert_info":{"alert_severity":"INFORMATIONAL"}}"#,
        ],
        [
            "account_review_update",
            "account_review_changed",
            r#"{"decision":"APPROVED"}"#,
        ],
        [
            "business_capability_update",
            "capability_changed",
            r#"{"max_daily_conversation_per_phone":-1,"max_phone_numbers_per_business":25}"#,
        ],
        [
            "security",
            "security_changed",
            r#"{"display_phone_number":"15550783881","event":"PIN_CHANGED","requester":"1"}"#,
        ],
        [
            "flows",
            "flow_changed",
            r#"{"event":"ENDPOINT_ERROR_RATE","flow_id":"1","errors":[{"error_type":"x","error_rate":12.50}]}"#,
        ],
        [
            "business_username_updates",
            "username_changed",
            r#"{"display_phone_number":"15550783881","username":"sheena","status":"approved"}"#,
        ],
        [
            "a_field_of_next_year",
            "account_notification",
            r#"[1.0, 1e400, {"a":1,"a":2}, "\u0000", null]"#,
        ],
        [
            "a_field_with_a_text",
            "account_notification",
            r#""only \/ text""#,
        ],
        [
            "Messages",
            "account_notification",
            r#"{"messages":[{"id":"wamid.X"}]}"#,
        ],
    ]
}

/// More of them, and fields of lists whose value is not as its page has it.
fn more_fields() -> Vec<[&'static str; 3]> {
    vec![
        [
            "payment_configuration_update",
            "payment_configuration_changed",
            r#"{"configuration_name":"razorpay-prod","status":"Active","created_timestamp":1748827100}"#,
        ],
        [
            "partner_solutions",
            "partner_solution_changed",
            r#"{"event":"SOLUTION_CREATED","solution_id":"774485461512159"}"#,
        ],
        [
            "account_settings_update",
            "account_changed",
            r#"{"type":"PHONE_NUMBER_SETTINGS","phone_number_settings":{"phone_number_id":"1"}}"#,
        ],
        [
            "messaging_handovers",
            "thread_control_changed",
            r#"{"sender":{"phone_number":"1"},"recipient":{"id":"2"},"pass_thread_control":{"new_owner_app_id":3}}"#,
        ],
        [
            "calls",
            "account_notification",
            r#"{"calls":[],"statuses":null,"x":1}"#,
        ],
        ["history", "account_notification", r#"["history"]"#],
        [
            "standby",
            "account_notification",
            r#"{"metadata":{"phone_number_id":"106540352242922"},"standby":{}}"#,
        ],
        [
            "tracking_events",
            "account_notification",
            r#"{"tracking_events":[{"id":"1"}]}"#,
        ],
    ]
}

/// The one event of a delivery with this change.
fn notified(posted: &Posted, name: &str) -> Value {
    assert_eq!(posted.result, "OK");
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0], "{posted:?}");
    assert_eq!(posted.events[0].name, name);
    // 1e400 is beyond this parser; the event holds it all the same.
    serde_json::from_str(&posted.events[0].json.replace("1e400", "1")).unwrap()
}

#[test]
fn a_field_without_lists_is_one_event_with_the_value_to_the_byte() {
    for [field, name, value] in fields().into_iter().chain(more_fields()) {
        let change = format!(r#"{{"field":"{field}","value":{value}}}"#);
        let body = body_of(&json!("CHANGE")).replace("\"CHANGE\"", &change);
        let posted = Host::secured().post_signed(body.as_bytes());
        let event = notified(&posted, name);
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
    assert_eq!(notified(&posted, "flow_changed")["change"]["event_time"], 7);
    assert!(
        posted.events[0]
            .json
            .contains(&format!("\"change\":{change},")),
        "{posted:?}"
    );
}

#[test]
fn whole_values_with_a_time_are_known_again() {
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
    assert_eq!(notified(&posted, "security_changed")["field"], "security");
    assert!(
        notified(&posted, "security_changed")
            .get("businessAccountId")
            .is_none()
    );
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
fn published_changes_of_other_fields_arrive_with_what_was_published() {
    let mut seen = 0;
    let published = notifications().into_iter();
    for (name, body) in published.filter(|(name, _)| name.starts_with("meta/")) {
        let notification: Value = serde_json::from_str(&body).unwrap();
        let posted = Host::secured().post_signed(body.as_bytes());
        let text = |value: &Value| value.to_string();
        let told: Vec<_> = posted
            .events
            .iter()
            .map(|event| text(&event.value()))
            .collect();
        let entries = notification["entry"].as_array().unwrap().iter();
        let changes = entries.flat_map(|entry| entry["changes"].as_array().unwrap());
        for change in changes.filter(|change| change["field"] != "messages") {
            for part in innermost(&change["value"]) {
                let part = text(part);
                assert!(
                    told.iter().any(|event| event.contains(&part)),
                    "{name}: {part}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen >= 40, "Meta publishes some: {seen}");
}

/// Lists whose elements are events.
const LISTS: [&str; 10] = [
    "calls",
    "statuses",
    "groups",
    "history",
    "threads",
    "messages",
    "message_echoes",
    "state_sync",
    "standby",
    "user_preferences",
];

/// The objects of a value's lists, however deep those are; the value itself where it has none.
fn innermost(value: &Value) -> Vec<&Value> {
    let members = value.as_object().map(serde_json::Map::len);
    if let (Some(1), Some(errors)) = (members, value["errors"].as_array()) {
        return errors.iter().collect();
    }
    let lists = LISTS.iter().map(|list| &value[*list]);
    let inside = lists.flat_map(|list| match list {
        Value::Array(elements) => elements.iter().flat_map(innermost).collect(),
        Value::Object(_) => innermost(list),
        _ => Vec::new(),
    });
    let inside: Vec<_> = inside.collect();
    if inside.is_empty() {
        vec![value]
    } else {
        inside
    }
}
