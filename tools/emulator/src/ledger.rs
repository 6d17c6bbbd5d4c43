//! What the emulator has seen and done: complete requests, and notifications.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::notify::Posting;
use crate::page::feed::Feed;
use crate::page::item::{AttemptItem, FaultItem, RequestItem, WebhookItem};

/// A copy of everything recorded so far.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    /// Complete requests to Graph and to its media host, in the order in which they were complete.
    pub requests: Vec<RequestRecord>,
    /// Notifications, in the order in which they were due.
    pub webhooks: Vec<WebhookRecord>,
    /// The faults that connections and requests have met, also those before a request was complete.
    pub faults: Vec<FaultRecord>,
}

impl Ledger {
    /// How many requests were complete: head and body had arrived to the last byte.
    pub fn complete(&self) -> usize {
        self.requests.len()
    }

    /// How many of them the emulator accepted.
    pub fn accepted(&self) -> usize {
        self.requests
            .iter()
            .filter(|request| request.accepted)
            .count()
    }

    /// How many accepted requests carry this `biz_opaque_callback_data`.
    pub fn accepted_with(&self, correlation: &str) -> usize {
        let matching = |request: &&RequestRecord| {
            request.accepted && request.correlation.as_deref() == Some(correlation)
        };
        self.requests.iter().filter(matching).count()
    }

    /// The requests with this method whose path ends so: `("POST", "/messages")`.
    pub fn to<'a>(
        &'a self,
        method: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = &'a RequestRecord> {
        self.requests
            .iter()
            .filter(move |request| request.method == method && request.path.ends_with(ending))
    }

    /// The request that was answered with this message id.
    pub fn message(&self, id: &str) -> Option<&RequestRecord> {
        self.requests
            .iter()
            .find(|request| request.message_id.as_deref() == Some(id))
    }

    /// How many notifications the webhook answered with 200.
    pub fn delivered(&self) -> usize {
        self.webhooks
            .iter()
            .filter(|webhook| webhook.delivered)
            .count()
    }
}

/// One fault that somebody has met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultRecord {
    /// The connection, counted from 1.
    pub connection: u64,
    /// The fault's name.
    pub fault: String,
}

/// One complete request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRecord {
    /// Its position in the ledger.
    pub sequence: usize,
    /// The connection it came on, counted from 1.
    pub connection: u64,
    /// When it was complete, in Unix seconds of the emulator's clock.
    pub received_at: u64,
    /// The method.
    pub method: String,
    /// The path, with the version and the object's id.
    pub path: String,
    /// What stands behind the path's question mark, still encoded.
    pub query: String,
    /// Whether the bearer token was the right one. The token itself is not kept.
    pub token_matched: bool,
    /// The User-Agent field.
    pub user_agent: Option<String>,
    /// The Content-Type field.
    pub content_type: Option<String>,
    /// Whether the request was accepted and took effect, no matter what was answered.
    pub accepted: bool,
    /// The id of the accepted message.
    pub message_id: Option<String>,
    /// The message's type, `read` for a read receipt, or what another endpoint did.
    pub kind: Option<String>,
    /// `biz_opaque_callback_data`.
    pub correlation: Option<String>,
    /// The Graph code of the refusal.
    pub error_code: Option<u32>,
    /// The status an undisturbed answer has; with a fault the client may have seen another.
    pub http_status: u16,
    /// The fault this request met.
    pub fault: Option<String>,
    /// How long the body was.
    pub body_bytes: usize,
    /// The body as it arrived; nothing of one longer than a mebibyte, as uploads are.
    #[serde(rename = "body_base64", serialize_with = "as_base64")]
    pub body: Vec<u8>,
    /// The body, if it is JSON.
    pub json: Option<Value>,
}

/// One notification.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookRecord {
    /// Its position in the ledger.
    pub sequence: usize,
    /// Where it was posted; nowhere if no webhook URL was set.
    pub url: Option<String>,
    /// The value of `X-Hub-Signature-256`, if one was sent.
    pub signature: Option<String>,
    /// The fault it meets.
    pub fault: Option<String>,
    /// The attempts so far.
    pub attempts: Vec<Attempt>,
    /// The status of the last answer.
    pub http_status: Option<u16>,
    /// Whether the last answer was 200.
    pub delivered: bool,
    /// The body as it was posted.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
}

/// One attempt at posting a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The status, if there was an answer.
    pub http_status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
}

