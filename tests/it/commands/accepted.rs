//! The descriptor's rows and what the commands accept are the same: each is derived from the other.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use workflow_adapter_loader::{CommandRef, FieldRef};

use super::examples::{self, Stage};
use crate::plugin;
use crate::rig::{self, Adapter, EntryPoint};

/// No command has it.
const UNKNOWN: &str = "zzz";

/// Each command with all rows of its request.
fn rows() -> Vec<(String, Vec<FieldRef>)> {
    let descriptor = plugin::loaded().descriptor();
    let all = descriptor.commands().chain(descriptor.extension_commands());
    let rows = |command: CommandRef| {
        let fields = command.request().chain(command.extension_request());
        (command.name().to_owned(), fields.collect())
    };
    all.map(rows)
        .filter(|(name, _)| name != "processWebhook")
        .collect()
}

/// An adapter with all properties and no server.
fn offline(stage: &Stage) -> Adapter {
    let mut properties = stage.properties();
    properties["baseUrl"] = rig::NOBODY.into();
    Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap()
}

/// The error of `request`, which is never sent because it has an unknown member.
fn said(adapter: &Adapter, command: &str, request: &Value) -> String {
    let mut request = request.clone();
    request[UNKNOWN] = "x".into();
    let ran = adapter.execute(command, &request.to_string());
    assert_eq!(ran.result(), "INVALID_REQUEST", "{command}: {request}");
    ran.message().to_owned()
}

/// Whether all but the member too many was right.
fn passed(said: &str) -> bool {
    said.contains(&format!("unknown request member \"{UNKNOWN}\""))
}

fn with(request: &Value, name: &str, value: Value) -> Value {
    let mut request = request.clone();
    request[name] = value;
    request
}

fn without(request: &Value, name: &str) -> Value {
    let mut request = request.clone();
    request.as_object_mut().unwrap().remove(name);
    request
}

#[test]
fn the_members_that_a_command_knows_are_its_rows() {
    let stage = Stage::new();
    let adapter = offline(&stage);
    for (command, fields) in rows() {
        let said = said(&adapter, &command, &examples::request(&command));
        let (_, known) = said
            .split_once("known are: ")
            .unwrap_or_else(|| panic!("{said}"));
        let known: BTreeSet<&str> = known.split(", ").filter(|name| *name != "none").collect();
        let rows: BTreeSet<&str> = fields.iter().map(|field| field.name()).collect();
        assert_eq!(known, rows, "{command}");
    }
}

#[test]
fn what_the_rows_require_is_required_and_nothing_else() {
    let stage = Stage::new();
    let adapter = offline(&stage);
    for (command, fields) in rows() {
        let request = examples::request(&command);
        for field in fields {
            let name = field.name();
            let said = said(&adapter, &command, &without(&request, name));
            let missing = said.contains(&format!("\"{name}\" is missing; it is required"));
            assert_eq!(missing, field.is_required(), "{command}, {name}: {said}");
        }
    }
}

#[test]
fn each_row_has_its_type() {
    let stage = Stage::new();
    let adapter = offline(&stage);
    for (command, fields) in rows() {
        let request = examples::request(&command);
        for field in fields {
            let name = field.name();
            let others = match field.kind() {
                "string" => vec![json!(1), json!(true), json!({}), json!([])],
                "integer" | "number" => vec![json!("x"), json!(true), json!({}), json!([])],
                "boolean" => vec![json!("x"), json!(1), json!({}), json!([])],
                "array" => vec![json!("x"), json!(1), json!(true), json!({})],
                "object" => vec![json!("x"), json!(1), json!(true)],
                other => panic!("{command}, {name}: {other}"),
            };
            for other in others {
                let said = said(&adapter, &command, &with(&request, name, other.clone()));
                let names_it = said.contains(&format!("\"{name}\"")) && !passed(&said);
                assert!(names_it, "{command}, {name}: {other}: {said}");
            }
        }
    }
}

#[test]
fn each_row_has_its_length() {
    let stage = Stage::new();
    let adapter = offline(&stage);
    for (command, fields) in rows() {
        let request = examples::request(&command);
        for field in fields {
            let (name, Some(most)) = (field.name(), field.max_length()) else {
                continue;
            };
            let most = usize::try_from(most).unwrap();
            let long = |length: usize| with(&request, name, "1".repeat(length).into());
            let said_of = |length| said(&adapter, &command, &long(length));
            let beyond = said_of(most + 1);
            assert!(
                beyond.contains(&format!("\"{name}\" has {} characters", most + 1)),
                "{command}, {name}: {beyond}"
            );
            let at_most = said_of(most);
            assert!(
                !at_most.contains("characters; it needs"),
                "{command}, {name}: {at_most}"
            );
        }
    }
}
