//! Template messages against their templates: each seed once as it should be, and how each fails.

use serde_json::{Value, json};

use crate::support::{Answer, Client, of_type, quiet};

fn text(value: &str) -> Value {
    json!({"type": "text", "text": value})
}

fn body(values: &[&str]) -> Value {
    let parameters: Vec<_> = values.iter().map(|it| text(it)).collect();
    json!({"type": "body", "parameters": parameters})
}

fn header(kind: &str, object: &Value) -> Value {
    json!({"type": "header", "parameters": [{"type": kind, kind: object}]})
}

fn button(sub_type: &str, index: u8, parameter: &Value) -> Value {
    json!({"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]})
}

fn send(client: &Client, name: &str, components: &Value) -> Answer {
    let code = if name == "invitation" { "de" } else { "en_US" };
    let template = json!({"name": name, "language": {"code": code}, "components": components});
    client.send(&of_type("template", &template))
}

fn image() -> Value {
    header("image", &json!({"link": "https://shop.example/a.png"}))
}

fn coupon() -> Value {
    json!({"type": "coupon_code", "coupon_code": "SUMMER25"})
}

fn card(index: u8) -> Value {
    let reply = button(
        "quick_reply",
        0,
        &json!({"type": "payload", "payload": "more"}),
    );
    json!({"card_index": index, "components": [image(), body(&["red"]), reply]})
}

fn action(members: &Value) -> Value {
    json!({"type": "action", "action": members})
}

#[test]
fn every_seed_can_be_sent_as_it_was_approved() {
    let (_emulator, client) = quiet();
    let place = json!({"latitude": 1, "longitude": 2, "name": "here", "address": "there"});
    let document = header(
        "document",
        &json!({"link": "https://shop.example/a.pdf", "filename": "a.pdf"}),
    );
    let named = json!({"type": "body", "parameters": [
        {"type": "text", "parameter_name": "order_id", "text": "7"},
        {"type": "text", "parameter_name": "customer_name", "text": "Ana"},
    ]});
    let offer = json!({"type": "limited_time_offer", "parameters": [
        {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1}}]});
    let sections = json!([{"title": "a", "product_items": [{"product_retailer_id": "x"}]}]);
    for (name, components) in [
        ("order_update", json!([named])),
        ("order_receipt", json!([document, body(&["Ana", "7"])])),
        (
            "seasonal_offer",
            json!([
                image(),
                body(&["Ana", "25%"]),
                button("url", 0, &text("x")),
                button("copy_code", 1, &coupon())
            ]),
        ),
        (
            "store_visit",
            json!([header("location", &place), body(&["Ana"])]),
        ),
        (
            "invitation",
            json!([header("text", &json!("Ana")), body(&["Montag"])]),
        ),
        (
            "login_code",
            json!([body(&["123456"]), button("url", 0, &text("123456"))]),
        ),
        (
            "survey_flow",
            json!([button("flow", 0, &action(&json!({"flow_token": "t"})))]),
        ),
        ("survey_flow", json!([])),
        (
            "intro_catalog_offer",
            json!([
                body(&["100", "400", "3"]),
                button(
                    "CATALOG",
                    0,
                    &action(&json!({"thumbnail_product_retailer_id": "x"}))
                )
            ]),
        ),
        (
            "abandoned_cart",
            json!([
                body(&["10OFF"]),
                button(
                    "mpm",
                    0,
                    &action(&json!({"thumbnail_product_retailer_id": "x", "sections": sections}))
                )
            ]),
        ),
        (
            "flash_sale",
            json!([
                offer,
                body(&["Ana"]),
                button("copy_code", 0, &coupon()),
                button("url", 1, &text("x"))
            ]),
        ),
        (
            "two_cards",
            json!([body(&["you"]), {"type": "carousel", "cards": [card(0), card(1)]}]),
        ),
    ] {
        let answer = send(&client, name, &components);
        assert_eq!(answer.status, 200, "{name} {}", answer.json());
    }
}

/// The message to this template is refused with this code, for a reason that says this.
#[track_caller]
fn assert_unfit(client: &Client, name: &str, components: &Value, code: u64, details: &str) {
    let answer = send(client, name, components);
    assert_eq!(answer.code(), code, "{name} {components} {}", answer.json());
    assert!(
        answer.details().contains(details),
        "{name} {}",
        answer.json()
    );
}

#[test]
fn texts_and_headers_that_do_not_fit_are_refused() {
    let (_emulator, client) = quiet();
    let named = |name: &str| json!({"type": "text", "parameter_name": name, "text": "x"});
    let pair = |one: Value, other: Value| json!([{"type": "body", "parameters": [one, other]}]);
    let (shipping, receipt) = ("sample_shipping_confirmation", "order_receipt");
    for (name, components, code, details) in [
        (
            "hello_world",
            json!([body(&["x"])]),
            132_000,
            "body: number of localizable_params (1) does not match the expected number of params (0)",
        ),
        (
            "hello_world",
            json!([header("text", &json!("x"))]),
            132_000,
            "(1) does not match",
        ),
        (
            "invitation",
            json!([body(&["Montag"])]),
            132_000,
            "header: number of",
        ),
        (
            "order_update",
            json!([body(&["A", "7"])]),
            100,
            "Parameter name is missing or empty",
        ),
        (
            "order_update",
            pair(named("customer_name"), named("order")),
            132_012,
            "name order",
        ),
        (
            "order_update",
            pair(named("order_id"), named("order_id")),
            132_012,
            "given twice",
        ),
        (
            "order_update",
            json!([{"type": "body", "parameters": [named("order_id")]}]),
            132_000,
            "(1)",
        ),
        (
            receipt,
            json!([body(&["A", "7"])]),
            132_012,
            "expected DOCUMENT, received UNKNOWN",
        ),
        (
            receipt,
            json!([image(), body(&["A", "7"])]),
            132_012,
            "received IMAGE",
        ),
        (shipping, json!([body(&["a\nb"])]), 132_018, "new-line/tab"),
        (
            shipping,
            json!([body(&["a     b"])]),
            132_018,
            "4 consecutive spaces",
        ),
        ("paused_offer", json!([]), 132_015, "paused"),
        ("disabled_offer", json!([]), 132_016, "disabled"),
        (
            "pending_offer",
            json!([]),
            132_001,
            "does not exist in en_US",
        ),
        (
            "rejected_offer",
            json!([]),
            132_001,
            "does not exist in en_US",
        ),
    ] {
        assert_unfit(&client, name, &components, code, details);
    }
}

#[test]
fn buttons_offers_and_cards_that_do_not_fit_are_refused() {
    let (_emulator, client) = quiet();
    let url = |index| button("url", index, &text("x"));
    let issue = "sample_issue_resolution";
    let third = button("quick_reply", 2, &text("x"));
    let cards = |cards: Value| json!([body(&["you"]), {"type": "carousel", "cards": cards}]);
    let mut odd = card(1);
    odd["components"][0] = header("video", &json!({"link": "https://shop.example/a.mp4"}));
    for (name, components, code, details) in [
        (
            "login_code",
            json!([body(&["123456"])]),
            131_008,
            "buttons: Button at index 0 of type Url requires a parameter",
        ),
        ("login_code", json!([url(0)]), 132_000, "body: number"),
        (
            "login_code",
            json!([body(&["1"]), url(0), url(0)]),
            132_018,
            "two buttons with index 0",
        ),
        (
            issue,
            json!([body(&["a"]), url(0)]),
            132_018,
            "Button at index 0 must be of type QuickReply",
        ),
        (
            issue,
            json!([body(&["a"]), third]),
            132_018,
            "no button at index 2",
        ),
        (
            "flash_sale",
            json!([body(&["Ana"]), button("copy_code", 0, &coupon()), url(1)]),
            131_008,
            "expiration_time_ms",
        ),
        (
            "two_cards",
            json!([body(&["you"])]),
            132_012,
            "number of cards (0)",
        ),
        (
            "two_cards",
            cards(json!([card(0)])),
            132_012,
            "number of cards (1)",
        ),
        (
            "two_cards",
            cards(json!([card(0), odd])),
            132_012,
            "expected IMAGE, received VIDEO",
        ),
    ] {
        assert_unfit(&client, name, &components, code, details);
    }
}

#[test]
fn an_authentication_template_needs_a_phone_number() {
    let (_emulator, client) = quiet();
    let template = json!({"name": "login_code", "language": {"code": "en_US"},
                          "components": [body(&["1"]), button("url", 0, &text("1"))]});
    let mut message = of_type("template", &template);
    message.as_object_mut().unwrap().remove("to");
    message["recipient"] = json!("US.123");
    assert_eq!(client.send(&message).code(), 131_062);
}

#[test]
fn marketing_messages_are_marketing_templates() {
    let (emulator, client) = quiet();
    let path = format!("{}/marketing_messages", client.phone_number_id);
    let template = |name: &str| {
        of_type(
            "template",
            &json!({"name": name, "language": {"code": "en_US"}}),
        )
    };
    let with = |name: &str, value: Value| {
        let mut message = template("survey_flow");
        message[name] = value;
        message
    };
    for (message, code) in [
        (template("survey_flow"), 0),
        (with("product_policy", json!("STRICT")), 0),
        (with("message_activity_sharing", json!(true)), 0),
        (with("product_policy", json!("LAX")), 100),
        (with("message_activity_sharing", json!("yes")), 100),
        (template("hello_world"), 131_055),
        (crate::support::text_message("x"), 100),
    ] {
        assert_eq!(
            client.graph("POST", &path, &message).code(),
            code,
            "{message}"
        );
    }
    assert_eq!(
        client.send(&with("product_policy", json!("STRICT"))).code(),
        100
    );
    assert_eq!(emulator.ledger().accepted(), 3);
}
