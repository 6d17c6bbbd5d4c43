//! Who may call a webhook: the handshake's token, and the signature of a body.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::trigger::{Key, Scheme};

/// The longest challenge that is given back; those that are known have ten digits.
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

/// Why a body is refused; the names are the plugin's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unauthentic {
    /// It is not signed.
    Missing,
    /// It is signed twice: whoever stands in front may have checked the other one.
    Twice,
    /// The field has no signature in it.
    Malformed,
    /// It is not signed with the key.
    WrongKey,
}

impl Unauthentic {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::UNAUTHORIZED,
            Self::Twice | Self::Malformed | Self::WrongKey => StatusCode::FORBIDDEN,
        }
    }

    /// The reason's name, and what to do.
    pub(crate) fn reason(self, scheme: &Scheme) -> (&'static str, String) {
        let header = &scheme.header;
        match self {
            Self::Missing => (
                "signature_missing",
                format!("it has no {header}; is it the service that sends, and does a proxy pass the field on?"),
            ),
            Self::Twice => (
                "signature_malformed",
                format!("it has {header} more than once"),
            ),
            Self::Malformed => (
                "signature_malformed",
                format!("{header} is not {}", scheme.form()),
            ),
            Self::WrongKey => (
                "signature_wrong_key",
                "forged, or authentication_key is not the secret of the app that sent it, or a proxy has changed \
                 the body"
                    .to_owned(),
            ),
        }
    }
}

/// The only signature of a request.
///
/// # Errors
/// There is none, or more than one.
pub(crate) fn signature<'a>(
    scheme: &Scheme,
    headers: &'a HeaderMap,
) -> Result<&'a [u8], Unauthentic> {
    let mut all = headers.get_all(scheme.header.as_str()).iter();
    let only = all.next().ok_or(Unauthentic::Missing)?;
    if all.next().is_some() {
        return Err(Unauthentic::Twice);
    }
    Ok(only.as_bytes())
}

/// Whether the body is signed with the key.
///
/// # Errors
/// Why not.
pub(crate) fn authentic(
    scheme: &Scheme,
    key: &Key,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Unauthentic> {
    let value = signature(scheme, headers)?;
    if scheme.is_signed(key, body, value) {
        return Ok(());
    }
    Err(match scheme.signature(value) {
        Some(_) => Unauthentic::WrongKey,
        None => Unauthentic::Malformed,
    })
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

    #[test]
    fn h07_a_body_is_signed_once() {
        let key = Key::parse("c2VjcmV0").unwrap();
        let scheme = Scheme::default();
        let authentic = |headers: &HeaderMap| authentic(&scheme, &key, headers, b"x");
        let signature = "x-hub-signature-256";
        let mut headers = HeaderMap::new();
        assert_eq!(authentic(&headers), Err(Unauthentic::Missing));
        headers.append(signature, "sha256=00".parse().unwrap());
        assert_eq!(authentic(&headers), Err(Unauthentic::Malformed));
        // printf %s x | openssl dgst -sha256 -hmac secret
        let right = "sha256=117eca332f7e13ccb8e4574e4f33daa212a9231353670c2b8b4797df0bb77afa";
        headers.append(signature, right.parse().unwrap());
        assert_eq!(authentic(&headers), Err(Unauthentic::Twice));
        headers.remove(signature);
        headers.append(
            signature,
            format!("sha256={}", "0".repeat(64)).parse().unwrap(),
        );
        assert_eq!(authentic(&headers), Err(Unauthentic::WrongKey));
    }
}
