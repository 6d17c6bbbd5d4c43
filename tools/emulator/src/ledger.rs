//! The ledger: the complete requests that the emulator received and the notifications it posted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A copy of the ledger: all records, or the newest ones if there were more than [`LedgerLimits`] allow.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    /// Complete requests to Graph and to its media host, in the order in which they were complete.
    pub requests: Vec<RequestRecord>,
    /// Notifications, in the order in which they were due.
    pub webhooks: Vec<WebhookRecord>,
    /// The faults that connections and requests have met, also those before a request was complete.
    pub faults: Vec<FaultRecord>,
    /// Number of records that were dropped. The counts of this type's methods include them.
    pub dropped: Dropped,
}

/// Number of records that the ledger dropped to stay within its limits, the oldest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Requests.
    pub requests: usize,
    /// Those among them that were accepted.
    pub accepted: usize,
    /// Notifications.
    pub webhooks: usize,
    /// Those among them that the webhook answered with 200.
    pub delivered: usize,
    /// Faults.
    pub faults: usize,
}

/// Limits of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerLimits {
    /// How many requests, how many notifications and how many faults, each.
    pub records: usize,
    /// How many bytes of memory requests and notifications may take together, by estimate.
    pub bytes: usize,
}

impl Default for LedgerLimits {
    /// 100,000 records of each kind in 256 MiB.
    fn default() -> Self {
        Self {
            records: 100_000,
            bytes: 256 * 1024 * 1024,
        }
    }
}

impl Ledger {
    /// How many requests were complete: head and body had arrived to the last byte.
    pub fn complete(&self) -> usize {
        self.dropped.requests + self.requests.len()
    }

    /// How many of them the emulator accepted.
    pub fn accepted(&self) -> usize {
        let kept = self.requests.iter().filter(|request| request.accepted);
        self.dropped.accepted + kept.count()
    }

    /// How many of the accepted requests that are still here carry this `biz_opaque_callback_data`.
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
        let kept = self.webhooks.iter().filter(|webhook| webhook.delivered);
        self.dropped.delivered + kept.count()
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
    /// How many requests there were before it.
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
    /// How many notifications there were before it.
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

fn as_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

/// Notifications are ASCII unless a test posts something else on purpose.
fn as_text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}
