//! Reading a journal's file, block by block: it may be much longer than what is remembered of it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use super::block::{BLOCK, Kind, Magic, Record, kind_of, record_of};
use super::{Settings, place};

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

pub(super) enum Found {
    Good(Content),
    /// It was a journal, and nothing of it can be used.
    Bad(Kind),
}

/// What a journal's file holds.
pub(super) struct Content {
    /// None if the file is empty.
    pub(super) key: Option<[u8; 16]>,
    /// The last ones.
    pub(super) records: VecDeque<Record>,
    /// Whole records that are not among them.
    pub(super) skipped: usize,
    pub(super) damaged: usize,
    /// Whether there is something behind the last whole block.
    pub(super) is_torn: bool,
}

/// What `file` is.
pub(super) fn kind(mut file: &File, magic: Magic) -> io::Result<Kind> {
    file.rewind()?;
    let mut reader = BufReader::with_capacity(PIECE, file);
    let mut block = [0; BLOCK];
    let length = fill(&mut reader, &mut block)?;
    match kind_of(block.get(..length).unwrap_or_default(), magic) {
        Kind::Zeros if !is_all_zeros(&mut reader)? => Ok(Kind::Foreign),
        kind => Ok(kind),
    }
}

/// What `file` is, if it is or was a journal of this version, or is empty. If it begins as a journal does,
/// it is its owner's alone from now on; of any other file nothing is changed.
///
/// # Errors
/// It is no journal, or it is one of a newer version; or the system cannot read it.
pub(super) fn ours(file: &File, magic: Magic) -> io::Result<Kind> {
    let invalid = |why| Err(io::Error::new(io::ErrorKind::InvalidData, why));
    let kind = kind(file, magic)?;
    let begins_as_one = match kind {
        Kind::Newer => {
            return invalid("the journal is of another version, that of a newer plugin");
        }
        Kind::Foreign => return invalid("the file is something else than a journal"),
        Kind::Empty | Kind::Zeros => false,
        Kind::Journal(_) => true,
        // Of a shorter one not even that is certain.
        Kind::Damaged => file.metadata()?.len() >= u64::try_from(magic.len()).unwrap_or(0),
    };
    if begins_as_one {
        place::protect(file);
    }
    Ok(kind)
}

/// Reads `file`; of each kind of its records at most `settings.keep`.
///
/// # Errors
/// As [`ours`].
pub(super) fn file(mut file: &File, settings: &Settings) -> io::Result<Found> {
    let key = match ours(file, settings.magic)? {
        Kind::Journal(key) => Some(key),
        Kind::Zeros => return Ok(Found::Bad(Kind::Zeros)),
        Kind::Damaged => return Ok(Found::Bad(Kind::Damaged)),
        _ => None,
    };
    file.rewind()?;
    let mut reader = BufReader::with_capacity(PIECE, file);
    let mut block = [0; BLOCK];
    fill(&mut reader, &mut block)?;
    let (mut ones, mut others) = (VecDeque::new(), VecDeque::new());
    let (mut skipped, mut damaged) = (0, 0);
    let is_torn = loop {
        let length = fill(&mut reader, &mut block)?;
        if length < BLOCK {
            break length > 0;
        }
        let Some(record) = record_of(&block) else {
            damaged += 1;
            continue;
        };
        let records = match record.key & settings.share {
            0 => &mut ones,
            _ => &mut others,
        };
        if records.len() >= settings.keep.max(1) {
            records.pop_front();
            skipped += 1;
        }
        records.push_back(record);
    };
    let mut records = others;
    records.append(&mut ones);
    if damaged > 0 && records.is_empty() {
        return Ok(Found::Bad(Kind::Damaged));
    }
    Ok(Found::Good(Content {
        key,
        records,
        skipped,
        damaged,
        is_torn,
    }))
}

/// Whether the rest has zeros only.
fn is_all_zeros(reader: &mut impl Read) -> io::Result<bool> {
    let mut piece = [0; 4096];
    loop {
        let length = fill(reader, &mut piece)?;
        if piece.iter().take(length).any(|byte| *byte != 0) {
            return Ok(false);
        }
        if length < piece.len() {
            return Ok(true);
        }
    }
}

/// Reads until `to` is full or the file is at its end; answers how many bytes there were.
fn fill(reader: &mut impl Read, to: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = to.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
