//! Interactive messages: one good one of each kind, and what each kind refuses.

use cloud_api_emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{assert_code, changed, of_type, quiet};

/// A good message of this kind.
pub(crate) fn sample(kind: &str) -> Value {
    let picture = json!({"type": "image", "image": {"link": "https://shop.example/a.png"}});
    let link = json!({"name": "cta_url", "parameters": {"display_text": "Look", "url": "https://shop.example"}});
    let card = |index: u8| {
        json!({"card_index": index, "type": "cta_url", "header": picture,
               "body": {"text": "A card"}, "action": link})
    };
    let item = |id: &str| json!({"product_retailer_id": id});
    let amount = json!({"value": 500, "offset": 100});
    let action = match kind {
        "button" => json!({"buttons": [
            {"type": "reply", "reply": {"id": "yes", "title": "Yes"}},
            {"type": "reply", "reply": {"id": "no", "title": "No"}}]}),
        "list" => json!({"button": "Choose", "sections": [
            {"title": "One", "rows": [{"id": "1", "title": "First", "description": "the first"}]},
            {"title": "Two", "rows": [{"id": "2", "title": "Second"}]}]}),
        "cta_url" => link,
        "flow" => json!({"name": "flow", "parameters": {
            "flow_message_version": "3", "flow_id": "1", "flow_cta": "Begin", "flow_token": "t",
            "mode": "published", "flow_action": "navigate",
            "flow_action_payload": {"screen": "FIRST", "data": {"a": 1}}}}),
        "product" => json!({"catalog_id": "1", "product_retailer_id": "sku"}),
        "product_list" => json!({"catalog_id": "1", "sections": [
            {"title": "One", "product_items": [item("a")]},
            {"title": "Two", "product_items": [item("b")]}]}),
        "catalog_message" => json!({"name": "catalog_message",
            "parameters": {"thumbnail_product_retailer_id": "sku"}}),
        "location_request_message" => json!({"name": "send_location"}),
        "address_message" => json!({"name": "address_message", "parameters": {
            "country": "IN", "values": {"name": "Ana"}, "validation_errors": {"in_pin_code": "no"},
            "saved_addresses": [{"id": "home", "value": {"name": "Ana"}}]}}),
        "call_permission_request" => json!({"name": "call_permission_request"}),
        "voice_call" => json!({"name": "voice_call", "parameters": {
            "display_text": "Call", "ttl_minutes": 100, "payload": "p"}}),
        "request_contact_info" => json!({"name": "request_contact_info"}),
        "carousel" => json!({"cards": [card(0), card(1)]}),
        "order_details" => json!({"name": "review_and_pay", "parameters": {
            "reference_id": "r1", "type": "digital-goods", "currency": "INR", "total_amount": amount,
            "order": {"status": "pending", "items": [{"name": "bread", "quantity": 1, "amount": amount}]}}}),
        _ => json!({"name": "review_order", "parameters": {
            "reference_id": "r1", "order": {"status": "shipped", "description": "soon"}}}),
    };
    let mut message = json!({"type": kind, "body": {"text": "A body"}, "action": action});
    match kind {
        "button" | "flow" | "cta_url" | "order_details" => message["header"] = picture,
        "list" | "product_list" => message["header"] = json!({"type": "text", "text": "A header"}),
        _ => {}
    }
    if !["carousel", "location_request_message"].contains(&kind) {
        message["footer"] = json!({"text": "A footer"});
    }
    message
}

pub(crate) const KINDS: [&str; 15] = [
    "button",
    "list",
    "cta_url",
    "flow",
    "product",
    "product_list",
    "catalog_message",
    "location_request_message",
    "address_message",
    "call_permission_request",
    "voice_call",
    "request_contact_info",
    "carousel",
    "order_details",
    "order_status",
];

#[test]
fn one_of_each_kind_is_accepted() {
    let (emulator, _client) = quiet();
    for kind in KINDS {
        assert_code(&emulator, &of_type("interactive", &sample(kind)), 0);
    }
}

#[track_caller]
fn assert_changed(emulator: &Emulator, kind: &str, path: &str, value: Value, code: u64) {
    let object = changed(sample(kind), path, value);
    assert_code(emulator, &of_type("interactive", &object), code);
}

#[test]
fn replies_links_and_flows_have_their_members_and_no_other() {
    let (emulator, _client) = quiet();
    for (kind, path, value, code) in [
        ("button", "/color", json!("red"), 100),
        ("button", "/body", json!(null), 100),
        ("button", "/action", json!(null), 100),
        ("button", "/header/type", json!("sticker"), 100),
        ("button", "/header/image", json!(null), 100),
        ("button", "/action/buttons/0/type", json!("url"), 100),
        ("list", "/header", sample("button")["header"].clone(), 100),
        ("list", "/action/button", json!(null), 100),
        ("list", "/action/sections/0/title", json!(null), 131_008),
        ("cta_url", "/action/parameters/url", json!("shop"), 100),
        ("cta_url", "/action/name", json!("cta"), 100),
        ("flow", "/action/parameters/flow_name", json!("n"), 131_009),
        ("flow", "/action/parameters/flow_id", json!(null), 100),
        ("flow", "/action/parameters/flow_cta", json!(null), 100),
        (
            "flow",
            "/action/parameters/flow_action",
            json!("data_exchange"),
            131_009,
        ),
        (
            "flow",
            "/action/parameters/flow_action_payload/screen",
            json!(null),
            100,
        ),
        ("flow", "/action/parameters/mode", json!("test"), 100),
    ] {
        assert_changed(&emulator, kind, path, value, code);
    }
}

