//! Business-scoped user ids, and the odd ways in which Meta names people and times.

use std::time::Duration;

use cloud_api_emulator::{Config, Emulator, Oddities, inbound};
use serde_json::{Value, json};

use crate::support::{Client, Webhook, text_message};

const PATIENCE: Duration = Duration::from_secs(30);
const USER: &str = "US.13491208655302741918";

fn with_webhook(config: Config) -> (Emulator, Webhook) {
    let webhook = Webhook::start(&[]);
    let config = Config {
        webhook_url: Some(webhook.url.clone()),
        ..config
    };
    (Emulator::start(config).unwrap(), webhook)
}

/// The whole notifications so far.
fn notifications(webhook: &Webhook) -> Vec<Value> {
    let bodies = webhook.deliveries();
    bodies
        .iter()
        .map(|it| serde_json::from_slice(&it.body).unwrap())
        .collect()
}

/// E1
#[test]
fn every_inbound_message_has_a_user_id_and_so_has_its_contact() {
    let (emulator, webhook) = with_webhook(Config::default());
    let kinds = [
        "text",
        "image",
        "interactive",
        "order",
        "reaction",
        "unsupported",
        "request_welcome",
        "edit",
    ];
    for kind in kinds {
        emulator.customer_sends(json!({"type": kind}));
    }
    emulator.customer_sends(json!({"type": "text", "username": "sheena", "from": "4915112345678"}));
    emulator.customer_sends(json!({"type": "text", "from_user_id": "BR.7"}));
    assert!(emulator.wait_for_webhooks(kinds.len() + 2, PATIENCE));
    let deliveries = webhook.deliveries();
    for delivery in &deliveries[..kinds.len()] {
        let value = delivery.value();
        assert_eq!(value["messages"][0]["from_user_id"], USER, "{value}");
        assert_eq!(value["messages"][0]["from"], "16505551234");
        assert_eq!(
            (
                &value["contacts"][0]["user_id"],
                &value["contacts"][0]["wa_id"]
            ),
            (&json!(USER), &json!("16505551234"))
        );
    }
    let named = deliveries[kinds.len()].value();
    assert!(
        named["contacts"][0]["user_id"]
            .as_str()
            .unwrap()
            .starts_with("DE.")
    );
    assert_eq!(named["contacts"][0]["profile"]["username"], "sheena");
    let hidden = deliveries[kinds.len() + 1].value();
    assert_eq!(hidden["messages"][0].get("from"), None);
    assert_eq!(hidden["contacts"][0].get("wa_id"), None);
    assert_eq!(hidden["contacts"][0]["user_id"], "BR.7");
}

/// E1, E2
#[test]
fn every_status_names_the_user_and_has_a_contact() {
    let undeliverable = vec![("16505550000".to_owned(), 131_026)];
    let (emulator, webhook) = with_webhook(Config {
        undeliverable,
        ..Config::default()
    });
    let client = Client::new(&emulator);
    client.send(&text_message("hello"));
    let mut failing = text_message("hello");
    failing["to"] = json!("16505550000");
    client.send(&failing);
    let mut to_user = text_message("hello");
    to_user.as_object_mut().unwrap().remove("to");
    to_user["recipient"] = json!("US.7");
    client.send(&to_user);
    let mut to_group = text_message("hello");
    to_group["recipient_type"] = json!("group");
    to_group["to"] = json!("Y2FwaV9ncm91cA");
    client.send(&to_group);
    assert!(emulator.wait_for_webhooks(10, PATIENCE));
    let values: Vec<Value> = webhook
        .deliveries()
        .iter()
        .map(crate::support::Delivery::value)
        .collect();
    for value in &values[..3] {
        assert_eq!(value["statuses"][0]["recipient_user_id"], USER);
        assert_eq!(
            value["contacts"][0],
            json!({"profile": {"name": "Sheena Nelson"}, "wa_id": "16505551234", "user_id": USER})
        );
    }
    let failed = &values[3];
    let user = &failed["statuses"][0]["recipient_user_id"];
    assert_eq!(failed["statuses"][0]["status"], "failed");
    assert_eq!(
        failed["contacts"],
        json!([{"wa_id": "16505550000", "user_id": user}])
    );
    for value in &values[4..7] {
        assert_eq!(value["statuses"][0]["recipient_user_id"], "US.7");
        assert_eq!(value["statuses"][0].get("recipient_id"), None);
        assert_eq!(
            value["contacts"],
            json!([{"profile": {"name": "Sheena Nelson"}, "user_id": "US.7"}])
        );
    }
    for value in &values[7..] {
        assert_eq!(value["statuses"][0]["recipient_participant_user_id"], USER);
        assert_eq!(value["statuses"][0]["recipient_id"], "Y2FwaV9ncm91cA");
        assert_eq!(value["statuses"][0].get("recipient_user_id"), None);
        assert_eq!(value["contacts"][0]["user_id"], USER);
    }
}

