//! A file that keeps records across restarts: a header, then one record for each event or customer. It
//! survives a killed process; how much survives a power cut depends on the property `dedupSync`.
//!
//! The file may vanish, shrink, be damaged or be replaced at any moment, and the disk may be full. All
//! records are in memory as well, and the file is written again as soon as that is possible.

mod aside;
mod block;
mod health;
mod open;
mod owner;
mod place;
mod read;
mod rewrite;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::block::{BLOCK, Kind, block_of, kind_of};
pub(super) use self::block::{Magic, Record};
pub(crate) use self::health::Health;
pub(crate) use self::health::Trouble;
use self::owner::Owner;

/// When records reach the disk itself, not only the system that a kill of the process leaves alone.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    /// When the system sees fit.
    #[default]
    Never,
    /// Once for each notification, before it is answered.
    Batch,
    /// Each record, before the next event.
    Each,
}

/// What a journal is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) magic: Magic,
    /// Its name in the log.
    pub(super) name: &'static str,
    /// Records that are remembered at most; older ones are not read.
    pub(super) keep: usize,
    /// The bit of a key by which there are two kinds of records, each remembered apart; 0 where all are of
    /// one kind.
    pub(super) share: u128,
    pub(super) sync: Sync,
    /// Whether it is locked by a file beside it.
    pub(super) is_owned: bool,
}

/// Records that are written at once where many are.
const MANY: usize = 2048;
/// How long the file is trusted after a look at it: a look costs more than a record.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// The pause after a first try that failed, and the longest one: each try costs as much as all records.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// An open journal. Only one adapter has it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each of them can be true beside any other
pub(super) struct Journal {
    path: PathBuf,
    settings: Settings,
    file: Arc<File>,
    /// Kept as long as the journal is open.
    owner: Option<Owner>,
    key: [u8; 16],
    /// Whole blocks behind the header, damaged ones included.
    records: usize,
    /// Whether something is behind the last whole record.
    is_torn: bool,
    /// Whether the file in its place is not the one that was written.
    is_lost: bool,
    /// Whether it has to be written anew for another reason.
    is_stale: bool,
    is_unsynced: bool,
    /// Records that could not be written yet, the oldest first.
    pending: VecDeque<Record>,
    /// What [`Journal::tend`] was last told, and when it last looked at the file.
    now: Option<Instant>,
    looked_at: Option<Instant>,
    /// When the file is next tried to be written anew, and the pause before that.
    retry_at: Option<Instant>,
    pause: Duration,
    health: Arc<Health>,
}

impl Drop for Journal {
    fn drop(&mut self) {
        let is_whole = !self.is_lost && !self.is_torn;
        self.note(if is_whole { self.records } else { 0 });
        // Closing alone would leave it to the copies that processes started meanwhile still have.
        let _ = self.file.unlock();
    }
}

impl Journal {
    /// The key, or the salt, in its header.
    pub(super) fn key(&self) -> [u8; 16] {
        self.key
    }

    /// A notification begins at the moment `now`: looks what has happened to the file, unless that was
    /// just now, and tries again what could not be done. `limit` and `live` are those of
    /// [`Journal::add`].
    pub(super) fn tend<I: Iterator<Item = Record>>(
        &mut self,
        now: Instant,
        limit: usize,
        live: impl FnOnce() -> I,
    ) {
        self.now = Some(now);
        let since = self.looked_at.map(|at| now.saturating_duration_since(at));
        if since.is_none_or(|since| since >= LOOK_EVERY) {
            self.looked_at = Some(now);
            self.look_after(limit, live);
        }
    }

    /// As [`Journal::tend`], whenever the last try was: there may be no further one.
    pub(super) fn tend_now<I: Iterator<Item = Record>>(
        &mut self,
        limit: usize,
        live: impl FnOnce() -> I,
    ) {
        self.retry_at = None;
        self.look_after(limit, live);
    }

    fn look_after<I: Iterator<Item = Record>>(&mut self, limit: usize, live: impl FnOnce() -> I) {
        if !self.is_lost
            && let Some(trouble) = self.look()
        {
            self.is_lost = true;
            (self.retry_at, self.pause) = (None, Duration::ZERO);
            self.report(trouble);
        }
        if self.is_due(limit) {
            self.try_rewrite(live());
        }
        if !self.is_lost {
            self.flush();
        }
    }

    /// Whether the file has to be written anew, and may be tried to be by now.
    fn is_due(&self, limit: usize) -> bool {
        let is_needed = self.is_lost || self.is_stale || self.records >= limit;
        let is_early = self
            .retry_at
            .zip(self.now)
            .is_some_and(|(at, now)| now < at);
        is_needed && !is_early
    }

