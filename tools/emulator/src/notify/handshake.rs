//! The GET by which Meta verifies a webhook URL.

use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::client::{Client, Url};
use crate::state::State;

/// Performs the handshake and returns the body that came back: the challenge, if all is well.
pub(crate) async fn subscribe(state: &State) -> io::Result<String> {
    let url = state
        .app_webhook_url()
        .ok_or_else(|| io::Error::other("no webhook URL is set"))?;
    let challenge = state.ids.challenge();
    let token = utf8_percent_encode(&state.config.verify_token, ENCODED);
    let query = format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={token}");
    let url = Url::parse(&url)?.with_query(&query);
    let exchange = async { Client::default().request("GET", &url, "", &[]).await };
    let timeout = state.config.webhook_timeout;
    let answer = tokio::time::timeout(timeout, exchange)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    state.log(&format!("GET webhook handshake {}", answer.status));
    match (answer.status, body == challenge) {
        (200, true) => Ok(body),
        (200, false) => Err(io::Error::other(format!("the webhook answered \"{body}\""))),
        (status, _) => Err(io::Error::other(format!(
            "the webhook answered with {status}"
        ))),
    }
}

/// Every character that is not unreserved in a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_unreserved_is_encoded() {
        let encoded = utf8_percent_encode("a-B 1&ü", ENCODED).to_string();
        assert_eq!(encoded, "a-B%201%26%C3%BC");
    }
}
