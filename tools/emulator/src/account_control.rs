//! The control endpoints that change the account, the customers and the time.

use serde::Deserialize;
use serde_json::json;

use crate::Strictness;
use crate::control::parsed;
use crate::http::{RequestHead, Response};
use crate::settings;
use crate::state::State;

#[derive(Deserialize)]
struct Advance {
    advance_seconds: u64,
}

#[derive(Deserialize)]
struct Host {
    host: Option<String>,
}

/// The answer, if it is one of these endpoints.
pub(crate) fn answer(state: &State, head: &RequestHead, body: &[u8]) -> Option<Response> {
    let response = match (head.method.as_str(), head.path.as_str()) {
        ("POST", "/__clock") => parsed(body, |advance: Advance| {
            state.ticker.advance(advance.advance_seconds);
            json!({"now": state.ticker.now()})
        }),
        ("GET", "/__strictness") => Response::json(200, &state.account().strictness),
        ("POST", "/__strictness") => parsed(body, |strictness: Strictness| {
            state.account().strictness = strictness;
            strictness
        }),
        ("POST", "/__media") => {
            let mime_type = head.headers.get("content-type");
            let mime_type = mime_type.unwrap_or("application/octet-stream");
            let id = settings::add_customer_media(state, mime_type, body);
            Response::json(202, &json!({"id": id}))
        }
        ("POST", "/__media_host") => parsed(body, |Host { host }: Host| {
            state.account().media.host.clone_from(&host);
            json!({"host": host})
        }),
        _ => return None,
    };
    Some(response)
}
