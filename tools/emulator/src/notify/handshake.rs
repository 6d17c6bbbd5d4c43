//! The GET by which Meta verifies a webhook URL.

use std::io;

use crate::http::client::{Client, Url};
use crate::state::State;

/// Performs the handshake and returns the body that came back: the challenge, if all is well.
pub(crate) async fn subscribe(state: &State) -> io::Result<String> {
    let url = state
        .app_webhook_url()
        .ok_or_else(|| io::Error::other("no webhook URL is set"))?;
    let challenge = state.ids.challenge();
    let token = percent_encoded(&state.config.verify_token);
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

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_not_unreserved_is_encoded() {
        assert_eq!(super::percent_encoded("a-B 1&ü"), "a-B%201%26%C3%BC");
    }
}
