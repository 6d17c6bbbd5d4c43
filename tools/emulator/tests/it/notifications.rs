//! What the webhook gets, in which order, and how it is signed.

use std::time::Duration;

use crate::support::{Client, Webhook, text_message};
use cloud_api_emulator::{Clock, Config, Emulator, inbound, sign};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(10);

fn with_webhook(statuses: &[u16], config: Config) -> (Emulator, Webhook) {
    let webhook = Webhook::start(statuses);
    let config = Config {
        webhook_url: Some(webhook.url.clone()),
        clock: Clock::Fixed(1_700_000_000),
        ..config
    };
    (Emulator::start(config).unwrap(), webhook)
}

#[test]
fn a_message_is_followed_by_sent_delivered_read() {
    let (emulator, webhook) = with_webhook(&[], Config::default());
    let mut message = text_message("hello");
    message["biz_opaque_callback_data"] = json!("order-7");
    let answer = Client::new(&emulator).send(&message).json();
    assert!(emulator.wait_for_webhooks(3, PATIENCE));
    let statuses: Vec<Value> = webhook
        .deliveries()
        .iter()
        .map(|it| it.value()["statuses"][0].clone())
        .collect();
    let names: Vec<_> = statuses
        .iter()
        .map(|status| status["status"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sent", "delivered", "read"]);
    for status in &statuses {
        assert_eq!(status["id"], answer["messages"][0]["id"]);
        assert_eq!(status["recipient_id"], "16505551234");
        assert_eq!(status["biz_opaque_callback_data"], "order-7");
        assert!(status["timestamp"].is_string());
    }
    assert_eq!(statuses[0]["pricing"]["pricing_model"], "PMP");
    assert_eq!(statuses[0].get("errors"), None);
}

#[test]
fn a_message_of_direct_send_is_priced_as_its_category_and_names_its_template() {
    let (emulator, webhook) = with_webhook(&[], Config::default());
    let client = Client::new(&emulator);
    let mut message = text_message("on its way");
    assert_eq!(client.send(&message).status, 200);
    message["category"] = json!("utility");
    assert_eq!(client.send(&message).status, 200);
    assert!(emulator.wait_for_webhooks(6, PATIENCE));
    let deliveries = webhook.deliveries();
    let mut sent: Vec<Value> = deliveries
        .iter()
        .map(|it| it.value()["statuses"][0].clone())
        .filter(|status| status["status"] == "sent")
        .collect();
    sent.sort_by_key(|status| status["template_id"].is_string());
    assert_eq!(sent[0].get("template_id"), None);
    assert_eq!(sent[0]["pricing"]["category"], "service");
    assert!(sent[1]["template_id"].is_string());
    assert_eq!(sent[1]["pricing"]["category"], "utility");
}

#[test]
fn an_undeliverable_message_fails_with_a_contact_without_a_profile() {
    let undeliverable = vec![("16505551234".to_owned(), 131_026)];
    let (emulator, webhook) = with_webhook(
        &[],
        Config {
            undeliverable,
            ..Config::default()
        },
    );
    assert_eq!(
        Client::new(&emulator).send(&text_message("hello")).status,
        200
    );
    assert!(emulator.wait_for_webhooks(1, PATIENCE));
    let value = webhook.deliveries()[0].value();
    assert_eq!(value["statuses"][0]["status"], "failed");
    assert_eq!(value["statuses"][0]["errors"][0]["code"], 131_026);
    assert_eq!(value["contacts"][0].get("profile"), None);
}

#[test]
fn every_delivery_is_signed_over_its_raw_bytes_and_is_ascii() {
    let (emulator, webhook) = with_webhook(&[], Config::default());
    emulator.customer_sends(inbound::text("16505551234", "ä/😀"));
    assert!(emulator.wait_for_webhooks(1, PATIENCE));
    let delivery = &webhook.deliveries()[0];
    let expected = sign(&emulator.config().app_secret, &delivery.body);
    assert_eq!(
        delivery.header("x-hub-signature-256"),
        Some(expected.as_str())
    );
    assert_eq!(delivery.header("content-type"), Some("application/json"));
    let text = String::from_utf8(delivery.body.clone()).unwrap();
    assert!(text.contains(r"\u00e4\/\ud83d\ude00"), "{text}");
    assert!(text.is_ascii());
}

#[test]
fn a_customers_message_has_metas_shape() {
    let (emulator, _webhook) = with_webhook(&[], Config::default());
    emulator.customer_sends(json!({"from": "16505551234", "type": "text", "name": "Ada",
                                   "text": {"body": "hello"}}));
    assert!(emulator.wait_for_webhooks(1, PATIENCE));
    let body = String::from_utf8(emulator.ledger().webhooks[0].body.clone()).unwrap();
    let json: Value = serde_json::from_str(&body).unwrap();
    let id = json["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
        .as_str()
        .unwrap();
    let expected = format!(
        "{{\"object\":\"whatsapp_business_account\",\"entry\":[{{\"id\":\"102290129340398\",\
         \"changes\":[{{\"value\":{{\"messaging_product\":\"whatsapp\",\"metadata\":\
         {{\"display_phone_number\":\"15550783881\",\"phone_number_id\":\"106540352242922\"}},\
         \"contacts\":[{{\"profile\":{{\"name\":\"Ada\"}},\"wa_id\":\"16505551234\",\
         \"user_id\":\"US.13491208655302741918\"}}],\"messages\":[{{\"from\":\"16505551234\",\
         \"from_user_id\":\"US.13491208655302741918\",\"id\":\"{id}\",\"timestamp\":\"1700000000\",\
         \"type\":\"text\",\"text\":{{\"body\":\"hello\"}}}}]}},\"field\":\"messages\"}}]}}]}}"
    );
    assert_eq!(body, expected.replace('/', "\\/"));
}

#[test]
fn every_builder_makes_its_type() {
    let (emulator, webhook) = with_webhook(&[], Config::default());
    let from = "16505551234";
    let messages = [
        inbound::text(from, "t"),
        inbound::image(from, "1", "caption"),
        inbound::video(from, "1", ""),
        inbound::audio(from, "1"),
        inbound::document(from, "1", "a.pdf"),
        inbound::sticker(from, "1"),
        inbound::location(from, 37.5, -122.1, "here"),
        inbound::contacts(from, "Ada", "Lovelace", "+1"),
        inbound::button_reply(from, "1", "Yes"),
        inbound::list_reply(from, "1", "One", "the first"),
        inbound::flow_reply(from, &json!({"a": 1})),
        inbound::in_reply_to(inbound::button(from, "P", "Stop"), "15550783881", "wamid.X"),
        inbound::reaction(from, "wamid.X", None),
        inbound::order(from, "c", "p", 2),
        inbound::system(from, "12195555358"),
        inbound::unsupported(from),
        inbound::request_welcome(from),
    ];
    for message in &messages {
        emulator.customer_sends(message.clone());
    }
    assert!(emulator.wait_for_webhooks(messages.len(), PATIENCE));
    for (delivery, message) in webhook.deliveries().iter().zip(&messages) {
        let value = delivery.value();
        let kind = message["type"].as_str().unwrap();
        assert_eq!(value["messages"][0]["type"], kind);
        assert_eq!(value["messages"][0][kind], message[kind]);
        assert_eq!(value.get("contacts").is_some(), kind != "system", "{kind}");
    }
}

#[test]
fn notifications_arrive_in_the_order_in_which_they_happened() {
    let (emulator, webhook) = with_webhook(&[], Config::default());
    let client = Client::new(&emulator);
    for round in 0..5 {
        emulator.customer_sends(inbound::text("16505551234", &round.to_string()));
        client.send(&text_message("answer"));
    }
    assert!(emulator.wait_for_webhooks(20, PATIENCE));
    let times: Vec<String> = webhook
        .deliveries()
        .iter()
        .map(|it| timestamp(&it.value()))
        .collect();
    let mut sorted = times.clone();
    sorted.sort();
    assert_eq!(times, sorted);
}

fn timestamp(value: &Value) -> String {
    let either = [&value["messages"][0], &value["statuses"][0]];
    either
        .iter()
        .find_map(|it| it["timestamp"].as_str())
        .unwrap()
        .to_owned()
}

#[test]
fn a_refused_notification_is_posted_again_before_the_next_one() {
    let config = Config {
        webhook_retry_delay: Duration::from_millis(1),
        ..Config::default()
    };
    let (emulator, webhook) = with_webhook(&[500, 503, 200, 500, 500, 500], config);
    for text in ["first", "lost", "third"] {
        emulator.customer_sends(inbound::text("16505551234", text));
    }
    assert!(emulator.wait_for_webhooks(2, PATIENCE));
    let texts: Vec<Value> = webhook
        .deliveries()
        .iter()
        .map(|it| it.value()["messages"][0]["text"]["body"].clone())
        .collect();
    assert_eq!(
        texts,
        ["first", "first", "first", "lost", "lost", "lost", "third"]
    );
    let ledger = emulator.ledger();
    let attempts: Vec<_> = ledger.webhooks.iter().map(|it| it.attempts.len()).collect();
    assert_eq!(attempts, [3, 3, 1]);
    assert_eq!(ledger.webhooks[1].http_status, Some(500));
    assert_eq!(ledger.delivered(), 2);
}

#[test]
fn a_webhook_that_cannot_be_reached_is_told_in_the_ledger() {
    let config = Config {
        webhook_url: Some("http://127.0.0.1:1/".to_owned()),
        webhook_attempts: 2,
        webhook_retry_delay: Duration::ZERO,
        ..Config::default()
    };
    let emulator = Emulator::start(config).unwrap();
    emulator.customer_sends(inbound::text("1650", "x"));
    assert!(!emulator.wait_for_webhooks(1, Duration::from_millis(200)));
    let ledger = emulator.ledger();
    assert_eq!(ledger.webhooks[0].attempts.len(), 2);
    assert!(ledger.webhooks[0].attempts[0].error.is_some());
}

#[test]
fn the_handshake_sends_mode_challenge_and_token() {
    let verify_token = "a b&c".to_owned();
    let (emulator, webhook) = with_webhook(
        &[],
        Config {
            verify_token,
            ..Config::default()
        },
    );
    let challenge = emulator.subscribe().unwrap();
    let target = &webhook.deliveries()[0].target;
    assert_eq!(
        target,
        &format!(
            "/webhook?hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token=a%20b%26c"
        )
    );
    emulator.set_webhook_url(Some(Webhook::start(&[403]).url));
    assert!(emulator.subscribe().is_err());
    emulator.set_webhook_url(None);
    assert!(emulator.subscribe().is_err());
}

#[test]
fn raw_bytes_are_posted_as_they_are() {
    let (emulator, webhook) = with_webhook(&[], Config::default());
    emulator.post_notification(b"{ \"object\" : \"x\" }\n".to_vec());
    assert!(emulator.wait_for_webhooks(1, PATIENCE));
    assert_eq!(webhook.deliveries()[0].body, b"{ \"object\" : \"x\" }\n");
}
