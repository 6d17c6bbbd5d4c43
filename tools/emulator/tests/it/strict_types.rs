//! Which messages are refused, with which code, by type.

use serde_json::{Value, json};

use crate::support::{assert_code, of_type, quiet};

#[test]
fn reactions_are_checked() {
    let (emulator, _) = quiet();
    for (object, code) in [
        (json!({"message_id": "wamid.X", "emoji": "😀"}), 0),
        (json!({"message_id": "wamid.X", "emoji": "👩🏽‍🚀"}), 0),
        (json!({"message_id": "wamid.X", "emoji": ""}), 0),
        (json!({"message_id": "wamid.X"}), 100),
        (json!({"emoji": "😀"}), 100),
        (json!({"message_id": "", "emoji": "😀"}), 100),
        (json!({"message_id": "wamid.X", "emoji": "yes"}), 131_009),
        (json!({"message_id": "wamid.X", "emoji": "😀😀"}), 131_009),
        (
            json!({"message_id": "wamid.X", "emoji": "\\uD83D\\uDE00"}),
            131_009,
        ),
    ] {
        assert_code(&emulator, &of_type("reaction", &object), code);
    }
}

#[test]
fn templates_are_found_by_name_and_language() {
    let (emulator, client) = quiet();
    let english = json!({"code": "en_US"});
    for (template, code) in [
        (json!({"name": "hello_world", "language": english}), 0),
        (
            json!({"name": "hello_world", "language": {"code": "de"}}),
            132_001,
        ),
        (json!({"name": "missing", "language": english}), 132_001),
        (json!({"name": "hello_world"}), 100),
        (json!({"language": english}), 100),
        (json!({"name": "hello_world", "language": "en_US"}), 100),
    ] {
        assert_code(&emulator, &of_type("template", &template), code);
    }
    let missing = json!({"name": "missing", "language": english});
    assert_eq!(client.send(&of_type("template", &missing)).status, 404);
}

#[test]
fn the_components_of_templates_are_checked() {
    let (emulator, _) = quiet();
    let body = json!({"type": "body", "parameters": [{"type": "text", "text": "2"}]});
    let payload = json!({"type": "payload", "payload": "P"});
    let reply = json!({"type": "button", "sub_type": "quick_reply", "index": "0",
                       "parameters": [payload]});
    let (plain, one) = ("hello_world", "sample_shipping_confirmation");
    for (name, components, code) in [
        (plain, json!([]), 0),
        (plain, json!([body]), 132_000),
        (one, json!([body]), 0),
        (one, json!([]), 132_000),
        (one, json!([body, reply]), 132_018),
        ("sample_issue_resolution", json!([body, reply]), 0),
        (
            one,
            json!([{"type": "body", "parameters": [payload]}]),
            132_012,
        ),
        (plain, json!([{"type": "tail"}]), 100),
        (plain, json!([{"type": "header", "x": 1}]), 100),
        (plain, json!({"type": "body"}), 100),
    ] {
        let language = json!({"code": "en_US"});
        let template = json!({"name": name, "language": language, "components": components});
        assert_code(&emulator, &of_type("template", &template), code);
    }
}

#[test]
fn media_are_checked() {
    let (emulator, _) = quiet();
    for (kind, object, code) in [
        ("image", json!({"id": "1", "caption": "c".repeat(1024)}), 0),
        (
            "image",
            json!({"id": "1", "caption": "c".repeat(1025)}),
            131_009,
        ),
        ("image", json!({"link": "https://example.org/a.jpg"}), 0),
        (
            "image",
            json!({"id": "1", "link": "https://example.org/a.jpg"}),
            131_009,
        ),
        ("image", json!({}), 131_008),
        ("image", json!({"link": "ftp://example.org/a.jpg"}), 100),
        ("image", json!({"id": "1", "filename": "a"}), 100),
        ("audio", json!({"id": "1", "voice": true}), 0),
        ("audio", json!({"id": "1", "caption": "c"}), 100),
        ("video", json!({"id": "1"}), 0),
        (
            "document",
            json!({"id": "1", "filename": "a.pdf", "caption": "c"}),
            0,
        ),
        ("sticker", json!({"id": "1"}), 0),
        ("sticker", json!({"id": "1", "caption": "c"}), 100),
    ] {
        assert_code(&emulator, &of_type(kind, &object), code);
    }
}

#[test]
fn places_and_contacts_are_checked() {
    let (emulator, _) = quiet();
    let name = json!({"formatted_name": "Ada Lovelace", "first_name": "Ada"});
    for (kind, object, code) in [
        (
            "location",
            json!({"latitude": 37.4, "longitude": "-122.1", "name": "n"}),
            0,
        ),
        ("location", json!({"latitude": 37.4}), 100),
        ("location", json!({"latitude": 91, "longitude": 0}), 131_009),
        (
            "location",
            json!({"latitude": "north", "longitude": 0}),
            100,
        ),
        (
            "contacts",
            json!([{"name": name, "phones": [{"phone": "+1"}]}]),
            0,
        ),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Ada"}}]),
            131_008,
        ),
        ("contacts", json!([{"name": {"first_name": "Ada"}}]), 100),
        (
            "contacts",
            json!([{"name": name, "birthday": "10.12.1815"}]),
            131_009,
        ),
        ("contacts", json!([]), 131_009),
        ("contacts", json!({"name": name}), 100),
    ] {
        assert_code(&emulator, &of_type(kind, &object), code);
    }
}

#[test]
fn interactive_messages_are_checked() {
    let (emulator, _) = quiet();
    let button =
        |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
    let buttons =
        |list: Value| json!({"type": "button", "body": {"text": "b"}, "action": {"buttons": list}});
    let rows = |count: usize| -> Value {
        (0..count)
            .map(|row| json!({"id": row.to_string(), "title": "t"}))
            .collect()
    };
    let list = |sections: Value| {
        let action = json!({"button": "go", "sections": sections});
        json!({"type": "list", "body": {"text": "b"}, "action": action})
    };
    for (object, code) in [
        (
            buttons(json!([
                button("1", "A"),
                button("2", "B"),
                button("3", "C")
            ])),
            0,
        ),
        (buttons(json!([])), 131_009),
        (
            buttons(json!([button("1", "A"), button("1", "B")])),
            131_009,
        ),
        (
            buttons(json!([button("1", "A"), button("2", "A")])),
            131_009,
        ),
        (buttons(json!([button("1", &"t".repeat(21))])), 131_009),
        (list(json!([{"rows": rows(10)}])), 0),
        (list(json!([{"rows": rows(11)}])), 131_009),
        (list(json!([{"rows": rows(1)}, {"rows": rows(1)}])), 131_008),
        (
            json!({"type": "poll", "body": {"text": "b"}, "action": {}}),
            100,
        ),
        (json!({"type": "button", "body": {"text": "b"}}), 100),
        (
            json!({"type": "list", "header": {"type": "image", "image": {"id": "1"}},
                "body": {"text": "b"}, "action": {}}),
            100,
        ),
    ] {
        assert_code(&emulator, &of_type("interactive", &object), code);
    }
}