#[test]
fn a_status_that_a_test_reports_is_completed_unless_it_names_the_user() {
    let (emulator, webhook) = with_webhook(Config::default());
    emulator
        .report_status(json!({"id": "wamid.X", "status": "played", "recipient_id": "16505551234"}));
    let given = json!({"id": "wamid.X", "status": "read", "timestamp": "1", "recipient_id": "", "recipient_user_id": "US.1"});
    emulator.report_status(given.clone());
    assert!(emulator.wait_for_webhooks(2, PATIENCE));
    let deliveries = webhook.deliveries();
    assert_eq!(
        deliveries[0].value()["statuses"][0]["recipient_user_id"],
        USER
    );
    assert_eq!(deliveries[0].value()["contacts"][0]["user_id"], USER);
    assert_eq!(deliveries[1].value()["statuses"][0], given);
    assert_eq!(deliveries[1].value().get("contacts"), None);
}

#[test]
fn an_identity_can_be_empty_instead_of_absent() {
    let oddities = Oddities {
        empty_identities: true,
    };
    let (emulator, webhook) = with_webhook(Config {
        oddities,
        ..Config::default()
    });
    emulator.customer_sends(json!({"type": "text", "from_user_id": "US.7"}));
    let mut message = text_message("hello");
    message.as_object_mut().unwrap().remove("to");
    message["recipient"] = json!("US.7");
    Client::new(&emulator).send(&message);
    assert!(emulator.wait_for_webhooks(4, PATIENCE));
    let values: Vec<Value> = webhook
        .deliveries()
        .iter()
        .map(crate::support::Delivery::value)
        .collect();
    assert_eq!(
        (
            &values[0]["messages"][0]["from"],
            &values[0]["contacts"][0]["wa_id"]
        ),
        (&json!(""), &json!(""))
    );
    assert_eq!(
        (
            &values[1]["statuses"][0]["recipient_id"],
            &values[1]["contacts"][0]["wa_id"]
        ),
        (&json!(""), &json!(""))
    );
    emulator.set_oddities(Oddities::default());
    emulator.customer_sends(json!({"type": "text", "from_user_id": "US.7"}));
    emulator.customer_sends(json!({"type": "text", "from": "", "from_user_id": "US.7"}));
    assert!(emulator.wait_for_webhooks(6, PATIENCE));
    let deliveries = webhook.deliveries();
    assert_eq!(deliveries[4].value()["messages"][0].get("from"), None);
    assert_eq!(deliveries[5].value()["messages"][0]["from"], "");
}

