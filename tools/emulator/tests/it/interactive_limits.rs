//! Lengths, counts and uniqueness of interactive messages, with the words of Meta's refusals.

use serde_json::{Value, json};

use crate::interactive::sample;
use crate::support::{changed, of_type, quiet};

fn long(count: usize) -> Value {
    json!("ü".repeat(count))
}

/// Kind, member, longest text, and what the refusal of a longer one says.
const LIMITS: [(&str, &str, usize, &str); 16] = [
    (
        "button",
        "/body/text",
        1024,
        "Body text length invalid. Min length: 1, Max length: 1024",
    ),
    (
        "list",
        "/body/text",
        4096,
        "Body text length invalid. Min length: 1, Max length: 4096",
    ),
    (
        "button",
        "/footer/text",
        60,
        "Footer text length invalid. Min length: 1, Max length: 60",
    ),
    (
        "list",
        "/header/text",
        60,
        "Header text length invalid. Min length: 1, Max length: 60",
    ),
    (
        "button",
        "/action/buttons/0/reply/title",
        20,
        "Button title length invalid. Min length: 1, Max length: 20",
    ),
    (
        "button",
        "/action/buttons/0/reply/id",
        256,
        "Button id length invalid. Min length: 1, Max length: 256",
    ),
    (
        "list",
        "/action/button",
        20,
        "Button text length invalid. Min length: 1, Max length: 20",
    ),
    (
        "list",
        "/action/sections/0/title",
        24,
        "Section title is too long. Max length is 24",
    ),
    (
        "list",
        "/action/sections/0/rows/0/title",
        24,
        "Row title is too long. Max length is 24",
    ),
    (
        "list",
        "/action/sections/0/rows/0/description",
        72,
        "Row description is too long. Max length is 72",
    ),
    (
        "list",
        "/action/sections/0/rows/0/id",
        200,
        "Row id is too long. Max length is 200",
    ),
    (
        "cta_url",
        "/action/parameters/display_text",
        20,
        "Display text length invalid",
    ),
    (
        "flow",
        "/action/parameters/flow_cta",
        30,
        "1 to 30 characters long",
    ),
    (
        "product_list",
        "/action/sections/0/title",
        24,
        "Section title is too long. Max length is 24",
    ),
    (
        "voice_call",
        "/action/parameters/display_text",
        20,
        "Display text length invalid",
    ),
    ("voice_call", "/action/parameters/payload", 512, "1 to 512"),
];

#[test]
fn a_limit_can_be_reached_and_not_passed() {
    let (_emulator, client) = quiet();
    for (kind, path, most, refusal) in LIMITS {
        let at_most = of_type("interactive", &changed(sample(kind), path, long(most)));
        assert_eq!(client.send(&at_most).code(), 0, "{kind} {path}");
        let send = |count| {
            let object = changed(sample(kind), path, long(count));
            client.send(&of_type("interactive", &object))
        };
        let answer = send(most + 1);
        assert_eq!(
            (answer.status, answer.code()),
            (400, 131_009),
            "{kind} {path}"
        );
        let told = answer.details();
        assert!(told.contains(refusal), "{kind} {path}: {told}");
        // An empty text is an absent one.
        let without = match path.rsplit('/').next() {
            Some("description" | "payload") => 0,
            Some("display_text") if kind == "voice_call" => 0,
            Some("title") if path.ends_with("sections/0/title") => 131_008,
            _ => 100,
        };
        assert_eq!(send(0).code(), without, "{kind} {path}");
    }
}

#[test]
fn counts_are_limited() {
    let (_emulator, client) = quiet();
    let buttons = |count: usize| -> Value {
        let button = |at: usize| json!({"type": "reply", "reply": {"id": at.to_string(), "title": at.to_string()}});
        (0..count).map(button).collect()
    };
    let rows = |count: usize| -> Value {
        let section = |at: usize| json!({"title": at.to_string(), "rows": [{"id": at.to_string(), "title": "t"}]});
        (0..count).map(section).collect()
    };
    let products = |count: usize| -> Value {
        let items: Value = (0..count)
            .map(|at| json!({"product_retailer_id": at.to_string()}))
            .collect();
        json!([{"title": "t", "product_items": items}])
    };
    let one_section = |count: usize| -> Value {
        let rows: Value = (0..count)
            .map(|at| json!({"id": at.to_string(), "title": "t"}))
            .collect();
        json!([{"rows": rows}])
    };
    let cards = |count: usize| -> Value {
        let mut card = sample("carousel")["action"]["cards"][0].clone();
        (0..count)
            .map(|at| {
                card["card_index"] = json!(at);
                card.clone()
            })
            .collect()
    };
    let count = "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3";
    for (kind, path, good, bad, refusal) in [
        ("button", "/action/buttons", buttons(3), buttons(4), count),
        ("button", "/action/buttons", buttons(1), buttons(0), count),
        ("list", "/action/sections", rows(10), rows(11), "1 to 10"),
        (
            "list",
            "/action/sections",
            one_section(10),
            one_section(11),
            "Total row count exceed max allowed count: 10",
        ),
        (
            "product_list",
            "/action/sections",
            products(30),
            products(31),
            "At most 30 products",
        ),
        ("carousel", "/action/cards", cards(10), cards(11), "2 to 10"),
    ] {
        let send =
            |value| client.send(&of_type("interactive", &changed(sample(kind), path, value)));
        assert_eq!(send(good).code(), 0, "{kind} {path}");
        let refused = send(bad);
        assert_eq!(refused.code(), 131_009, "{kind} {path}");
        assert!(refused.details().contains(refusal), "{}", refused.details());
    }
}

#[test]
fn ids_and_titles_are_unique() {
    let (_emulator, client) = quiet();
    let saved = json!([{"id": "home", "value": {}}, {"id": "home", "value": {}}]);
    for (kind, path, value, member) in [
        (
            "button",
            "/action/buttons/1/reply/id",
            json!("yes"),
            "id of buttons",
        ),
        (
            "button",
            "/action/buttons/1/reply/title",
            json!("Yes"),
            "title of buttons",
        ),
        (
            "list",
            "/action/sections/1/rows/0/id",
            json!("1"),
            "id of rows",
        ),
        (
            "address_message",
            "/action/parameters/saved_addresses",
            saved,
            "id of saved_addresses",
        ),
    ] {
        let answer = client.send(&of_type("interactive", &changed(sample(kind), path, value)));
        assert_eq!(answer.code(), 131_009, "{kind} {path}");
        assert!(answer.details().contains(member), "{}", answer.details());
    }
}
