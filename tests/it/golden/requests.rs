//! What leaves the machine for each send: the body byte for byte, and the head's facts.

use serde_json::{Value, json};

use super::compare;
use crate::rig::{self, EntryPoint};

/// Each send: the golden file's name, command, request.
pub(crate) fn sends() -> Vec<(&'static str, &'static str, Value)> {
    let (text, template, reaction) = (
        "sendMessageText",
        "sendMessageTextTemplate",
        "sendMessageReaction",
    );
    let (number, id) = ("+16505551234", "wamid.HBgLMTY1MDU1NTEyMzQ=");
    vec![
        (
            "text",
            text,
            json!({ "phoneNumber": number, "message": "Hello" }),
        ),
        (
            "text-that-needs-escaping",
            text,
            json!({
                "phoneNumber": number,
                "message": "Grüße 👩‍👩‍👧 \"quoted\" back\\slash / \n\r\t \u{8}\u{c}\u{1}\u{1f}\
                            \u{7f} \u{2028}\u{0}",
            }),
        ),
        (
            "text-to-a-number-as-people-write-it",
            text,
            json!({ "phoneNumber": "+1 (650) 555-1234", "message": "Hello" }),
        ),
        (
            "text-to-a-business-scoped-id",
            text,
            json!({ "phoneNumber": "US.13491208655302741918", "message": "Hello" }),
        ),
        (
            "template",
            template,
            json!({
                "phoneNumber": number, "templateName": "hello_world", "languageCode": "en_US"
            }),
        ),
        (
            "template-to-a-business-scoped-id",
            template,
            json!({
                "phoneNumber": "US.ENT.13491208655302741918",
                "templateName": "hello_world", "languageCode": "en_US",
            }),
        ),
        (
            "reaction",
            reaction,
            json!({ "phoneNumber": number, "messageId": id, "emoji": "👍🏽" }),
        ),
        (
            "reaction-removal",
            reaction,
            json!({ "phoneNumber": number, "messageId": id, "emoji": "" }),
        ),
    ]
}

/// The host's id in every send.
pub(crate) const CORRELATION: &str = "order-4711/\"step 2\"";

#[test]
fn every_send_has_exactly_the_body_of_its_golden_file() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    for (name, command, request) in sends() {
        emulator.clear_ledger();
        let ran = adapter.execute_with(command, &request.to_string(), Some(CORRELATION));
        assert_eq!(ran.result(), "OK", "{name}: {}", ran.message());
        let ledger = emulator.ledger();
        assert_eq!(
            (ledger.complete(), ledger.accepted_with(CORRELATION)),
            (1, 1),
            "{name}"
        );
        compare(&format!("requests/{name}.json"), &ledger.requests[0].body);
    }
}

#[test]
fn without_a_hosts_id_the_body_differs_in_the_callback_data_alone() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    for (name, command, request) in sends() {
        emulator.clear_ledger();
        for id in [Some(CORRELATION), None] {
            let ran = adapter.execute_with(command, &request.to_string(), id);
            assert_eq!(ran.result(), "OK", "{name}: {}", ran.message());
        }
        let mut bodies = emulator
            .ledger()
            .requests
            .into_iter()
            .map(|sent| sent.json.unwrap());
        let (mut with, mut without) = (bodies.next().unwrap(), bodies.next().unwrap());
        let data = "biz_opaque_callback_data";
        assert_eq!(
            with.as_object_mut().unwrap().remove(data),
            Some(CORRELATION.into()),
            "{name}"
        );
        assert_ne!(
            without.as_object_mut().unwrap().remove(data),
            Some(CORRELATION.into()),
            "{name}"
        );
        assert_eq!(with, without, "{name}");
    }
}

#[test]
fn every_send_has_the_head_that_meta_asks_for() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    for (name, command, request) in sends() {
        emulator.clear_ledger();
        adapter.execute(command, &request.to_string());
        let ledger = emulator.ledger();
        assert_eq!(ledger.complete(), 1, "{name}");
        let sent = &ledger.requests[0];
        assert!(sent.token_matched, "{name}");
        assert_eq!(sent.path, "/v26.0/106540352242922/messages", "{name}");
        assert_eq!(
            sent.content_type.as_deref(),
            Some("application/json"),
            "{name}"
        );
        let version = concat!("whatsapp-adapter/", env!("CARGO_PKG_VERSION"));
        assert_eq!(sent.user_agent.as_deref(), Some(version), "{name}");
    }
}

#[test]
fn the_version_and_the_number_of_the_properties_make_the_path() {
    let emulator = rig::emulator();
    let mut properties = rig::properties(&emulator);
    properties["apiVersion"] = "v25.0".into();
    properties["baseUrl"] = format!("{}/", emulator.base_url()).into();
    let adapter = rig::Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    adapter.execute(
        "sendMessageText",
        r#"{"phoneNumber":"+16505551234","message":"Hello"}"#,
    );
    assert_eq!(
        emulator.ledger().requests[0].path,
        "/v25.0/106540352242922/messages"
    );
}
