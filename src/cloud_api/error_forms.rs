//! The forms in which Graph errors and their codes arrive.

use serde_json::{Map, Value};

/// The errors in `body`.
pub(super) fn all(body: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let one = body.get("error").and_then(Value::as_object).map(unwrapped);
    let list = match body.get("errors") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    one.into_iter()
        .chain(list.iter().filter_map(Value::as_object).map(unwrapped))
}

/// Some gateways wrap Meta's error in one of their own.
fn unwrapped(mut error: &Map<String, Value>) -> &Map<String, Value> {
    while let Some(inner) = error.get("error").and_then(Value::as_object) {
        if error.contains_key("code") {
            break;
        }
        error = inner;
    }
    error
}

/// Codes are numbers; some proxies turn them into strings, or into `190.0` and `1.9e2`.
pub(super) fn integer(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    let text = value.as_str().map(str::trim);
    let whole = value.as_i64().or_else(|| text?.parse().ok());
    whole.or_else(|| {
        let number: f64 = value.as_f64().or_else(|| text?.parse().ok())?;
        let is_exact = number.fract() == 0.0 && number.abs() < EXACT;
        is_exact.then(|| format!("{number:.0}").parse().ok())?
    })
}

/// An `f64` represents every integer below this exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;
