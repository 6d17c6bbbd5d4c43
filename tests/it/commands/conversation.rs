//! The customer service window, and the validation of a template before it is sent.

use cloud_api_emulator::{Config, Template};
use serde_json::{Value, json};

use super::examples::Stage;
use crate::rig::{Adapter, EntryPoint, webhook_request};

fn inbound(business: &str, member: &str, customer: &str, age_s: u64) -> String {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let at = (now.as_secs() - age_s).to_string();
    let message = json!({
        member: customer, "id": format!("wamid.{customer}{age_s}"), "timestamp": at,
        "type": "text", "text": { "body": "Hello" },
    });
    let value = json!({
        "messaging_product": "whatsapp", "messages": [message],
        "metadata": { "phone_number_id": business, "display_phone_number": "15550001111" },
    });
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }],
    })
    .to_string()
}

fn window(adapter: &Adapter, customer: &str) -> Value {
    let request = json!({ "phoneNumber": customer }).to_string();
    let ran = adapter.execute("getConversationWindow", &request);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    ran.json()
}

#[test]
fn a_message_opens_the_window_for_every_form_of_the_number() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let business = &stage.emulator.config().phone_number_id;
    assert_eq!(window(&adapter, "+55 11 98765-4321")["windowOpen"], false);
    for (member, customer, age_s) in [
        ("from", "551187654321", 60),
        ("from", "16505550000", 90_000),
        ("from_user_id", "BR.1a2b", 60),
    ] {
        let body = inbound(business, member, customer, age_s);
        let ran = adapter.execute("processWebhook", &webhook_request(&body));
        assert_eq!(ran.result(), "OK", "{}", ran.message());
    }
    for (customer, open) in [
        ("+55 11 98765-4321", true),
        ("551187654321", true),
        ("BR.1a2b", true),
        ("16505550000", false),
        ("16505550001", false),
    ] {
        let window = window(&adapter, customer);
        assert_eq!(window["windowOpen"], open, "{customer}");
        assert_eq!(window["closesAt"].as_u64().unwrap() > 0, open, "{customer}");
        let hint = window["details"]["hint"].as_str().unwrap_or_default();
        assert_eq!(hint.contains("template"), !open, "{customer}");
    }
}

/// The value of a change of `field`, in its notification, which Meta has made now.
fn notified(business: &str, field: &str, mut value: Value) -> String {
    value["metadata"] =
        json!({ "phone_number_id": business, "display_phone_number": "15550001111" });
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "time": now, "changes": [{ "field": field, "value": value }] }],
    })
    .to_string()
}

/// W55: who wrote nothing has no window, who called has one.
#[test]
fn a_system_message_opens_no_window_and_a_customers_call_does() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let business = &stage.emulator.config().phone_number_id;
    let deliver = |field: &str, value: Value| {
        let body = notified(business, field, value);
        adapter.execute("processWebhook", &webhook_request(&body));
    };
    for (n, kind) in [
        "user_changed_number",
        "customer_identity_changed",
        "of_another_kind",
    ]
    .into_iter()
    .enumerate()
    {
        let message = json!({ "from": "16505551234", "from_user_id": "US.1", "id": format!("wamid.{n}"),
            "type": "system", "system": { "type": kind, "wa_id": "12195555358", "user_id": "US.2" } });
        deliver("messages", json!({ "messages": [message] }));
        for customer in ["16505551234", "12195555358", "US.1", "US.2"] {
            assert_eq!(
                window(&adapter, customer)["windowOpen"],
                false,
                "{kind}: {customer}"
            );
        }
    }
    let call = |direction: &str, from: &str, to: &str| {
        deliver(
            "calls",
            json!({ "calls": [{ "id": format!("wacid.{from}"), "event": "connect",
            "direction": direction, "from": from, "to": to }] }),
        );
    };
    call("BUSINESS_INITIATED", "15550001111", "16505550001");
    call("USER_INITIATED", "16505550002", "15550001111");
    for (customer, open) in [
        ("16505550001", false),
        ("15550001111", false),
        ("16505550002", true),
    ] {
        assert_eq!(window(&adapter, customer)["windowOpen"], open, "{customer}");
    }
    // What the customer writes opens it as ever.
    let message = json!({ "from": "16505551234", "id": "wamid.text", "type": "unsupported" });
    deliver("messages", json!({ "messages": [message] }));
    assert_eq!(window(&adapter, "16505551234")["windowOpen"], true);
}

