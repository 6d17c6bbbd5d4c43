//! What can go wrong with notifications on their way.

use std::time::Duration;

use cloud_api_emulator::{BatchShape, Config, Emulator, WebhookFault, inbound, sign};
use serde_json::Value;

use crate::support::{Delivery, Webhook};

const PATIENCE: Duration = Duration::from_secs(10);

/// Posts texts under these faults and returns what arrived.
fn deliver(faults: &[WebhookFault], texts: &[&str], expected: usize) -> (Emulator, Vec<Delivery>) {
    let webhook = Webhook::start(&[]);
    let emulator = Emulator::start(Config {
        webhook_url: Some(webhook.url.clone()),
        webhook_idle: Duration::from_millis(80),
        ..Config::default()
    })
    .unwrap();
    for fault in faults {
        emulator.inject_webhook(fault.clone());
    }
    for text in texts {
        emulator.customer_sends(inbound::text("16505551234", text));
    }
    assert!(emulator.wait_for_webhooks(expected, PATIENCE));
    let deliveries = webhook.deliveries();
    assert_eq!(deliveries.len(), expected);
    (emulator, deliveries)
}

/// The texts that one delivery holds, wherever in its body.
fn texts_of(delivery: &Delivery) -> Vec<String> {
    let json: Value = serde_json::from_slice(&delivery.body).unwrap();
    let entries = json["entry"].as_array().unwrap().iter();
    let changes = entries.flat_map(|entry| entry["changes"].as_array().unwrap());
    let messages = changes.flat_map(|change| change["value"]["messages"].as_array().unwrap());
    messages
        .map(|message| message["text"]["body"].as_str().unwrap().to_owned())
        .collect()
}

fn texts(deliveries: &[Delivery]) -> Vec<String> {
    deliveries.iter().flat_map(texts_of).collect()
}

#[test]
fn a_duplicate_is_the_same_to_the_byte() {
    let (emulator, deliveries) = deliver(&[WebhookFault::DuplicateNow], &["a", "b"], 3);
    assert_eq!(texts(&deliveries), ["a", "a", "b"]);
    assert_eq!(deliveries[0].body, deliveries[1].body);
    let faults: Vec<_> = emulator
        .ledger()
        .webhooks
        .iter()
        .map(|it| it.fault.clone())
        .collect();
    let named = Some("duplicate_now".to_owned());
    assert_eq!(faults, [named.clone(), named, None]);
}

#[test]
fn a_duplicate_can_come_later() {
    let fault = WebhookFault::DuplicateLater { after: 2 };
    let (_, deliveries) = deliver(&[fault], &["a", "b", "c", "d"], 5);
    assert_eq!(texts(&deliveries), ["a", "b", "c", "a", "d"]);
}

#[test]
fn duplicates_can_come_at_the_same_time() {
    let fault = WebhookFault::DuplicateConcurrent { copies: 8 };
    let (_, deliveries) = deliver(&[fault], &["a", "b"], 9);
    assert_eq!(
        texts(&deliveries)
            .iter()
            .filter(|text| *text == "a")
            .count(),
        8
    );
    assert_eq!(texts(&deliveries)[8], "b");
}

#[test]
fn a_late_notification_lets_others_go_first() {
    let fault = WebhookFault::Late { after: 1 };
    let (_, deliveries) = deliver(std::slice::from_ref(&fault), &["a", "b", "c"], 3);
    assert_eq!(texts(&deliveries), ["b", "a", "c"]);
    let (_, alone) = deliver(&[fault], &["a"], 1);
    assert_eq!(texts(&alone), ["a"]);
}

#[test]
fn a_lost_notification_is_only_in_the_ledger() {
    let (emulator, deliveries) = deliver(&[WebhookFault::Lost], &["a", "b"], 1);
    assert_eq!(texts(&deliveries), ["b"]);
    let lost = &emulator.ledger().webhooks[0];
    assert_eq!(
        (lost.fault.as_deref(), lost.attempts.len()),
        (Some("lost"), 0)
    );
}

#[test]
fn a_batch_holds_its_notifications_in_order_in_each_shape() {
    for (shape, entries, changes) in [
        (BatchShape::Entries, 3, 1),
        (BatchShape::Changes, 1, 3),
        (BatchShape::Values, 1, 1),
    ] {
        let fault = WebhookFault::Batch { size: 3, shape };
        let (_, deliveries) = deliver(&[fault], &["a", "b", "c", "d"], 2);
        assert_eq!(texts_of(&deliveries[0]), ["a", "b", "c"]);
        let json: Value = serde_json::from_slice(&deliveries[0].body).unwrap();
        assert_eq!(json["entry"].as_array().unwrap().len(), entries);
        assert_eq!(
            json["entry"][0]["changes"].as_array().unwrap().len(),
            changes
        );
    }
}

#[test]
fn a_batch_of_a_thousand_is_one_delivery_and_a_short_one_does_not_wait_for_ever() {
    let names: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let fault = WebhookFault::Batch {
        size: 1000,
        shape: BatchShape::Changes,
    };
    let (_, deliveries) = deliver(std::slice::from_ref(&fault), &names, 1);
    assert_eq!(texts_of(&deliveries[0]), names);
    let (_, short) = deliver(&[fault], &["a", "b"], 1);
    assert_eq!(texts_of(&short[0]), ["a", "b"]);
}

#[test]
fn a_large_notification_has_exactly_the_length_asked_for() {
    for bytes in [3 * 1024 * 1024, 3 * 1024 * 1024 + 1, 20_000, 9_000] {
        let (_, deliveries) = deliver(&[WebhookFault::Large { bytes }], &["a"], 1);
        assert_eq!(deliveries[0].body.len(), bytes);
        assert_eq!(texts_of(&deliveries[0])[0], "a");
    }
    let (_, deliveries) = deliver(&[WebhookFault::Large { bytes: 10 }], &["a"], 1);
    assert_eq!(texts(&deliveries), ["a"]);
}

#[test]
fn signatures_can_be_wrong_absent_or_of_another_secret() {
    let secret = "an old secret".to_owned();
    let faults = [
        WebhookFault::WrongSignature,
        WebhookFault::NoSignature,
        WebhookFault::SignedWith {
            secret: secret.clone(),
        },
    ];
    let (emulator, deliveries) = deliver(&faults, &["a", "b", "c", "d"], 4);
    let right = |index: usize| sign(&emulator.config().app_secret, &deliveries[index].body);
    let given = |index: usize| deliveries[index].header("x-hub-signature-256");
    let wrong = given(0).unwrap();
    assert_eq!(wrong.len(), right(0).len());
    assert_ne!(wrong, right(0));
    assert_eq!(given(1), None);
    assert_eq!(given(2).unwrap(), sign(&secret, &deliveries[2].body));
    assert_eq!(given(3).unwrap(), right(3));
}

#[test]
fn chunks_hold_the_signed_body() {
    let (emulator, deliveries) = deliver(&[WebhookFault::Chunked], &["ä".repeat(50).as_str()], 1);
    let delivery = &deliveries[0];
    assert_eq!(delivery.header("transfer-encoding"), Some("chunked"));
    assert_eq!(delivery.header("content-length"), None);
    let signature = sign(&emulator.config().app_secret, &delivery.body);
    assert_eq!(
        delivery.header("x-hub-signature-256"),
        Some(signature.as_str())
    );
    assert_eq!(texts_of(delivery), ["ä".repeat(50)]);
}
