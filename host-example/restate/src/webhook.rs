//! The webhook listener: each event becomes one invocation, and is accepted once the engine has it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde_json::Value;
use tokio::runtime::Handle;
use workflow_adapter::{
    Adapter, CommandOutput, Failure, Verdict, WFA_ERR_EVENT_NOT_ACCEPTED, WFA_ERR_INVALID_REQUEST,
    WFA_ERR_STATE, WFA_ERR_UNAUTHENTIC, WFA_OK,
};

/// Meta sends no notification that is larger.
const MAX_BYTES: usize = 3 * 1024 * 1024;

/// Starts invocations.
#[derive(Clone, Debug)]
pub(crate) struct Ingress {
    client: reqwest::Client,
    url: String,
    runtime: Handle,
}

impl Ingress {
    /// Of the server at `url`.
    ///
    /// # Errors
    /// The HTTP client could not be made.
    pub(crate) fn new(url: &str, runtime: Handle) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()?;
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self {
            client,
            url,
            runtime,
        })
    }

    /// What the event callback answers. It runs on a thread that may block.
    pub(crate) fn take(&self, name: &str, json: &str) -> Verdict {
        let event: Value = serde_json::from_str(json).unwrap_or_default();
        let text = |path: &str| {
            event
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (object, key) = match name {
            "customer_message" => {
                let customer = text("/messages/0/from");
                ("Customer", format!("{}:{customer}", text("/phoneNumberId")))
            }
            "status_changed" => ("Message", text("/correlationId").to_owned()),
            _ => return Verdict::Dropped,
        };
        if key.is_empty() {
            return Verdict::Dropped; // the status of a message that was not sent from here
        }
        let handler = if object == "Customer" {
            "on_message"
        } else {
            "status"
        };
        let key = key.bytes().fold(String::new(), escaped);
        let sent = self
            .client
            .post(format!("{}/{object}/{key}/{handler}/send", self.url))
            .header("idempotency-key", text("/eventId"))
            .header("content-type", "application/json")
            .body(json.to_owned());
        let answer = self
            .runtime
            .block_on(async { sent.send().await?.error_for_status() });
        match answer {
            Ok(_) => Verdict::Accepted,
            Err(error) => {
                tracing::warn!(%error, "the engine did not take an event; the sender will repeat it");
                Verdict::Retry
            }
        }
    }
}

/// Percent-encodes one byte of a path's segment.
fn escaped(mut path: String, byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
        path.push(char::from(byte));
    } else {
        path.push_str(&format!("%{byte:02X}"));
    }
    path
}

/// What the listener needs.
#[derive(Clone)]
pub(crate) struct Listener {
    /// Checks signatures and emits events.
    pub(crate) adapter: Arc<Adapter>,
    /// What Meta's handshake must say.
    pub(crate) verify_token: Arc<str>,
}

/// The routes.
pub(crate) fn routes(listener: Listener) -> Router {
    Router::new()
        .route("/webhook", get(handshake).post(notify))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(listener)
}

async fn handshake(
    State(listener): State<Listener>,
    RawQuery(query): RawQuery,
) -> (StatusCode, String) {
    let query = query.unwrap_or_default();
    let webhook = listener.adapter.webhook();
    let Some(Ok(challenge)) = webhook.map(|hook| hook.challenge(&query, &listener.verify_token))
    else {
        return (StatusCode::FORBIDDEN, String::new());
    };
    (StatusCode::OK, challenge)
}

async fn notify(State(listener): State<Listener>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").cloned();
    let processed = tokio::task::spawn_blocking(move || {
        let signature = signature.as_ref().map(|value| value.as_bytes());
        let webhook = listener.adapter.webhook()?;
        Some(webhook.process(&body, signature))
    });
    processed
        .await
        .ok()
        .flatten()
        .map_or(StatusCode::INTERNAL_SERVER_ERROR, |answer| status(&answer))
}

fn status(answer: &Result<CommandOutput, Failure>) -> StatusCode {
    let result = answer
        .as_ref()
        .map_or_else(|failure| failure.result, |output| output.result);
    match result {
        WFA_OK => StatusCode::OK,
        WFA_ERR_UNAUTHENTIC => StatusCode::FORBIDDEN,
        WFA_ERR_INVALID_REQUEST => StatusCode::PAYLOAD_TOO_LARGE,
        WFA_ERR_EVENT_NOT_ACCEPTED | WFA_ERR_STATE => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_segment_of_a_path() {
        let key = "1:US.13/a b%".bytes().fold(String::new(), escaped);
        assert_eq!(key, "1:US.13%2Fa%20b%25");
    }
}