#[test]
fn a_window_outlives_the_adapter_where_there_is_a_journal() {
    let stage = Stage::new();
    let mut properties = stage.properties();
    properties["dedupJournal"] = stage.folder.path().join("journal").to_str().into();
    let business = stage.emulator.config().phone_number_id.clone();
    let create = || Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    let adapter = create();
    let body = inbound(&business, "from", "16505551234", 60);
    adapter.execute("processWebhook", &webhook_request(&body));
    let before = window(&adapter, "16505551234");
    drop(adapter);
    assert_eq!(window(&create(), "16505551234"), before);
    assert_eq!(before["windowOpen"], true);
}

fn preflight(stage: &Stage, request: &Value) -> crate::rig::Ran {
    let mut request = request.clone();
    request["phoneNumber"] = "+16505551234".into();
    request["languageCode"] = "en_US".into();
    request["preflight"] = true.into();
    stage.emulator.clear_ledger();
    stage
        .adapter()
        .execute("sendMessageTemplate", &request.to_string())
}

#[test]
fn a_template_that_fits_is_sent_after_it_was_compared() {
    let stage = Stage::new();
    let request = json!({ "templateName": "order_update", "parameters": [
        { "name": "customer_name", "text": "Ana" }, { "name": "order_id", "text": "4711" },
    ]});
    let ran = preflight(&stage, &request);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    assert_eq!(stage.emulator.ledger().requests.len(), 2);
}

#[test]
fn a_template_that_does_not_fit_is_not_sent() {
    let stage = Stage::new();
    for (request, says) in [
        (
            json!({ "templateName": "order_update", "parameters": [{ "name": "order_id", "text": "1" }] }),
            "the body lacks {{customer_name}}",
        ),
        (
            json!({ "templateName": "hello_world", "parameters": ["Ana"] }),
            "the body has no {{1}}",
        ),
        (
            json!({ "templateName": "none_of_that_name" }),
            "there is no template \"none_of_that_name\" in \"en_US\"",
        ),
        (
            json!({ "templateName": "paused_offer" }),
            "the template is PAUSED",
        ),
    ] {
        let ran = preflight(&stage, &request);
        assert_eq!(ran.result(), "INVALID_REQUEST", "{request}");
        assert!(ran.message().contains(says), "{}", ran.message());
        assert!(
            stage
                .emulator
                .ledger()
                .to("POST", "/messages")
                .next()
                .is_none()
        );
    }
}

#[test]
fn a_template_is_compared_however_many_names_contain_its_own() {
    // More names than three pages hold, before it and behind it.
    let named = |at: u32| Template::new(&format!("receipt_{at:03}"), "en_US", 0);
    let mut templates: Vec<Template> = (0..250).map(named).collect();
    templates.push(Template::new("receipt", "de", 0));
    templates.push(Template::new("receipt", "en_US", 1));
    templates.extend((250..350).map(named));
    let stage = Stage::with(Config {
        templates,
        ..Config::default()
    });
    for (parameters, result, requests) in
        [(json!(["Ana"]), "OK", 4), (json!([]), "INVALID_REQUEST", 3)]
    {
        let request = json!({ "templateName": "receipt", "parameters": parameters });
        let ran = preflight(&stage, &request);
        assert_eq!(ran.result(), result, "{}", ran.message());
        assert_eq!(stage.emulator.ledger().requests.len(), requests);
    }
    let missing = json!({ "templateName": "receip", "parameters": [] });
    let ran = preflight(&stage, &missing);
    assert!(
        ran.message().contains("there is no template"),
        "{}",
        ran.message()
    );
    assert_eq!(stage.emulator.ledger().requests.len(), 4);
}
