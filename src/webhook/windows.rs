//! Customers' last messages: for 24 hours after one a business may answer with any message, afterwards
//! with templates only (D/messages/send-messages, "Customer service windows", read 2026-08).

mod latest;

use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use siphasher::sip128::{Hasher128, SipHasher13};

use self::latest::Latest;
use super::dedup::{DEDUP_MAGIC, random_key};
use super::journal::{Health, Journal, Magic, Record, Settings, Sync, Trouble};
use crate::clock::Now;
use crate::lock::unpoisoned;
use crate::phone_number;

/// How long a window is open.
pub(crate) const OPEN_S: u64 = 24 * 60 * 60;
/// Customers that are remembered at most.
const MOST_CUSTOMERS: usize = 262_144;
/// Earlier secrets under whose keys customers are still looked up.
const MOST_KEYS: usize = 4;
const MAGIC: Magic = b"WFAWINDS";
const NAME: &str = "windows";

/// The windows of one adapter. Time is an argument: unix seconds.
///
/// Customers are kept as hashes. There are few enough telephone numbers to try them all, so the key of the
/// hashes is not in the file: it is derived from a secret of the properties and from the file's salt.
#[derive(Debug)]
pub(crate) struct Windows {
    salt: [u8; 16],
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The first one is that of the current secret; the others are those of secrets before it.
    keys: Vec<[u8; 16]>,
    latest: Latest,
    journal: Option<Journal>,
}

impl Windows {
    /// Windows that this process alone remembers.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a [u8]>) -> Self {
        Self::with(random_key(), secrets, None, Latest::new(MOST_CUSTOMERS))
    }

    /// Windows that are kept beside the deduplication's journal `journal`. A file that cannot be used is
    /// reported to `health` and stays unused: without it windows are reported as unknown.
    pub(crate) fn beside<'a>(
        journal: &Path,
        secrets: impl Iterator<Item = &'a [u8]>,
        now_s: u64,
        health: &Arc<Health>,
    ) -> Self {
        let mut path = journal.as_os_str().to_owned();
        path.push(".windows");
        let path = PathBuf::from(path);
        remove_former(&path);
        let settings = Settings {
            magic: MAGIC,
            name: NAME,
            keep: MOST_CUSTOMERS * 2,
            share: 0,
            sync: Sync::Never,
            // Whoever owns the journal beside it owns this one.
            is_owned: false,
        };
        let mut latest = Latest::new(MOST_CUSTOMERS);
        let Ok((journal, records)) = Journal::open(&path, settings, random_key(), health) else {
            health.report(NAME, Trouble::Unusable);
            return Self::with(random_key(), secrets, None, latest);
        };
        for Record { key, unix_s } in records {
            // A time far ahead was told by a clock that was wrong.
            if unix_s.abs_diff(now_s) < OPEN_S {
                latest.note(key, unix_s.min(now_s));
            }
        }
        Self::with(journal.key(), secrets, Some(journal), latest)
    }

    fn with<'a>(
        salt: [u8; 16],
        secrets: impl Iterator<Item = &'a [u8]>,
        journal: Option<Journal>,
        latest: Latest,
    ) -> Self {
        let state = State {
            keys: secrets.map(|secret| key_of(secret, salt)).collect(),
            latest,
            journal,
        };
        Self {
            salt,
            state: Mutex::new(state),
        }
    }

    /// From now on customers are noted under the key of the first of these secrets; those that were noted
    /// under another one's are still found.
    pub(crate) fn use_secrets<'a>(&self, secrets: impl Iterator<Item = &'a [u8]>) {
        let mut keys: Vec<_> = secrets.map(|secret| key_of(secret, self.salt)).collect();
        let mut state = self.lock();
        for key in std::mem::take(&mut state.keys) {
            if !keys.contains(&key) && keys.len() < MOST_KEYS {
                keys.push(key);
            }
        }
        state.keys = keys;
    }

    /// Takes note of what its sender, who may have several ids, sent to `business` at `sent_s`, a message
    /// or a call: the sender may be answered for a day.
    pub(crate) fn note<'a>(
        &self,
        business: &str,
        customers: impl Iterator<Item = Cow<'a, str>>,
        sent_s: u64,
        now: Now,
    ) {
        // A doubted step of the clock counts only as far as the sender's own time agrees with it.
        let at_s = sent_s.min(now.latest_s);
        if !is_open(at_s, now.sure_s) {
            return;
        }
        let mut state = self.lock();
        for customer in customers.filter(|id| phone_number::is_somebody(id)) {
            let Some(key) = state.keys.first() else {
                continue;
            };
            let key = hash(key, business, &customer);
            if state.latest.note(key, at_s) {
                state.write(Record { key, unix_s: at_s }, now.sure_s);
            }
        }
    }

    /// A notification begins at the moment `at`: sees to it that the file is there, as far as it was not
    /// just looked at.
    pub(crate) fn begin_batch(&self, at: Instant, now: Now) {
        self.lock()
            .with_journal(now.sure_s, |journal, limit, live| {
                journal.tend(at, limit, || live);
            });
    }

    /// Writes now what could not be written before, if that is possible.
    pub(crate) fn tend_journal(&self, now: Now) {
        self.lock()
            .with_journal(now.sure_s, |journal, limit, live| {
                journal.tend_now(limit, || live);
            });
    }

    /// When the window of `customer` closes, if one was seen and is open.
    pub(crate) fn closes_at(&self, business: &str, customer: &str, now_s: u64) -> Option<u64> {
        let state = self.lock();
        let found = state
            .keys
            .iter()
            .filter_map(|key| state.latest.get(hash(key, business, customer)));
        let last = found.max()?;
        is_open(last, now_s).then_some(last + OPEN_S)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}

