//! What the page's feed says about each record of the ledger.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::feed::Feed;
use crate::ledger::{Attempt, FaultRecord, RequestRecord, WebhookRecord};
use crate::ledger_book::{Recorded, Subscriber};

impl Subscriber for Feed {
    fn recorded(&self, recorded: Recorded<'_>) {
        match recorded {
            Recorded::Cleared => self.restart("cleared", &()),
            Recorded::Request(record, answer) => {
                self.publish("request", &RequestItem::new(record, answer));
            }
            Recorded::Fault(record) => self.publish("fault", &FaultItem::new(record)),
            Recorded::Webhook(record) => self.publish("webhook", &WebhookItem::new(record)),
            Recorded::Attempt(webhook, attempt) => {
                self.publish("attempt", &AttemptItem::new(webhook, attempt));
            }
        }
    }
}

/// Maximum number of bytes of a body that the page shows; the ledger keeps the whole body.
const MAX_SHOWN: usize = 64 * 1024;

/// A body as text, truncated if it is long.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    /// `None` if the body is not text.
    text: Option<&'a str>,
    /// The length of the whole body.
    bytes: usize,
}

impl<'a> Shown<'a> {
    /// `kept` may be shorter than the body, which has `bytes` bytes.
    fn new(kept: &'a [u8], bytes: usize) -> Self {
        let part = kept.get(..MAX_SHOWN).unwrap_or(kept);
        let text = match std::str::from_utf8(part) {
            Ok(text) => Some(text),
            // The truncation split a character.
            Err(error) if error.error_len().is_none() && part.len() < kept.len() => part
                .get(..error.valid_up_to())
                .and_then(|whole| std::str::from_utf8(whole).ok()),
            Err(_) => None,
        };
        Self { text, bytes }
    }
}

/// A complete request to Graph and its response without a fault.
#[derive(Debug, Serialize)]
struct RequestItem<'a> {
    at_ms: u128,
    sequence: usize,
    connection: u64,
    method: &'a str,
    path: &'a str,
    token_matched: bool,
    user_agent: Option<&'a str>,
    accepted: bool,
    message_id: Option<&'a str>,
    kind: Option<&'a str>,
    correlation: Option<&'a str>,
    error_code: Option<u32>,
    http_status: u16,
    fault: Option<&'a str>,
    body: Shown<'a>,
    answer: Shown<'a>,
}

impl<'a> RequestItem<'a> {
    fn new(record: &'a RequestRecord, answer: &'a [u8]) -> Self {
        Self {
            at_ms: now_ms(),
            sequence: record.sequence,
            connection: record.connection,
            method: &record.method,
            path: &record.path,
            token_matched: record.token_matched,
            user_agent: record.user_agent.as_deref(),
            accepted: record.accepted,
            message_id: record.message_id.as_deref(),
            kind: record.kind.as_deref(),
            correlation: record.correlation.as_deref(),
            error_code: record.error_code,
            http_status: record.http_status,
            fault: record.fault.as_deref(),
            body: Shown::new(&record.body, record.body_bytes),
            answer: Shown::new(answer, answer.len()),
        }
    }
}

/// A notification before it is posted.
#[derive(Debug, Serialize)]
struct WebhookItem<'a> {
    at_ms: u128,
    sequence: usize,
    url: Option<&'a str>,
    signature: Option<&'a str>,
    fault: Option<&'a str>,
    body: Shown<'a>,
}

impl<'a> WebhookItem<'a> {
    fn new(record: &'a WebhookRecord) -> Self {
        Self {
            at_ms: now_ms(),
            sequence: record.sequence,
            url: record.url.as_deref(),
            signature: record.signature.as_deref(),
            fault: record.fault.as_deref(),
            body: Shown::new(&record.body, record.body.len()),
        }
    }
}

/// One attempt at posting the notification with this number.
#[derive(Debug, Serialize)]
struct AttemptItem<'a> {
    at_ms: u128,
    webhook: usize,
    http_status: Option<u16>,
    error: Option<&'a str>,
}

impl<'a> AttemptItem<'a> {
    fn new(webhook: usize, attempt: &'a Attempt) -> Self {
        Self {
            at_ms: now_ms(),
            webhook,
            http_status: attempt.http_status,
            error: attempt.error.as_deref(),
        }
    }
}

/// A fault that a connection or a request has met.
#[derive(Debug, Serialize)]
struct FaultItem<'a> {
    at_ms: u128,
    connection: u64,
    fault: &'a str,
}

impl<'a> FaultItem<'a> {
    fn new(record: &'a FaultRecord) -> Self {
        Self {
            at_ms: now_ms(),
            connection: record.connection,
            fault: &record.fault,
        }
    }
}

/// The machine's time, for display; reading the emulator's own clock would advance it.
pub(super) fn now_ms() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis()
}
