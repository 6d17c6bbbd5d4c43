//! The bytes of a journal: a header and records, 32 bytes each, little endian.
//!
//! ```text
//! header  magic 8 · version 4 · crc32 of the header without it 4 · hash key or salt 16
//! record  key 16 · unix seconds 8 · flags 4 · crc32 of the 28 bytes before it 4
//! ```

/// Bytes of the header, and of each record.
pub(super) const BLOCK: usize = 32;
const VERSION: u32 = 1;
/// A version above this is damage, not a newer program's.
const LAST_VERSION: u32 = 255;

/// One accepted event, or one customer's last message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::webhook) struct Record {
    pub(in crate::webhook) key: u128,
    pub(in crate::webhook) unix_s: u64,
}

/// Whose file it is: the first eight bytes of its header.
pub(in crate::webhook) type Magic = &'static [u8; 8];

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A journal with this key in its header.
    Journal([u8; 16]),
    /// Nothing was ever written.
    Empty,
    /// It begins as a journal does, and its header is cut off or damaged.
    Damaged,
    /// The first block has zeros only: a journal, if all the others have as well.
    Zeros,
    /// A journal of a newer version.
    Newer,
    /// Something else.
    Foreign,
}

/// What the file is that begins with `bytes`: its first block, or all of a shorter file.
pub(super) fn kind_of(bytes: &[u8], magic: Magic) -> Kind {
    let Some(found) = bytes.first_chunk::<BLOCK>() else {
        return match bytes {
            [] => Kind::Empty,
            _ if bytes.iter().all(|byte| *byte == 0) => Kind::Zeros,
            _ if magic.starts_with(bytes.get(..magic.len()).unwrap_or(bytes)) => Kind::Damaged,
            _ => Kind::Foreign,
        };
    };
    if !found.starts_with(magic) {
        let zeros = found.iter().all(|byte| *byte == 0);
        return if zeros { Kind::Zeros } else { Kind::Foreign };
    }
    let key = get(found, 16);
    let right = header(magic, key);
    // Only the version may differ: then it is damaged, because the check value is of ours.
    if found.get(12..) == right.get(12..) {
        return Kind::Journal(key);
    }
    match u32::from_le_bytes(get(found, 8)) {
        version if version > VERSION && version <= LAST_VERSION => Kind::Newer,
        _ => Kind::Damaged,
    }
}

pub(super) fn header(magic: Magic, key: [u8; 16]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    put(&mut block, 0, magic);
    put(&mut block, 8, &VERSION.to_le_bytes());
    put(&mut block, 16, &key);
    let crc = crc32fast::hash(&block);
    put(&mut block, 12, &crc.to_le_bytes());
    block
}

pub(super) fn block_of(record: Record) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    put(&mut block, 0, &record.key.to_le_bytes());
    put(&mut block, 16, &record.unix_s.to_le_bytes());
    let crc = crc32fast::hash(block.get(..28).unwrap_or_default());
    put(&mut block, 28, &crc.to_le_bytes());
    block
}

/// The record of a block; none if it is damaged.
pub(super) fn record_of(block: &[u8]) -> Option<Record> {
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

    const MAGIC: Magic = b"WFADEDUP";

    #[test]
    fn a_file_is_known_by_its_first_block() {
        let ours = header(MAGIC, [7; 16]);
        let changed = |at: usize, to: u8| {
            let mut block = ours;
            block[at] = to;
            kind_of(&block, MAGIC)
        };
        assert_eq!(kind_of(&ours, MAGIC), Kind::Journal([7; 16]));
        assert_eq!(kind_of(&[], MAGIC), Kind::Empty);
        for cut in 1..BLOCK {
            assert_eq!(kind_of(&ours[..cut], MAGIC), Kind::Damaged, "{cut} bytes");
            assert_eq!(kind_of(&vec![0; cut], MAGIC), Kind::Zeros, "{cut} zeros");
        }
        assert_eq!(kind_of(b"WFADEDUQ", MAGIC), Kind::Foreign);
        assert_eq!(kind_of(b"note", MAGIC), Kind::Foreign);
        assert_eq!(kind_of(&[0; BLOCK], MAGIC), Kind::Zeros);
        assert_eq!(changed(0, b'X'), Kind::Foreign);
        assert_eq!(
            changed(8, 9),
            Kind::Journal([7; 16]),
            "only the version is damaged"
        );
        assert_eq!(changed(12, !ours[12]), Kind::Damaged);
        assert_eq!(changed(20, 8), Kind::Damaged);
        let mut newer = ours;
        newer[8] = 2;
        newer[20] = 8;
        assert_eq!(kind_of(&newer, MAGIC), Kind::Newer);
    }
}
