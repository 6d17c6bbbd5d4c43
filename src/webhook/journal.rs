//! A file that lets what is remembered survive a restart: a header, then one record for each event or
//! customer. It survives a killed process; a power cut only as far as the property `dedupSync` says.
//!
//! The file may vanish, shrink, be damaged or be replaced at any moment, and the disk may be full: what is
//! remembered is in memory all the same, and is written again as soon as that is possible.

mod block;
mod health;
mod place;
mod read;
mod rewrite;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::block::{BLOCK, block_of, header};
pub(super) use self::block::{Magic, Record};
pub(crate) use self::health::Health;
pub(crate) use self::health::Trouble;
use self::place::Owner;

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
    pub(super) sync: Sync,
    /// Whether it is locked by a file beside it.
    pub(super) is_owned: bool,
}

/// Records that are written at once where many are.
const MANY: usize = 2048;

/// An open journal. Only one adapter has it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each of them can be true beside any other
pub(super) struct Journal {
    path: PathBuf,
    settings: Settings,
    file: Arc<File>,
    /// Kept as long as the journal is open.
    _owner: Option<Owner>,
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
    /// How many records come before the file is next tried to be written anew, and the pause after that.
    wait: usize,
    pause: usize,
    health: Arc<Health>,
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Closing alone would leave it to the copies that processes started meanwhile still have.
        let _ = self.file.unlock();
    }
}

impl Journal {
    /// Opens or makes the journal at `path` and reads what it holds; `new_key` is used if it is new. A
    /// torn tail is cut, a damaged record is left out; a file that is cut off, damaged or zeros as a whole
    /// is put aside.
    ///
    /// # Errors
    /// Another adapter has it, it is no journal, or the file system says no.
    pub(super) fn open(
        path: &Path,
        settings: Settings,
        new_key: [u8; 16],
        health: &Arc<Health>,
    ) -> io::Result<(Self, Vec<Record>)> {
        let (path, was_there) = place::real_path(path)?;
        let owner = settings.is_owned.then(|| Owner::of(&path)).transpose()?;
        let is_known = owner.as_ref().is_some_and(|owner| owner.is_known);
        let report = |trouble| health.report(settings.name, trouble);
        let found = loop {
            let file = place::open(&path)?;
            place::lock(&file)?;
            match read::file(file, settings.magic, settings.keep)? {
                read::Found::Bad(trouble) => {
                    place::put_aside(&path)?;
                    report(trouble);
                }
                read::Found::Good(found) => break found,
            }
        };
        if is_known && found.key.is_none() {
            report(if was_there {
                Trouble::Cut
            } else {
                Trouble::Missing
            });
        }
        if found.damaged > 0 {
            report(Trouble::DamagedRecords);
        }
        let mut journal = Self {
            path,
            settings,
            file: Arc::new(found.file),
            _owner: owner,
            key: found.key.unwrap_or(new_key),
            records: found.records.len() + found.skipped + found.damaged,
            is_torn: found.is_torn,
            is_lost: false,
            is_stale: false,
            is_unsynced: false,
            pending: VecDeque::new(),
            wait: 0,
            pause: 0,
            health: Arc::clone(health),
        };
        if found.key.is_none() {
            journal.begin();
        } else if journal.is_torn {
            journal.is_torn = journal.cut().is_err();
        }
        Ok((journal, found.records.into()))
    }

    /// Writes the header of a new file. Where there is no room for it yet, it comes with the
    /// first records.
    fn begin(&mut self) {
        let began = self.file.set_len(0);
        let began =
            began.and_then(|()| (&*self.file).write_all(&header(self.settings.magic, self.key)));
        if began.is_err() {
            self.is_lost = true;
            self.report(Trouble::NotWritten);
        }
    }

    /// The key, or the salt, in its header.
    pub(super) fn key(&self) -> [u8; 16] {
        self.key
    }

    /// Adds one record. The file is written anew with `live`, which has the record as well, once it has
    /// `limit` records, or if it is not the one that was written any more.
    pub(super) fn add<I: Iterator<Item = Record>>(
        &mut self,
        record: Record,
        limit: usize,
        live: impl FnOnce() -> I,
    ) {
        self.wait = self.wait.saturating_sub(1);
        if !self.is_lost
            && let Some(trouble) = self.look()
        {
            self.is_lost = true;
            (self.wait, self.pause) = (0, 0);
            self.report(trouble);
        }
        if self.is_lost || self.is_stale || self.records >= limit {
            if self.wait == 0 {
                match self.rewrite(live()) {
                    Ok(()) => return,
                    Err(trouble) => {
                        self.report(trouble);
                        // Each try costs as much as all records: ever rarer, it costs each little.
                        self.pause = (self.pause * 2).clamp(1, (limit / 2).max(64));
                        self.wait = self.pause;
                    }
                }
            } else if self.is_lost {
                self.report(Trouble::NotWritten);
            }
            if self.is_lost {
                return;
            }
        }
        self.append(record);
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
        if !self.pending.is_empty() {
            self.report(Trouble::NotWritten);
        }
    }

    /// Writes so many records. Answers whether they are there.
    fn write(&mut self, bytes: &[u8], records: usize) -> bool {
        if (&*self.file).write_all(bytes).is_err() {
            self.is_torn = self.cut().is_err();
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

    /// What has happened to the file since the last record.
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
            Ok(_) if !self.is_torn && own.len() > self.length() => Some(Trouble::Damaged),
            Ok(_) => {
                let mut block = [0; BLOCK];
                let read = self.file.read_exact_at(&mut block, 0);
                let right = read.is_ok() && block == header(self.settings.magic, self.key);
                (!right).then_some(Trouble::Damaged)
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

    fn report(&self, trouble: Trouble) {
        self.health.report(self.settings.name, trouble);
    }
}
