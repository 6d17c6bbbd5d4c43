//! The GET handshake that registers a callback URL (D/webhooks/create-webhook-endpoint, 2026-05-21).

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode_str;
use sha2::Sha256;

use crate::error::{Error, Kind};

/// Longest `hub.challenge` that is given back.
const CHALLENGE_MAX: usize = 256;

/// What to answer as `text/plain` to the query of a handshake: the challenge, byte for byte.
///
/// # Errors
/// `InvalidArgument` if `verify_token` is empty; `InvalidRequest` if the query is no handshake or its
/// challenge could be anything but an opaque token; `Unauthentic` if the token is another.
pub(crate) fn answer(query: &str, verify_token: &str) -> Result<String, Error> {
    if verify_token.is_empty() {
        let message = "the verify token is empty: anyone could register; configure one";
        return Err(Error::new(Kind::InvalidArgument, message));
    }
    let query = query.strip_prefix('?').unwrap_or(query);
    let mode = parameter(query, "hub.mode")?;
    let challenge = parameter(query, "hub.challenge")?;
    let token = parameter(query, "hub.verify_token")?;
    if mode != b"subscribe" {
        return Err(Error::invalid_request("hub.mode is not subscribe"));
    }
    let opaque = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.is_empty() || challenge.len() > CHALLENGE_MAX || !challenge.iter().all(opaque) {
        return Err(Error::invalid_request(format!(
            "hub.challenge must be 1 to {CHALLENGE_MAX} letters, digits, - or _"
        )));
    }
    if !same(&token, verify_token.as_bytes()) {
        let message = "hub.verify_token is not the configured verify token";
        return Err(Error::new(Kind::Unauthentic, message));
    }
    String::from_utf8(challenge)
        .map_err(|_| Error::invalid_request("hub.challenge is not plain text"))
}

/// The decoded value of the one parameter `name`.
fn parameter(query: &str, name: &str) -> Result<Vec<u8>, Error> {
    let pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut values = pairs.filter(|(have, _)| decoded(have) == name.as_bytes());
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Ok(decoded(value)),
        (None, _) => Err(Error::invalid_request(format!("the query has no {name}"))),
        (Some(_), Some(_)) => Err(Error::invalid_request(format!(
            "the query has {name} more than once"
        ))),
    }
}

/// `%XX` and `+` as a form has them; anything else stays as it is.
fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(&text.replace('+', " ")).collect()
}

/// Equal, without telling by the time where they differ or how long the other one is.
fn same(given: &[u8], wanted: &[u8]) -> bool {
    let mac = |text: &[u8]| {
        // HMAC takes a key of any length; the digests, not the texts, are compared.
        let mac = Hmac::<Sha256>::new_from_slice(b"verify token").ok()?;
        Some(mac.chain_update(text))
    };
    match (mac(given), mac(wanted)) {
        (Some(given), Some(wanted)) => given.verify(&wanted.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(query: &str, token: &str) -> Kind {
        answer(query, token).unwrap_err().kind()
    }

    #[test]
    fn the_challenge_comes_back_byte_for_byte() {
        let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=my+trigger%21";
        assert_eq!(answer(query, "my trigger!").unwrap(), "1158201444");
        assert_eq!(
            answer(&format!("?{query}"), "my trigger!").unwrap(),
            "1158201444"
        );
    }

    #[test]
    fn everything_else_is_refused() {
        let with = |challenge: &str| {
            format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token=t")
        };
        assert_eq!(kind(&with("1"), "other"), Kind::Unauthentic);
        assert_eq!(kind(&with("1"), "t "), Kind::Unauthentic);
        assert_eq!(kind(&with("1"), ""), Kind::InvalidArgument);
        for query in [
            String::new(),
            "hub.challenge=1&hub.verify_token=t".to_owned(),
            "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=t".to_owned(),
            "hub.mode=subscribe&hub.verify_token=t".to_owned(),
            format!("{}&hub.verify_token=t", with("1")),
            format!("{}&hub.challenge=2", with("1")),
            with(""),
            with("%3Cscript%3E"),
            with("1%0d%0aX-Evil:1"),
            with("%C3%A4"),
            with(&"9".repeat(257)),
        ] {
            assert_eq!(kind(&query, "t"), Kind::InvalidRequest, "{query}");
        }
    }
}
