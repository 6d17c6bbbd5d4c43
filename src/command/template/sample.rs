//! Samples of a template's media: files of the media folder in place of Meta's handles.

use serde_json::{Map, Value, json};

use crate::rows::Members;

/// The files that `components` name as samples, in the order in which they stand.
pub(crate) fn files(members: &Members<'_>) -> Vec<String> {
    let mut files = Vec::new();
    each(&mut parsed(members), &mut |example| {
        if let Some(Value::String(file)) = example.get("file") {
            files.push(file.clone());
        }
    });
    files
}

/// The request's `components`, with these handles in place of the files.
pub(crate) fn components(members: &Members<'_>, handles: &[String]) -> Option<String> {
    let given = members.json("components")?;
    if handles.is_empty() {
        return Some(given.to_owned());
    }
    let mut handles = handles.iter();
    let mut components = parsed(members);
    each(&mut components, &mut |example| {
        if example.remove("file").is_some()
            && let Some(handle) = handles.next()
        {
            example.insert("header_handle".to_owned(), json!([handle]));
        }
    });
    Some(components.to_string())
}

fn parsed(members: &Members<'_>) -> Value {
    let given = members.json("components").unwrap_or_default();
    serde_json::from_str(given).unwrap_or_default()
}

/// Shows each `example` with a file, also those of the cards of a carousel.
fn each(value: &mut Value, show: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, show)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Object(example) if name == "example" => {
                        if example.get("file").is_some_and(Value::is_string) {
                            show(example);
                        }
                    }
                    member => each(member, show),
                }
            }
        }
        _ => {}
    }
}
