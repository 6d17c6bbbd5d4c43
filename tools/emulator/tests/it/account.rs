//! Phone number, business account, profile, subscriptions, registration and token.

use cloud_api_emulator::{Config, Emulator};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Webhook, quiet, text_message};

fn number(client: &Client, edge: &str) -> String {
    format!("{}{edge}", client.phone_number_id)
}

fn waba(emulator: &Emulator, edge: &str) -> String {
    format!("{}{edge}", emulator.config().business_account_id)
}

fn get(client: &Client, path: &str) -> Answer {
    client.graph("GET", path, &Value::Null)
}

#[test]
fn a_phone_number_shows_the_fields_asked_for() {
    let (emulator, client) = quiet();
    let plain = get(&client, &number(&client, "")).json();
    assert_eq!(plain["display_phone_number"], "+1 555-078-3881");
    assert_eq!(
        (&plain["id"], plain.get("health_status")),
        (&json!(client.phone_number_id), None)
    );
    let path = number(
        &client,
        "?fields=id,quality_rating,messaging_limit_tier,health_status{entities}",
    );
    let shown = get(&client, &path).json();
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
    let shown = get(&client, &path).json();
    assert_eq!(shown["quality_rating"], "RED");
    assert_eq!(shown["health_status"]["can_send_message"], "BLOCKED");
    assert_eq!(
        shown["health_status"]["entities"][0]["errors"][0]["error_code"],
        141_006
    );
    let unknown = get(&client, &number(&client, "?fields=color"));
    assert_eq!(unknown.code(), 100);
    assert!(
        unknown.details().contains("nonexisting field (color)"),
        "{}",
        unknown.details()
    );
}

#[test]
fn the_business_account_lists_its_numbers() {
    let (emulator, client) = quiet();
    let list = get(&client, &waba(&emulator, "/phone_numbers?fields=status")).json();
    assert_eq!(
        list["data"],
        json!([{"id": client.phone_number_id, "status": "CONNECTED"}])
    );
    let account = get(&client, &waba(&emulator, "?fields=name,health_status")).json();
    assert_eq!(account["name"], "Emulated Shop");
    assert_eq!(
        account["health_status"]["entities"][0]["entity_type"],
        "WABA"
    );
}

#[test]
fn objects_edges_and_methods_are_told_apart() {
    let (emulator, client) = quiet();
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
        codes("GET", &number(&client, "/phone_numbers")),
        (100, Some(33))
    );
    assert_eq!(codes("GET", &number(&client, "/messages")), (100, Some(33)));
    assert_eq!(codes("PUT", &waba(&emulator, "")), (100, Some(33)));
    assert_eq!(codes("GET", &number(&client, "/secrets")).0, 2500);
    assert_eq!(codes("GET", &number(&client, "/media/1")).0, 2500);
}