impl State {
    fn write(&mut self, record: Record, now_s: u64) {
        self.with_journal(now_s, |journal, limit, live| {
            journal.add(record, limit, || live);
        });
    }

    /// What is to be done with the journal, given its limit and the windows that are open.
    fn with_journal(
        &mut self,
        now_s: u64,
        work: impl FnOnce(&mut Journal, usize, &mut dyn Iterator<Item = Record>),
    ) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        let limit = self.latest.len().saturating_mul(2).saturating_add(1024);
        let open = |record: &Record| is_open(record.unix_s, now_s);
        work(journal, limit, &mut self.latest.oldest_first().filter(open));
    }
}

/// A file of a version that kept the key of its hashes in it: it is not to be used nor to be kept.
fn remove_former(path: &Path) {
    let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file());
    let mut magic = [0; DEDUP_MAGIC.len()];
    let read = || fs::File::open(path)?.read_exact(&mut magic);
    if is_file && { read }().is_ok() && magic == *DEDUP_MAGIC {
        let _ = fs::remove_file(path);
    }
}

/// The key under which customers are hashed.
fn key_of(secret: &[u8], salt: [u8; 16]) -> [u8; 16] {
    let mut key = [0; 16];
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return random_key();
    };
    mac.update(b"conversation windows");
    mac.update(&salt);
    for (to, from) in key.iter_mut().zip(mac.finalize().into_bytes()) {
        *to = from;
    }
    key
}

fn hash(key: &[u8; 16], business: &str, customer: &str) -> u128 {
    use std::hash::Hasher as _;
    let mut hasher = SipHasher13::new_with_key(key);
    hasher.write(business.as_bytes());
    hasher.write_u8(b'|');
    hasher.write(phone_number::canonical(customer).as_bytes());
    hasher.finish128().as_u128()
}

