//! What customers send: every type with an object of its own, media with a file behind them.

use cloud_api_emulator::inbound;
use serde_json::{Value, json};

use crate::support::quiet;

/// The message of the notification with this index.
fn message(emulator: &cloud_api_emulator::Emulator, index: usize) -> Value {
    while emulator.ledger().webhooks.len() <= index {
        std::thread::yield_now();
    }
    let body: Value = serde_json::from_slice(&emulator.ledger().webhooks[index].body).unwrap();
    body["entry"][0]["changes"][0]["value"]["messages"][0].clone()
}

#[test]
fn every_type_can_be_sent_by_its_name_alone() {
    let (emulator, client) = quiet();
    let types = [
        "text",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "contacts",
        "interactive",
        "button",
        "reaction",
        "order",
        "system",
        "unsupported",
        "edit",
        "revoke",
    ];
    for (index, kind) in types.iter().enumerate() {
        let body = json!({"type": kind}).to_string();
        assert_eq!(
            client.post("/__inbound", "", body.as_bytes()).json(),
            json!({"queued": 1})
        );
        let message = message(&emulator, index);
        assert_eq!(message["type"], *kind);
        assert!(message.get(kind).is_some(), "{message}");
        assert_eq!(message.get("errors").is_some(), *kind == "unsupported");
    }
}

#[test]
fn media_of_a_customer_can_be_fetched() {
    let (emulator, client) = quiet();
    emulator.customer_sends(json!({"type": "image", "image": {"caption": "look"}}));
    let image = message(&emulator, 0)["image"].clone();
    assert_eq!(
        (&image["mime_type"], &image["caption"]),
        (&json!("image/png"), &json!("look"))
    );
    let id = image["id"].as_str().unwrap();
    let found = client.get(id).json();
    assert_eq!(found["mime_type"], "image/png");
    let url = image["url"].as_str().unwrap();
    let (_, path) = url.split_once(&client.address.to_string()).unwrap();
    let headers = format!(
        "Authorization: Bearer {}\r\nUser-Agent: t\r\n",
        client.token
    );
    let file = client.call("GET", path, &headers, b"");
    assert!(file.body.starts_with(b"\x89PNG"));
    let added = emulator.add_customer_media("application/pdf", b"paper");
    emulator.customer_sends(inbound::document("16505551234", &added, "p.pdf"));
    // printf paper | openssl dgst -sha256 -binary | base64
    let document = message(&emulator, 1)["document"].clone();
    assert_eq!(
        document["sha256"],
        "OCY1yTJb8yc9GV/xuKROWxGv19l63euIY+o1/rmMGgc="
    );
    emulator.customer_sends(inbound::image("16505551234", "madeup", ""));
    let made_up = message(&emulator, 2)["image"].clone();
    assert_eq!(
        (&made_up["id"], made_up.get("url")),
        (&json!("madeup"), None)
    );
}

#[test]
fn replies_and_flows_round_trip() {
    let (emulator, _client) = quiet();
    let from = "16505551234";
    let reply = inbound::in_reply_to(
        inbound::list_reply(from, "r1", "Row", "d"),
        "15550783881",
        "wamid.A",
    );
    emulator.customer_sends(reply);
    let shown = message(&emulator, 0);
    assert_eq!(
        shown["context"],
        json!({"from": "15550783881", "id": "wamid.A"})
    );
    assert_eq!(shown["interactive"]["list_reply"]["id"], "r1");
    emulator.customer_sends(inbound::flow_reply(
        from,
        &json!({"flow_token": "t", "answer": 4}),
    ));
    let text = message(&emulator, 1)["interactive"]["nfm_reply"]["response_json"].clone();
    let answer: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(answer["answer"], 4);
}
