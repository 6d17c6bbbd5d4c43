//! Blocked customers: listed, not heard, not written to.

use cloud_api_emulator::{Strictness, WindowRule};
use serde_json::json;

use crate::support::{Answer, Client, quiet, text_message};

fn call(client: &Client, method: &str, users: &[&str]) -> Answer {
    let users: Vec<_> = users.iter().map(|user| json!({"user": user})).collect();
    let body = json!({"messaging_product": "whatsapp", "block_users": users});
    client.graph(
        method,
        &format!("{}/block_users", client.phone_number_id),
        &body,
    )
}

#[test]
fn a_blocked_customer_is_neither_heard_nor_written_to() {
    let (emulator, client) = quiet();
    let answer = call(&client, "POST", &["+1 650 555 1234"]);
    assert_eq!(
        answer.json(),
        json!({"messaging_product": "whatsapp", "block_users": {
            "added_users": [{"input": "+1 650 555 1234", "wa_id": "16505551234"}]}})
    );
    let refused = client.send(&text_message("x"));
    assert_eq!((refused.status, refused.code()), (403, 130_403));
    let silenced = client.post("/__inbound", "", b"{}").json();
    assert_eq!(silenced, json!({"queued": 0}));
    let answer = call(&client, "DELETE", &["16505551234"]);
    assert_eq!(
        answer.json()["block_users"]["removed_users"][0]["wa_id"],
        "16505551234"
    );
    assert_eq!(client.send(&text_message("x")).status, 200);
    assert_eq!(
        client.post("/__inbound", "", b"{}").json(),
        json!({"queued": 1})
    );
    assert_eq!(call(&client, "DELETE", &["16505551234"]).code(), 139_100);
    drop(emulator);
}

#[test]
fn the_list_of_the_blocked_has_pages() {
    let (emulator, client) = quiet();
    let all: Vec<String> = (0..5).map(|it| format!("1650555000{it}")).collect();
    let named: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(call(&client, "POST", &named).status, 200);
    assert_eq!(emulator.account()["blocked"], json!(all));
    let page = |query: &str| {
        let path = format!("{}/block_users?{query}", client.phone_number_id);
        client.get(&path).json()
    };
    let first = page("limit=2");
    assert_eq!(
        first["data"][1],
        json!({"messaging_product": "whatsapp", "wa_id": all[1]})
    );
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    let second = page(&format!("limit=4&after={after}"));
    assert_eq!(second["data"].as_array().unwrap().len(), 3);
    assert_eq!(second["paging"].get("next"), None);
}

#[test]
fn only_who_wrote_in_the_last_day_can_be_blocked() {
    let (emulator, client) = quiet();
    emulator.set_strictness(Strictness {
        service_window: WindowRule::Refused,
        ..Strictness::default()
    });
    emulator.set_window("16505550001", true);
    let answer = call(&client, "POST", &["16505550001", "16505550002", "12"]);
    let json = answer.json();
    assert_eq!((answer.status, answer.code()), (400, 139_100));
    assert_eq!(
        json["block_users"]["added_users"][0]["wa_id"],
        "16505550001"
    );
    let failed = &json["block_users"]["failed_users"];
    assert_eq!(failed[0]["errors"][0]["code"], 131_047);
    assert_eq!(failed[1]["errors"][0]["code"], 131_009);
    assert!(emulator.ledger().requests[0].accepted);
    assert_eq!(call(&client, "POST", &["16505550003"]).status, 400);
    assert!(!emulator.ledger().requests[1].accepted);
}

#[test]
fn the_body_is_checked() {
    let (_emulator, client) = quiet();
    let path = format!("{}/block_users", client.phone_number_id);
    for body in [
        json!({"block_users": [{"user": "16505551234"}]}),
        json!({"messaging_product": "whatsapp"}),
        json!({"messaging_product": "whatsapp", "block_users": "16505551234"}),
        json!({"messaging_product": "whatsapp", "block_users": [{"user": "1", "x": 1}]}),
    ] {
        assert_eq!(client.graph("POST", &path, &body).code(), 100, "{body}");
    }
    assert_eq!(call(&client, "POST", &[]).code(), 131_009);
}