const fn is_open(last_s: u64, now_s: u64) -> bool {
    now_s.saturating_sub(last_s) < OPEN_S
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_750_000_000;
    const SECRET: &[u8] = b"EAAGwindowswindowswindows";

    fn windows() -> Windows {
        Windows::new([SECRET].into_iter())
    }

    fn beside(journal: &Path, secret: &[u8], now_s: u64) -> Windows {
        Windows::beside(journal, [secret].into_iter(), now_s, &Arc::default())
    }

    const fn at(now_s: u64) -> Now {
        Now {
            sure_s: now_s,
            latest_s: now_s,
        }
    }

    fn note(windows: &Windows, customer: &'static str, sent_s: u64, now_s: u64) {
        let customers = [customer].into_iter().map(Cow::Borrowed);
        windows.note("1", customers, sent_s, at(now_s));
    }

    #[test]
    fn a_window_is_open_for_a_day_after_the_last_message() {
        let windows = windows();
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
        let windows = windows();
        let both = ["4", "US.1", ""].into_iter().map(Cow::Borrowed);
        windows.note("1", both, NOW, at(NOW));
        note(&windows, "1", NOW - OPEN_S, NOW);
        // A clock that is ahead does not keep a window open for longer.
        note(&windows, "5", NOW + 500, NOW);
        assert_eq!(windows.closes_at("1", "1", NOW), None);
        assert_eq!(
            windows.closes_at("1", "", NOW),
            None,
            "nobody has no window"
        );
        for customer in ["4", "US.1", "5"] {
            let closes_at = windows.closes_at("1", customer, NOW);
            assert_eq!(closes_at, Some(NOW + OPEN_S), "{customer}");
        }
    }

    /// W61: while a step of the clock is doubted, no window is open for longer, and none is missed.
    #[test]
    fn a_doubted_step_of_the_clock_opens_no_window_for_longer() {
        let windows = windows();
        let doubted = Now {
            sure_s: NOW,
            latest_s: NOW + 10 * OPEN_S,
        };
        let note = |customer: &'static str, sent_s| {
            let customers = [customer].into_iter().map(Cow::Borrowed);
            windows.note("1", customers, sent_s, doubted);
        };
        note("4", NOW);
        note("5", NOW + 10 * OPEN_S);
        let closes_at = |customer, now_s| windows.closes_at("1", customer, now_s);
        assert_eq!(closes_at("4", NOW), Some(NOW + OPEN_S));
        assert_eq!(closes_at("4", doubted.latest_s), None);
        assert_eq!(closes_at("5", doubted.latest_s), Some(NOW + 11 * OPEN_S));
    }

    #[test]
    fn windows_outlive_the_process_where_there_is_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let windows = beside(&journal, SECRET, NOW);
        for at in 0..5_000 {
            note(&windows, "16505551234", NOW + at, NOW + at);
        }
        let size = fs::metadata(folder.path().join("journal.windows"))
            .unwrap()
            .len();
        assert!(size <= 32 * (1 + 1024 + 2), "{size} bytes");
        drop(windows);
        let again = beside(&journal, SECRET, NOW + 5_000);
        assert_eq!(
            again.closes_at("1", "16505551234", NOW + 5_000),
            Some(NOW + 4_999 + OPEN_S)
        );
        drop(again);
        let late = beside(&journal, SECRET, NOW + 5_000 + OPEN_S);
        assert_eq!(late.lock().latest.len(), 0);
    }

    /// W60: who has the file alone cannot try telephone numbers; who rotates the secret loses nothing.
    #[test]
    fn the_file_is_of_no_use_without_the_secret_that_its_key_is_derived_from() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        note(&beside(&journal, SECRET, NOW), "16505551234", NOW, NOW);
        let bytes = fs::read(folder.path().join("journal.windows")).unwrap();
        let key_in_file: [u8; 16] = bytes[16..32].try_into().unwrap();
        let tried = hash(&key_in_file, "1", "16505551234").to_le_bytes();
        assert_ne!(bytes[32..48], tried, "the key is in the file");
        let other = beside(&journal, b"another secret", NOW);
        assert_eq!(other.closes_at("1", "16505551234", NOW), None);
        drop(other);

        let windows = beside(&journal, SECRET, NOW);
        windows.use_secrets([b"another secret".as_slice()].into_iter());
        note(&windows, "16505550000", NOW, NOW);
        for customer in ["16505551234", "16505550000"] {
            let closes_at = windows.closes_at("1", customer, NOW);
            assert_eq!(closes_at, Some(NOW + OPEN_S), "{customer}");
        }
        drop(windows);
        let secrets = [b"another secret".as_slice(), SECRET];
        let rotated = Windows::beside(&journal, secrets.into_iter(), NOW, &Arc::default());
        for customer in ["16505551234", "16505550000"] {
            let closes_at = rotated.closes_at("1", customer, NOW);
            assert_eq!(closes_at, Some(NOW + OPEN_S), "{customer}, restarted");
        }
    }

    /// W60: a file that has the key of its hashes in it is not kept.
    #[test]
    fn a_file_of_an_earlier_version_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.windows");
        fs::write(&path, [DEDUP_MAGIC.as_slice(), &[1; 56]].concat()).unwrap();
        drop(beside(&folder.path().join("journal"), SECRET, NOW));
        assert_eq!(fs::read(&path).unwrap()[..8], *MAGIC);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