    fn try_rewrite(&mut self, live: impl Iterator<Item = Record>) -> bool {
        let Err(trouble) = self.rewrite(live) else {
            return true;
        };
        self.report(trouble);
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.retry_at = self.now.and_then(|now| now.checked_add(self.pause));
        false
    }

    /// Adds one record. The file is written anew with `live`, which has the record as well, once it has
    /// `limit` records, or if it is not the one that was written any more.
    pub(super) fn add<I: Iterator<Item = Record>>(
        &mut self,
        record: Record,
        limit: usize,
        live: impl FnOnce() -> I,
    ) {
        if self.is_due(limit) {
            if self.try_rewrite(live()) {
                return;
            }
        } else if self.is_lost {
            self.report(Trouble::NotWritten);
        }
        if !self.is_lost {
            self.append(record);
        }
    }

    /// Adds one record with one write, and before it those that could not be written. What is left of a
    /// failed one is cut, so that the records after it stay in their places.
    fn append(&mut self, record: Record) {
        if self.is_torn {
            self.is_torn = self.cut().is_err();
        }
        if self.pending.is_empty() && !self.is_torn && self.write(&block_of(record), 1) {
            return;
        }
        if self.pending.len() >= self.settings.keep.max(1) {
            // It is not remembered any more.
            self.pending.pop_front();
        }
        self.pending.push_back(record);
        self.flush();
        if !self.pending.is_empty() {
            self.report(Trouble::NotWritten);
        }
    }

    /// Writes what could not be written, as far as that is possible.
    fn flush(&mut self) {
        if self.is_torn && !self.pending.is_empty() {
            self.is_torn = self.cut().is_err();
        }
        let mut count = 1;
        while !self.is_torn && !self.pending.is_empty() {
            let some = self.pending.iter().take(count);
            let bytes: Vec<u8> = some.flat_map(|record| block_of(*record)).collect();
            if !self.write(&bytes, bytes.len() / BLOCK) {
                break;
            }
            self.pending.drain(..bytes.len() / BLOCK);
            count = MANY;
        }
    }

    /// Writes so many records. Answers whether they are there.
    fn write(&mut self, bytes: &[u8], records: usize) -> bool {
        if (&*self.file).write_all(bytes).is_err() {
            self.is_torn = self.cut().is_err();
            // The next notification looks what has become of the file.
            self.looked_at = None;
            return false;
        }
        self.records += records;
        self.is_unsynced = true;
        true
    }

    /// Cuts what is behind the last whole record.
    fn cut(&self) -> io::Result<()> {
        self.file.set_len(self.length())
    }

    /// Bytes that have been written.
    fn length(&self) -> u64 {
        u64::try_from(BLOCK + self.records * BLOCK).unwrap_or(u64::MAX)
    }

    /// What has happened to the file since the last look.
    fn look(&self) -> Option<Trouble> {
        let own = self.file.metadata().ok()?;
        match self.path.symlink_metadata() {
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => Some(Trouble::Missing),
                // The folder cannot be looked into: no reason to doubt the file.
                _ => None,
            },
            Ok(found) if (found.dev(), found.ino()) != (own.dev(), own.ino()) => {
                Some(Trouble::Replaced)
            }
            Ok(_) if !self.is_torn && own.len() < self.length() => Some(Trouble::Cut),
            Ok(_) if !self.is_torn && own.len() > self.length() => Some(Trouble::Changed),
            Ok(_) => {
                let mut block = [0; BLOCK];
                let read = self.file.read_exact_at(&mut block, 0);
                let right =
                    read.is_ok() && kind_of(&block, self.settings.magic) == Kind::Journal(self.key);
                (!right).then_some(Trouble::Changed)
            }
        }
    }

    /// The file, if it has records that may not be on the disk yet; they count as being there from now on.
    pub(super) fn take_unsynced(&mut self) -> Option<Arc<File>> {
        std::mem::take(&mut self.is_unsynced).then(|| Arc::clone(&self.file))
    }

    /// The file could not be brought to the disk: nobody knows which of its records are there.
    pub(super) fn sync_failed(&mut self) {
        self.is_stale = true;
        self.report(Trouble::NotSynced);
    }

    /// So many records there are at least, for whoever opens the journal next.
    fn note(&self, records: usize) {
        if let Some(owner) = &self.owner {
            owner.note(records);
        }
    }

    fn report(&self, trouble: Trouble) {
        self.health.report(self.settings.name, trouble);
    }
}
