//! The page at `/`: a customer's chat next to the requests and notifications it causes.
//!
//! Its files are compiled in, its data come from the [`feed`], and its actions use the control endpoints.
//! [`guard`] restricts both to this machine.

mod assets;
mod feed;
pub(crate) mod guard;
pub(crate) mod host;
mod item;
pub(crate) mod stream;

use std::sync::Arc;

use serde_json::json;

use crate::http::{RequestHead, Response};
use feed::Feed;
use host::Host;

/// The state of one emulator's page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) feed: Arc<Feed>,
    pub(crate) host: Host,
}

/// The answer, if the path is the page's. The feed itself is answered by [`stream`].
pub(crate) async fn answer(page: &Page, head: &RequestHead, body: &[u8]) -> Option<Response> {
    let host = &page.host;
    match (head.method.as_str(), head.path.as_str()) {
        ("GET", "/__page/runs") => Some(host::runs(host).await),
        ("GET", "/__host") => Some(Response::json(200, &json!({"url": host.url()}))),
        ("PUT", "/__host") => Some(host::told(host, body)),
        ("GET", path) => assets::answer(path),
        _ => None,
    }
}
