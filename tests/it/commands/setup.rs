//! checkSetup: one test for each finding.

mod flow_key;

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::examples::Stage;
use crate::plugin;
use crate::rig::{self, Adapter, EntryPoint};

/// The names of the findings, errors with an exclamation mark.
fn found(properties: &Value) -> Vec<String> {
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    found_by(&adapter)
}

fn found_by(adapter: &Adapter) -> Vec<String> {
    found_for(adapter, "{}")
}

fn found_for(adapter: &Adapter, request: &str) -> Vec<String> {
    let ran = adapter.execute("checkSetup", request);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let response = ran.json();
    let findings = response["findings"].as_array().unwrap();
    for finding in findings {
        for member in ["check", "level", "message", "todo"] {
            assert_ne!(finding[member].as_str().unwrap(), "", "{finding}");
        }
    }
    let name = |finding: &Value| {
        let mark = if finding["level"] == "error" { "!" } else { "" };
        format!("{}{mark}", finding["check"].as_str().unwrap())
    };
    let names: Vec<String> = findings.iter().map(name).collect();
    let healthy = !names.iter().any(|name| name.ends_with('!'));
    assert_eq!(response["healthy"], healthy, "{response}");
    names
}

/// An account and properties without a fault.
fn healthy() -> (Stage, Value) {
    let stage = Stage::new();
    let mut properties = stage.properties();
    properties["appSecret"] = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".into();
    stage.adapter().execute("subscribeWebhooks", "{}");
    (stage, properties)
}

/// The findings after this change of the account.
fn found_after(patch: Value) -> Vec<String> {
    let (stage, properties) = healthy();
    stage.emulator.change_account(patch);
    found(&properties)
}

/// The findings with another property.
fn found_with(name: &str, value: Value) -> Vec<String> {
    let (_stage, mut properties) = healthy();
    properties[name] = value;
    found(&properties)
}

#[test]
fn a_healthy_setup_has_no_findings() {
    let (_stage, properties) = healthy();
    assert_eq!(found(&properties), [] as [&str; 0]);
}

#[test]
fn nobody_answers() {
    let told = found_with("baseUrl", rig::NOBODY.into());
    assert_eq!(told, ["graph_unreachable!"]);
}

#[test]
fn somebody_else_answers() {
    let (stage, properties) = healthy();
    stage.emulator.inject(Fault::Html { status: 403 });
    assert_eq!(found(&properties), ["graph_unreachable!"]);
}

#[test]
fn the_version_is_over() {
    assert_eq!(
        found_with("apiVersion", "v17.0".into()),
        ["version_expired!"]
    );
}

#[test]
fn the_version_ends_soon() {
    let (_stage, mut properties) = healthy();
    properties["apiVersion"] = "v25.0".into();
    // Graph v25.0 ends on 2028-07-29.
    let end_s: i64 = 1_848_441_600;
    let day_s = 86_400;
    for (now_s, expected) in [
        (end_s - 91 * day_s, None),
        (end_s - 90 * day_s, Some("version_ends")),
        (end_s - 1, Some("version_ends")),
        (end_s, Some("version_expired!")),
    ] {
        let told = found_by(&Adapter::at(now_s, &properties.to_string()));
        assert_eq!(told, Vec::from_iter(expected), "{now_s}");
    }
}

#[test]
fn there_is_no_app_secret() {
    let (_stage, mut properties) = healthy();
    properties.as_object_mut().unwrap().remove("appSecret");
    assert_eq!(found(&properties), ["app_secret_missing"]);
}

#[test]
fn the_app_secret_is_something_else() {
    assert_eq!(
        found_with("appSecret", "YW55dGhpbmcgZWxzZQ==".into()),
        ["app_secret_form!"]
    );
}

#[test]
fn the_token_is_another_one() {
    let told = found_with("authenticationToken", "EAAGanothertokenanothertoken".into());
    assert!(told.contains(&"token_invalid!".to_owned()), "{told:?}");
}

#[test]
fn the_token_was_taken_back() {
    let told = found_after(json!({ "token": { "is_valid": false } }));
    assert!(told.contains(&"token_invalid!".to_owned()), "{told:?}");
}

#[test]
fn the_token_expires_soon() {
    // The emulator's clock stands still long before the plugin's.
    let told = found_after(json!({ "token": { "expires_at": 1_700_003_600 } }));
    assert_eq!(told, ["token_expires"]);
}

#[test]
fn the_token_lacks_a_permission() {
    let scopes = json!({ "token": { "scopes": ["whatsapp_business_management"] } });
    assert!(found_after(scopes).contains(&"permission_missing!".to_owned()));
}

#[test]
fn the_phone_number_id_is_wrong() {
    let told = found_with("phoneNumberId", "999".into());
    assert_eq!(told, ["phone_number_id_wrong!", "number_not_in_account!"]);
}

#[test]
fn the_number_may_not_be_read() {
    let told = found_after(json!({ "token": { "scopes": [] } }));
    assert!(told.contains(&"number_unreadable!".to_owned()), "{told:?}");
}

#[test]
fn the_number_says_what_is_wrong_with_it() {
    for (member, value, check) in [
        (
            "code_verification_status",
            "NOT_VERIFIED",
            "number_not_verified",
        ),
        ("platform_type", "NOT_APPLICABLE", "number_not_registered!"),
        ("quality_rating", "RED", "quality_low"),
        ("quality_rating", "YELLOW", "quality_low"),
        ("name_status", "DECLINED", "name_declined"),
        ("account_mode", "SANDBOX", "sandbox"),
    ] {
        let told = found_after(json!({ "phone_number": { member: value } }));
        assert_eq!(told, [check], "{member}: {value}");
    }
}

