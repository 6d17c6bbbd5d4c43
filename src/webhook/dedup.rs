//! Deduplication of events. An event goes from absent to in flight to done; one that the host rejects is
//! absent again, and one that it accepted is not emitted again while it is remembered.

mod recent;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use siphasher::sip128::{Hasher128, SipHasher13};

use self::recent::Recent;
use super::journal::{Health, Journal, Magic, Record, Settings, Sync};
use crate::lock::unpoisoned;

pub(super) const DEDUP_MAGIC: Magic = b"WFADEDUP";

/// How much is remembered, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) entries: usize,
    pub(crate) seconds: u64,
}

impl Memory {
    /// Records that a journal has at most before it is written anew.
    const fn limit(self) -> usize {
        self.entries.saturating_mul(2).saturating_add(64)
    }
}

/// The memory of one adapter. Time is an argument: unix seconds that never go back.
#[derive(Debug)]
pub(crate) struct Dedup {
    memory: Memory,
    hash_key: [u8; 16],
    sync: Sync,
    health: Arc<Health>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    live: Recent,
    /// As much again for the events of [`Share::Bulk`].
    bulk: Recent,
    /// Events that are being emitted: a few at a time.
    in_flight: Vec<u128>,
    journal: Option<Journal>,
}

/// Which of two memories an event is remembered in: thousands of messages of the past, which may come at
/// once, push out none of the events that tell of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    Live,
    Bulk,
}

/// The bit of a key that says which share it is of, so that a journal's records say it as well.
const BULK: u128 = 1 << 127;

/// A hash of an event's id, keyed so that nobody outside can choose two ids that share it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key(u128);

/// The state of an event when it is claimed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Claim<'a> {
    /// Unseen: emit it, then settle the ticket.
    New(Ticket<'a>),
    /// Another delivery is emitting it now: its sender must come back.
    InFlight,
    /// It was accepted.
    Done,
}

/// An event in flight; if it is dropped without [`Ticket::done`], the event is absent again.
#[derive(Debug)]
pub(crate) struct Ticket<'a> {
    dedup: &'a Dedup,
    key: u128,
    settled: bool,
}

impl Dedup {
    /// A memory in this process alone.
    pub(crate) fn new(memory: Memory) -> Self {
        Self {
            memory,
            hash_key: random_key(),
            sync: Sync::Never,
            health: Arc::default(),
            state: Mutex::new(State::new(memory, None)),
        }
    }

    /// A memory with a journal; what it holds is remembered.
    ///
    /// # Errors
    /// Another adapter has the journal, it is something else, or there can be no file.
    pub(crate) fn with_journal(
        memory: Memory,
        path: &Path,
        sync: Sync,
        now_s: u64,
    ) -> io::Result<Self> {
        let settings = Settings {
            magic: DEDUP_MAGIC,
            name: "journal",
            keep: memory.entries,
            share: BULK,
            sync,
            is_owned: true,
        };
        let health = Arc::default();
        let (journal, records) = Journal::open(path, settings, random_key(), &health)?;
        let hash_key = journal.key();
        let mut state = State::new(memory, Some(journal));
        for record in records {
            if now_s.saturating_sub(record.unix_s) < memory.seconds {
                state.remember(record);
            }
        }
        Ok(Self {
            memory,
            hash_key,
            sync,
            health,
            state: Mutex::new(state),
        })
    }

    /// The deduplication key of the event `id`.
    pub(crate) fn key(&self, id: &str, share: Share) -> Key {
        let mut hasher = SipHasher13::new_with_key(&self.hash_key);
        hasher.write(id.as_bytes());
        let hash = hasher.finish128().as_u128();
        Key(match share {
            Share::Live => hash & !BULK,
            Share::Bulk => hash | BULK,
        })
    }

    /// Asks for the event of `key`.
    pub(crate) fn claim(&self, Key(key): Key, now_s: u64) -> Claim<'_> {
        let mut state = self.lock();
        if state.in_flight.contains(&key) {
            return Claim::InFlight;
        }
        let done = state.of(key).get(key);
        if done.is_some_and(|unix_s| now_s.saturating_sub(unix_s) < self.memory.seconds) {
            return Claim::Done;
        }
        state.in_flight.push(key);
        Claim::New(Ticket {
            dedup: self,
            key,
            settled: false,
        })
    }

    /// Events that are remembered, but for those of the past, and the age of the oldest in seconds.
    pub(crate) fn window(&self, now_s: u64) -> (usize, u64) {
        let state = self.lock();
        let oldest = state.live.iter().next();
        let age = oldest.map_or(0, |oldest| now_s.saturating_sub(oldest.unix_s));
        (state.live.len(), age)
    }

    /// What went wrong with the journals.
    pub(crate) fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// The events of one notification are about to be offered, at the moment `now`: sees to it that the
    /// journal is there, as far as it was not just looked at.
    pub(crate) fn begin_batch(&self, now: Instant) {
        let state = &mut *self.lock();
        if let Some(journal) = &mut state.journal {
            let (live, bulk) = (&state.live, &state.bulk);
            let limit = self.memory.limit() + bulk.len();
            journal.tend(now, limit, || bulk.iter().chain(live.iter()));
        }
    }

    /// Writes now what could not be written before, if that is possible.
    pub(crate) fn tend_journal(&self) {
        let state = &mut *self.lock();
        if let Some(journal) = &mut state.journal {
            let (live, bulk) = (&state.live, &state.bulk);
            let limit = self.memory.limit() + bulk.len();
            journal.tend_now(limit, || bulk.iter().chain(live.iter()));
        }
    }

    /// The events of one notification have been offered: with [`Sync::Batch`], the
    /// accepted ones are on the disk when this returns.
    pub(crate) fn end_batch(&self) {
        if self.sync == Sync::Batch {
            self.sync_journal();
        }
    }

    fn sync_journal(&self) {
        let unsynced = |state: &mut State| state.journal.as_mut()?.take_unsynced();
        let file = unsynced(&mut self.lock());
        // Without the lock: other events need not wait for the disk.
        if file.is_some_and(|file| file.sync_data().is_err())
            && let Some(journal) = &mut self.lock().journal
        {
            journal.sync_failed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}

impl Ticket<'_> {
    /// The event is accepted, or dropped for good: not to be emitted again.
    pub(crate) fn done(mut self, now_s: u64) {
        self.settled = true;
        let record = Record {
            key: self.key,
            unix_s: now_s,
        };
        let mut state = self.dedup.lock();
        state.land(self.key);
        state.remember(record);
        // Whatever becomes of the file, the event stands: at worst it is emitted again after a restart.
        state.write(record, self.dedup.memory.limit());
        drop(state);
        if self.dedup.sync == Sync::Each {
            self.dedup.sync_journal();
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.dedup.lock().land(self.key);
        }
    }
}

