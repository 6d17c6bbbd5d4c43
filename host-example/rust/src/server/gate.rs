//! Who may call a webhook: the handshake's token, and the signature of a body.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::trigger::Key;

/// The field that signs a body.
pub(crate) const SIGNATURE: &str = "x-hub-signature-256";

/// The query of the GET request that registers a webhook URL.
#[derive(Debug, Deserialize)]
pub(crate) struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// The challenge for whoever knows the token; 403 for everybody else.
pub(crate) fn shake_hands(asked: Handshake, verify_token: &str) -> Response {
    let right = asked.mode.as_deref() == Some("subscribe")
        && asked.verify_token.as_deref() == Some(verify_token);
    match asked.challenge.filter(|_| right) {
        Some(challenge) => {
            let plain = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (plain, challenge).into_response()
        }
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

/// Why a body is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unauthentic {
    /// 401: it is not signed.
    Missing,
    /// 403: it is not signed with the key.
    Wrong,
}

impl Unauthentic {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::UNAUTHORIZED,
            Self::Wrong => StatusCode::FORBIDDEN,
        }
    }
}

/// Whether the body is signed with the key.
///
/// # Errors
/// Why not.
pub(crate) fn authentic(key: &Key, headers: &HeaderMap, body: &[u8]) -> Result<(), Unauthentic> {
    let signature = headers.get(SIGNATURE).ok_or(Unauthentic::Missing)?;
    if key.signed(body, signature.as_bytes()) {
        Ok(())
    } else {
        Err(Unauthentic::Wrong)
    }
}
