//! Every golden file of a request, a response or an event is what its schema describes.

use serde_json::Value;

use super::{objections, validators};
use crate::commands::examples;
use crate::golden::{events, requests};
use crate::{plugin, rig};

fn golden(name: &str) -> String {
    let path = plugin::repository("tests/golden").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_golden_request_and_response_of_a_command_is_valid() {
    let validators = validators();
    for command in examples::commands() {
        let request = examples::request(&command);
        let objections_to =
            |side: &str, value| objections(&validators[&format!("{command} {side}")], value);
        assert_eq!(
            objections_to("request", &request),
            "",
            "{command}: {request}"
        );
        let golden = golden(&format!("commands/{command}.txt"));
        let (_, response) = golden.rsplit_once("\n\n").unwrap_or(("", &golden));
        let response: Value = serde_json::from_str(response).unwrap();
        assert_eq!(
            objections_to("response", &response),
            "",
            "{command}: {response}"
        );
    }
}

#[test]
fn every_send_of_the_golden_bodies_is_valid() {
    let validators = validators();
    for (name, command, request) in requests::sends() {
        let objections = objections(&validators[&format!("{command} request")], &request);
        assert_eq!(objections, "", "{name}");
    }
}

/// The places of all members in `value`; of a list, those of its first element. What a message says stands
/// in a member named as its type, and is told of nowhere but in Meta's reference of messages.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Array(elements) => {
            if let Some(first) = elements.first() {
                places(first, &format!("{at}[0]"), into);
            }
        }
        Value::Object(members) => {
            let said = members.get("type").filter(|_| at.contains("message"));
            for (name, value) in members {
                if said.is_some_and(|said| said == name) {
                    continue;
                }
                let place = format!("{at}{}{name}", if at.is_empty() { "" } else { "." });
                into.push(place.clone());
                places(value, &place, into);
            }
        }
        _ => {}
    }
}

#[test]
fn every_member_of_meta_s_samples_has_a_row_of_its_event() {
    let rows = plugin::all("events");
    let mut lacking = Vec::new();
    for (name, _) in events::notifications() {
        if !name.starts_with("meta/") {
            continue;
        }
        let golden = golden(&format!("events/{name}.txt"));
        for event in golden.split("\nevent ").skip(1) {
            let (event, json) = event.split_once('\n').unwrap();
            // The specification's two have the specification's rows.
            let Some(row) = rows.iter().find(|row| row["name"] == event) else {
                continue;
            };
            if ["customer_message", "status_changed"].contains(&event) {
                continue;
            }
            let json: Value = serde_json::from_str(json).unwrap();
            let mut found = Vec::new();
            places(&json, "", &mut found);
            let fields = row["properties"].as_array().unwrap();
            found.retain(|place| !fields.iter().any(|field| field["name"] == place.as_str()));
            lacking.extend(
                found
                    .into_iter()
                    .map(|place| format!("{name}: {event} {place}")),
            );
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn every_golden_event_is_valid_and_so_is_the_response_to_its_notification() {
    let validators = validators();
    let mut count = 0;
    for (name, notification) in events::notifications() {
        let request = serde_json::from_str(&rig::webhook_request(&notification)).unwrap();
        let told = objections(&validators["processWebhook request"], &request);
        assert_eq!(told, "", "{name}");
        let golden = golden(&format!("events/{name}.txt"));
        let (head, events) = golden.split_once("\n\n").unwrap_or((&golden, ""));
        let response: Value = serde_json::from_str(head.split_once('\n').unwrap().1).unwrap();
        let told = objections(&validators["processWebhook response"], &response);
        assert_eq!(told, "", "{name}: {response}");
        for event in format!("\n{events}").split("\nevent ").skip(1) {
            let (event, json) = event.split_once('\n').unwrap();
            // A number that the parser of this test cannot hold stands for any other here.
            let json: Value = serde_json::from_str(&json.replace("1e999", "1e99")).unwrap();
            let told = objections(&validators[&format!("{event} event")], &json);
            assert_eq!(told, "", "{name}: {event} {json}");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}