#[test]
fn calls_echoes_and_preferences_have_no_time_and_name_the_number() {
    let (emulator, webhook) = with_webhook(Config::default());
    let fields = [
        "calls",
        "smb_message_echoes",
        "user_preferences",
        "history",
        "group_lifecycle_update",
    ];
    for field in fields {
        emulator.report_change(field, json!({field: [{"id": "1"}]}));
    }
    emulator.report_change("account_update", json!({"event": "VERIFIED_ACCOUNT"}));
    emulator.report_change_at(Some(7), "calls", json!({"calls": []}));
    emulator.report_change_at(None, "account_update", json!({}));
    assert!(emulator.wait_for_webhooks(fields.len() + 3, PATIENCE));
    let all = notifications(&webhook);
    for (notification, field) in all.iter().zip(fields) {
        let entry = &notification["entry"][0];
        assert_eq!(entry.get("time"), None, "{field}");
        assert_eq!(entry["changes"][0]["field"], field);
        let value = &entry["changes"][0]["value"];
        assert_eq!(
            value["metadata"]["phone_number_id"], "106540352242922",
            "{field}"
        );
        assert_eq!(value[field], json!([{"id": "1"}]));
    }
    let [.., usual, at, absent] = all.as_slice() else {
        panic!()
    };
    assert!(usual["entry"][0]["time"].is_u64());
    assert_eq!(
        usual["entry"][0]["changes"][0]["value"],
        json!({"event": "VERIFIED_ACCOUNT"})
    );
    assert_eq!(at["entry"][0]["time"], 7);
    assert_eq!(absent["entry"][0].get("time"), None);
}

#[test]
fn members_beside_messages_can_be_posted() {
    let (emulator, webhook) = with_webhook(Config::default());
    let client = Client::new(&emulator);
    let mut message = inbound::text("16505551234", "hello");
    message["conversation_context"] = json!({"owner": "ai_agent"});
    emulator.customer_sends(message);
    let action = json!({"action_type": "marketing_messages_link_click", "timestamp": 1});
    let change = json!({"field": "messages", "value": {"user_actions": [action]}});
    client.post("/__changes", "", change.to_string().as_bytes());
    assert!(emulator.wait_for_webhooks(2, PATIENCE));
    let deliveries = webhook.deliveries();
    let value = deliveries[0].value();
    assert_eq!(value["conversation_context"], json!({"owner": "ai_agent"}));
    assert_eq!(value["messages"][0].get("conversation_context"), None);
    assert_eq!(deliveries[1].value()["user_actions"], json!([action]));
    assert_eq!(notifications(&webhook)[1]["entry"][0].get("time"), None);
}

/// E10
#[test]
fn raw_opus_is_taken_and_not_delivered() {
    let (emulator, webhook) = with_webhook(Config::default());
    let client = Client::new(&emulator);
    let upload = |mime_type: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
             --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\
             Content-Type: {mime_type}\r\n\r\nx\r\n--x--\r\n"
        );
        let headers = format!(
            "Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=x\r\n",
            client.token
        );
        client.post(
            &format!("/v26.0/{}/media", client.phone_number_id),
            &headers,
            body.as_bytes(),
        )
    };
    let send =
        |kind: &str, id: &Value| client.send(&crate::support::of_type(kind, &json!({"id": id})));
    let opus = upload("audio/opus");
    assert_eq!(opus.status, 200);
    assert_eq!(send("audio", &opus.json()["id"]).status, 200);
    assert_eq!(upload("video/3gp").status, 400);
    let video = upload("video/3gpp");
    assert_eq!(send("video", &video.json()["id"]).status, 200);
    assert_eq!(send("image", &video.json()["id"]).status, 200);
    assert!(emulator.wait_for_webhooks(5, PATIENCE));
    let statuses: Vec<Value> = webhook
        .deliveries()
        .iter()
        .map(|it| it.value()["statuses"][0].clone())
        .collect();
    let error = &statuses[0]["errors"][0];
    assert_eq!(
        (&statuses[0]["status"], &error["code"]),
        (&json!("failed"), &json!(131_053))
    );
    assert_eq!(
        error["error_data"]["details"],
        "Unsupported Audio mime type audio/opus. Please use one of audio/ogg; codecs=opus, audio/mpeg, audio/amr, \
         audio/mp4, audio/aac."
    );
    assert_eq!(statuses[1]["status"], "sent");
    assert_eq!(
        statuses[4]["errors"][0]["error_data"]["details"],
        "Unsupported Image mime type video/3gpp. Please use one of image/jpeg, image/png."
    );
}
