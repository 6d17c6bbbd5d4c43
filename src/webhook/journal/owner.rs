//! Ownership of a journal: a lock, and the file beside it that names the owner.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process;

use super::place::{beside, named, options};
use crate::lock_owner;

/// What a file of the owner's process id begins with.
const OWNER: &str = "whatsapp-adapter journal, process ";
/// Stands before the number of records on the second line.
const RECORDS: &str = "records ";

/// The right to write one journal, held as long as this lives: on a file of its own, because compaction
/// replaces the other. Where there can be no such file, the lock on the journal itself has to do; every
/// owner has that one as well.
#[derive(Debug, Default)]
pub(super) struct Owner {
    lock: Option<LockFile>,
    /// Whether an adapter has owned the journal before.
    pub(super) is_known: bool,
    /// So many records the journal had at least when it was last told.
    pub(super) known_records: usize,
}

#[derive(Debug)]
struct LockFile {
    file: File,
    path: PathBuf,
    /// Whether it was made just now.
    is_new: bool,
    /// Whether it may be written to: what somebody else has written there stays.
    is_ours: bool,
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Closing alone would leave it to the copies that processes started meanwhile still have.
        let _ = self.file.unlock();
    }
}

impl Owner {
    /// Becomes the owner of the journal at `path`.
    ///
    /// # Errors
    /// Another adapter is, and its process is named; or the system says no.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = beside(path, ".lock");
        let Some((file, is_new)) = open(&path) else {
            return Ok(Self::default());
        };
        lock(&file).map_err(|error| named(&path, &error))?;
        let mut text = String::new();
        let readable = (&file).take(256).read_to_string(&mut text).is_ok();
        let is_known = text.starts_with(OWNER);
        let records = text.lines().find_map(|line| line.strip_prefix(RECORDS));
        let owner = Self {
            lock: Some(LockFile {
                file,
                path,
                is_new,
                is_ours: readable && (is_known || text.is_empty()),
            }),
            is_known,
            known_records: records.and_then(|n| n.trim().parse().ok()).unwrap_or(0),
        };
        owner.note(owner.known_records);
        Ok(owner)
    }

    /// Tells those who come later who the owner is, and that the journal has at least so many records: it
    /// is noticed then if it was cut off meanwhile.
    pub(super) fn note(&self, records: usize) {
        if let Some(lock) = self.lock.as_ref().filter(|lock| lock.is_ours) {
            // Always of one length, so that one write replaces it.
            let text = format!("{OWNER}{:<10}\n{RECORDS}{records:<20}\n", process::id());
            let _ = lock.file.write_all_at(text.as_bytes(), 0);
        }
    }

    /// The journal is not to be had after all: nothing is left beside it that was not there before.
    pub(super) fn give_up(&self) {
        if let Some(lock) = self.lock.as_ref().filter(|lock| lock.is_new) {
            let _ = fs::remove_file(&lock.path);
        }
    }
}

/// The lock file at `path`, and whether it is new. None where there can be no regular file that may be
/// written to.
fn open(path: &Path) -> Option<(File, bool)> {
    let mut options = options();
    options.read(true).write(true);
    let opened = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match options.clone().create_new(true).open(path) {
                // Another one has just made it, or it is a link to a file that is not there yet.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let mut options = options.clone();
                    options.create(true).truncate(false).open(path)
                }
                made => return Some((made.ok()?, true)),
            }
        }
        opened => opened,
    };
    let file = opened.ok()?;
    file.metadata().ok()?.is_file().then_some((file, false))
}

/// Locks `file`.
///
/// # Errors
/// Another adapter has it.
pub(super) fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
        Err(TryLockError::WouldBlock) => {
            let who = match owner_of(file) {
                Some(id) if id == process::id() => {
                    format!("another adapter of this process ({id}) uses it")
                }
                Some(id) => format!("another adapter uses it, in the process {id}"),
                None => "another adapter uses it".to_owned(),
            };
            Err(io::Error::new(io::ErrorKind::WouldBlock, who))
        }
    }
}

/// The process that has locked `file`: what the file says, else what the system does.
fn owner_of(mut file: &File) -> Option<u32> {
    let mut text = String::new();
    let _ = file.by_ref().take(256).read_to_string(&mut text);
    if let Some(id) = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(OWNER))
    {
        return id.trim().parse().ok();
    }
    lock_owner::of(file)
}
