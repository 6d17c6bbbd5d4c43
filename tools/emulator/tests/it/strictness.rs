//! Which requests are refused, with which status and code: path, token, envelope, text, receipts.

use cloud_api_emulator::{Config, Emulator};
use serde_json::json;

use crate::support::{Client, assert_code, changed, text_message};

fn emulator() -> Emulator {
    let refused = vec![("+1 555 000 0001".to_owned(), 131_030)];
    Emulator::start(Config {
        refused,
        ..Config::default()
    })
    .unwrap()
}

#[test]
fn the_envelope_is_checked() {
    let emulator = emulator();
    for (path, value, code) in [
        ("/messaging_product", json!(null), 100),
        ("/messaging_product", json!("sms"), 100),
        ("/recipient_type", json!("crowd"), 100),
        ("/recipient_type", json!(null), 0),
        ("/to", json!(null), 100),
        ("/to", json!("12"), 131_009),
        ("/to", json!("5550000001"), 0),
        ("/to", json!("15550000001"), 131_030),
        ("/to", json!("15550783881"), 131_021),
        ("/type", json!("telegram"), 100),
        ("/type", json!("image"), 100),
        ("/type", json!(null), 0),
        ("/text", json!(null), 100),
        ("/extra", json!(1), 100),
        ("/image", json!({"id": "1"}), 100),
        ("/context", json!({"message_id": "wamid.X"}), 0),
        ("/context", json!({"id": "wamid.X"}), 100),
        ("/context", json!({}), 100),
        ("/biz_opaque_callback_data", json!("x".repeat(512)), 0),
        ("/biz_opaque_callback_data", json!("x".repeat(513)), 131_009),
        ("/biz_opaque_callback_data", json!({"a": 1}), 100),
    ] {
        assert_code(
            &emulator,
            &changed(text_message("hello"), path, value),
            code,
        );
    }
}

#[test]
fn text_is_checked() {
    let emulator = emulator();
    for (path, value, code) in [
        ("/text/body", json!(null), 100),
        ("/text/body", json!(""), 100),
        ("/text/body", json!("ü".repeat(4096)), 0),
        ("/text/body", json!("ü".repeat(4097)), 100),
        ("/text/body", json!(5), 100),
        ("/text/preview_url", json!(true), 0),
        ("/text/preview_url", json!("true"), 100),
        ("/text/color", json!("red"), 100),
        ("/text", json!("hello"), 100),
    ] {
        assert_code(
            &emulator,
            &changed(text_message("hello"), path, value),
            code,
        );
    }
}

#[test]
fn read_receipts_are_checked() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let sent = client.send(&text_message("hello")).json();
    let outgoing = sent["messages"][0]["id"].as_str().unwrap();
    let receipt =
        |id: &str| json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    let answer = client.send(&receipt("wamid.incoming"));
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"success": true}))
    );
    assert_code(&emulator, &receipt(outgoing), 100);
    assert_code(&emulator, &receipt("nonsense"), 100);
    assert_code(
        &emulator,
        &changed(receipt("wamid.x"), "/status", json!("unread")),
        100,
    );
    let typing = changed(
        receipt("wamid.x"),
        "/typing_indicator",
        json!({"type": "text"}),
    );
    assert_code(&emulator, &typing, 0);
}

/// Posts a valid message with this path and these headers; status and code of the answer.
fn verdict(emulator: &Emulator, path: &str, headers: &str, body: &str) -> (u16, u64) {
    let answer = Client::new(emulator).post(path, headers, body.as_bytes());
    assert_eq!(
        answer.header("www-authenticate").is_some(),
        matches!(answer.status, 400 | 401)
    );
    (
        answer.status,
        answer.json()["error"]["code"].as_u64().unwrap_or(0),
    )
}

#[test]
fn token_and_content_type_are_checked() {
    let emulator = emulator();
    let path = Client::new(&emulator).path();
    let good = format!(
        "Authorization: Bearer {}\r\n",
        emulator.config().access_token
    );
    let json = "Content-Type: application/json\r\n";
    let body = text_message("hello").to_string();
    for (headers, expected) in [
        (format!("{good}{json}"), (200, 0)),
        (json.to_owned(), (401, 190)),
        (format!("Authorization: Bearer wrong\r\n{json}"), (401, 190)),
        (good.replace("Bearer", "Basic") + json, (401, 190)),
        (good.clone(), (400, 100)),
        (format!("{good}Content-Type: text/plain\r\n"), (400, 100)),
        (
            format!("{good}Content-Type: application/json; charset=utf-8\r\n"),
            (200, 0),
        ),
    ] {
        assert_eq!(
            verdict(&emulator, &path, &headers, &body),
            expected,
            "{headers}"
        );
    }
}

#[test]
fn path_and_json_are_checked() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let (path, headers) = (client.path(), client.headers());
    let body = text_message("hello").to_string();
    for (path, body, expected) in [
        (path.clone(), "{", (400, 100)),
        (path.clone(), "[]", (400, 100)),
        (path.clone(), "", (400, 100)),
        ("/v26.0/1/messages".to_owned(), &body, (400, 100)),
        (path.replace("v26.0", "26.0"), &body, (400, 2500)),
        (path.replace("v26.0", "v99.0"), &body, (400, 2500)),
        (path.replace("messages", "message"), &body, (400, 2500)),
    ] {
        assert_eq!(
            verdict(&emulator, &path, &headers, body),
            expected,
            "{path} {body}"
        );
    }
    let error = &client
        .post("/v26.0/1/messages", &headers, body.as_bytes())
        .json()["error"];
    assert_eq!(
        (&error["error_subcode"], &error["type"]),
        (&json!(33), &json!("GraphMethodException"))
    );
}

#[test]
fn refusals_are_in_the_ledger_but_not_accepted() {
    let emulator = emulator();
    assert_code(
        &emulator,
        &changed(text_message("x"), "/to", json!(null)),
        100,
    );
    let ledger = emulator.ledger();
    assert_eq!((ledger.complete(), ledger.accepted()), (1, 0));
    assert_eq!(ledger.requests[0].error_code, Some(100));
    assert!(ledger.requests[0].token_matched);
}
