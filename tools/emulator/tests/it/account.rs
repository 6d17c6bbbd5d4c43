//! Phone number, business account and profile: what they show and how they are changed.

use serde_json::{Value, json};

use crate::support::quiet;

#[test]
fn a_phone_number_shows_the_fields_asked_for() {
    let (emulator, client) = quiet();
    let plain = client.get(&client.number("")).json();
    assert_eq!(plain["display_phone_number"], "+1 555-078-3881");
    assert_eq!(
        (&plain["id"], plain.get("health_status")),
        (&json!(client.phone_number_id), None)
    );
    let path =
        client.number("?fields=id,quality_rating,messaging_limit_tier,health_status{entities}");
    let shown = client.get(&path).json();
    assert_eq!(shown["health_status"]["can_send_message"], "AVAILABLE");
    assert_eq!(
        shown["health_status"]["entities"][0]["entity_type"],
        "PHONE_NUMBER"
    );
    assert_eq!(shown.as_object().unwrap().len(), 4);
    emulator.change_account(json!({
        "phone_number": {"quality_rating": "RED"},
        "health": {"phone_number": {"can_send_message": "BLOCKED", "errors": [
            {"error_code": 141_006, "error_description": "No payment method", "possible_solution": "Add one"}]}},
    }));
    let shown = client.get(&path).json();
    assert_eq!(shown["quality_rating"], "RED");
    assert_eq!(shown["health_status"]["can_send_message"], "BLOCKED");
    assert_eq!(
        shown["health_status"]["entities"][0]["errors"][0]["error_code"],
        141_006
    );
    let unknown = client.get(&client.number("?fields=color"));
    assert_eq!(unknown.code(), 100);
    assert!(
        unknown.details().contains("nonexisting field (color)"),
        "{}",
        unknown.details()
    );
}

#[test]
fn the_business_account_lists_its_numbers() {
    let (_emulator, client) = quiet();
    let list = client
        .get(&client.account("/phone_numbers?fields=status"))
        .json();
    assert_eq!(
        list["data"],
        json!([{"id": client.phone_number_id, "status": "CONNECTED"}])
    );
    let account = client
        .get(&client.account("?fields=name,health_status"))
        .json();
    assert_eq!(account["name"], "Emulated Shop");
    assert_eq!(
        account["health_status"]["entities"][0]["entity_type"],
        "WABA"
    );
}

#[test]
fn objects_edges_and_methods_are_told_apart() {
    let (_emulator, client) = quiet();
    let codes = |method: &str, path: &str| {
        let error = client.graph(method, path, &Value::Null).json()["error"].clone();
        (
            error["code"].as_u64().unwrap(),
            error["error_subcode"].as_u64(),
        )
    };
    assert_eq!(codes("GET", "1"), (100, Some(33)));
    assert_eq!(codes("GET", "1/phone_numbers"), (100, Some(33)));
    assert_eq!(
        codes("GET", &client.number("/phone_numbers")),
        (100, Some(33))
    );
    assert_eq!(codes("GET", &client.number("/messages")), (100, Some(33)));
    assert_eq!(codes("PUT", &client.account("")), (100, Some(33)));
    assert_eq!(codes("GET", &client.number("/secrets")).0, 2500);
    assert_eq!(codes("GET", &client.number("/media/1")).0, 2500);
}

#[test]
fn the_profile_can_be_changed() {
    let (_emulator, client) = quiet();
    let path = client.number("/whatsapp_business_profile");
    let update = |members: Value| {
        let mut body = json!({"messaging_product": "whatsapp"});
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        client.graph("POST", &path, &body)
    };
    assert_eq!(
        update(json!({"about": "Closed", "websites": ["https://a.example"]})).json(),
        json!({"success": true})
    );
    let profile = client
        .get(&format!("{path}?fields=about,websites,email"))
        .json();
    assert_eq!(profile["data"][0]["about"], "Closed");
    assert_eq!(profile["data"][0]["websites"], json!(["https://a.example"]));
    assert_eq!(profile["data"][0]["email"], "shop@shop.example");
    assert_eq!(
        client.get(&path).json()["data"][0]["messaging_product"],
        "whatsapp"
    );
    for (members, code) in [
        (json!({"about": "x".repeat(139)}), 0),
        (json!({"about": "x".repeat(140)}), 100),
        (json!({"about": ""}), 100),
        (json!({"address": "x".repeat(257)}), 100),
        (json!({"description": "x".repeat(513)}), 100),
        (json!({"email": "nobody"}), 100),
        (
            json!({"websites": ["https://a", "https://b", "https://c"]}),
            131_009,
        ),
        (json!({"websites": ["shop"]}), 100),
        (json!({"vertical": "SPACE"}), 100),
        (json!({"vertical": "RETAIL"}), 0),
        (json!({"color": "red"}), 100),
    ] {
        assert_eq!(update(members.clone()).code(), code, "{members}");
    }
    assert_eq!(
        client.graph("POST", &path, &json!({"about": "x"})).code(),
        100
    );
}

#[test]
fn forms_and_queries_are_read_like_json() {
    let (_emulator, client) = quiet();
    let bearer = format!("Authorization: Bearer {}\r\n", client.token);
    let form = bearer.clone() + "Content-Type: application/x-www-form-urlencoded\r\n";
    let path = format!(
        "/v26.0/{}/whatsapp_business_profile",
        client.phone_number_id
    );
    let body = b"messaging_product=whatsapp&about=From+a+form&websites=[\"https://a.example\"]";
    assert_eq!(client.post(&path, &form, body).status, 200);
    let query = format!("{path}?messaging_product=whatsapp&address=Somewhere");
    assert_eq!(client.post(&query, &bearer, b"").status, 200);
    let profile = client
        .get(&client.number("/whatsapp_business_profile"))
        .json();
    let shown = &profile["data"][0];
    assert_eq!(
        (&shown["about"], &shown["address"]),
        (&json!("From a form"), &json!("Somewhere"))
    );
    assert_eq!(shown["websites"], json!(["https://a.example"]));
}
