//! Streams the feed to one reader as server-sent events, as long as the reader keeps up.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::Page;
use super::feed::Read;
use crate::account::customers::user_id_of;
use crate::http::{RequestHead, Response, Wire};
use crate::inbound::{DEFAULT_CUSTOMER, DEFAULT_NAME};
use crate::state::State;

/// A reader that reads nothing for this time is disconnected.
const PATIENCE: Duration = Duration::from_secs(2);
/// Interval of empty comment lines, by which both sides notice a lost connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Whether the request is for the feed.
pub(crate) fn is_asked_for(head: &RequestHead) -> bool {
    head.method == "GET" && head.path == "/__page/feed"
}

/// Writes the feed until the reader leaves or falls behind. A reader that reconnects with the id of its
/// last item resumes there; if items are missing, it starts over.
pub(crate) async fn play(state: &State, page: &Page, head: &RequestHead, mut wire: Wire) {
    match write_to(state, page, head, &mut wire).await {
        Ok(()) => wire.close().await,
        // A reset discards unread data from this machine's buffers.
        Err(_) => wire.reset(),
    }
}

async fn write_to(
    state: &State,
    page: &Page,
    head: &RequestHead,
    wire: &mut Wire,
) -> io::Result<()> {
    let feed = &page.feed;
    let mut news = feed.listen();
    let last = head.headers.get("last-event-id").unwrap_or_default();
    let resumed = feed.after(last);
    let mut from = resumed.unwrap_or_else(|| feed.first());
    let response = Response::new(200, "text/event-stream; charset=utf-8", Vec::new())
        .with("Cache-Control", "no-store")
        .with("X-Content-Type-Options", "nosniff")
        .with("Connection", "close");
    let about = about(state, page, resumed.is_some());
    let opening = format!("{}\r\nevent: hello\ndata: {about}\n\n", response.head());
    write(wire, opening.as_bytes()).await?;
    while let Read::Items(items, next) = feed.read(from) {
        from = next;
        if !items.is_empty() {
            write(wire, items.concat().as_bytes()).await?;
        }
        tokio::select! {
            changed = timeout(HEARTBEAT, news.changed()) => {
                if changed.is_err() {
                    write(wire, b":\n\n").await?;
                }
            }
            // The reader sends nothing after its request, so this is the end of the connection.
            _ = wire.readable() => return Ok(()),
        }
    }
    Err(io::Error::other("the reader has fallen behind"))
}

async fn write(wire: &mut Wire, bytes: &[u8]) -> io::Result<()> {
    timeout(PATIENCE, wire.write(bytes)).await?
}

/// The first item, which tells the page about the business and the default customer.
fn about(state: &State, page: &Page, resumed: bool) -> Value {
    json!({
        "resumed": resumed,
        "business": {
            "display_phone_number": state.config.display_phone_number,
            "phone_number_id": state.config.phone_number_id,
            "business_account_id": state.config.business_account_id,
        },
        "customer": {
            "number": DEFAULT_CUSTOMER,
            "user_id": user_id_of(DEFAULT_CUSTOMER),
            "name": DEFAULT_NAME,
        },
        "webhook_url": state.webhook_url(),
        "host_connected": page.host.is_connected(),
    })
}
