//! A bounded buffer of numbered server-sent events; publishing never waits for readers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tokio::sync::watch;

/// Maximum number of items kept.
const MAX_ITEMS: usize = 1000;
/// Maximum size of the kept items, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The feed; a reader may start at any item that is still kept.
#[derive(Debug)]
pub(crate) struct Feed {
    /// Distinguishes this emulator's items from those of an earlier emulator on the same port.
    run: String,
    ring: Mutex<Ring>,
    published: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Ring {
    items: VecDeque<Arc<str>>,
    bytes: usize,
    /// The number of the first item that is kept.
    first: u64,
}

impl Ring {
    fn next(&self) -> u64 {
        self.first + u64::try_from(self.items.len()).unwrap_or(u64::MAX)
    }

    fn drop_first(&mut self) {
        if let Some(dropped) = self.items.pop_front() {
            self.bytes -= dropped.len();
            self.first += 1;
        }
    }
}

/// The result of reading the feed.
#[derive(Debug)]
pub(crate) enum Read {
    /// The items, and the number to read from next.
    Items(Vec<Arc<str>>, u64),
    /// The requested items are no longer kept.
    Behind,
}

impl Default for Feed {
    fn default() -> Self {
        let started = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            run: format!("{:x}", started.as_nanos()),
            ring: Mutex::default(),
            published: watch::Sender::new(0),
        }
    }
}

impl Feed {
    /// Adds an item and drops the oldest ones; never waits for a reader.
    pub(crate) fn publish(&self, kind: &str, data: &impl Serialize) {
        // Serialising this crate's items cannot fail; if it did, an empty item would be published.
        let data = serde_json::to_string(data).unwrap_or_default();
        let mut ring = self.ring();
        let number = ring.next();
        let item = format!("id: {}-{number}\nevent: {kind}\ndata: {data}\n\n", self.run);
        ring.bytes += item.len();
        ring.items.push_back(item.into());
        while ring.items.len() > MAX_ITEMS || (ring.bytes > MAX_BYTES && ring.items.len() > 1) {
            ring.drop_first();
        }
        let next = ring.next();
        drop(ring);
        self.published.send_replace(next);
    }

    /// Drops all items and starts with this one.
    pub(crate) fn restart(&self, kind: &str, data: &impl Serialize) {
        let mut ring = self.ring();
        while !ring.items.is_empty() {
            ring.drop_first();
        }
        drop(ring);
        self.publish(kind, data);
    }

    /// The items from this number on.
    pub(crate) fn read(&self, from: u64) -> Read {
        let ring = self.ring();
        let Some(skip) = from.checked_sub(ring.first) else {
            return Read::Behind;
        };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        Read::Items(ring.items.iter().skip(skip).cloned().collect(), ring.next())
    }

    /// The number of the first item that is kept.
    pub(crate) fn first(&self) -> u64 {
        self.ring().first
    }

    /// The number from which a reader resumes whose last item had this id; `None` if later items were
    /// dropped.
    pub(crate) fn after(&self, last_event_id: &str) -> Option<u64> {
        let number = last_event_id.strip_prefix(&self.run)?.strip_prefix('-')?;
        let next = number.parse::<u64>().ok()?.checked_add(1)?;
        let ring = self.ring();
        (ring.first..=ring.next()).contains(&next).then_some(next)
    }

    /// Signals every item that is published from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.published.subscribe()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(feed: &Feed, from: u64) -> Option<(Vec<String>, u64)> {
        match feed.read(from) {
            Read::Items(items, next) => {
                Some((items.iter().map(ToString::to_string).collect(), next))
            }
            Read::Behind => None,
        }
    }

    #[test]
    fn only_the_last_items_are_kept_and_a_reader_behind_them_is_told() {
        let feed = Feed::default();
        for number in 0..MAX_ITEMS + 3 {
            feed.publish("n", &number);
        }
        assert_eq!(feed.first(), 3);
        assert_eq!(read(&feed, 2), None);
        let (items, next) = read(&feed, 3).unwrap();
        assert_eq!(items.len(), MAX_ITEMS);
        assert!(
            items[0].ends_with("-3\nevent: n\ndata: 3\n\n"),
            "{}",
            items[0]
        );
        assert_eq!(read(&feed, next).unwrap(), (Vec::new(), next));
    }

    #[test]
    fn what_is_kept_is_bounded_in_bytes() {
        let feed = Feed::default();
        let large = "x".repeat(MAX_BYTES / 4);
        for _ in 0..5 {
            feed.publish("n", &large);
        }
        assert_eq!(feed.first(), 2);
        assert!(feed.ring().bytes <= MAX_BYTES);
    }

    #[test]
    fn a_reader_goes_on_only_where_nothing_is_missing() {
        let feed = Feed::default();
        feed.publish("n", &0);
        feed.publish("n", &1);
        let id = |number: u64| format!("{}-{number}", feed.run);
        assert_eq!(feed.after(&id(0)), Some(1));
        assert_eq!(feed.after(&id(1)), Some(2));
        assert_eq!(feed.after(&id(2)), None);
        assert_eq!(feed.after("another-0"), None);
        assert_eq!(feed.after(""), None);
        feed.restart("cleared", &());
        assert_eq!(feed.after(&id(0)), None);
        assert_eq!(read(&feed, feed.first()).unwrap().0.len(), 1);
    }
}
