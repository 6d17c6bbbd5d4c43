//! JSON as values of the Common Expression Language.

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value as Cel;
use serde_json::Value;

/// The value of `json`. Whole numbers are `int`, whatever their sign, so that `code == 131026` holds.
pub(super) fn from_json(json: &Value) -> Cel {
    match json {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Cel::Int(whole),
            (None, Some(large)) => Cel::UInt(large),
            (None, None) => Cel::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Array(items) => Cel::List(Arc::new(items.iter().map(from_json).collect())),
        Value::Object(members) => {
            let members = members.iter();
            let map: HashMap<String, Cel> = members
                .map(|(name, value)| (name.clone(), from_json(value)))
                .collect();
            Cel::Map(map.into())
        }
    }
}
