//! Limits inside a request: each is named by its place, its bound and what was given; those that Meta
//! may change become warnings with `strictLimits` off.

mod account;
mod cases;
mod management;

use cases::Case;
use serde_json::Value;

use super::examples;
use crate::plugin;
use crate::rig::{self, Adapter, EntryPoint};

fn soft() -> impl Iterator<Item = Case> {
    let cases = cases::soft().into_iter();
    cases.chain(account::soft()).chain(management::soft())
}

fn hard() -> impl Iterator<Item = Case> {
    let cases = cases::hard().into_iter();
    cases.chain(account::hard()).chain(management::hard())
}

fn changed(case: &Case) -> Value {
    let mut request = examples::request(case.command);
    let (parent, name) = case.at.rsplit_once('/').unwrap();
    match request.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = case.value.clone(),
        object => object[name] = case.value.clone(),
    }
    request
}

/// A request that breaks each limit, with its command.
pub(crate) fn requests() -> Vec<(&'static str, Value)> {
    soft()
        .chain(hard())
        .map(|case| (case.command, changed(&case)))
        .collect()
}

fn adapter(emulator: &cloud_api_emulator::Emulator, strict: Option<bool>) -> Adapter {
    let mut properties = rig::properties(emulator);
    properties["businessAccountId"] = emulator.config().business_account_id.clone().into();
    if let Some(strict) = strict {
        properties["strictLimits"] = strict.into();
    }
    Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap()
}

#[test]
fn every_limit_is_named_before_anything_is_sent() {
    let emulator = rig::emulator();
    for strict in [None, Some(true)] {
        let adapter = adapter(&emulator, strict);
        for case in soft().chain(hard()) {
            let request = changed(&case);
            let ran = adapter.execute(case.command, &request.to_string());
            assert_eq!(
                ran.result(),
                "INVALID_REQUEST",
                "{} {}",
                case.command,
                case.at
            );
            assert!(
                ran.message().contains(case.says),
                "{} {}: {:?} is not in {:?}",
                case.command,
                case.at,
                case.says,
                ran.message()
            );
        }
    }
    assert_eq!(emulator.ledger().complete(), 0);
}

#[test]
fn what_meta_may_change_becomes_a_warning() {
    let emulator = rig::emulator();
    let adapter = adapter(&emulator, Some(false));
    for case in soft() {
        emulator.clear_ledger();
        let ran = adapter.execute(case.command, &changed(&case).to_string());
        assert_eq!(
            emulator.ledger().requests.len(),
            1,
            "{} {}",
            case.command,
            case.at
        );
        let says = case.says;
        let response = ran.json();
        let warnings = response["details"]["warnings"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let warned = warnings
            .iter()
            .any(|warning| warning.as_str().unwrap().contains(says));
        assert!(warned, "{} {}: {response}", case.command, case.at);
    }
}

#[test]
fn what_no_change_of_metas_makes_right_is_refused_all_the_same() {
    let emulator = rig::emulator();
    let adapter = adapter(&emulator, Some(false));
    for case in hard() {
        let ran = adapter.execute(case.command, &changed(&case).to_string());
        assert_eq!(
            ran.result(),
            "INVALID_REQUEST",
            "{} {}",
            case.command,
            case.at
        );
    }
    assert_eq!(emulator.ledger().requests.len(), 0);
}

#[test]
fn every_mistake_of_a_request_is_told_at_once() {
    let emulator = rig::emulator();
    let adapter = adapter(&emulator, None);
    let request = serde_json::json!({
        "phoneNumber": "", "mesage": "Hello", "footer": "x".repeat(61),
        "buttons": [{ "id": "1", "titel": "Yes" }, { "id": 2, "title": "No" }],
        "headerMedia": { "type": "film", "link": "ftp://example.com/a" },
    });
    let ran = adapter.execute("sendMessageButtons", &request.to_string());
    assert_eq!(ran.result(), "INVALID_REQUEST");
    let findings: Vec<&str> = ran.message().split("; request member ").collect();
    assert_eq!(
        findings,
        [
            "unknown request member \"mesage\"; did you mean message?",
            "\"phoneNumber\" must not be empty",
            "\"message\" is missing; it is required (string)",
            "\"buttons[0].title\" is missing; it is required (string); unknown request member \
             \"buttons[0].titel\"; did you mean title?",
            "\"buttons[1].id\" must be a string, not a number",
            "\"headerMedia.type\" must be one of: image, video, document",
            "\"headerMedia.link\" must begin with https:// or http:// and must not contain spaces",
            "\"footer\" has 61 characters; the maximum is 60",
        ]
    );
    assert_eq!(emulator.ledger().complete(), 0);
}

/// The rows that the descriptor has of a command's request, with those beyond the specification.
fn rows(command: &Value, descriptor: &Value) -> Vec<Value> {
    let name = command["name"].as_str().unwrap();
    let beyond = &descriptor["extensions"]["members"][name]["request"];
    let all = [&command["request"], beyond].into_iter();
    all.flat_map(|rows| rows.as_array().cloned().unwrap_or_default())
        .collect()
}

#[test]
fn a_text_that_is_too_long_and_a_missing_member_are_named_by_every_command() {
    let emulator = rig::emulator();
    let adapter = adapter(&emulator, None);
    let descriptor = plugin::descriptor();
    let mut tried = 0;
    for command in plugin::all("commands") {
        let name = command["name"].as_str().unwrap();
        if name == "processWebhook" {
            continue;
        }
        for row in rows(&command, &descriptor) {
            let member = row["name"].as_str().unwrap();
            // Members of members are compared with the schema; here it is what each command says.
            if member.contains(['.', '[']) {
                continue;
            }
            let most = row["maxLength"]
                .as_u64()
                .filter(|_| row["type"] == "string");
            let too_long = most.map(|most| "7".repeat(usize::try_from(most).unwrap() + 1).into());
            let missing = (row["required"] == true).then_some(Value::Null);
            for value in too_long.into_iter().chain(missing) {
                let mut request = examples::request(name);
                if value.is_null() {
                    request.as_object_mut().unwrap().remove(member);
                } else {
                    request[member] = value;
                }
                let ran = adapter.execute(name, &request.to_string());
                assert_eq!(ran.result(), "INVALID_REQUEST", "{name} {member}");
                let named = ran.message().contains(&format!("\"{member}\""));
                assert!(named, "{name} {member}: {}", ran.message());
                tried += 1;
            }
        }
    }
    assert!(tried > 400, "{tried}");
    assert_eq!(emulator.ledger().complete(), 0);
}
