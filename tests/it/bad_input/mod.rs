//! Input that is wrong: refused with a message that names it, and nothing leaves.

mod documents;
mod members;
pub(crate) mod properties;
pub(crate) mod requests;

use serde_json::json;

use crate::rig::{self, Adapter, EntryPoint, Failure};
use properties::{SECRET, TOKEN};

/// A message is one line for a person: not empty, not endless, without the token.
fn check_message(name: &str, message: &str, token: &str) {
    assert!(!message.is_empty(), "{name}: no message");
    assert!(
        message.chars().count() < 1_000,
        "{name}: {} bytes",
        message.len()
    );
    assert!(
        !message.contains(token),
        "{name}: the message shows the token: {message}"
    );
    assert!(!message.contains(char::is_control), "{name}: {message:?}");
}

fn refusal(name: &str, properties: &str) -> Failure {
    match Adapter::create(EntryPoint::Loaded, properties) {
        Ok(_) => panic!("{name}: an adapter was created"),
        Err(failure) => failure,
    }
}

#[test]
fn properties_that_break_the_descriptor_are_refused_by_name() {
    for case in properties::cases() {
        let name = &case.name;
        let failure = refusal(name, &case.json);
        assert_eq!(failure.result, case.result, "{name}: {}", failure.message);
        assert!(
            failure.message.contains(&case.says),
            "{name}: {:?} is not in {:?}",
            case.says,
            failure.message
        );
        check_message(name, &failure.message, TOKEN);
        assert!(
            !failure.retryable && !failure.maybe_sent,
            "{name}: {failure:?}"
        );
    }
}

#[test]
fn properties_at_the_edge_are_accepted() {
    for (name, json) in properties::good() {
        if let Err(failure) = Adapter::create(EntryPoint::Loaded, &json) {
            panic!("{name}: {}", failure.message);
        }
    }
}

#[test]
fn requests_that_break_the_descriptor_are_refused_by_name_and_nothing_leaves() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    let token = &emulator.config().access_token;
    for case in requests::cases() {
        let name = &case.name;
        let ran = adapter.execute_with(&case.command, &case.json, Some("order 4711"));
        assert_eq!(ran.result(), case.result, "{name}: {}", ran.message());
        assert!(
            ran.message().contains(&case.says),
            "{name}: {:?} is not in {:?}",
            case.says,
            ran.message()
        );
        check_message(name, ran.message(), token);
        assert!(ran.events.is_empty(), "{name}");
        assert_eq!(
            ran.response.is_some(),
            case.result == "INVALID_REQUEST",
            "{name}"
        );
        if ran.response.is_some() {
            let response = ran.json();
            assert_eq!(response["status"], "FAILED", "{name}: {response}");
            if case.command != "processWebhook" {
                assert_eq!(response["messageId"], "", "{name}: {response}");
                assert_eq!(response["code"], "INVALID_REQUEST", "{name}: {response}");
                assert_eq!(response["error"], ran.message(), "{name}: {response}");
                let details = &response["details"];
                assert_eq!(details["outcome"], "not_sent", "{name}: {response}");
                assert_eq!(details["retryable"], false, "{name}: {response}");
                assert_eq!(details["attempts"], 0, "{name}: {response}");
            }
        }
    }
    assert_eq!(emulator.ledger().complete(), 0);
}

#[test]
fn requests_at_the_edge_reach_meta() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    for (name, command, json) in requests::good() {
        emulator.clear_ledger();
        let ran = adapter.execute(command, &json);
        assert_ne!(ran.result(), "INVALID_REQUEST", "{name}: {}", ran.message());
        assert_eq!(emulator.ledger().complete(), 1, "{name}: {}", ran.message());
    }
}

#[test]
fn a_correlation_id_has_1_to_512_bytes() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    let (command, request) = &requests::valid()[0];
    for (id, fits) in [
        (String::new(), false),
        ("x".to_owned(), true),
        ("x".repeat(512), true),
        ("x".repeat(513), false),
        ("é".repeat(256), true),
        ("é".repeat(257), false),
    ] {
        emulator.clear_ledger();
        let ran = adapter.execute_with(command, &request.to_string(), Some(&id));
        assert_eq!(
            ran.result(),
            if fits { "OK" } else { "INVALID_ARGUMENT" },
            "{} bytes",
            id.len()
        );
        assert_eq!(ran.response.is_some(), fits, "{} bytes", id.len());
        assert_eq!(
            emulator.ledger().accepted_with(&id),
            usize::from(fits),
            "{} bytes",
            id.len()
        );
    }
}

#[test]
fn a_notification_longer_than_the_property_allows_is_refused() {
    let mut properties = properties::base();
    properties["maxNotificationBytes"] = 100.into();
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    for (length, fits) in [(99, true), (100, true), (101, false)] {
        let empty = r#"{"object":"whatsapp_business_account","entry":[]}"#;
        let notification = format!("{empty}{}", " ".repeat(length - empty.len()));
        let ran = adapter.execute("processWebhook", &rig::webhook_request(&notification));
        assert_eq!(
            ran.result(),
            if fits { "OK" } else { "INVALID_REQUEST" },
            "{length}"
        );
        assert_eq!(
            ran.message().contains("maxNotificationBytes"),
            !fits,
            "{}",
            ran.message()
        );
    }
}

/// The message on properties that are right but for these members.
fn message_on(name: &str, members: &serde_json::Value) -> String {
    let mut properties = properties::base();
    for (member, value) in members.as_object().unwrap() {
        properties[member] = value.clone();
    }
    refusal(name, &properties.to_string()).message
}

#[test]
fn a_secret_in_the_place_of_another_property_is_not_repeated_in_the_message() {
    for (name, members) in [
        ("the token as a version", json!({ "apiVersion": TOKEN })),
        ("the token as a number", json!({ "phoneNumberId": TOKEN })),
        ("the token as a URL", json!({ "baseUrl": TOKEN })),
        (
            "the token in a URL",
            json!({ "baseUrl": format!("https://{TOKEN}@graph.facebook.com") }),
        ),
        ("the token as a time", json!({ "timeoutMs": TOKEN })),
        ("the secret as a version", json!({ "apiVersion": SECRET })),
    ] {
        let message = message_on(name, &members);
        for secret in [TOKEN, SECRET] {
            assert!(!message.contains(secret), "{name}: {message}");
        }
    }
}

#[test]
fn a_secret_in_the_place_of_a_propertys_name_is_not_repeated_in_the_message() {
    for (name, members) in [
        ("the token as a name", json!({ TOKEN: "x" })),
        (
            "the secret as a name",
            json!({ "appSecret": SECRET, SECRET: "x" }),
        ),
    ] {
        let message = message_on(name, &members);
        for secret in [TOKEN, SECRET] {
            assert!(!message.contains(secret), "{name}: {message}");
        }
    }
}

#[test]
fn the_token_in_a_request_is_not_repeated_in_response_or_message() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    let token = emulator.config().access_token.clone();
    for (command, base) in requests::valid() {
        for member in base.as_object().unwrap().keys().chain([&token]) {
            let ran = adapter.execute(command, &members::with(&base, member, token.clone()));
            let response = ran.response.clone().unwrap_or_default();
            assert!(
                !ran.message().contains(&token),
                "{command}: {member}: {}",
                ran.message()
            );
            assert!(
                !response.contains(&token),
                "{command}: {member}: {response}"
            );
        }
    }
}