impl PartialEq for Ticket<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Ticket<'_> {}

impl State {
    fn new(memory: Memory, journal: Option<Journal>) -> Self {
        Self {
            live: Recent::new(memory.entries),
            bulk: Recent::new(memory.entries),
            in_flight: Vec::new(),
            journal,
        }
    }

    /// The event is not being emitted any more.
    fn land(&mut self, key: u128) {
        if let Some(at) = self.in_flight.iter().position(|flying| *flying == key) {
            self.in_flight.swap_remove(at);
        }
    }

    fn remember(&mut self, record: Record) {
        match record.key & BULK {
            0 => self.live.push(record),
            _ => self.bulk.push(record),
        }
    }

    /// The memory that the event of `key` is in.
    const fn of(&self, key: u128) -> &Recent {
        match key & BULK {
            0 => &self.live,
            _ => &self.bulk,
        }
    }

    fn write(&mut self, record: Record, limit: usize) {
        if let Some(journal) = &mut self.journal {
            let (live, bulk) = (&self.live, &self.bulk);
            journal.add(record, limit + bulk.len(), || {
                bulk.iter().chain(live.iter())
            });
        }
    }
}

pub(super) fn random_key() -> [u8; 16] {
    let half = || RandomState::new().build_hasher().finish().to_le_bytes();
    let mut key = [0; 16];
    for (to, from) in key.iter_mut().zip(half().into_iter().chain(half())) {
        *to = from;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Memory = Memory {
        entries: 3,
        seconds: 100,
    };

    fn claim<'a>(dedup: &'a Dedup, id: &str, now_s: u64) -> Claim<'a> {
        dedup.claim(dedup.key(id, Share::Live), now_s)
    }

    fn accept(dedup: &Dedup, id: &str, now_s: u64) {
        match claim(dedup, id, now_s) {
            Claim::New(ticket) => ticket.done(now_s),
            other => panic!("{id} is known: {other:?}"),
        }
    }

    #[test]
    fn an_event_goes_from_absent_through_in_flight_to_done() {
        let dedup = Dedup::new(MEMORY);
        let Claim::New(ticket) = claim(&dedup, "a", 0) else {
            panic!("a is known")
        };
        assert_eq!(claim(&dedup, "a", 0), Claim::InFlight);
        drop(ticket);
        let Claim::New(ticket) = claim(&dedup, "a", 0) else {
            panic!("refused, but known")
        };
        ticket.done(0);
        assert_eq!(claim(&dedup, "a", 99), Claim::Done);
        assert!(matches!(claim(&dedup, "a", 100), Claim::New(_)), "too old");
    }

    #[test]
    fn the_oldest_is_forgotten_first_and_nothing_in_flight() {
        let dedup = Dedup::new(MEMORY);
        let Claim::New(flying) = claim(&dedup, "flying", 0) else {
            panic!("known")
        };
        for id in ["a", "b", "c", "d"] {
            accept(&dedup, id, 1);
        }
        assert_eq!(dedup.window(5), (3, 4));
        assert!(matches!(claim(&dedup, "a", 1), Claim::New(_)));
        for id in ["b", "c", "d"] {
            assert_eq!(claim(&dedup, id, 1), Claim::Done, "{id}");
        }
        assert_eq!(claim(&dedup, "flying", 1), Claim::InFlight);
        drop(flying);
    }

    #[test]
    fn a_journal_is_remembered_and_stays_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let dedup = Dedup::with_journal(MEMORY, &path, Sync::Never, 0).unwrap();
        for n in 0..1_000 {
            accept(&dedup, &format!("event {n}"), n);
            let size = std::fs::metadata(&path).unwrap().len();
            assert!(size <= 32 * (1 + 2 * 3 + 64), "{size} bytes after {n}");
        }
        assert_eq!(dedup.health().errors(), 0);
        drop(dedup);
        let again = Dedup::with_journal(MEMORY, &path, Sync::Never, 1_000).unwrap();
        assert_eq!(again.window(1_000), (3, 3));
        assert_eq!(claim(&again, "event 999", 1_000), Claim::Done);
        drop(again);
        let late = Dedup::with_journal(MEMORY, &path, Sync::Never, 2_000).unwrap();
        assert_eq!(late.window(2_000), (0, 0), "older than is remembered");
    }
}
