//! Every body that Meta shows for a send is made by a command.

mod requests;
mod templates;

use cloud_api_emulator::{Clock, Config, Emulator};
use serde_json::{Value, json};

use crate::plugin;
use crate::rig::{self, EntryPoint};

/// Bodies that are no requests of a send, and why.
const NOT_SENT: [(&str, &str); 2] = [
    (
        "openapi-001-text",
        "the answer to a request that blocks a user",
    ),
    (
        "openapi-002-text",
        "the answer to a request that unblocks a user",
    ),
];

/// Name and body of every example, its placeholders filled in.
fn examples() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(plugin::repository("tests/fixtures/sends")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let mut examples: Vec<(String, Value)> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let body = std::fs::read_to_string(&path).unwrap();
            (name, filled_in(serde_json::from_str(&body).unwrap()))
        })
        .collect();
    examples.sort_by(|one, other| one.0.cmp(&other.0));
    examples
}

/// What stands where the reader is to put something of his own.
fn filled_in(value: Value) -> Value {
    match value {
        Value::String(text) => filled_in_text(&text).into(),
        Value::Array(items) => items.into_iter().map(filled_in).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            members
                .map(|(name, value)| (name, filled_in(value)))
                .collect()
        }
        other => other,
    }
}

fn filled_in_text(text: &str) -> String {
    let text = match text {
        "<HEADER_TYPE>" => "text",
        "<EMOJI>" => "👍",
        "<LOCATION_LATITUDE>" => "37.44",
        "<LOCATION_LONGITUDE>" => "-122.16",
        "<CONTACT_BIRTHDAY>" => "2012-08-18",
        "language-and-locale-code" => "en_US",
        "<INCOMING_MSG_ID>" | "<WHATSAPP_MESSAGE_ID>" => "wamid.HBgLMTY1MDU1NTEyMzQ=",
        _ if text.starts_with("{{") && !text.to_lowercase().contains("flow") => "+16505551234",
        _ => text,
    };
    if text.contains("http(s)://") {
        return text
            .replace("http(s)://", "https://example.com/")
            .replace(['<', '>'], "");
    }
    text.to_owned()
}

/// What Meta takes for granted, said.
fn with_defaults(mut body: Value) -> Value {
    let is_message = body.get("to").is_some();
    let members = body.as_object_mut().unwrap();
    members.remove("biz_opaque_callback_data");
    if is_message {
        members
            .entry("recipient_type")
            .or_insert_with(|| json!("individual"));
        members.entry("type").or_insert_with(|| json!("text"));
    }
    body
}

/// An emulator that has approved the template of this body.
fn emulator_for(body: &Value) -> Emulator {
    Emulator::start(Config {
        clock: Clock::Fixed(1_700_000_000),
        statuses: false,
        templates: templates::approved(body).into_iter().collect(),
        ..Config::default()
    })
    .unwrap()
}

#[test]
fn every_example_is_made_by_a_command() {
    let examples = examples();
    assert_eq!(examples.len(), 85);
    let mut findings = Vec::new();
    for (name, body) in examples {
        if NOT_SENT.iter().any(|(other, _)| *other == name) {
            continue;
        }
        if let Some(finding) = finding(&body) {
            findings.push(format!("{name}: {finding}"));
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

/// What differs between the example and what the command made of its request.
fn finding(body: &Value) -> Option<String> {
    let emulator = emulator_for(body);
    emulator.set_window("+16505551234", true);
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    let (command, request) = requests::of(body);
    let ran = adapter.execute(command, &request.to_string());
    let ledger = emulator.ledger();
    let Some(sent) = ledger.requests.first() else {
        return Some(format!("{command} sent nothing: {}", ran.message()));
    };
    let made = with_defaults(sent.json.clone().unwrap());
    if made != with_defaults(body.clone()) {
        return Some(format!("{command} {request} made {made}"));
    }
    if !sent.path.ends_with(requests::endpoint(body)) {
        return Some(format!("{command} posted to {}", sent.path));
    }
    (ran.result() != "OK").then(|| format!("{}: {}", ran.result(), ran.message()))
}

#[test]
fn the_lists_name_examples_that_exist() {
    let names: Vec<String> = examples().into_iter().map(|(name, _)| name).collect();
    for (name, _) in NOT_SENT {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}
