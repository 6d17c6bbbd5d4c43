//! The reader and the schemas, both made from the rows, say the same of any request.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use whatsapp_adapter::rows::{Cases, Field, Given, Leniency, Object, Others, Rule};
use whatsapp_adapter::{Command, descriptor};

use super::changes::{apply, changes};
use super::{schemas, validator};
use crate::commands::examples;

/// The rules that no schema states: the name that a row gives each, and what the reader says of a request
/// that breaks it; parts between bars are all said.
const UNSTATED: &[(&str, &[&str])] = &[
    ("time", &["must be 7, 30, 60 or 90 days after start"]),
    (
        "recipient",
        &[
            "has nothing",
            "contains nothing visible",
            "contains a control character",
            "(or give a business-scoped",
            "for a group's id is 256",
        ],
    ),
    (
        "customer",
        &[
            "contains nothing visible",
            "contains a control character",
            "(or give a business-scoped",
        ],
    ),
    ("somebody", &["names nobody"]),
    ("content once", &["is the content already"]),
    (
        "cards of one kind",
        &["is of another kind than", "has another number of buttons"],
    ),
    ("rows in all", &["rows in all; the maximum"]),
    ("products in all", &["products in all; the maximum"]),
    ("named or not", &["is mixed with others"]),
    ("sample", &["Meta reviews a header of media by a sample"]),
    ("distinct", &["repeats one before it"]),
    // Of the reader itself:
    ("half a pair", &["half of a surrogate pair"]),
    // The range of a number that is written as a text.
    ("whole number", &["must be a whole number|not a string"]),
    ("number", &["must be a number|not a string"]),
];

fn commands() -> impl Iterator<Item = &'static Command> {
    let descriptor = descriptor();
    let all = descriptor
        .commands
        .iter()
        .chain(descriptor.extension_commands);
    all.copied()
}

/// What the reader has against a request: nothing, if it accepts it.
fn read(object: &Object, json: &str) -> Vec<String> {
    let mut leniency = Leniency::new(true);
    let read =
        Given::parse(json).and_then(|given| given.read("request member", object, &mut leniency));
    match read {
        Ok(_) => Vec::new(),
        Err(error) => {
            let message = error
                .message()
                .replace("; unknown request", "; request member: unknown");
            message
                .split("; request member")
                .map(str::to_owned)
                .collect()
        }
    }
}

fn are_unstated(findings: &[String]) -> bool {
    let is_unstated = |finding: &String| {
        let mut says = UNSTATED.iter().flat_map(|(_, says)| *says);
        says.any(|says| says.split('|').all(|part| finding.contains(part)))
    };
    !findings.is_empty() && findings.iter().all(is_unstated)
}

/// Whether the request is refused for nothing but what no schema states.
pub(super) fn is_unstated(command: &str, json: &str) -> bool {
    let command = commands().find(|row| row.name == command).unwrap();
    let findings = read(&command.object(), json);
    // A kind of message that groups do not get is known when the message is made.
    findings.is_empty() || are_unstated(&findings)
}

/// The same of properties.
pub(super) fn are_properties_unstated(json: &str) -> bool {
    let findings = read(&descriptor().object(), json);
    findings.is_empty() || are_unstated(&findings)
}

/// Names the rules of an object that no schema states.
fn collect(object: &Object, names: &mut BTreeSet<&'static str>) {
    let mut fields: Vec<&Field> = object.fields().collect();
    if let Others::Named(field) = object.others {
        fields.push(field);
    }
    for rule in object.rules {
        match rule {
            Rule::Check(check) => names.extend([check.name]),
            Rule::Distinct(_) => names.extend(["distinct"]),
            _ => {}
        }
    }
    while let Some(field) = fields.pop() {
        names.extend(field.check.map(|check| check.name));
        fields.extend(field.items.into_iter().chain(field.or));
        if let Some(object) = field.object {
            collect(object, names);
        }
    }
    if !matches!(object.cases, Cases::None) {
        for (_, case) in object.cases.all() {
            collect(case, names);
        }
    }
}

#[test]
fn the_list_names_every_rule_that_no_schema_states_and_no_other() {
    let mut names = BTreeSet::from(["half a pair", "whole number", "number"]);
    for command in commands() {
        collect(&command.object(), &mut names);
    }
    collect(&descriptor().object(), &mut names);
    let listed: BTreeSet<&str> = UNSTATED.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, listed);
}

/// Every pattern compiles, or the reader would refuse every text.
#[test]
fn every_pattern_is_a_regular_expression() {
    fn look(object: &Object, count: &mut usize) {
        let mut fields: Vec<&Field> = object.fields().collect();
        fields.extend(match object.others {
            Others::Named(field) => Some(field),
            _ => None,
        });
        while let Some(field) = fields.pop() {
            if let Some(pattern) = field.pattern {
                let compiled = (pattern.compiled)();
                compiled.get_or_init(|| regex_lite::Regex::new(pattern.regex).ok());
                assert!(compiled.get().unwrap().is_some(), "{}", pattern.regex);
                *count += 1;
            }
            fields.extend(field.items.into_iter().chain(field.or));
            if let Some(object) = field.object {
                look(object, count);
            }
        }
        for (_, case) in object.cases.all() {
            look(case, count);
        }
    }
    let mut count = 0;
    for object in commands()
        .map(Command::object)
        .chain([descriptor().object()])
    {
        look(&object, &mut count);
    }
    assert!(count > 20, "{count}");
}

/// How often each schema is tried; with `PROPTEST_CASES` more.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 300;
    }
    config.failure_persistence = None;
    config
}

/// Compares reader and schema over changes of what is right.
fn compare(name: &str, object: &Object, schema: &Value, right: &Value) {
    let validator = validator(schema);
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let compared = runner.run(&changes(schema), |changes| {
        let mut request = right.clone();
        for change in changes {
            apply(&mut request, change);
        }
        if !request.is_object() {
            return Ok(());
        }
        let findings = read(object, &request.to_string());
        let is_valid = validator.is_valid(&request);
        if is_valid {
            prop_assert!(
                findings.is_empty() || are_unstated(&findings),
                "{name}: the schema takes what the reader refuses: {request}: {findings:?}"
            );
        } else {
            prop_assert!(
                !findings.is_empty(),
                "{name}: the reader takes what the schema refuses: {request}: {}",
                super::objections(&validator, &request)
            );
        }
        Ok(())
    });
    if let Err(error) = compared {
        panic!("{error}");
    }
}

#[test]
fn the_reader_and_the_schema_of_every_command_agree() {
    let schemas = schemas();
    for command in commands() {
        let name = command.name;
        let right = match name {
            "processWebhook" => json!({ "whatsAppNotification": "{}", "signature": "sha256=0" }),
            name => examples::request(name),
        };
        compare(
            name,
            &command.object(),
            &schemas[&format!("{name} request")],
            &right,
        );
    }
}

#[test]
fn the_reader_and_the_schema_of_the_properties_agree() {
    let mut right = Map::new();
    for field in descriptor().object().fields() {
        let value = match field.name {
            "authenticationToken" => "EAAGexampleexampleexample",
            "apiVersion" => "v27.0",
            "caFile" | "dedupJournal" | "mediaDirectory" => "/tmp/a",
            "appSecret" | "appSecretPrevious" => "MDEyMw==",
            "proxy" => "none",
            _ => field.default.unwrap_or("1"),
        };
        right.insert(field.name.to_owned(), value.into());
    }
    compare(
        "properties",
        &descriptor().object(),
        &schemas()["properties"],
        &right.into(),
    );
}