#[test]
fn products_places_and_cards_have_their_members_and_no_other() {
    let (emulator, _client) = quiet();
    let header = json!({"type": "text", "text": "A header"});
    for (kind, path, value, code) in [
        ("product", "/header", header, 131_009),
        ("product", "/body", json!(null), 0),
        ("product", "/action/catalog_id", json!(null), 100),
        ("product_list", "/header", json!(null), 100),
        (
            "product_list",
            "/action/sections/1/product_items",
            json!([]),
            131_009,
        ),
        (
            "catalog_message",
            "/action/parameters/color",
            json!("red"),
            100,
        ),
        ("catalog_message", "/action/parameters", json!(null), 0),
        (
            "location_request_message",
            "/footer",
            json!({"text": "x"}),
            131_009,
        ),
        (
            "location_request_message",
            "/action/name",
            json!("send"),
            100,
        ),
        (
            "address_message",
            "/action/parameters/country",
            json!("US"),
            100,
        ),
        (
            "address_message",
            "/action/parameters/values",
            json!("x"),
            100,
        ),
        ("address_message", "/action/parameters", json!(null), 100),
        ("call_permission_request", "/body", json!(null), 0),
        (
            "voice_call",
            "/action/parameters/ttl_minutes",
            json!(0),
            131_009,
        ),
        (
            "voice_call",
            "/action/parameters/ttl_minutes",
            json!(43_201),
            131_009,
        ),
        ("carousel", "/footer", json!({"text": "x"}), 131_009),
        ("carousel", "/action/cards/1/card_index", json!(2), 131_009),
        ("carousel", "/action/cards/1/header", json!(null), 100),
        (
            "carousel",
            "/action/cards/1/body/text",
            json!("x".repeat(161)),
            131_009,
        ),
        ("carousel", "/action/cards/1/type", json!("list"), 100),
    ] {
        assert_changed(&emulator, kind, path, value, code);
    }
}

#[test]
fn payments_have_their_members() {
    let (emulator, _client) = quiet();
    for (kind, path, value, code) in [
        (
            "order_details",
            "/action/parameters/reference_id",
            json!(null),
            100,
        ),
        (
            "order_details",
            "/action/parameters/currency",
            json!("RUPEE"),
            131_009,
        ),
        (
            "order_details",
            "/action/parameters/total_amount/offset",
            json!(null),
            100,
        ),
        (
            "order_details",
            "/action/parameters/order/status",
            json!("lost"),
            100,
        ),
        (
            "order_status",
            "/action/parameters/order/status",
            json!("lost"),
            100,
        ),
        ("order_status", "/action/parameters/order", json!(null), 100),
    ] {
        assert_changed(&emulator, kind, path, value, code);
    }
}

/// E6
#[test]
fn the_cards_of_a_carousel_are_of_one_type_and_have_as_many_buttons() {
    let (emulator, _client) = quiet();
    let replies = |count: usize| -> Value {
        let reply = |at: usize| json!({"type": "quick_reply", "quick_reply": {"id": at.to_string(), "title": at.to_string()}});
        json!({"buttons": (0..count).map(reply).collect::<Vec<_>>()})
    };
    let link = sample("carousel")["action"]["cards"][0]["action"].clone();
    let product = json!({"catalog_id": "1", "product_retailer_id": "sku"});
    let with = |kinds: [&str; 2], actions: [&Value; 2]| {
        let mut message = sample("carousel");
        for (index, (kind, action)) in kinds.into_iter().zip(actions).enumerate() {
            message["action"]["cards"][index]["type"] = json!(kind);
            message["action"]["cards"][index]["action"] = action.clone();
        }
        of_type("interactive", &message)
    };
    let (one, two) = (replies(1), replies(2));
    let both = ["cta_url", "cta_url"];
    for (kinds, actions, code) in [
        (both, [&one, &one], 0),
        (both, [&two, &two], 0),
        (both, [&link, &link], 0),
        (["product", "product"], [&product, &product], 0),
        (both, [&one, &two], 131_009),
        (both, [&one, &link], 131_009),
        (["cta_url", "product"], [&one, &product], 131_009),
        (["quick_reply", "quick_reply"], [&one, &one], 100),
        (["button", "button"], [&one, &one], 100),
    ] {
        assert_code(&emulator, &with(kinds, actions), code);
    }
    let cards = sample("carousel")["action"]["cards"].clone();
    let single = changed(sample("carousel"), "/action/cards", json!([cards[0]]));
    assert_code(&emulator, &of_type("interactive", &single), 131_009);
}

#[test]
fn the_older_payment_sample_is_understood() {
    let (emulator, _client) = quiet();
    let mut action = sample("order_details")["action"]["parameters"].clone();
    action["payment_type"] = json!("upi");
    let nested = json!({"type": "order_details",
                        "order_details": {"body": {"text": "Pay"}, "action": action}});
    assert_code(&emulator, &of_type("interactive", &nested), 0);
    let bare = changed(nested, "/order_details/action/currency", json!(null));
    assert_code(&emulator, &of_type("interactive", &bare), 100);
}
