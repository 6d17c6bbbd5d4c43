//! The webhook listener: Meta's handshake, the signature check, and a queue of notifications.
//!
//! The listener decides nothing about a notification's content: whoever takes it from the queue
//! does, and answers it with an HTTP status.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use tokio::sync::{mpsc, oneshot};
use workflow_adapter_loader::{
    WFA_ERR_EVENT_NOT_ACCEPTED, WFA_ERR_INVALID_REQUEST, WFA_OK, wfa_result,
};

use crate::server::{Handshake, authentic, shake_hands};
use crate::trigger::{Key, Scheme};

/// The path of the listener's one resource.
pub(crate) const PATH: &str = "/webhook";
/// Meta sends no notification that is larger.
const MAX_BYTES: usize = 3 * 1024 * 1024;
/// How many notifications wait; the sender repeats what is refused.
const QUEUE: usize = 64;

/// A notification whose signature is right, and the way to answer it.
#[derive(Debug)]
pub(crate) struct Notification {
    /// The body as it came.
    pub(crate) body: Bytes,
    /// Takes the HTTP status; the sender waits for it.
    pub(crate) answer: oneshot::Sender<StatusCode>,
}

/// What the listener must know.
#[derive(Debug)]
pub(crate) struct Settings {
    /// What the sender repeats in its handshake.
    pub(crate) verify_token: String,
    /// The key of the signatures.
    pub(crate) key: Key,
}

struct Shared {
    settings: Settings,
    queue: mpsc::Sender<Notification>,
}

/// The listener's routes, and the queue that they fill.
pub(crate) fn listener(settings: Settings) -> (Router, mpsc::Receiver<Notification>) {
    let (queue, notifications) = mpsc::channel(QUEUE);
    let routes = Router::new()
        .route(PATH, get(handshake).post(notify))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(Arc::new(Shared { settings, queue }));
    (routes, notifications)
}

/// The HTTP status that answers a notification with this result.
pub(crate) fn status_of(result: wfa_result) -> StatusCode {
    match result {
        WFA_OK => StatusCode::OK,
        WFA_ERR_EVENT_NOT_ACCEPTED => StatusCode::SERVICE_UNAVAILABLE,
        WFA_ERR_INVALID_REQUEST => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn handshake(State(shared): State<Arc<Shared>>, Query(asked): Query<Handshake>) -> Response {
    shake_hands(asked, &shared.settings.verify_token)
}

async fn notify(State(shared): State<Arc<Shared>>, request: Request) -> StatusCode {
    let headers = request.headers().clone();
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(rejection) => return rejection.status(), // 413 if it is too large
    };
    let scheme = Scheme::default();
    if let Err(why) = authentic(&scheme, &shared.settings.key, &headers, &body) {
        return why.status();
    }
    let (answer, answered) = oneshot::channel();
    if shared
        .queue
        .try_send(Notification { body, answer })
        .is_err()
    {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    answered.await.unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}

#[cfg(test)]
mod tests;
