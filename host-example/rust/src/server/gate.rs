//! Who may call a webhook: the handshake's token, and the signature of a body.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::trigger::Key;

/// The field that signs a body.
pub(crate) const SIGNATURE: &str = "x-hub-signature-256";
/// The longest challenge that is given back; Meta's have ten digits.
const CHALLENGE_MAX: usize = 256;

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

/// The challenge for whoever knows the token. 400 for what is no handshake, or asks for anything but an
/// opaque text of at most [`CHALLENGE_MAX`] characters; 403 for another token.
pub(crate) fn shake_hands(asked: Handshake, verify_token: &str) -> Response {
    let challenge = asked.challenge.filter(|text| is_opaque(text));
    let mode = asked.mode.filter(|mode| mode == "subscribe");
    let (Some(_), Some(challenge), Some(token)) = (mode, challenge, asked.verify_token) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // The digests are compared: the time that it takes tells nothing of the token.
    let is_same = Sha256::digest(token) == Sha256::digest(verify_token);
    if verify_token.is_empty() || !is_same {
        return StatusCode::FORBIDDEN.into_response();
    }
    let plain = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (plain, challenge).into_response()
}

/// Whether nobody could mean anything by it: what is given back is no page and no header.
fn is_opaque(challenge: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=CHALLENGE_MAX).contains(&challenge.len()) && challenge.bytes().all(is_plain)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_token_lets_nobody_in() {
        let asked = |token: &str| Handshake {
            mode: Some("subscribe".to_owned()),
            verify_token: Some(token.to_owned()),
            challenge: Some("1158201444".to_owned()),
        };
        assert_eq!(shake_hands(asked("t"), "t").status(), StatusCode::OK);
        assert_eq!(shake_hands(asked(""), "").status(), StatusCode::FORBIDDEN);
    }
}
