//! Which process has locked a file, as the system tells it.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;

/// The process that holds a lock on `file`, if the system says so.
pub(crate) fn of(file: &File) -> Option<u32> {
    let found = file.metadata().ok()?;
    let inode = format!(":{}", found.ino());
    let locks = fs::read_to_string("/proc/locks").ok()?;
    // 1: FLOCK  ADVISORY  WRITE 4242 fd:01:1234567 0 EOF
    let owner = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        (words.next()? == "FLOCK").then_some(())?;
        let id = words.nth(2)?;
        words.next()?.ends_with(&inode).then(|| id.parse().ok())?
    };
    locks.lines().find_map(owner)
}
