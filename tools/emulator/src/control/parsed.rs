//! A control request whose body is JSON.

use serde::Serialize;
use serde_json::json;

use crate::http::Response;

/// Answers 202 with what `then` makes of the body, or 400 with the reason why it cannot be read.
pub(super) fn parsed<T: serde::de::DeserializeOwned, R: Serialize>(
    body: &[u8],
    then: impl FnOnce(T) -> R,
) -> Response {
    tried(body, |value| Ok(then(value)))
}

/// The same, where `then` may refuse what it reads.
pub(super) fn tried<T: serde::de::DeserializeOwned, R: Serialize>(
    body: &[u8],
    then: impl FnOnce(T) -> Result<R, String>,
) -> Response {
    let read = serde_json::from_slice(body).map_err(|error| error.to_string());
    match read.and_then(then) {
        Ok(done) => Response::json(202, &done),
        Err(error) => Response::json(400, &json!({ "error": error })),
    }
}
