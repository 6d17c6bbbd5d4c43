//! The 24-hour window: opened by a customer's message, closed by time, kept as the rule says.

use std::time::Duration;

use cloud_api_emulator::{Config, Emulator, Strictness, WindowRule};
use serde_json::{Value, json};

use crate::support::{Client, of_type, text_message};

fn emulator(rule: WindowRule) -> (Emulator, Client) {
    let strictness = Strictness {
        service_window: rule,
        ..Strictness::default()
    };
    let emulator = Emulator::start(Config {
        strictness,
        ..Config::default()
    })
    .unwrap();
    let client = Client::new(&emulator);
    (emulator, client)
}

#[test]
fn a_message_outside_of_the_window_is_refused() {
    let (emulator, client) = emulator(WindowRule::Refused);
    assert_eq!(client.send(&text_message("x")).code(), 131_047);
    emulator.customer_sends(json!({"text": {"body": "hi"}}));
    assert_eq!(client.send(&text_message("x")).code(), 0);
    emulator.advance_clock(Duration::from_secs(24 * 60 * 60 + 1));
    assert_eq!(client.send(&text_message("x")).code(), 131_047);
    let template = json!({"name": "hello_world", "language": {"code": "en_US"}});
    assert_eq!(client.send(&of_type("template", &template)).code(), 0);
    let window = |open: bool| {
        let body = json!({"customer": "16505551234", "open": open}).to_string();
        client.post("/__window", "", body.as_bytes());
    };
    window(true);
    assert_eq!(client.send(&text_message("x")).code(), 0);
    window(false);
    assert_eq!(client.send(&text_message("x")).code(), 131_047);
    let mut group = text_message("x");
    group["recipient_type"] = json!("group");
    assert_eq!(client.send(&group).code(), 0);
}

#[test]
fn or_it_is_accepted_and_reported_as_failed() {
    let (emulator, client) = emulator(WindowRule::Reported);
    assert_eq!(client.send(&text_message("x")).status, 200);
    while emulator.ledger().webhooks.is_empty() {
        std::thread::yield_now();
    }
    let ledger = emulator.ledger();
    assert_eq!(ledger.webhooks.len(), 1);
    let body: Value = serde_json::from_slice(&ledger.webhooks[0].body).unwrap();
    let status = &body["entry"][0]["changes"][0]["value"]["statuses"][0];
    assert_eq!(status["status"], "failed");
    assert_eq!(status["errors"][0]["code"], 131_047);
    let details = status["errors"][0]["error_data"]["details"]
        .as_str()
        .unwrap();
    assert!(details.contains("more than 24 hours"), "{details}");
}

#[test]
fn nobody_asks_by_default() {
    let emulator = Emulator::start(Config::default()).unwrap();
    assert_eq!(Client::new(&emulator).send(&text_message("x")).status, 200);
}

#[test]
fn whatsapp_may_know_a_number_by_another() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let body = br#"{"number":"5511987654321","wa_id":"551187654321"}"#;
    assert_eq!(client.post("/__wa_id", "", body).status, 202);
    let mut message = text_message("x");
    message["to"] = json!("+55 11 98765-4321");
    let contact = client.send(&message).json()["contacts"][0].clone();
    assert_eq!(
        contact,
        json!({"input": "+55 11 98765-4321", "wa_id": "551187654321"})
    );
    while emulator.ledger().webhooks.is_empty() {
        std::thread::yield_now();
    }
    let body: Value = serde_json::from_slice(&emulator.ledger().webhooks[0].body).unwrap();
    let status = &body["entry"][0]["changes"][0]["value"]["statuses"][0];
    assert_eq!(status["recipient_id"], "551187654321");
}