#[test]
fn sending_is_blocked_or_limited() {
    for (state, check) in [
        ("BLOCKED", "sending_blocked!"),
        ("LIMITED", "sending_limited"),
    ] {
        for entity in ["phone_number", "business_account", "business", "app"] {
            let health = json!({ "can_send_message": state });
            let told = found_after(json!({ "health": { entity: health } }));
            assert_eq!(told, [check], "{entity}");
        }
    }
}

#[test]
fn the_account_is_not_named() {
    let told = found_with("businessAccountId", Value::Null);
    assert_eq!(told, ["business_account_id_missing"]);
}

#[test]
fn the_account_is_another_one() {
    let told = found_with("businessAccountId", "999".into());
    assert_eq!(told, ["business_account_id_wrong!"]);
}

#[test]
fn the_account_cannot_be_read_now() {
    let (stage, properties) = healthy();
    // The token and the number are asked for first.
    let first = Fault::Delay { ms: 0 };
    for fault in [
        first.clone(),
        first.clone(),
        first,
        Fault::Html { status: 502 },
    ] {
        stage.emulator.inject(fault);
    }
    assert_eq!(found(&properties), ["account_unreadable"]);
}

#[test]
fn nobody_is_subscribed() {
    let (stage, properties) = healthy();
    stage.adapter().execute("unsubscribeWebhooks", "{}");
    assert_eq!(found(&properties), ["not_subscribed!"]);
}

#[test]
fn another_app_is_subscribed() {
    let (stage, properties) = healthy();
    // From here on the token is another app's.
    let token = json!({ "token": { "app_id": "4711", "application": "Another" } });
    stage.emulator.change_account(token);
    assert_eq!(found(&properties), ["not_subscribed!"]);
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    let response = adapter.execute("checkSetup", "{}").json();
    let told = response["findings"][0]["message"].as_str().unwrap();
    assert!(told.starts_with("another app is subscribed"), "{told}");
    adapter.execute("subscribeWebhooks", "{}");
    assert_eq!(found(&properties), [""; 0]);
}

#[test]
fn webhook_fields_that_events_lack_are_named_if_meta_tells_them() {
    let every = plugin::all("events");
    let every: Vec<&Value> = every.iter().map(|event| &event["name"]).collect();
    for (token, webhook, events, check, told) in [
        (
            "SYSTEM_USER",
            json!({}),
            json!(["call"]),
            "webhook_fields_unknown",
            "subscribed: calls",
        ),
        ("APP", json!({}), json!(every), "", ""),
        (
            "APP",
            json!({ "fields": ["calls"] }),
            json!(["status_changed", "customer_message", "call"]),
            "webhook_fields_missing!",
            "fields: messages",
        ),
        (
            "APP",
            json!({ "fields": ["standby"] }),
            json!(["message_echo", "group_changed"]),
            "webhook_fields_missing!",
            "fields: group_lifecycle_update, group_participants_update, group_settings_update, \
             group_status_update, smb_message_echoes",
        ),
        (
            "APP",
            json!({ "active": false }),
            json!(["thread_control_changed"]),
            "webhook_fields_missing!",
            "fields: messaging_handovers",
        ),
    ] {
        let (stage, properties) = healthy();
        let patch = json!({ "token": { "type": token }, "webhook": webhook });
        stage.emulator.change_account(patch);
        let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
        let request = json!({ "events": events }).to_string();
        let checks = found_for(&adapter, &request);
        assert_eq!(
            checks.first().map_or("", String::as_str),
            check,
            "{request}"
        );
        let response = adapter.execute("checkSetup", &request).json();
        let finding = &response["findings"][0];
        let texts = format!("{}{}", finding["message"], finding["todo"]);
        assert!(
            check.is_empty() || texts.contains(&format!("{told}\"")),
            "{texts}"
        );
    }
}

#[test]
fn an_event_that_there_is_not_is_refused_before_anything_is_asked() {
    let (stage, properties) = healthy();
    stage.emulator.clear_ledger();
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    let ran = adapter.execute("checkSetup", r#"{"events":["customer_mesage"]}"#);
    assert_eq!(ran.result(), "INVALID_REQUEST", "{}", ran.message());
    assert!(
        ran.message().contains("customer_mesage"),
        "{}",
        ran.message()
    );
    assert!(stage.emulator.ledger().requests.is_empty());
}

#[test]
fn what_is_found_shows_no_secret() {
    let (stage, mut properties) = healthy();
    let token = "EAAGanothertokenanothertoken";
    properties["authenticationToken"] = token.into();
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    let ran = adapter.execute("checkSetup", "{}");
    assert!(!ran.response.unwrap().contains(token));
    drop(stage);
}

#[test]
fn the_number_has_a_webhook_of_its_own() {
    let (stage, properties) = healthy();
    let request = super::examples::request("setPhoneNumberWebhook").to_string();
    let set = stage.adapter().execute("setPhoneNumberWebhook", &request);
    assert_eq!(set.result(), "OK", "{}", set.message());
    assert_eq!(found(&properties), ["number_webhook"]);
    stage.adapter().execute("removePhoneNumberWebhook", "{}");
    assert_eq!(found(&properties), [] as [&str; 0]);
}

#[test]
fn few_templates_are_left() {
    for (count, expected) in [(224, None), (225, Some("templates_near_limit"))] {
        let (stage, properties) = healthy();
        stage.emulator.inject(Fault::Delay { ms: 0 }.times(5));
        let summary = json!({ "message_template_count": count, "message_template_limit": 250 });
        stage.emulator.inject(Fault::Answer {
            status: 200,
            headers: Vec::new(),
            body: json!({ "data": [], "summary": summary }).to_string(),
        });
        assert_eq!(found(&properties), Vec::from_iter(expected), "{count}");
    }
}