#[test]
fn the_profile_can_be_changed() {
    let (_emulator, client) = quiet();
    let path = number(&client, "/whatsapp_business_profile");
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
    let profile = get(&client, &format!("{path}?fields=about,websites,email")).json();
    assert_eq!(profile["data"][0]["about"], "Closed");
    assert_eq!(profile["data"][0]["websites"], json!(["https://a.example"]));
    assert_eq!(profile["data"][0]["email"], "shop@shop.example");
    assert_eq!(
        get(&client, &path).json()["data"][0]["messaging_product"],
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
fn without_a_subscription_no_notification_arrives() {
    let webhook = Webhook::start(&[]);
    let other = Webhook::start(&[]);
    let emulator = Emulator::start(Config {
        webhook_url: Some(webhook.url.clone()),
        ..Config::default()
    })
    .unwrap();
    let client = Client::new(&emulator);
    let path = waba(&emulator, "/subscribed_apps");
    let app = &get(&client, &path).json()["data"][0]["whatsapp_business_api_data"];
    assert_eq!(app["id"], emulator.account()["token"]["app_id"]);
    assert_eq!(
        client.graph("DELETE", &path, &Value::Null).json(),
        json!({"success": true})
    );
    assert_eq!(get(&client, &path).json(), json!({"data": []}));
    emulator.customer_sends(json!({"text": {"body": "lost"}}));
    while emulator.ledger().webhooks.is_empty() {
        std::thread::yield_now();
    }
    let own = json!({"override_callback_uri": other.url, "verify_token": "t"});
    assert_eq!(
        client.graph("POST", &path, &own).json(),
        json!({"success": true})
    );
    assert_eq!(
        get(&client, &path).json()["data"][0]["override_callback_uri"],
        json!(other.url)
    );
    emulator.customer_sends(json!({"text": {"body": "redirected"}}));
    assert!(emulator.wait_for_webhooks(1, std::time::Duration::from_secs(10)));
    assert_eq!(client.graph("POST", &path, &Value::Null).status, 200);
    emulator.customer_sends(json!({"text": {"body": "home"}}));
    assert!(emulator.wait_for_webhooks(2, std::time::Duration::from_secs(10)));
    assert_eq!(
        (webhook.deliveries().len(), other.deliveries().len()),
        (1, 1)
    );
    for body in [
        json!({"override_callback_uri": other.url}),
        json!({"verify_token": "t"}),
        json!({"x": 1}),
    ] {
        assert_eq!(client.graph("POST", &path, &body).code(), 100, "{body}");
    }
}

#[test]
fn a_number_is_verified_registered_and_deregistered() {
    let (emulator, client) = quiet();
    let post = |edge: &str, body: Value| client.graph("POST", &number(&client, edge), &body);
    let pin = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    assert_eq!(
        post("/deregister", Value::Null).json(),
        json!({"success": true})
    );
    assert_eq!(post("/deregister", Value::Null).code(), 133_010);
    assert_eq!(client.send(&text_message("x")).code(), 133_010);
    let status = get(&client, &number(&client, "?fields=status,platform_type")).json();
    assert_eq!(status["status"], "DISCONNECTED");
    emulator.change_account(json!({"phone_number": {"code_verification_status": "NOT_VERIFIED"}}));
    assert_eq!(post("/register", pin("123456")).code(), 133_006);
    assert_eq!(
        post(
            "/request_code",
            json!({"code_method": "PIGEON", "language": "en_US"})
        )
        .code(),
        100
    );
    assert_eq!(
        post("/request_code", json!({"code_method": "SMS"})).code(),
        100
    );
    assert_eq!(
        post("/verify_code", json!({"code": "000000"})).code(),
        136_025
    );
    let requested = post(
        "/request_code",
        json!({"code_method": "SMS", "language": "en_US"}),
    );
    assert_eq!(requested.json(), json!({"success": true}));
    let code = emulator.account()["verification_code"].clone();
    assert_eq!(post("/verify_code", json!({"code": "12"})).code(), 100);
    assert_eq!(
        post("/verify_code", json!({"code": code})).json(),
        json!({"success": true})
    );
    assert_eq!(post("/verify_code", json!({"code": code})).code(), 136_025);
    assert_eq!(
        post(
            "/request_code",
            json!({"code_method": "SMS", "language": "en_US"})
        )
        .code(),
        136_024
    );
    for (body, expected) in [
        (json!({"pin": "123456"}), 100),
        (pin("12345"), 100),
        (pin("12345x"), 100),
        (pin("123456"), 0),
        (pin("123457"), 133_005),
        (pin("123456"), 0),
    ] {
        assert_eq!(post("/register", body.clone()).code(), expected, "{body}");
    }
    assert_eq!(client.send(&text_message("x")).status, 200);
}

#[test]
fn a_number_is_registered_ten_times_in_three_days() {
    let (emulator, client) = quiet();
    let path = number(&client, "/register");
    let body = json!({"messaging_product": "whatsapp", "pin": "123456"});
    for _ in 0..10 {
        assert_eq!(client.graph("POST", &path, &body).status, 200);
    }
    assert_eq!(client.graph("POST", &path, &body).code(), 133_016);
    emulator.advance_clock(std::time::Duration::from_secs(72 * 60 * 60));
    assert_eq!(client.graph("POST", &path, &body).status, 200);
}

#[test]
fn guesses_of_the_pin_are_counted() {
    let (_emulator, client) = quiet();
    let path = number(&client, "/register");
    let pin = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    assert_eq!(client.graph("POST", &path, &pin("123456")).status, 200);
    for _ in 0..5 {
        assert_eq!(client.graph("POST", &path, &pin("000000")).code(), 133_005);
    }
    assert_eq!(client.graph("POST", &path, &pin("123456")).code(), 133_008);
}

#[test]
fn a_token_tells_what_it_may_do_and_until_when() {
    let (emulator, client) = quiet();
    let token = emulator.config().access_token.clone();
    let debug = |token: &str| {
        get(&client, &format!("debug_token?input_token={token}")).json()["data"].clone()
    };
    let data = debug(&token);
    assert_eq!(
        (&data["is_valid"], &data["type"]),
        (&json!(true), &json!("SYSTEM_USER"))
    );
    assert!(
        data["scopes"]
            .as_array()
            .unwrap()
            .contains(&json!("whatsapp_business_messaging"))
    );
    assert_eq!(
        data["granular_scopes"][0]["target_ids"],
        json!([emulator.config().business_account_id])
    );
    assert_eq!(debug("other")["is_valid"], false);
    assert_eq!(get(&client, "debug_token").code(), 100);
    assert_eq!(get(&client, "me").json()["id"], data["user_id"]);
    emulator.change_account(json!({"token": {"scopes": ["whatsapp_business_management"]}}));
    let refused = client.send(&text_message("x"));
    assert_eq!((refused.status, refused.code()), (403, 200));
    assert!(refused.details().contains("whatsapp_business_messaging"));
    assert_eq!(get(&client, &number(&client, "")).status, 200);
    emulator.change_account(json!({"token": {"scopes": ["whatsapp_business_messaging"]}}));
    assert_eq!(
        get(&client, &waba(&emulator, "/message_templates")).code(),
        200
    );
    emulator.change_account(json!({"token": {"expires_at": 1}}));
    let expired = client.send(&text_message("x"));
    assert_eq!((expired.status, expired.code()), (401, 190));
    assert_eq!(expired.json()["error"]["error_subcode"], 463);
    emulator.change_account(json!({"token": {"expires_at": 0, "is_valid": false}}));
    assert_eq!(
        client.send(&text_message("x")).json()["error"]["error_subcode"],
        460
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
    let profile = get(&client, &number(&client, "/whatsapp_business_profile")).json();
    let shown = &profile["data"][0];
    assert_eq!(
        (&shown["about"], &shown["address"]),
        (&json!("From a form"), &json!("Somewhere"))
    );
    assert_eq!(shown["websites"], json!(["https://a.example"]));
}

#[test]
fn the_account_is_steered_over_http_too() {
    let (emulator, client) = quiet();
    let post = |path: &str, body: Value| client.post(path, "", body.to_string().as_bytes());
    let changed = post(
        "/__account",
        json!({"phone_number": {"quality_rating": "YELLOW"}}),
    );
    assert_eq!(
        (
            changed.status,
            &changed.json()["phone_number"]["quality_rating"]
        ),
        (202, &json!("YELLOW"))
    );
    let shown = client.call("GET", "/__account", "", b"").json();
    assert_eq!(
        (&shown["registered"], &shown["blocked"]),
        (&json!(true), &json!([]))
    );
    let added = post(
        "/__templates",
        json!({"name": "new", "language": "en", "category": "UTILITY",
                                            "components": [{"type": "BODY", "text": "x"}]}),
    );
    assert_eq!(added.status, 202);
    let listed = client.call("GET", "/__templates", "", b"").json();
    assert_eq!(listed.as_array().unwrap().last().unwrap()["name"], "new");
    let status = json!({"name": "new", "language": "en", "status": "PAUSED"});
    assert_eq!(
        post("/__template_status", status).json(),
        json!({"queued": 1})
    );
    assert_eq!(
        post("/__strictness", json!({"known_media": true})).status,
        202
    );
    let strictness = client.call("GET", "/__strictness", "", b"").json();
    assert_eq!(
        strictness,
        json!({"known_media": true, "service_window": "ignored"})
    );
    assert_eq!(post("/__strictness", json!({"lenient": true})).status, 400);
    assert_eq!(post("/__clock", json!({"advance_seconds": 5})).status, 202);
    assert_eq!(
        post("/__statuses", json!({"id": "wamid.X", "status": "played"})).status,
        202
    );
    assert_eq!(
        post(
            "/__changes",
            json!({"field": "account_alerts", "value": {"a": 1}})
        )
        .status,
        202
    );
    while emulator.ledger().webhooks.len() < 3 {
        std::thread::yield_now();
    }
    let bodies: Vec<Value> = emulator
        .ledger()
        .webhooks
        .iter()
        .map(|it| serde_json::from_slice(&it.body).unwrap())
        .collect();
    assert_eq!(
        bodies[1]["entry"][0]["changes"][0]["value"]["statuses"][0]["status"],
        "played"
    );
    assert_eq!(
        bodies[2]["entry"][0]["changes"][0]["field"],
        "account_alerts"
    );
}
