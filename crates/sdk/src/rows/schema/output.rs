//! The schema of what a response or an event has.

use super::keywords::{document, head, properties, strings};
use crate::json::ObjectText;
use crate::rows::row::Field;

/// The schema of a response, which always has all of its members.
pub fn of_response<'f>(rows: impl Iterator<Item = &'f Field> + Clone) -> String {
    let properties = properties(rows.clone().map(|row| (row.name, output(row))));
    let required = strings(rows.map(|row| row.name));
    let schema = document().object("properties", properties);
    schema.raw("required", &required).end()
}

/// What a response or an event has.
pub(super) fn output(field: &Field) -> ObjectText {
    let schema = head(field).text("type", field.kind);
    let schema = match field.words {
        Some(words) => schema.raw("enum", &strings(words.list.iter().copied())),
        None => schema,
    };
    let schema = match field.items {
        Some(items) => schema.object("items", output(items)),
        None => schema,
    };
    match field.object {
        Some(object) => {
            let rows = object.fields().map(|row| (row.name, output(row)));
            schema.object("properties", properties(rows))
        }
        None => schema,
    }
}
