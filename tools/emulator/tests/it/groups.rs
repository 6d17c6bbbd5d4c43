//! Groups: made, changed, joined and deleted as Meta's reference has it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, quiet, watched};

#[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
fn body(members: Value) -> Value {
    let mut body = json!({"messaging_product": "whatsapp"});
    let members = members.as_object().cloned().unwrap_or_default();
    body.as_object_mut().unwrap().extend(members);
    body
}

/// The id of a new group.
fn group(client: &Client, mode: &str) -> String {
    let asked = body(json!({"subject": " Watches ", "join_approval_mode": mode}));
    let created = client.graph("POST", &client.number("/groups"), &asked);
    assert!(
        created.json()["request_id"].is_string(),
        "{}",
        created.json()
    );
    let listed = client.get(&client.number("/groups")).json();
    listed["data"]["groups"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_group_is_made_shown_changed_and_deleted() {
    let (_emulator, client) = quiet();
    let id = group(&client, "auto_approve");
    let shown = client
        .get(&format!("{id}?fields=subject,participants,suspended"))
        .json();
    assert_eq!(
        shown,
        json!({"id": id, "subject": "Watches", "participants": [], "suspended": false})
    );
    assert_eq!(
        client.get(&id).json(),
        json!({"id": id, "messaging_product": "whatsapp"})
    );
    let changed = client.graph("POST", &id, &body(json!({"description": "Time"})));
    assert!(changed.json()["request_id"].is_string());
    let shown = client.get(&format!("{id}?fields=description")).json();
    assert_eq!(shown["description"], "Time");
    let link = |method: &str, body: &Value| {
        let answer = client
            .graph(method, &format!("{id}/invite_link"), body)
            .json();
        answer["invite_link"].as_str().unwrap().to_owned()
    };
    let old = link("GET", &Value::Null);
    let new = link("POST", &body(json!({})));
    assert_ne!(old, new);
    assert_eq!(link("GET", &Value::Null), new);
    assert_eq!(
        client.graph("DELETE", &id, &Value::Null).json(),
        json!({"success": true})
    );
    assert_eq!(client.get(&id).code(), 100);
}

#[test]
fn a_picture_is_told_by_its_hash_and_what_is_no_jpeg_is_refused() {
    let (webhook, emulator, client) = watched();
    let id = group(&client, "auto_approve");
    let form = |part: &str, mime_type: &str, bytes: &str| {
        let body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
             --limit\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"a\"\r\n\
             Content-Type: {mime_type}\r\n\r\n{bytes}\r\n--limit--\r\n"
        );
        let headers = format!(
            "Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=limit\r\n",
            emulator.config().access_token
        );
        client.post(&format!("/v27.0/{id}"), &headers, body.as_bytes())
    };
    for (part, mime_type, bytes, code) in [
        ("profile_picture_file", "image/png", "x", 100),
        ("profile_picture_file", "image/jpeg", "", 131_009),
        ("picture", "image/jpeg", "x", 100),
    ] {
        assert_eq!(
            form(part, mime_type, bytes).code(),
            code,
            "{part} {mime_type}"
        );
    }
    let changed = form("profile_picture_file", "image/jpeg", "abc").json();
    assert!(changed["request_id"].is_string(), "{changed}");
    assert!(emulator.wait_for_webhooks(2, Duration::from_secs(10)));
    let told = webhook.deliveries().pop().unwrap().value();
    let told = &told["groups"][0];
    assert_eq!(told["request_id"], changed["request_id"]);
    // What `printf abc | openssl dgst -sha256 -binary | base64` prints.
    let sha256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    assert_eq!(
        told["profile_picture"],
        json!({"mime_type": "image/jpeg", "sha256": sha256})
    );
}

#[test]
fn what_a_group_cannot_be_is_refused() {
    let (_emulator, client) = quiet();
    let id = group(&client, "auto_approve");
    let groups = client.number("/groups");
    for (path, wrong, code) in [
        (groups.as_str(), json!({"subject": "a"}), 100),
        (&groups, body(json!({})), 100),
        (&groups, body(json!({"subject": "x".repeat(129)})), 131_009),
        (
            &groups,
            body(json!({"subject": "a", "description": "x".repeat(2049)})),
            131_009,
        ),
        (
            &groups,
            body(json!({"subject": "a", "join_approval_mode": "ask"})),
            100,
        ),
        (&groups, body(json!({"subject": "a", "size": 1})), 100),
        (&id, body(json!({})), 100),
        (
            &id,
            body(json!({"join_approval_mode": "auto_approve"})),
            100,
        ),
        ("1/invite_link", body(json!({})), 100),
    ] {
        assert_eq!(
            client.graph("POST", path, &wrong).code(),
            code,
            "{path} {wrong}"
        );
    }
    assert_eq!(client.get(&format!("{id}?fields=owner")).code(), 100);
    assert_eq!(client.get(&client.account("/groups")).code(), 100);
}

#[test]
fn people_ask_to_join_and_somebody_decides() {
    let (emulator, client) = quiet();
    let id = group(&client, "approval_required");
    let path = format!("{id}/join_requests");
    let asked: Vec<String> = ["16505550001", "16505550002"]
        .iter()
        .map(|it| emulator.join_group(&id, it).unwrap())
        .collect();
    let listed = client.get(&format!("{path}?limit=1")).json();
    assert_eq!(listed["data"][0]["join_request_id"], asked[0]);
    assert_eq!(listed["data"][0]["wa_id"], "16505550001");
    assert!(listed["paging"]["next"].is_string());
    let decide = |method: &str, ids: &[&str]| {
        client
            .graph(method, &path, &body(json!({"join_requests": ids})))
            .json()
    };
    let approved = decide("POST", &[&asked[0], "7"]);
    assert_eq!(approved["approved_join_requests"], json!([asked[0]]));
    let failed = &approved["failed_join_requests"][0];
    assert_eq!(
        (&failed["join_request_id"], &failed["errors"][0]["code"]),
        (&json!("7"), &json!(131_213))
    );
    assert_eq!(
        decide("DELETE", &[&asked[1]])["rejected_join_requests"],
        json!([asked[1]])
    );
    let shown = client.get(&format!("{id}?fields=participants")).json();
    assert_eq!(shown["participants"], json!([{"wa_id": "16505550001"}]));
    let remove = |users: Value| {
        let body = body(json!({"participants": users}));
        client.graph("DELETE", &format!("{id}/participants"), &body)
    };
    assert_eq!(remove(json!([{"user": "16505550002"}])).code(), 131_212);
    assert_eq!(remove(json!([])).code(), 131_009);
    assert_eq!(remove(json!([{"name": "1"}])).code(), 100);
    assert_eq!(remove(json!([{"user": "+1 650-555-0001"}])).status, 200);
    assert_eq!(emulator.join_group("1", "16505550001"), None);
}

#[test]
fn a_group_has_eight_people_at_most() {
    let (emulator, client) = quiet();
    let id = group(&client, "auto_approve");
    for number in 0..8 {
        assert!(
            emulator
                .join_group(&id, &format!("1650555000{number}"))
                .is_some()
        );
    }
    assert_eq!(emulator.join_group(&id, "16505550009"), None);
}

#[test]
fn the_webhook_is_told_of_each_change() {
    let (webhook, emulator, client) = watched();
    let id = group(&client, "auto_approve");
    client.graph("POST", &id, &body(json!({"subject": "Clocks"})));
    client.graph("DELETE", &id, &Value::Null);
    assert!(emulator.wait_for_webhooks(3, Duration::from_secs(10)));
    let kinds: Vec<Value> = webhook
        .deliveries()
        .iter()
        .map(|delivery| delivery.value()["groups"][0]["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        ["group_create", "group_settings_update", "group_delete"]
    );
}
