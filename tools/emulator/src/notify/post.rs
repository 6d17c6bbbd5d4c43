//! Posting one notification until the webhook takes it.

use std::io;

use crate::http::client::{Client, Url};
use crate::ledger::{Attempt, WebhookRecord};
use crate::ledger_book::WebhookKey;
use crate::signature;
use crate::state::State;

/// A notification as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Posting {
    pub(crate) body: Vec<u8>,
    pub(crate) signature: Option<String>,
    pub(crate) chunked: bool,
    /// The fault it meets, for the ledger.
    pub(crate) fault: Option<String>,
}

impl Posting {
    /// These bytes with a valid signature.
    pub(crate) fn signed(state: &State, body: Vec<u8>) -> Self {
        let signature = Some(signature::sign(&state.config.app_secret, &body));
        Self {
            body,
            signature,
            chunked: false,
            fault: None,
        }
    }

    /// Posts it until it is answered with 200 or the attempts are used up.
    pub(crate) async fn deliver(&self, state: &State, client: &mut Client) {
        let url = state.webhook_url();
        let key = state.ledger.enter_webhook(self.record(url.clone()));
        let Some(url) = url else { return };
        let (fields, body) = self.request();
        for attempt in 1..=state.config.webhook_attempts {
            let answered = post(state, client, &url, &fields, &body).await;
            if enter(state, key, answered) == Some(200) {
                return;
            }
            if attempt < state.config.webhook_attempts {
                tokio::time::sleep(state.config.webhook_retry_delay).await;
            }
        }
    }

    /// The ledger's record of it before the first attempt.
    pub(crate) fn record(&self, url: Option<String>) -> WebhookRecord {
        WebhookRecord {
            sequence: 0,
            url,
            signature: self.signature.clone(),
            fault: self.fault.clone(),
            attempts: Vec::new(),
            http_status: None,
            delivered: false,
            body: self.body.clone(),
        }
    }

    /// Header fields and body as they are on the wire.
    fn request(&self) -> (String, Vec<u8>) {
        let mut fields = "Content-Type: application/json\r\nUser-Agent: facebookexternalua\r\n\
                          Accept: */*\r\n"
            .to_owned();
        if let Some(signature) = &self.signature {
            fields = format!("{fields}X-Hub-Signature-256: {signature}\r\n");
        }
        if self.chunked {
            return (
                fields + "Transfer-Encoding: chunked\r\n",
                in_chunks(&self.body),
            );
        }
        (
            format!("{fields}Content-Length: {}\r\n", self.body.len()),
            self.body.clone(),
        )
    }
}

async fn post(
    state: &State,
    client: &mut Client,
    url: &str,
    fields: &str,
    body: &[u8],
) -> io::Result<u16> {
    let url = Url::parse(url)?;
    let exchange = client.request("POST", &url, fields, body);
    let answer = tokio::time::timeout(state.config.webhook_timeout, exchange).await;
    Ok(answer
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??
        .status)
}

fn enter(state: &State, key: WebhookKey, answered: io::Result<u16>) -> Option<u16> {
    let attempt = match answered {
        Ok(status) => Attempt {
            http_status: Some(status),
            error: None,
        },
        Err(error) => Attempt {
            http_status: None,
            error: Some(error.to_string()),
        },
    };
    let status = attempt.http_status;
    let told = match status {
        Some(status) => status.to_string(),
        None => attempt.error.clone().unwrap_or_default(),
    };
    state.log(&format!("POST webhook {told}"));
    state.ledger.enter_attempt(key, attempt);
    status
}

/// Chunk size chosen so that chunks split strings and escape sequences.
fn in_chunks(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() * 2);
    for chunk in body.chunks(101) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}
