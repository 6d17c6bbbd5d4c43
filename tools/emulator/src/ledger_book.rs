//! The running ledger: it records what happens, tells its subscriber, and stays within its limits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Serialize, Serializer};

use crate::ledger::{
    Attempt, Dropped, FaultRecord, Ledger, LedgerLimits, RequestRecord, WebhookRecord,
};

/// What the ledger has just recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recorded<'a> {
    /// The ledger was emptied.
    Cleared,
    /// A request, and the body of its undisturbed answer.
    Request(&'a RequestRecord, &'a [u8]),
    /// A fault that a connection, or a request on it, has met.
    Fault(&'a FaultRecord),
    /// A notification, before its first attempt.
    Webhook(&'a WebhookRecord),
    /// An attempt at posting the notification with this number.
    Attempt(usize, &'a Attempt),
}

/// Learns of each record at once, in the order of the ledger, while the ledger is locked: it must not
/// wait and must not call the ledger.
pub(crate) trait Subscriber: std::fmt::Debug + Send + Sync {
    fn recorded(&self, recorded: Recorded<'_>);
}

/// The running ledger.
#[derive(Debug)]
pub(crate) struct LedgerBook {
    pages: Mutex<Pages>,
    turned: Condvar,
    limits: LedgerLimits,
    subscriber: Arc<dyn Subscriber>,
}

#[derive(Debug, Default)]
struct Pages {
    // Shared, so that readers do not block writers.
    requests: VecDeque<Arc<RequestRecord>>,
    webhooks: VecDeque<Arc<WebhookRecord>>,
    faults: VecDeque<FaultRecord>,
    dropped: Dropped,
    /// Estimated memory of the kept requests and notifications.
    bytes: usize,
    /// Incremented by each clear, so that a delivery in progress is not recorded in a new ledger.
    edition: u64,
    /// How many notifications were answered with 200, also those that are no longer kept.
    delivered: usize,
}

/// A snapshot of the records, serialised like [`Ledger`].
#[derive(Debug, Serialize)]
pub(crate) struct LedgerView {
    #[serde(serialize_with = "each")]
    requests: Vec<Arc<RequestRecord>>,
    #[serde(serialize_with = "each")]
    webhooks: Vec<Arc<WebhookRecord>>,
    faults: Vec<FaultRecord>,
    dropped: Dropped,
}

fn each<T: Serialize, S: Serializer>(records: &[Arc<T>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(records.iter().map(|record| &**record))
}

/// Names one notification in one edition of the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WebhookKey {
    edition: u64,
    sequence: usize,
}

impl LedgerBook {
    pub(crate) fn new(limits: LedgerLimits, subscriber: Arc<dyn Subscriber>) -> Self {
        Self {
            pages: Mutex::default(),
            turned: Condvar::new(),
            limits,
            subscriber,
        }
    }

    pub(crate) fn copy(&self) -> Ledger {
        let view = self.view();
        let requests = view.requests.iter().map(|record| (**record).clone());
        let webhooks = view.webhooks.iter().map(|record| (**record).clone());
        Ledger {
            requests: requests.collect(),
            webhooks: webhooks.collect(),
            faults: view.faults,
            dropped: view.dropped,
        }
    }

    /// A snapshot of the ledger. It copies no bodies, so writers are not blocked.
    pub(crate) fn view(&self) -> LedgerView {
        let pages = self.pages();
        LedgerView {
            requests: pages.requests.iter().cloned().collect(),
            webhooks: pages.webhooks.iter().cloned().collect(),
            faults: pages.faults.iter().cloned().collect(),
            dropped: pages.dropped,
        }
    }

    pub(crate) fn clear(&self) {
        let mut pages = self.pages();
        *pages = Pages {
            edition: pages.edition + 1,
            ..Pages::default()
        };
        self.subscriber.recorded(Recorded::Cleared);
    }

    /// Writes a request down; its `sequence` is filled in here. `answer` is the body that an
    /// undisturbed answer has.
    pub(crate) fn enter_request(&self, mut record: RequestRecord, answer: &[u8]) {
        let mut pages = self.pages();
        record.sequence = pages.dropped.requests + pages.requests.len();
        self.subscriber.recorded(Recorded::Request(&record, answer));
        pages.bytes += size_of_request(&record);
        pages.requests.push_back(Arc::new(record));
        pages.shrink(self.limits);
        drop(pages);
        self.turned.notify_all();
    }

    /// Writes down that a connection or a request has met a fault.
    pub(crate) fn enter_fault(&self, connection: u64, fault: String) {
        let mut pages = self.pages();
        let record = FaultRecord { connection, fault };
        self.subscriber.recorded(Recorded::Fault(&record));
        pages.faults.push_back(record);
        pages.shrink(self.limits);
    }

    /// Records a notification before it is posted; its `sequence` is filled in here.
    pub(crate) fn enter_webhook(&self, mut record: WebhookRecord) -> WebhookKey {
        let mut pages = self.pages();
        let sequence = pages.dropped.webhooks + pages.webhooks.len();
        record.sequence = sequence;
        self.subscriber.recorded(Recorded::Webhook(&record));
        pages.bytes += size_of_webhook(&record);
        pages.webhooks.push_back(Arc::new(record));
        let edition = pages.edition;
        pages.shrink(self.limits);
        WebhookKey { edition, sequence }
    }

    pub(crate) fn enter_attempt(&self, key: WebhookKey, attempt: Attempt) {
        let mut pages = self.pages();
        if key.edition != pages.edition {
            return;
        }
        self.subscriber
            .recorded(Recorded::Attempt(key.sequence, &attempt));
        let arrived = attempt.http_status == Some(200);
        let index = key.sequence.checked_sub(pages.dropped.webhooks);
        match index.and_then(|index| pages.webhooks.get_mut(index)) {
            Some(record) => {
                let record = Arc::make_mut(record);
                let news = arrived && !record.delivered;
                record.http_status = attempt.http_status;
                record.delivered = arrived;
                record.attempts.push(attempt);
                pages.delivered += usize::from(news);
            }
            // The record was dropped during the delivery; only the count remains.
            None if arrived => {
                pages.delivered += 1;
                pages.dropped.delivered += 1;
            }
            None => {}
        }
        drop(pages);
        self.turned.notify_all();
    }

    /// Waits until so many notifications have been answered with 200.
    pub(crate) fn wait_for_webhooks(&self, delivered: usize, timeout: Duration) -> bool {
        self.wait(timeout, |pages| pages.delivered >= delivered)
    }

    /// Waits until so many requests were complete.
    pub(crate) fn wait_for_requests(&self, complete: usize, timeout: Duration) -> bool {
        self.wait(timeout, |pages| {
            pages.dropped.requests + pages.requests.len() >= complete
        })
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

impl Pages {
    /// Drops the oldest records until the limits are met; the newest record of each kind is kept.
    fn shrink(&mut self, limits: LedgerLimits) {
        while self.requests.len() > limits.records.max(1) {
            self.drop_request();
        }
        while self.webhooks.len() > limits.records.max(1) {
            self.drop_webhook();
        }
        while self.faults.len() > limits.records.max(1) {
            self.faults.pop_front();
            self.dropped.faults += 1;
        }
        while self.bytes > limits.bytes && self.requests.len() + self.webhooks.len() > 2 {
            if self.requests.len() >= self.webhooks.len() {
                self.drop_request();
            } else {
                self.drop_webhook();
            }
        }
    }

    fn drop_request(&mut self) {
        if let Some(record) = self.requests.pop_front() {
            self.bytes = self.bytes.saturating_sub(size_of_request(&record));
            self.dropped.requests += 1;
            self.dropped.accepted += usize::from(record.accepted);
        }
    }

    fn drop_webhook(&mut self) {
        if let Some(record) = self.webhooks.pop_front() {
            self.bytes = self.bytes.saturating_sub(size_of_webhook(&record));
            self.dropped.webhooks += 1;
            self.dropped.delivered += usize::from(record.delivered);
        }
    }
}

/// Estimated memory of a record without its body.
const RECORD: usize = 1024;

/// A body is kept as bytes and as JSON, whose values take about four times as much.
fn size_of_request(record: &RequestRecord) -> usize {
    let copies = if record.json.is_some() { 5 } else { 1 };
    RECORD + record.path.len() + record.query.len() + record.body.len() * copies
}

fn size_of_webhook(record: &WebhookRecord) -> usize {
    RECORD + record.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Subscriber for () {
        fn recorded(&self, _: Recorded<'_>) {}
    }

    fn webhook(length: usize) -> WebhookRecord {
        WebhookRecord {
            sequence: 0,
            url: None,
            signature: None,
            fault: None,
            attempts: Vec::new(),
            http_status: None,
            delivered: false,
            body: vec![b'x'; length],
        }
    }

    fn arrived() -> Attempt {
        Attempt {
            http_status: Some(200),
            error: None,
        }
    }

    fn book(records: usize, bytes: usize) -> LedgerBook {
        LedgerBook::new(LedgerLimits { records, bytes }, Arc::new(()))
    }

    /// Whoever reads 24,000 records holds nobody up: what is read is shared, not copied, and stays as
    /// it was.
    #[test]
    fn a_view_shares_the_records_and_reads_as_a_copy_does() {
        let book = book(10, usize::MAX);
        let key = book.enter_webhook(webhook(1000));
        let view = book.view();
        assert!(Arc::ptr_eq(&view.webhooks[0], &book.pages().webhooks[0]));
        let copy = serde_json::to_value(book.copy()).unwrap();
        assert_eq!(serde_json::to_value(&view).unwrap(), copy);
        book.enter_attempt(key, arrived());
        assert!(!view.webhooks[0].delivered && book.copy().webhooks[0].delivered);
    }

    /// H19: what is let go of stays in the counts, also if it arrives afterwards.
    #[test]
    fn counts_stay_exact_when_records_are_let_go_of() {
        let book = book(3, usize::MAX);
        let keys: Vec<_> = (0..10).map(|_| book.enter_webhook(webhook(1))).collect();
        for key in &keys {
            book.enter_attempt(*key, arrived());
        }
        for connection in 0..10 {
            book.enter_fault(connection, "delay".to_owned());
        }
        let ledger = book.copy();
        assert_eq!((ledger.webhooks.len(), ledger.faults.len()), (3, 3));
        assert_eq!(ledger.webhooks[0].sequence, 7);
        assert_eq!(ledger.delivered(), 10);
        assert_eq!(ledger.dropped.webhooks, 7);
        assert_eq!((ledger.dropped.delivered, ledger.dropped.faults), (7, 7));
        assert!(book.wait_for_webhooks(10, Duration::ZERO));
        assert!(!book.wait_for_webhooks(11, Duration::ZERO));
    }

    /// H19
    #[test]
    fn the_ledger_is_bounded_in_bytes_and_keeps_the_newest_record() {
        let book = book(usize::MAX, 100 * RECORD);
        for _ in 0..1000 {
            book.enter_webhook(webhook(RECORD));
        }
        let kept = book.copy().webhooks.len();
        assert!((2..=50).contains(&kept), "{kept}");
        book.enter_webhook(webhook(200 * RECORD));
        let ledger = book.copy();
        assert_eq!(ledger.webhooks.last().map(|it| it.sequence), Some(1000));
        assert_eq!(ledger.dropped.webhooks + ledger.webhooks.len(), 1001);
        book.clear();
        assert_eq!(book.copy().dropped, Dropped::default());
        assert_eq!(book.pages().bytes, 0);
    }
}
