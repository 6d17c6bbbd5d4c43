//! Customers' last messages: for 24 hours after one a business may answer with any message, afterwards
//! with templates only (D/messages/send-messages, "Customer service windows", read 2026-08).

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use siphasher::sip128::{Hasher128, SipHasher13};

use super::dedup::random_key;
use super::journal::{Journal, Record};
use crate::customer;

/// How long a window is open.
pub(crate) const OPEN_S: u64 = 24 * 60 * 60;
/// Customers that are remembered at most.
const MOST_CUSTOMERS: usize = 262_144;

/// The windows of one adapter. Time is an argument: unix seconds.
#[derive(Debug)]
pub(crate) struct Windows {
    hash_key: [u8; 16],
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By hash of business number and customer: when the customer last wrote.
    last: HashMap<u128, u64, BuildHasherDefault<KeyHasher>>,
    journal: Option<Journal>,
}

/// For keys that are hashes already.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let half = bytes.first_chunk().copied().unwrap_or_default();
        self.0 = u64::from_ne_bytes(half);
    }
}

impl Windows {
    /// Windows that this process alone remembers.
    pub(crate) fn new() -> Self {
        Self {
            hash_key: random_key(),
            state: Mutex::default(),
        }
    }

    /// Windows that are kept beside the deduplication's journal `journal`.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn beside(journal: &Path, now_s: u64) -> io::Result<Self> {
        let mut path = journal.as_os_str().to_owned();
        path.push(".windows");
        let (journal, records) = Journal::open(&PathBuf::from(path), random_key())?;
        let hash_key = journal.hash_key();
        let mut state = State {
            journal: Some(journal),
            ..State::default()
        };
        for record in records
            .into_iter()
            .filter(|record| is_open(record.unix_s, now_s))
        {
            state.keep(record);
        }
        Ok(Self {
            hash_key,
            state: Mutex::new(state),
        })
    }

    /// Takes note of a message to `business` that was sent at `sent_s`: its sender, who may have several
    /// ids, may be answered for a day. What a customer writes in a group opens no window of his own.
    pub(crate) fn note<'a>(
        &self,
        business: &str,
        customers: impl Iterator<Item = Cow<'a, str>>,
        sent_s: Option<u64>,
        now_s: u64,
    ) {
        let at_s = sent_s.unwrap_or(now_s).min(now_s);
        if !is_open(at_s, now_s) {
            return;
        }
        for customer in customers {
            let key = self.key(business, &customer);
            let unix_s = at_s;
            self.lock().note(Record { key, unix_s }, now_s);
        }
    }

    /// When the window of `customer` closes, if one was seen and is open.
    pub(crate) fn closes_at(&self, business: &str, customer: &str, now_s: u64) -> Option<u64> {
        let last = self
            .lock()
            .last
            .get(&self.key(business, customer))
            .copied()?;
        is_open(last, now_s).then_some(last + OPEN_S)
    }

    fn key(&self, business: &str, customer: &str) -> u128 {
        let mut hasher = SipHasher13::new_with_key(&self.hash_key);
        hasher.write(business.as_bytes());
        hasher.write_u8(b'|');
        hasher.write(customer::canonical(customer).as_bytes());
        hasher.finish128().as_u128()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whatever was being done, each entry is right by itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn is_open(last_s: u64, now_s: u64) -> bool {
    now_s.saturating_sub(last_s) < OPEN_S
}

impl State {
    fn note(&mut self, record: Record, now_s: u64) {
        match self.last.get_mut(&record.key) {
            Some(last) if *last >= record.unix_s => return,
            Some(last) => *last = record.unix_s,
            None => {
                if self.last.len() >= MOST_CUSTOMERS {
                    self.make_room(now_s);
                }
                self.last.insert(record.key, record.unix_s);
            }
        }
        self.write(record);
    }

    fn keep(&mut self, record: Record) {
        let last = self.last.entry(record.key).or_default();
        *last = record.unix_s.max(*last);
    }

    /// Forgets what is closed, and if that is not enough the older half.
    fn make_room(&mut self, now_s: u64) {
        self.last.retain(|_, last| is_open(*last, now_s));
        if self.last.len() >= MOST_CUSTOMERS {
            let mut times: Vec<u64> = self.last.values().copied().collect();
            let (_, middle, _) = times.select_nth_unstable(MOST_CUSTOMERS / 2);
            let middle = *middle;
            self.last.retain(|_, last| *last > middle);
        }
    }

    fn write(&mut self, record: Record) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        // A window that is lost with a restart is told as unknown: no more than that.
        let _ = if journal.len() >= self.last.len().saturating_mul(2).saturating_add(1024) {
            let record = |(key, unix_s): (&u128, &u64)| Record {
                key: *key,
                unix_s: *unix_s,
            };
            journal.compact(self.last.iter().map(record))
        } else {
            journal.append(record)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_750_000_000;

    fn note(windows: &Windows, customer: &'static str, sent_s: u64, now_s: u64) {
        let customers = [customer].into_iter().map(Cow::Borrowed);
        windows.note("1", customers, Some(sent_s), now_s);
    }

    #[test]
    fn a_window_is_open_for_a_day_after_the_last_message() {
        let windows = Windows::new();
        note(&windows, "5511987654321", NOW, NOW);
        note(&windows, "5511987654321", NOW - 50, NOW);
        let closes_at = |customer, now| windows.closes_at("1", customer, now);
        assert_eq!(closes_at("+55 11 8765-4321", NOW), Some(NOW + OPEN_S));
        assert_eq!(
            closes_at("5511987654321", NOW + OPEN_S - 1),
            Some(NOW + OPEN_S)
        );
        assert_eq!(closes_at("5511987654321", NOW + OPEN_S), None);
        assert_eq!(closes_at("16505551234", NOW), None);
        assert_eq!(windows.closes_at("2", "5511987654321", NOW), None);
    }

    #[test]
    fn every_id_of_a_customer_opens_it_and_what_is_old_does_not() {
        let windows = Windows::new();
        let both = ["4", "US.1"].into_iter().map(Cow::Borrowed);
        windows.note("1", both, None, NOW);
        note(&windows, "1", NOW - OPEN_S, NOW);
        // A clock that is ahead does not keep a window open for longer.
        note(&windows, "5", NOW + 500, NOW);
        assert_eq!(windows.closes_at("1", "1", NOW), None);
        for customer in ["4", "US.1", "5"] {
            let closes_at = windows.closes_at("1", customer, NOW);
            assert_eq!(closes_at, Some(NOW + OPEN_S), "{customer}");
        }
    }

    #[test]
    fn windows_outlive_the_process_where_there_is_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let windows = Windows::beside(&journal, NOW).unwrap();
        for at in 0..5_000 {
            note(&windows, "16505551234", NOW + at, NOW + at);
        }
        let size = std::fs::metadata(folder.path().join("journal.windows"))
            .unwrap()
            .len();
        assert!(size <= 32 * (1 + 1024 + 2), "{size} bytes");
        drop(windows);
        let again = Windows::beside(&journal, NOW + 5_000).unwrap();
        assert_eq!(
            again.closes_at("1", "16505551234", NOW + 5_000),
            Some(NOW + 4_999 + OPEN_S)
        );
        drop(again);
        let late = Windows::beside(&journal, NOW + 5_000 + OPEN_S).unwrap();
        assert_eq!(late.lock().last.len(), 0);
    }
}
