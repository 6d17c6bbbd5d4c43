//! The reader and the schemas, both made from the rows, say the same of any request.

use std::collections::BTreeSet;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};
use whatsapp_adapter::rows::{Cases, Field, Given, Leniency, Object, Others, Rule};
use whatsapp_adapter::{Command, descriptor};

use super::changes::{apply, changes, places};
use super::{raw, schemas, validator};
use crate::commands::examples;

/// The rules that no schema states: the name that a row gives each, and what the reader says of a request
/// that breaks it; parts between bars are all said.
const UNSTATED: &[(&str, &[&str])] = &[
    (
        "range",
        &[
            "must be after start",
            "days after start; ask for less",
            "\"granularity\"| must be one of",
            "elements; Meta takes 1 to 10",
        ],
    ),
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
    ("kind for groups", &["cannot be sent to one"]),
    ("products in all", &["products in all; the maximum"]),
    ("named or not", &["is mixed with others"]),
    ("sample", &["Meta reviews a header of media by a sample"]),
    ("distinct", &["repeats one before it"]),
    (
        "graph path",
        &[
            "sends a message; use sendMessage",
            "begins with a version; leave it out",
            "must be ids and names with single slashes",
        ],
    ),
    ("graph parameters", &["would be read as"]),
    (
        "base url",
        &[
            "must begin with https://",
            "must not hold a user name",
            "needs a host name or address",
            "may have a path of letters",
            "must be https: plain http",
        ],
    ),
    (
        "end of a flow",
        &["needs extension_message_response.params"],
    ),
    ("proxy", &["must be none, env, or http(s)://"]),
    (
        "app secret",
        &[
            "is the placeholder of a template",
            "looks like the App Secret itself",
            "is not standard Base64",
        ],
    ),
    // Of the reader itself:
    ("half a pair", &["half of a surrogate pair"]),
    ("double", &["beyond 1.8e308"]),
    ("levels", &["127 levels"]),
    // The range of a number that is written as a text.
    ("number", &["must be a number|not a string"]),
];

pub(super) fn commands() -> impl Iterator<Item = &'static Command> {
    let descriptor = descriptor();
    let all = descriptor
        .commands
        .iter()
        .chain(descriptor.extension_commands);
    all.copied()
}

/// What the reader has against a request: nothing, if it accepts it.
pub(super) fn read(object: &Object, json: &str) -> Vec<String> {
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
    let mut names = BTreeSet::from(["half a pair", "double", "levels", "number"]);
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
                let compiled = regex_lite::Regex::new(pattern.regex);
                assert!(compiled.is_ok(), "{}", pattern.regex);
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

/// How often each schema is tried, and where chance begins; with `PROPTEST_CASES` and
/// `PROPTEST_RNG_SEED` otherwise.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 300;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(2020);
    }
    config.failure_persistence = None;
    config
}

/// What reader and schema say differently of a request; nothing if they agree.
pub(super) fn difference(
    object: &Object,
    validator: &Validator,
    request: &Value,
) -> Option<String> {
    let (given, judged) = raw::written(request);
    let findings = read(object, &given);
    let judged: Value = serde_json::from_str(&judged).unwrap();
    let is_valid = validator.is_valid(&judged);
    let says = |what| Some(format!("{what}: {given}: {findings:?}"));
    for (reason, text) in raw::REASONS {
        if findings.iter().any(|it| it.contains(reason)) && !given.contains(text) {
            return says("the reader's reason is wrong");
        }
    }
    // Which of two values the validator's parser keeps is its own affair.
    if findings.iter().any(|it| it.contains("is given twice")) {
        return None;
    }
    if is_valid && !findings.is_empty() && !are_unstated(&findings) {
        return says("the schema takes what the reader refuses");
    }
    if !is_valid && findings.is_empty() {
        let objections = super::objections(validator, &judged);
        return says("the reader takes what the schema refuses").map(|says| says + &objections);
    }
    None
}

/// Compares reader and schema over changes of what is right: each literal at each place, and by chance.
fn compare(name: &str, object: &Object, schema: &Value, right: &Value) {
    let validator = validator(schema);
    let mut differences = Vec::new();
    let mut look = |request: &Value| differences.extend(difference(object, &validator, request));
    let mut all = Vec::new();
    places(right, "", &mut all);
    for number in 0..raw::COUNT {
        for place in &all[1..] {
            let mut request = right.clone();
            *request.pointer_mut(place).unwrap() = raw::marked(number);
            look(&request);
        }
        let absent = |name: &&String| right.get(name.as_str()).is_none();
        let names = schema["properties"].as_object().unwrap().keys();
        for member in names.filter(absent) {
            let mut request = right.clone();
            request[member] = raw::marked(number);
            look(&request);
        }
    }
    let total = differences.len();
    differences.truncate(9);
    assert_eq!(total, 0, "{name}: {}", differences.join("\n"));
    let config = config();
    let seed = config.rng_seed;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let compared = runner.run(&changes(schema), |changes| {
        let mut request = right.clone();
        for change in changes {
            apply(&mut request, change);
        }
        let difference = request
            .is_object()
            .then(|| difference(object, &validator, &request));
        prop_assert_eq!(difference.flatten(), None);
        Ok(())
    });
    if let Err(error) = compared {
        panic!("{name}, {seed:?}: {error}");
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
