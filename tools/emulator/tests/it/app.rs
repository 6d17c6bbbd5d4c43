//! The token and the app's subscription, and what a test changes about the account.

use std::time::Duration;

use cloud_api_emulator::{Config, Emulator};
use serde_json::{Value, json};

use crate::support::{Client, Webhook, quiet, text_message, watched};

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
    let path = client.account("/subscribed_apps");
    let number = client
        .get(&client.number("?fields=webhook_configuration"))
        .json();
    assert_eq!(
        number["webhook_configuration"]["application"],
        json!(webhook.url)
    );
    let app = &client.get(&path).json()["data"][0]["whatsapp_business_api_data"];
    assert_eq!(app["id"], emulator.account()["token"]["app_id"]);
    assert_eq!(
        client.graph("DELETE", &path, &Value::Null).json(),
        json!({"success": true})
    );
    assert_eq!(client.get(&path).json(), json!({"data": []}));
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
        client.get(&path).json()["data"][0]["override_callback_uri"],
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
fn a_token_tells_what_it_may_do_and_until_when() {
    let (emulator, client) = quiet();
    let token = emulator.config().access_token.clone();
    let debug = |token: &str| {
        client
            .get(&format!("debug_token?input_token={token}"))
            .json()["data"]
            .clone()
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
    assert_eq!(client.get("debug_token").code(), 100);
    assert_eq!(client.get("me").json()["id"], data["user_id"]);
    emulator.change_account(json!({"token": {"scopes": ["whatsapp_business_management"]}}));
    let refused = client.send(&text_message("x"));
    assert_eq!((refused.status, refused.code()), (403, 200));
    assert!(refused.details().contains("whatsapp_business_messaging"));
    assert_eq!(client.get(&client.number("")).status, 200);
    emulator.change_account(json!({"token": {"scopes": ["whatsapp_business_messaging"]}}));
    assert_eq!(
        client.get(&client.account("/message_templates")).code(),
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

#[test]
fn a_field_that_nobody_knows_is_posted_with_a_warning_and_refused_without_a_value() {
    let (webhook, emulator, client) = watched();
    let post = |body: Value| client.post("/__changes", "", body.to_string().as_bytes());
    let misspelt = json!({"field": "account_updates"});
    let answer = post(misspelt.clone());
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["error"]
            .to_string()
            .contains("account_updates")
    );
    assert_eq!(
        post(json!({"field": "account_update", "vlaue": {}})).status,
        400
    );
    let mut given = misspelt;
    given["value"] = json!({"a": 1});
    let answer = post(given);
    assert_eq!((answer.status, &answer.json()["queued"]), (202, &json!(1)));
    assert!(
        answer.json()["warning"]
            .to_string()
            .contains("account_updates")
    );
    let known = post(json!({"field": "messages", "value": {"a": 1}}));
    assert_eq!(known.json(), json!({"queued": 1}));
    assert!(emulator.wait_for_webhooks(2, Duration::from_secs(10)));
    assert_eq!(webhook.deliveries()[0].value(), json!({"a": 1}));
}

/// Each webhook field has a sample, which is raised as any other notification; each time it is another
/// event.
#[test]
fn every_field_has_a_sample_that_is_raised_with_a_signature_and_an_id_of_its_own() {
    let (webhook, emulator, client) = watched();
    let samples = client.call("GET", "/__changes", "", b"").json();
    let fields: Vec<&String> = samples.as_object().unwrap().keys().collect();
    assert!(fields.len() >= 29, "{fields:?}");
    for field in fields.iter().flat_map(|field| [field, field]) {
        let body = json!({ "field": field }).to_string();
        let type_of_body = "Content-Type: application/json\r\n";
        let queued = client
            .post("/__changes", type_of_body, body.as_bytes())
            .json();
        assert_eq!(queued["queued"], 1, "{field}");
    }
    assert!(emulator.wait_for_webhooks(2 * fields.len(), Duration::from_secs(10)));
    let deliveries = webhook.deliveries();
    for (field, two) in fields.iter().zip(deliveries.chunks(2)) {
        let change = |at: usize| {
            let body: Value = serde_json::from_slice(&two[at].body).unwrap();
            body["entry"][0]["changes"][0].clone()
        };
        assert!(two[0].header("x-hub-signature-256").is_some(), "{field}");
        assert_eq!(change(0)["field"], **field);
        if samples[field.as_str()].to_string().contains("wamid.") {
            assert_ne!(change(0), change(1), "{field}");
        }
    }
}
