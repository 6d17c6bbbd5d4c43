//! What the page of the demo reads: a feed of what happens, and the recent runs. For one page on this
//! machine: requests under any other name, and pages of any other origin, get nothing.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::spawn_blocking;

use super::app::App;
use crate::operations::Line;
use crate::store::now_ms;

const KEEP_ALIVE: Duration = Duration::from_secs(15);
const MOST_RUNS: u32 = 200;

/// `GET /__host/events`: server-sent events.
pub(super) async fn events(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(origin) = allowed(&app, &headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let after = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let Some((past, live)) = app.feed.read(after.unwrap_or(0)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let state = (VecDeque::from(past), live, app.stop.clone());
    let lines = stream::unfold(state, |(mut past, mut live, mut stop)| async move {
        let next = if let Some(line) = past.pop_front() {
            Ok(line)
        } else {
            tokio::select! {
                next = live.recv() => next,
                _ = stop.wait_for(|stop| *stop) => Err(RecvError::Closed),
            }
        };
        let event = match next {
            Ok(line) => of_line(&line),
            Err(RecvError::Lagged(dropped)) => of_gap(dropped),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok::<_, Infallible>(event), (past, live, stop)))
    });
    let answer = Sse::new(lines).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    (cross_origin(origin), answer).into_response()
}

fn of_line(line: &Line) -> Event {
    let event = Event::default().id(line.id.to_string()).data(&*line.json);
    event.retry(Duration::from_secs(1))
}

fn of_gap(dropped: u64) -> Event {
    let gap = json!({"at": now_ms(), "kind": "gap", "instance": "", "id": "", "raw": null,
        "dropped": dropped});
    Event::default().data(gap.to_string())
}

#[derive(Deserialize)]
pub(super) struct Limit {
    limit: Option<u32>,
}

/// `GET /__host/runs`: the newest runs with their steps.
pub(super) async fn runs(
    State(app): State<Arc<App>>,
    Query(asked): Query<Limit>,
    headers: HeaderMap,
) -> Response {
    let Some(origin) = allowed(&app, &headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, MOST_RUNS);
    let engine = Arc::clone(&app.engine);
    match spawn_blocking(move || engine.recent_runs(limit)).await {
        Ok(Ok(runs)) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            let body = json!({"runs": runs}).to_string();
            (cross_origin(origin), kind, body).into_response()
        }
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The page's origin, if the feed is on and the request is for this machine. The name must be the
/// machine's own, or a page from elsewhere could have its name point here.
fn allowed(app: &App, headers: &HeaderMap) -> Option<String> {
    let origin = app.settings.feed_origin.clone()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["127.0.0.1", "localhost", "[::1]"]
        .contains(&name)
        .then_some(origin)
}

fn cross_origin(origin: String) -> [(header::HeaderName, String); 2] {
    [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}
