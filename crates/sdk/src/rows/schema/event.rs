//! The schema of an event. Its rows name members inside the service's own objects by their path, such as
//! `messages[0].errors[0].code`; those objects are passed on as they came, so that only the members that
//! the adapter writes itself have a type.

use super::keywords::{document, head, properties, strings};
use super::output::output;
use crate::json::ObjectText;
use crate::rows::row::Field;

/// The schema of an event with these members.
pub fn of_event<'f>(rows: impl Iterator<Item = &'f Field>) -> String {
    let rows: Vec<&Field> = rows.collect();
    let own = rows
        .iter()
        .copied()
        .filter(|row| !row.name.contains(['.', '[']));
    let required = strings(own.clone().filter(|row| row.always).map(|row| row.name));
    let members = own.map(|row| {
        let schema = output(row);
        let inner = within(row.name, &rows);
        let schema = match (row.kind, inner) {
            ("array", Some(inner)) => {
                let item = ObjectText::new().text("type", "object");
                schema.object("items", item.object("properties", inner))
            }
            (_, Some(inner)) => schema.object("properties", inner),
            (_, None) => schema,
        };
        (row.name, schema)
    });
    document()
        .object("properties", properties(members))
        .raw("required", &required)
        .end()
}

/// The members that rows name below `path`, none if there are none.
fn within(path: &str, rows: &[&Field]) -> Option<ObjectText> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        let below = row.name.strip_prefix(path);
        let below = below.map(|rest| rest.strip_prefix("[0]").unwrap_or(rest));
        if let Some(rest) = below.and_then(|rest| rest.strip_prefix('.')) {
            let name = rest.split(['.', '[']).next().unwrap_or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() {
        return None;
    }
    let members = names.into_iter().map(|name| {
        let in_list = format!("{path}[0].{name}");
        let is_in = |path: &str| rows.iter().any(|row| row.name.starts_with(path));
        let path = if is_in(&in_list) {
            in_list
        } else {
            format!("{path}.{name}")
        };
        (name, foreign(&path, rows))
    });
    Some(properties(members))
}

/// A value inside one of the service's objects: of whichever type the service gives it.
fn foreign(path: &str, rows: &[&Field]) -> ObjectText {
    let row = rows.iter().find(|row| row.name == path);
    let schema = match row {
        Some(row) => {
            let kind = row.kind;
            head(row).text(
                "$comment",
                &format!("specified as {kind}; passed on as it came"),
            )
        }
        None => ObjectText::new(),
    };
    let is_list = row.is_some_and(|row| row.kind == "array");
    match within(path, rows) {
        Some(inner) if is_list => {
            let item = ObjectText::new().object("properties", inner);
            schema.object("items", item)
        }
        Some(inner) => schema.object("properties", inner),
        None => schema,
    }
}
