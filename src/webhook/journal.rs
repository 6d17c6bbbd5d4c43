//! The file that lets deduplication survive a restart: a header, then one record for each accepted
//! event. It survives a killed process, not a power cut: nothing is flushed to the disk.
//!
//! ```text
//! header  magic 8 · version 4 · crc32 of the header without it 4 · hash key 16
//! record  key 16 · unix seconds 8 · flags 4 · crc32 of the 28 bytes before it 4     (little endian)
//! ```

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"WFADEDUP";
const VERSION: u32 = 1;
const BLOCK: usize = 32;
/// Bytes that compaction writes at once.
const PIECE: usize = 64 * 1024;

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
    lock: File,
    hash_key: [u8; 16],
    records: usize,
    /// Whether something is behind the last whole record.
    torn: bool,
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Closing alone would leave it to the copies that processes started meanwhile still have.
        let _ = self.lock.unlock();
    }
}

impl Journal {
    /// Opens or makes the journal at `path` and reads what it holds; `new_key` is used if it is new. A
    /// torn tail is cut, a damaged record is left out.
    ///
    /// # Errors
    /// Another process has it, it is no journal, or the file system says no.
    pub(super) fn open(path: &Path, new_key: [u8; 16]) -> io::Result<(Self, Vec<Record>)> {
        let path = real_path(path)?;
        let lock = lock(&beside(&path, ".lock"))?;
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(&path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let hash_key = match bytes.first_chunk::<BLOCK>() {
            Some(header) => key_of(header)?,
            // Made and not yet written, or killed while the header was written.
            None if MAGIC.starts_with(bytes.get(..MAGIC.len()).unwrap_or(&bytes)) => {
                file.set_len(0)?;
                file.write_all(&header(new_key))?;
                new_key
            }
            None => return Err(foreign()),
        };
        let records: Vec<Record> = bytes
            .chunks_exact(BLOCK)
            .skip(1)
            .filter_map(record_of)
            .collect();
        let whole = bytes.len().saturating_sub(BLOCK) / BLOCK;
        let journal = Self {
            path,
            file,
            lock,
            hash_key,
            records: whole,
            torn: false,
        };
        if bytes.len() > BLOCK {
            journal.cut()?;
        }
        Ok((journal, records))
    }

    pub(super) fn hash_key(&self) -> [u8; 16] {
        self.hash_key
    }

    /// Records in the file, damaged ones included.
    pub(super) fn len(&self) -> usize {
        self.records
    }

    /// Adds one record with one write. What is left of a failed one is cut, so that the records after
    /// it stay in their places.
    pub(super) fn append(&mut self, record: Record) -> io::Result<()> {
        if self.torn {
            self.cut()?;
            self.torn = false;
        }
        if let Err(error) = self.file.write_all(&block_of(record)) {
            self.torn = self.cut().is_err();
            return Err(error);
        }
        self.records += 1;
        Ok(())
    }

    /// Cuts what is behind the last whole record.
    fn cut(&self) -> io::Result<()> {
        let whole = BLOCK + self.records * BLOCK;
        self.file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))
    }

    /// Replaces the file by one with just these records, written piece by piece: there may be millions.
    pub(super) fn compact(&mut self, records: impl Iterator<Item = Record>) -> io::Result<()> {
        let temporary = beside(&self.path, ".new");
        let mut file = BufWriter::with_capacity(PIECE, File::create(&temporary)?);
        file.write_all(&header(self.hash_key))?;
        let mut written = 0;
        for record in records {
            file.write_all(&block_of(record))?;
            written += 1;
        }
        file.into_inner()?;
        let file = OpenOptions::new().append(true).open(&temporary)?;
        std::fs::rename(&temporary, &self.path)?;
        self.file = file;
        self.records = written;
        Ok(())
    }
}

/// The one name of the file: through links and dots, so that it is not opened twice.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    let refuse = || io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file");
    match path.metadata() {
        Ok(found) if found.is_file() => path.canonicalize(),
        Ok(_) => Err(refuse()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Made first: what a link leads to has a name only when it is there.
            OpenOptions::new().create(true).append(true).open(path)?;
            path.canonicalize()
        }
        Err(error) => Err(error),
    }
}

fn lock(path: &Path) -> io::Result<File> {
    let lock = OpenOptions::new().create(true).append(true).open(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            io::ErrorKind::WouldBlock,
            "another adapter uses it",
        )),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn foreign() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the file is something else than a journal",
    )
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
    let crc = crc32fast::hash(&block);
    put(&mut block, 12, &crc.to_le_bytes());
    block
}

fn key_of(found: &[u8; BLOCK]) -> io::Result<[u8; 16]> {
    let refuse = |why| Err(io::Error::new(io::ErrorKind::InvalidData, why));
    if !found.starts_with(MAGIC) {
        return Err(foreign());
    }
    if get::<4>(found, 8) != VERSION.to_le_bytes() {
        return refuse("the journal is of another version");
    }
    let key = get(found, 16);
    // Under another hash key nothing in it would be known.
    if *found == header(key) {
        Ok(key)
    } else {
        refuse("the journal's header is damaged")
    }
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
        journal.compact([record(5)].into_iter()).unwrap();
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
