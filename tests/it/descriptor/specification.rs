//! Every cell of the specification's page is in the descriptor, in its place, and nothing else is.

use serde_json::{Map, Value, json};

use crate::plugin;

/// The page, transcribed.
fn specification() -> Value {
    let path = plugin::repository("tests/fixtures/specification.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Compares two JSON values, and names the cell that differs: the rows on the way by their names.
fn compare(place: &str, expected: &Value, actual: &Value, differences: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Array(expected), Value::Array(actual)) => {
            for index in 0..expected.len().max(actual.len()) {
                let row = expected.get(index).or(actual.get(index)).unwrap();
                let place = format!("{place}[{index}]{}", name_of(row));
                let (old, new) = (expected.get(index), actual.get(index));
                compare_cells(&place, old, new, differences);
            }
        }
        (Value::Object(expected), Value::Object(actual)) => {
            for name in names(expected, actual) {
                let place = format!("{place}.{name}");
                compare_cells(&place, expected.get(&name), actual.get(&name), differences);
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => {
            differences.push(format!("{place}: specified {expected}, is {actual}"));
        }
    }
}

fn compare_cells(
    place: &str,
    expected: Option<&Value>,
    actual: Option<&Value>,
    differences: &mut Vec<String>,
) {
    match (expected, actual) {
        (Some(expected), Some(actual)) => compare(place, expected, actual, differences),
        (Some(expected), None) => differences.push(format!("{place}: missing, is {expected}")),
        (None, Some(actual)) => {
            differences.push(format!("{place}: not specified, is {actual}"));
        }
        (None, None) => {}
    }
}

fn names(expected: &Map<String, Value>, actual: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<_> = expected.keys().chain(actual.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names
}

fn name_of(row: &Value) -> String {
    let name = row
        .get("name")
        .or(row.get("version"))
        .and_then(Value::as_str);
    name.map_or_else(String::new, |name| format!(" ({name})"))
}

fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    compare("", expected, actual, &mut differences);
    differences
}

#[test]
fn every_cell_of_the_specification_is_in_the_descriptor_and_no_other() {
    let mut expected = specification();
    // Beyond the page: hosts must know which value to mask.
    expected["properties"][0]["secret"] = true.into();
    let mut found = Vec::new();
    let mut actual = plugin::descriptor();
    // Beyond the page, too: what hosts decide by, and a schema for each, which `schema` judges.
    for command in actual["commands"].as_array_mut().unwrap() {
        let command = command.as_object_mut().unwrap();
        command.remove("traits");
        assert!(command.remove("schema").is_some(), "{command:?}");
    }
    for event in actual["events"].as_array_mut().unwrap() {
        assert!(event.as_object_mut().unwrap().remove("schema").is_some());
        for row in event["properties"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("marks");
        }
    }
    for part in ["properties", "commands", "events", "releaseHistory"] {
        compare(part, &expected[part], &actual[part], &mut found);
    }
    compare(
        "display",
        &expected["title"],
        &actual["display"],
        &mut found,
    );
    compare(
        "specVersion",
        &expected["version"],
        &actual["specVersion"],
        &mut found,
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_difference_is_named_by_its_cell() {
    let page = specification();
    let mut changed = page.clone();
    changed["commands"][2]["response"][1]["description"] = "x".into();
    changed["properties"][0]["maxLength"] = Value::Null;
    changed["events"][1]["properties"]
        .as_array_mut()
        .unwrap()
        .remove(8);
    changed["properties"][1]["default"] = "v1.0".into();
    assert_eq!(
        differences(&page, &changed),
        [
            ".commands[2] (sendMessageReaction).response[1] (messageId).description: specified \
             \"The id of the sent reaction message, use it to track your message status.\", \
             is \"x\"",
            ".events[1] (status_changed).properties[8] (statuses[0].errors[0].error_data.details): \
             missing, is {\"description\":\"Describes the error.\",\"display\":\"Error Details\",\
             \"name\":\"statuses[0].errors[0].error_data.details\",\"type\":\"string\"}",
            ".properties[0] (authenticationToken).maxLength: specified 1000, is null",
            ".properties[1] (apiVersion).default: not specified, is \"v1.0\"",
        ]
    );
}

#[test]
fn the_transcription_has_every_row_of_the_page() {
    let page = specification();
    let rows = |list: &Value, name: &str| -> Vec<usize> {
        let rows = list.as_array().unwrap().iter();
        rows.map(|row| row[name].as_array().unwrap().len())
            .collect()
    };
    assert_eq!(page["properties"].as_array().unwrap().len(), 3);
    assert_eq!(rows(&page["commands"], "request"), [2, 3, 3, 1]);
    assert_eq!(rows(&page["commands"], "response"), [4, 4, 4, 1]);
    assert_eq!(rows(&page["events"], "properties"), [12, 9]);
    assert_eq!(page["releaseHistory"].as_array().unwrap().len(), 2);
}

#[test]
fn the_descriptor_says_who_the_adapter_type_is() {
    let descriptor = plugin::descriptor();
    assert_eq!(descriptor["id"], "whatsapp");
    assert_eq!(descriptor["name"], "WhatsApp");
    assert_eq!(descriptor["version"], env!("CARGO_PKG_VERSION"));
    let version = json!({
        "major": workflow_adapter_loader::WFA_ABI_MAJOR, "minor": workflow_adapter_loader::WFA_ABI_MINOR
    });
    assert_eq!(descriptor["abi"], version);
    for member in ["vendor", "license", "docsUrl"] {
        assert_ne!(
            descriptor[member].as_str().unwrap_or_default(),
            "",
            "{member}"
        );
    }
}

#[test]
fn members_that_are_not_set_are_absent_and_none_is_null() {
    fn no_null(place: &str, value: &Value) {
        match value {
            Value::Null => panic!("{place} is null"),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    no_null(&format!("{place}[{index}]"), item);
                }
            }
            Value::Object(members) => {
                // In a schema null is a value that is taken, and not a cell that is not set.
                for (name, member) in members.iter().filter(|(name, _)| *name != "schema") {
                    no_null(&format!("{place}.{name}"), member);
                }
            }
            _ => {}
        }
    }
    no_null("", &plugin::descriptor());
}

#[test]
fn what_goes_beyond_the_specification_is_optional_and_has_names_of_its_own() {
    let descriptor = plugin::descriptor();
    let specified = specification();
    let extensions = &descriptor["extensions"];
    let named = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut pairs = vec![
        (
            named(&specified["properties"]),
            extensions["properties"].clone(),
        ),
        (
            named(&specified["commands"]),
            extensions["commands"].clone(),
        ),
        (named(&specified["events"]), extensions["events"].clone()),
    ];
    for command in specified["commands"].as_array().unwrap() {
        let added = &extensions["members"][command["name"].as_str().unwrap()];
        pairs.push((named(&command["request"]), added["request"].clone()));
        pairs.push((named(&command["response"]), added["response"].clone()));
    }
    for event in specified["events"].as_array().unwrap() {
        let added = &extensions["members"][event["name"].as_str().unwrap()];
        pairs.push((named(&event["properties"]), added["properties"].clone()));
    }
    for (specified, added) in pairs {
        for name in named(&added) {
            assert!(!specified.contains(&name), "{name} is the specification's");
        }
        for row in added.as_array().unwrap() {
            assert_ne!(row["required"], true, "{row} must not be required");
        }
    }
}
