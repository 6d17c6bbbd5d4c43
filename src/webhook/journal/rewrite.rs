//! Writing a journal anew: beside it first, then in its place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use super::block::{Record, block_of, header};
use super::health::Trouble;
use super::{Journal, Sync, place, read};

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
        let (file, written) = replaced.map_err(|_| Trouble::NotRewritten)?;
        self.file = file;
        self.records = written;
        (self.is_torn, self.is_lost, self.is_stale) = (false, false, false);
        self.is_unsynced = false;
        (self.wait, self.pause) = (0, 0);
        self.pending.clear();
        Ok(())
    }

    fn replace(
        &self,
        temporary: &Path,
        records: impl Iterator<Item = Record>,
    ) -> io::Result<(Arc<File>, usize)> {
        let is_durable = self.settings.sync != Sync::Never;
        let file = place::create_new(temporary)?;
        place::lock(&file)?;
        let mut file = BufWriter::with_capacity(PIECE, file);
        file.write_all(&header(self.settings.magic, self.key))?;
        let mut written = 0;
        for record in records {
            file.write_all(&block_of(record))?;
            written += 1;
        }
        let file = file.into_inner()?;
        if is_durable {
            // A rename counts only if what it puts in the file's place is there after a power cut.
            file.sync_all()?;
        }
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
        let id = |found: fs::Metadata| (found.dev(), found.ino());
        match (self.path.symlink_metadata(), self.file.metadata()) {
            (Ok(found), Ok(own)) => id(found) == id(own),
            _ => false,
        }
    }

    /// Sees to it that a new file may take the place of what lies there: what was a journal is put aside,
    /// what is somebody else's stays.
    fn make_way(&self) -> Result<(), Trouble> {
        let found = match self.path.symlink_metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(_) => return Err(Trouble::NotRewritten),
        };
        if !found.is_file() {
            return Err(Trouble::Foreign);
        }
        let file = OpenOptions::new().read(true).open(&self.path);
        let file = file.map_err(|_| Trouble::Foreign)?;
        if !self.is_in_place() {
            place::lock(&file).map_err(|_| Trouble::Taken)?;
        }
        if found.len() == 0 {
            return Ok(());
        }
        let is_ours = read::is_ours(file, self.settings.magic);
        if !is_ours.map_err(|_| Trouble::NotRewritten)? {
            return Err(Trouble::Foreign);
        }
        place::put_aside(&self.path).map_err(|_| Trouble::NotRewritten)
    }
}
