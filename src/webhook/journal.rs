//! The file that lets deduplication survive a restart: a header, then one record for each accepted
//! event. It survives a killed process, not a power cut: nothing is flushed to the disk.
//!
//! ```text
//! header  magic 8 · version 4 · reserved 4 · hash key 16
//! record  key 16 · unix seconds 8 · flags 4 · crc32 of the 28 bytes before it 4     (little endian)
//! ```

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"WFADEDUP";
const VERSION: u32 = 1;
const BLOCK: usize = 32;

/// One accepted event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) key: u128,
    pub(super) unix_s: u64,
}

/// An open journal. Only one process has it.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// Held as long as the journal is open; a file of its own, because compaction replaces the other.
    _lock: File,
    hash_key: [u8; 16],
    records: usize,
}

impl Journal {
    /// Opens or makes the journal at `path` and reads what it holds; `new_key` is used if it is new. A
    /// torn tail is cut, a damaged record is left out.
    ///
    /// # Errors
    /// Another process has it, it is no journal, or the file system says no.
    pub(super) fn open(path: &Path, new_key: [u8; 16]) -> io::Result<(Self, Vec<Record>)> {
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .open(beside(path, ".lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => {
                io::Error::new(io::ErrorKind::WouldBlock, "another adapter uses it")
            }
            TryLockError::Error(error) => error,
        })?;
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let hash_key = match bytes.first_chunk::<BLOCK>() {
            // Made and not yet written, or killed while the header was written.
            None => {
                file.set_len(0)?;
                file.write_all(&header(new_key))?;
                new_key
            }
            Some(header) => key_of(header)?,
        };
        let whole = bytes.len().saturating_sub(BLOCK) / BLOCK;
        if bytes.len() >= BLOCK {
            file.set_len(u64::try_from(BLOCK + whole * BLOCK).unwrap_or(u64::MAX))?;
        }
        let records: Vec<Record> = bytes
            .chunks_exact(BLOCK)
            .skip(1)
            .filter_map(record_of)
            .collect();
        let journal = Self {
            path: path.to_owned(),
            file,
            _lock: lock,
            hash_key,
            records: whole,
        };
        Ok((journal, records))
    }

    pub(super) fn hash_key(&self) -> [u8; 16] {
        self.hash_key
    }

    /// Records in the file, damaged ones included.
    pub(super) fn len(&self) -> usize {
        self.records
    }

    /// Adds one record with one write.
    pub(super) fn append(&mut self, record: Record) -> io::Result<()> {
        self.file.write_all(&block_of(record))?;
        self.records += 1;
        Ok(())
    }

    /// Replaces the file by one with just these records.
    pub(super) fn compact(&mut self, records: &[Record]) -> io::Result<()> {
        let temporary = beside(&self.path, ".new");
        let mut bytes = Vec::with_capacity(BLOCK + records.len() * BLOCK);
        bytes.extend_from_slice(&header(self.hash_key));
        for record in records {
            bytes.extend_from_slice(&block_of(*record));
        }
        std::fs::write(&temporary, &bytes)?;
        let file = OpenOptions::new().append(true).open(&temporary)?;
        std::fs::rename(&temporary, &self.path)?;
        self.file = file;
        self.records = records.len();
        Ok(())
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn header(key: [u8; 16]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    put(&mut block, 0, MAGIC);
    put(&mut block, 8, &VERSION.to_le_bytes());
    put(&mut block, 16, &key);
    block
}

fn key_of(header: &[u8; BLOCK]) -> io::Result<[u8; 16]> {
    let refuse = |why| io::Error::new(io::ErrorKind::InvalidData, why);
    if !header.starts_with(MAGIC) {
        return Err(refuse("the file is something else than a journal"));
    }
    if get::<4>(header, 8) != VERSION.to_le_bytes() {
        return Err(refuse("the journal is of another version"));
    }
    Ok(get(header, 16))
}

fn block_of(record: Record) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    put(&mut block, 0, &record.key.to_le_bytes());
    put(&mut block, 16, &record.unix_s.to_le_bytes());
    let crc = crc32fast::hash(block.get(..28).unwrap_or_default());
    put(&mut block, 28, &crc.to_le_bytes());
    block
}

fn record_of(block: &[u8]) -> Option<Record> {
    let block: &[u8; BLOCK] = block.try_into().ok()?;
    let crc = crc32fast::hash(block.get(..28)?);
    (get::<4>(block, 28) == crc.to_le_bytes()).then(|| Record {
        key: u128::from_le_bytes(get(block, 0)),
        unix_s: u64::from_le_bytes(get(block, 16)),
    })
}

fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    for (to, from) in block.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}

fn get<const N: usize>(block: &[u8; BLOCK], at: usize) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(block.iter().skip(at)) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(key: u128) -> Record {
        Record {
            key,
            unix_s: 1_750_000_000,
        }
    }

    #[test]
    fn records_come_back_and_damage_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, old) = Journal::open(&path, [7; 16]).unwrap();
        assert!(old.is_empty());
        for key in 1..=4 {
            journal.append(record(key)).unwrap();
        }
        drop(journal);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[BLOCK * 2 + 3] ^= 1; // inside the second record
        bytes.extend_from_slice(&[9; 11]); // a torn tail
        std::fs::write(&path, &bytes).unwrap();

        let (mut journal, old) = Journal::open(&path, [8; 16]).unwrap();
        assert_eq!(old, [record(1), record(3), record(4)]);
        assert_eq!(
            journal.hash_key(),
            [7; 16],
            "the key of the file, not a new one"
        );
        journal.append(record(5)).unwrap();
        journal.compact(&[record(5)]).unwrap();
        journal.append(record(6)).unwrap();
        assert_eq!(journal.len(), 2);
        drop(journal);
        assert_eq!(
            Journal::open(&path, [8; 16]).unwrap().1,
            [record(5), record(6)]
        );
    }

    #[test]
    fn a_second_opener_and_a_foreign_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (open, _) = Journal::open(&path, [1; 16]).unwrap();
        let error = Journal::open(&path, [1; 16]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        drop(open);
        Journal::open(&path, [1; 16]).unwrap();

        let other = folder.path().join("other");
        std::fs::write(&other, [b'x'; 64]).unwrap();
        let error = Journal::open(&other, [1; 16]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert_eq!(
            std::fs::read(&other).unwrap(),
            [b'x'; 64],
            "nothing was changed"
        );
    }
}
