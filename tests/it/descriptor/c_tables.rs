//! The C tables hold the same cells as the JSON: a C program prints them, this renders the JSON.

use std::fmt::Write as _;

use serde_json::Value;
use workflow_adapter_loader::{
    WFA_COMMAND_IDEMPOTENT, WFA_COMMAND_LONG_RUNNING, WFA_COMMAND_SENDS, WFA_COMMAND_WEBHOOK,
    WFA_FIELD_CORRELATION_ID, WFA_FIELD_EVENT_ID, WFA_FIELD_OUTCOME, WFA_FIELD_REQUIRED,
    WFA_FIELD_SECRET, WFA_FIELD_SUBJECT,
};

/// What the JSON calls the flags of an event's member.
const MARKS: [(&str, u32); 4] = [
    ("eventId", WFA_FIELD_EVENT_ID),
    ("correlationId", WFA_FIELD_CORRELATION_ID),
    ("subject", WFA_FIELD_SUBJECT),
    ("outcome", WFA_FIELD_OUTCOME),
];

/// What the JSON calls the flags of a command.
const TRAITS: [(&str, u32); 4] = [
    ("sends", WFA_COMMAND_SENDS),
    ("idempotent", WFA_COMMAND_IDEMPOTENT),
    ("longRunning", WFA_COMMAND_LONG_RUNNING),
    ("webhook", WFA_COMMAND_WEBHOOK),
];

/// The flags of a list of words; a word that is none of `known` fails the test.
fn flags(words: &Value, known: [(&str, u32); 4]) -> u32 {
    let words = words.as_array().into_iter().flatten();
    let flag = |word: &Value| known.iter().find(|(name, _)| word == name).unwrap().1;
    words.fold(0, |flags, word| flags | flag(word))
}

use crate::{c_program, plugin};

/// The JSON as the C program prints the tables: one cell a line.
struct Rendering {
    json: Value,
    lines: String,
}

impl Rendering {
    fn cell(&mut self, place: &str, value: &Value) {
        writeln!(self.lines, "{place}={value}").unwrap();
    }

    /// Rows of members. A column that the JSON of these rows does not have is empty in C.
    fn fields(&mut self, place: &str, rows: &Value) {
        for (index, row) in rows.as_array().unwrap().iter().enumerate() {
            let at = |name: &str| format!("{place}[{index}].{name}");
            let text = |name: &str| row.get(name).cloned().unwrap_or_else(|| "".into());
            let description = if row.get("comments").is_some() {
                "comments"
            } else {
                "description"
            };
            let flag = |name: &str, flag: u32| if row[name] == true { flag } else { 0 };
            let flags = flag("required", WFA_FIELD_REQUIRED)
                | flag("secret", WFA_FIELD_SECRET)
                | flags(&row["marks"], MARKS);
            self.cell(&at("name"), &text("name"));
            self.cell(&at("display"), &text("display"));
            self.cell(&at("description"), &text(description));
            self.cell(&at("type"), &text("type"));
            self.cell(&at("flags"), &flags.into());
            for name in ["default", "minLength", "maxLength", "minValue", "maxValue"] {
                if let Some(value) = row.get(name) {
                    self.cell(&at(name), value);
                }
            }
        }
    }

    fn commands(&mut self, place: &str, rows: &Value) {
        for (index, row) in rows.as_array().unwrap().iter().enumerate() {
            let at = |name: &str| format!("{place}[{index}].{name}");
            self.cell(&at("flags"), &flags(&row["traits"], TRAITS).into());
            self.titles(&at(""), row);
            let beyond = self.beyond(row);
            self.fields(&at("request"), &row["request"]);
            self.fields(&at("response"), &row["response"]);
            self.fields(&at("extension_request"), &list(&beyond, "request"));
            self.fields(&at("extension_response"), &list(&beyond, "response"));
        }
    }

    fn events(&mut self, place: &str, rows: &Value) {
        for (index, row) in rows.as_array().unwrap().iter().enumerate() {
            let at = |name: &str| format!("{place}[{index}].{name}");
            self.titles(&at(""), row);
            let beyond = self.beyond(row);
            self.fields(&at("properties"), &row["properties"]);
            self.fields(&at("extension_properties"), &list(&beyond, "properties"));
        }
    }

    fn titles(&mut self, place: &str, row: &Value) {
        for name in ["name", "display", "description"] {
            self.cell(&format!("{place}{name}"), &row[name]);
        }
    }

    /// What `extensions.members` adds to this command or event.
    fn beyond(&self, row: &Value) -> Value {
        self.json["extensions"]["members"][row["name"].as_str().unwrap()].clone()
    }
}

fn list(of: &Value, name: &str) -> Value {
    of.get(name)
        .cloned()
        .unwrap_or_else(|| Value::Array(Vec::new()))
}

fn rendered(json: &Value) -> String {
    let mut rendering = Rendering {
        json: json.clone(),
        lines: String::new(),
    };
    for name in [
        "id",
        "name",
        "display",
        "version",
        "specVersion",
        "vendor",
        "license",
        "docsUrl",
    ] {
        rendering.cell(name, &json[name]);
    }
    let extensions = &json["extensions"];
    rendering.fields("properties", &json["properties"]);
    rendering.commands("commands", &json["commands"]);
    rendering.events("events", &json["events"]);
    rendering.fields("extensions.properties", &extensions["properties"]);
    rendering.commands("extensions.commands", &extensions["commands"]);
    rendering.events("extensions.events", &extensions["events"]);
    for (index, row) in json["releaseHistory"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        for name in ["version", "type", "description", "tracking", "date"] {
            let value = row.get(name).cloned().unwrap_or_else(|| "".into());
            rendering.cell(&format!("releaseHistory[{index}].{name}"), &value);
        }
    }
    for name in [
        "signatureHeader",
        "signatureScheme",
        "secretProperty",
        "routingProperty",
        "routingPath",
    ] {
        rendering.cell(&format!("webhook.{name}"), &json["webhook"][name]);
    }
    rendering.lines
}

fn without_display(lines: &str) -> String {
    let kept = lines
        .lines()
        .filter(|line| !(line.contains(".extension_response[") && line.contains("].display=")));
    kept.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn the_c_tables_hold_the_same_cells_as_the_json() {
    let expected = rendered(&plugin::descriptor());
    let printed = c_program::of_file("descriptor").output(&[&plugin::path()]);
    // Response rows have no display in the JSON, as they have none in the specification.
    let (printed, expected) = (without_display(&printed), without_display(&expected));
    let mut differences: Vec<String> = Vec::new();
    for line in expected
        .lines()
        .filter(|line| !printed.lines().any(|other| other == *line))
    {
        differences.push(format!("in the JSON only: {line}"));
    }
    for line in printed
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line))
    {
        differences.push(format!("in the tables only: {line}"));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(printed, expected, "the same cells in another order");
}

#[test]
fn the_token_is_the_one_property_of_the_specification_that_is_secret() {
    for field in plugin::loaded().descriptor().properties() {
        assert!(field.is_required(), "{}", field.name());
        assert_eq!(
            field.is_secret(),
            field.name() == "authenticationToken",
            "{}",
            field.name()
        );
    }
}
