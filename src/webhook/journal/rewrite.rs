//! Writing a journal anew: beside it first, then in its place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::block::{Record, block_of, header};
use super::health::Trouble;
use super::{Journal, Sync, aside, owner, place, read};

/// Bytes that are written at once.
const PIECE: usize = 64 * 1024;

impl Journal {
    /// Replaces the file by one with just these records, written piece by piece: there may be millions.
    pub(super) fn rewrite(&mut self, records: impl Iterator<Item = Record>) -> Result<(), Trouble> {
        if self.is_lost {
            self.make_way()?;
        }
        let temporary = place::beside(&self.path, ".new");
        let replaced = self.replace(&temporary, records);
        if replaced.is_err() {
            // Nothing is left of it, least of all on a disk that is full.
            let _ = fs::remove_file(&temporary);
        }
        let why = if self.is_lost {
            Trouble::NotWritten
        } else {
            Trouble::NotRewritten
        };
        let (file, written) = replaced.map_err(|_| why)?;
        self.file = file;
        self.records = written;
        (self.is_torn, self.is_lost, self.is_stale) = (false, false, false);
        self.is_unsynced = false;
        (self.retry_at, self.pause) = (None, Duration::ZERO);
        self.pending.clear();
        self.note(written);
        Ok(())
    }

    fn replace(
        &self,
        temporary: &Path,
        records: impl Iterator<Item = Record>,
    ) -> io::Result<(Arc<File>, usize)> {
        let is_durable = self.settings.sync != Sync::Never;
        let file = match place::create_new(temporary) {
            Ok(file) => file,
            Err(error) => return self.write_in_place(error, records),
        };
        owner::lock(&file)?;
        let written = self.write_all(&file, records)?;
        if is_durable {
            // A rename counts only if what it puts in the file's place is there after a power cut.
            file.sync_all()?;
        }
        // Told before it is true rather than after: nobody is to miss records that nobody wrote.
        self.note(written.min(self.records));
        let file = match fs::rename(temporary, &self.path) {
            Ok(()) => Arc::new(file),
            Err(error) if self.is_lost => self.fill(temporary, error)?,
            Err(error) => return Err(error),
        };
        if is_durable {
            place::sync_folder(&self.path)?;
        }
        Ok((file, written))
    }

    /// Writes the header and `records` to the end of `file`; answers how many there were.
    fn write_all(&self, file: &File, records: impl Iterator<Item = Record>) -> io::Result<usize> {
        let mut to = BufWriter::with_capacity(PIECE, file);
        to.write_all(&header(self.settings.magic, self.key))?;
        let mut written = 0;
        for record in records {
            to.write_all(&block_of(record))?;
            written += 1;
        }
        to.flush()?;
        Ok(written)
    }

    /// Writes `records` into the old file, if that is empty and in its place: its folder takes no new one.
    fn write_in_place(
        &self,
        error: io::Error,
        records: impl Iterator<Item = Record>,
    ) -> io::Result<(Arc<File>, usize)> {
        if !self.is_lost || self.file.metadata()?.len() > 0 || !self.is_in_place() {
            return Err(error);
        }
        match self.write_all(&self.file, records) {
            Ok(written) => {
                if self.settings.sync != Sync::Never {
                    self.file.sync_all()?;
                }
                Ok((Arc::clone(&self.file), written))
            }
            Err(error) => {
                self.file.set_len(0)?;
                Err(error)
            }
        }
    }

    /// Writes the new file's content into the old one, which cannot be replaced and is
    /// empty.
    fn fill(&self, temporary: &Path, error: io::Error) -> io::Result<Arc<File>> {
        if self.file.metadata()?.len() > 0 || !self.is_in_place() {
            return Err(error);
        }
        let mut from = File::open(temporary)?;
        if let Err(error) = io::copy(&mut from, &mut &*self.file) {
            self.file.set_len(0)?;
            return Err(error);
        }
        if self.settings.sync != Sync::Never {
            self.file.sync_all()?;
        }
        let _ = fs::remove_file(temporary);
        Ok(Arc::clone(&self.file))
    }

    /// Whether the file in the journal's place is the one that is open.
    fn is_in_place(&self) -> bool {
        place::is_at(&self.file, &self.path)
    }

    /// Sees to it that a new file may take the place of what lies there: what was a journal is put aside,
    /// what is somebody else's stays.
    fn make_way(&self) -> Result<(), Trouble> {
        let found = match self.path.symlink_metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(_) => return Err(Trouble::NotWritten),
        };
        if !found.is_file() {
            return Err(Trouble::Foreign);
        }
        let file = OpenOptions::new().read(true).open(&self.path);
        let file = file.map_err(|_| Trouble::Foreign)?;
        let is_own = self.is_in_place();
        if !is_own {
            owner::lock(&file).map_err(|_| Trouble::Taken)?;
        }
        if found.len() == 0 {
            return Ok(());
        }
        match read::ours(&file, self.settings.magic) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::InvalidData => return Err(Trouble::Foreign),
            Err(_) => return Err(Trouble::NotWritten),
        }
        match aside::put_aside(&self.path) {
            // What it held is in memory.
            Err(_) if is_own => self.file.set_len(0).map_err(|_| Trouble::NotWritten),
            put => put.map_err(|_| Trouble::NotWritten),
        }
    }
}
