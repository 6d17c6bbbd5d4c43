//! Customers' last messages: for 24 hours after one a business may answer with any message, afterwards
//! with templates only (D/messages/send-messages, "Customer service windows", read 2026-08).

use std::collections::HashMap;
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use siphasher::sip128::{Hasher128, SipHasher13};

use super::dedup::random_key;
use super::journal::{Journal, Record};
use crate::customer;
use crate::event::Event;
use crate::json::{Elements, Scan, text_of};

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
    last: HashMap<u128, u64>,
    journal: Option<Journal>,
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

    /// Takes note of the message in `event`, if it is one of a customer's to `business`.
    pub(crate) fn note(&self, event: &Event<'_>, business: &str, now_s: u64) {
        if event.name() == "customer_message" {
            self.note_message(event.json(), business, now_s);
        }
    }

    fn note_message(&self, json: &str, business: &str, now_s: u64) {
        let Some([number, messages]) = members(json, ["phoneNumberId", "messages"]) else {
            return;
        };
        if number.and_then(text_of).as_deref() != Some(business) {
            return;
        }
        let message = messages.and_then(|messages| Elements::of(messages)?.next());
        let wanted = ["group_id", "timestamp", "from", "from_user_id"];
        let Some([group, timestamp, number, user]) =
            message.and_then(|message| members(message, wanted))
        else {
            return;
        };
        // What a customer writes in a group opens no window of his own.
        if group.and_then(text_of).is_some() {
            return;
        }
        let sent_s = timestamp.and_then(text_of);
        let sent_s = sent_s.and_then(|text| text.parse().ok());
        let at_s = sent_s.unwrap_or(now_s).min(now_s);
        for customer in [number, user].into_iter().flatten().filter_map(text_of) {
            self.keep(business, &customer, at_s, now_s);
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

    fn keep(&self, business: &str, customer: &str, at_s: u64, now_s: u64) {
        if !is_open(at_s, now_s) {
            return;
        }
        let record = Record {
            key: self.key(business, customer),
            unix_s: at_s,
        };
        let mut state = self.lock();
        if state
            .last
            .get(&record.key)
            .is_some_and(|last| *last >= at_s)
        {
            return;
        }
        state.make_room(now_s);
        state.keep(record);
        state.write(record);
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

/// The members of `object` with these names, found in one pass; the first of each.
fn members<'a, const N: usize>(object: &'a str, names: [&str; N]) -> Option<[Option<&'a str>; N]> {
    let mut found = [None; N];
    for (name, raw) in Scan::of(object)? {
        let place = names.iter().position(|wanted| *wanted == name);
        if let Some(slot) = place.and_then(|place| found.get_mut(place)) {
            slot.get_or_insert(raw);
        }
    }
    Some(found)
}

const fn is_open(last_s: u64, now_s: u64) -> bool {
    now_s.saturating_sub(last_s) < OPEN_S
}

impl State {
    fn keep(&mut self, record: Record) {
        let last = self.last.entry(record.key).or_default();
        *last = record.unix_s.max(*last);
    }

    /// Forgets what is closed, and if that is not enough the older half.
    fn make_room(&mut self, now_s: u64) {
        if self.last.len() < MOST_CUSTOMERS {
            return;
        }
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
            journal.compact(&self.last.iter().map(record).collect::<Vec<_>>())
        } else {
            journal.append(record)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_750_000_000;

    fn event(member: &str, value: &str, at: u64) -> String {
        format!(
            r#"{{"contacts":[],"messages":[{{"{member}":"{value}","timestamp":"{at}","type":"text"}}],"phoneNumberId":"1"}}"#
        )
    }

    #[test]
    fn a_window_is_open_for_a_day_after_the_last_message() {
        let windows = Windows::new();
        windows.note_message(&event("from", "5511987654321", NOW), "1", NOW);
        windows.note_message(&event("from", "5511987654321", NOW - 50), "1", NOW);
        let closes_at = |customer, now| windows.closes_at("1", customer, now);
        assert_eq!(closes_at("+55 11 8765-4321", NOW), Some(NOW + OPEN_S));
        assert_eq!(
            closes_at("5511987654321", NOW + OPEN_S - 1),
            Some(NOW + OPEN_S)
        );
        assert_eq!(closes_at("5511987654321", NOW + OPEN_S), None);
        assert_eq!(closes_at("16505551234", NOW), None);
        windows.note_message(&event("from_user_id", "US.1", NOW), "1", NOW);
        assert_eq!(closes_at("US.1", NOW), Some(NOW + OPEN_S));
    }

    #[test]
    fn what_is_old_or_of_a_group_or_for_another_number_opens_nothing() {
        let windows = Windows::new();
        windows.note_message(&event("from", "1", NOW - OPEN_S), "1", NOW);
        windows.note_message(&event("from", "2", NOW), "other", NOW);
        let group = event("from", "3", NOW).replace("\"type\"", "\"group_id\":\"g\",\"type\"");
        windows.note_message(&group, "1", NOW);
        // A clock that is ahead does not keep a window open for longer.
        windows.note_message(&event("from", "4", NOW + 500), "1", NOW);
        for customer in ["1", "2", "3"] {
            assert_eq!(windows.closes_at("1", customer, NOW), None, "{customer}");
        }
        assert_eq!(windows.closes_at("1", "4", NOW), Some(NOW + OPEN_S));
    }

    #[test]
    fn windows_outlive_the_process_where_there_is_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let windows = Windows::beside(&journal, NOW).unwrap();
        for at in 0..5_000 {
            windows.note_message(&event("from", "16505551234", NOW + at), "1", NOW + at);
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
