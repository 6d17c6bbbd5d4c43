//! The rows as JSON Schema (draft 2020-12): what the reader takes, and what responses and events have.

mod cases;
mod event;
mod rule;
mod value;

use super::field::Field;
use super::object::{Object, Others, Rule};
use crate::json::{ObjectText, array, push_string};

pub use event::of_event;

/// The draft that all schemas are written in.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of what the reader takes for an object.
pub fn of_request(object: &Object) -> String {
    let schema = ObjectText::new()
        .text("$schema", DRAFT)
        .text("type", "object");
    members(schema, object, false).end()
}

/// The schema of a response, which always has all of its members.
pub fn of_response<'f>(rows: impl Iterator<Item = &'f Field> + Clone) -> String {
    let schema = ObjectText::new()
        .text("$schema", DRAFT)
        .text("type", "object");
    let properties = properties(rows.clone().map(|row| (row.name, value::output(row))));
    let required = strings(rows.map(|row| row.name));
    let schema = schema.object("properties", properties);
    schema.raw("required", &required).end()
}

/// The members, cases and rules of an object. Of a value that may be null they hold if it is none.
fn members(schema: ObjectText, object: &Object, or_null: bool) -> ObjectText {
    let own = object.fields().map(|row| (row.name, value::input(row)));
    let schema = schema.object(
        "properties",
        properties(own.chain(cases::properties(object))),
    );
    let mut required = object.fields().filter(|row| row.required).peekable();
    let schema = match required.peek() {
        Some(_) => schema.raw("required", &strings(required.map(|row| row.name))),
        None => schema,
    };
    let schema = match object.others {
        Others::Refused => schema.raw("additionalProperties", "false"),
        Others::Ignored => schema,
        Others::Named(name) => schema.object("propertyNames", value::name(name)),
    };
    let rules = object.rules.iter().filter_map(rule::schema);
    let all = rules.chain(cases::schema(object));
    let all: Vec<String> = all.map(ObjectText::end).collect();
    let schema = match (all.is_empty(), or_null) {
        (true, _) => schema,
        (false, false) => schema.raw("allOf", &array(all)),
        (false, true) => schema
            .object("if", ObjectText::new().text("type", "object"))
            .object("then", ObjectText::new().raw("allOf", &array(all))),
    };
    unstated(schema, object.rules)
}

/// Names the rules that a schema cannot state, for whoever trusts in it.
fn unstated(schema: ObjectText, rules: &[Rule]) -> ObjectText {
    let demands = rules.iter().filter_map(|rule| match rule {
        Rule::Check(check) => Some(check.demands.to_owned()),
        Rule::Distinct(path) => Some(format!("{} differ from each other", path.join("[]."))),
        _ => None,
    });
    let demands: Vec<String> = demands.collect();
    if demands.is_empty() {
        return schema;
    }
    schema.text(
        "$comment",
        &format!("not stated here: {}", demands.join("; ")),
    )
}

fn properties<'n>(all: impl Iterator<Item = (&'n str, ObjectText)>) -> ObjectText {
    all.fold(ObjectText::new(), |properties, (name, schema)| {
        properties.object(name, schema)
    })
}

/// A JSON array of texts.
fn strings<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    array(texts.map(string))
}

fn string(text: &str) -> String {
    let mut json = String::new();
    push_string(&mut json, text);
    json
}
