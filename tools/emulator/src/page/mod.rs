//! The page at `/`: a chat as on the customer's phone, beside what it causes.
//!
//! Its files are compiled in, its data come from the [`feed`], and what it does it does through the
//! control endpoints. [`guard`] keeps those for this machine.

mod assets;
pub(crate) mod feed;
pub(crate) mod guard;
pub(crate) mod host;
pub(crate) mod item;
pub(crate) mod stream;

use serde_json::json;

use crate::http::{RequestHead, Response};
use crate::state::State;

/// The answer, if the path is the page's. The feed itself is answered by [`stream`].
pub(crate) async fn answer(state: &State, head: &RequestHead, body: &[u8]) -> Option<Response> {
    match (head.method.as_str(), head.path.as_str()) {
        ("GET", "/__page/runs") => Some(host::runs(state).await),
        ("GET", "/__host") => Some(Response::json(200, &json!({"url": state.host.url()}))),
        ("PUT", "/__host") => Some(host::told(state, body)),
        ("GET", path) => assets::answer(path),
        _ => None,
    }
}
