//! Changes to one member of an object that is otherwise right.

use serde_json::{Map, Value, json};

/// The object without this member.
pub(crate) fn without(base: &Value, name: &str) -> String {
    let mut changed = base.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed.to_string()
}

/// The object with another value for this member.
pub(crate) fn with(base: &Value, name: &str, value: impl Into<Value>) -> String {
    let mut changed = base.clone();
    changed[name] = value.into();
    changed.to_string()
}

/// The object with this member twice.
pub(crate) fn with_twice(base: &Value, name: &str) -> String {
    let text = base.to_string();
    let member = Map::from_iter([(name.to_owned(), base[name].clone())]);
    let member = Value::from(member).to_string();
    format!(
        "{},{}",
        text.trim_end_matches('}'),
        member.trim_start_matches('{')
    )
}

/// Values that are no text, each with what messages call it.
pub(crate) fn not_text() -> [(&'static str, Value); 6] {
    [
        ("a number", json!(12_345_678)),
        ("a fraction", json!(1.5)),
        ("a boolean", json!(true)),
        ("an object", json!({ "a": "b" })),
        ("an array", json!(["a", "b"])),
        ("an empty array", json!([])),
    ]
}
