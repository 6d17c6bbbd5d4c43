//! A question to the Graph API, and the texts of its answer.

use serde_json::Value;

use crate::cloud_api::{Call, CallReport};
use crate::command::Context;

/// Asks, within the call's limits.
pub(super) fn ask(context: &Context<'_, '_>, call: &Call) -> CallReport {
    context.client.call(call, &context.call_context())
}

/// A text of an answer.
pub(super) fn text<'a>(json: &'a Value, pointer: &str) -> &'a str {
    json.pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