/// The running ledger.
#[derive(Debug, Default)]
pub(crate) struct LedgerBook {
    pages: Mutex<Pages>,
    turned: Condvar,
    /// What the page hears of it, in the order in which it is written.
    pub(crate) feed: Feed,
}

#[derive(Debug, Default)]
struct Pages {
    ledger: Ledger,
    outgoing: HashSet<String>,
    /// Grows with each clearing, so that a delivery under way does not write into a new ledger.
    edition: u64,
    delivered: usize,
}

/// Names one notification in one edition of the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WebhookKey {
    edition: u64,
    index: usize,
}

impl LedgerBook {
    pub(crate) fn copy(&self) -> Ledger {
        self.pages().ledger.clone()
    }

    pub(crate) fn clear(&self) {
        let mut pages = self.pages();
        *pages = Pages {
            edition: pages.edition + 1,
            ..Pages::default()
        };
        self.feed.restart("cleared", &());
    }

    /// Writes a request down; its `sequence` is filled in here. `answer` is the body that an
    /// undisturbed answer has.
    pub(crate) fn enter_request(&self, mut record: RequestRecord, answer: &[u8]) {
        let mut pages = self.pages();
        record.sequence = pages.ledger.requests.len();
        if let Some(id) = &record.message_id {
            pages.outgoing.insert(id.clone());
        }
        self.feed
            .publish("request", &RequestItem::new(&record, answer));
        pages.ledger.requests.push(record);
        drop(pages);
        self.turned.notify_all();
    }

    /// Writes down that a connection or a request has met a fault.
    pub(crate) fn enter_fault(&self, connection: u64, fault: String) {
        let mut pages = self.pages();
        self.feed
            .publish("fault", &FaultItem::new(connection, &fault));
        pages.ledger.faults.push(FaultRecord { connection, fault });
    }

    /// Whether this id was given to one of the business's own messages.
    pub(crate) fn is_outgoing(&self, id: &str) -> bool {
        self.pages().outgoing.contains(id)
    }

    /// Writes a notification down before it is posted.
    pub(crate) fn enter_webhook(&self, url: Option<String>, posting: &Posting) -> WebhookKey {
        let mut pages = self.pages();
        let index = pages.ledger.webhooks.len();
        let record = WebhookRecord {
            sequence: index,
            url,
            signature: posting.signature.clone(),
            fault: posting.fault.clone(),
            attempts: Vec::new(),
            http_status: None,
            delivered: false,
            body: posting.body.clone(),
        };
        self.feed.publish("webhook", &WebhookItem::new(&record));
        pages.ledger.webhooks.push(record);
        WebhookKey {
            edition: pages.edition,
            index,
        }
    }

    pub(crate) fn enter_attempt(&self, key: WebhookKey, attempt: Attempt) {
        let mut pages = self.pages();
        if key.edition != pages.edition {
            return;
        }
        self.feed
            .publish("attempt", &AttemptItem::new(key.index, &attempt));
        let mut newly_delivered = 0;
        if let Some(record) = pages.ledger.webhooks.get_mut(key.index) {
            newly_delivered = usize::from(!record.delivered && attempt.http_status == Some(200));
            record.http_status = attempt.http_status;
            record.delivered = attempt.http_status == Some(200);
            record.attempts.push(attempt);
        }
        pages.delivered += newly_delivered;
        drop(pages);
        self.turned.notify_all();
    }

    /// Waits until so many notifications have been answered with 200.
    pub(crate) fn wait_for_webhooks(&self, delivered: usize, timeout: Duration) -> bool {
        self.wait(timeout, |pages| pages.delivered >= delivered)
    }

    /// Waits until so many requests were complete.
    pub(crate) fn wait_for_requests(&self, complete: usize, timeout: Duration) -> bool {
        self.wait(timeout, |pages| pages.ledger.requests.len() >= complete)
    }

    fn wait(&self, timeout: Duration, enough: impl Fn(&Pages) -> bool) -> bool {
        let deadline = Instant::now() + timeout;
        let mut pages = self.pages();
        while !enough(&pages) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let woken = self.turned.wait_timeout(pages, left);
            pages = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// A panic elsewhere leaves whole records behind, so a poisoned lock is no reason to stop.
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn as_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

/// Notifications are ASCII unless a test posts something else on purpose.
fn as_text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}
