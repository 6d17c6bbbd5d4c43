//! A control request whose body is JSON.

use serde::Serialize;
use serde_json::json;

use crate::http::Response;

/// Answers 202 with what `then` makes of the body, or 400 with the reason why it cannot be read.
pub(super) fn parsed<T: serde::de::DeserializeOwned, R: Serialize>(
    body: &[u8],
    then: impl FnOnce(T) -> R,
) -> Response {
    match serde_json::from_slice(body) {
        Ok(value) => Response::json(202, &then(value)),
        Err(error) => Response::json(400, &json!({"error": error.to_string()})),
    }
}
