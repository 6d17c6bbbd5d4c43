//! The JSON Schemas of the descriptor, judged by a validator that knows nothing of the rows.

mod changes;
mod combined;
mod compared;
mod goldens;
mod raw;
mod refused;

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;

use crate::plugin;

/// Every schema of the descriptor by the place that it is for.
fn schemas() -> BTreeMap<String, Value> {
    let descriptor = plugin::descriptor();
    let mut schemas = BTreeMap::new();
    schemas.insert(
        "properties".to_owned(),
        descriptor["schema"]["properties"].clone(),
    );
    for place in [&descriptor, &descriptor["extensions"]] {
        for command in place["commands"].as_array().unwrap() {
            for side in ["request", "response"] {
                let name = format!("{} {side}", command["name"].as_str().unwrap());
                schemas.insert(name, command["schema"][side].clone());
            }
        }
        for event in place["events"].as_array().unwrap() {
            let name = format!("{} event", event["name"].as_str().unwrap());
            schemas.insert(name, event["schema"].clone());
        }
    }
    schemas
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("{error}: {schema}"))
}

/// The validator of each schema.
fn validators() -> BTreeMap<String, Validator> {
    let all = schemas().into_iter();
    all.map(|(name, schema)| (name, validator(&schema)))
        .collect()
}

/// What a schema has against a value.
fn objections(validator: &Validator, value: &Value) -> String {
    let errors = validator.iter_errors(value);
    let errors = errors.map(|error| format!("{}: {error}", error.instance_path()));
    errors.collect::<Vec<String>>().join("\n")
}

/// Every value of a member called `name`, at any depth.
fn count_of(name: &str, value: &Value) -> usize {
    match value {
        Value::Object(members) => {
            let below = members.values().map(|member| count_of(name, member));
            usize::from(members.contains_key(name)) + below.sum::<usize>()
        }
        Value::Array(items) => items.iter().map(|item| count_of(name, item)).sum(),
        _ => 0,
    }
}

#[test]
fn every_command_event_and_the_properties_have_a_schema_of_the_draft() {
    let schemas = schemas();
    assert!(schemas.len() > 90, "{}", schemas.len());
    for (name, schema) in schemas {
        assert!(
            jsonschema::draft202012::meta::is_valid(&schema),
            "{name}: {schema}"
        );
        let draft = "https://json-schema.org/draft/2020-12/schema";
        assert_eq!(schema["$schema"], draft, "{name}");
        assert_eq!(count_of("$schema", &schema), 1, "{name}");
    }
}

#[test]
fn secrets_are_marked_so_that_nobody_shows_them() {
    let properties = &schemas()["properties"]["properties"];
    for name in [
        "authenticationToken",
        "appSecret",
        "appSecretPrevious",
        "proxy",
    ] {
        assert_eq!(properties[name]["writeOnly"], true, "{name}");
    }
    assert_eq!(properties["timeoutMs"].get("writeOnly"), None);
}
