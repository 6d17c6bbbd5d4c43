//! Moves an unusable file in a journal's place aside instead of overwriting it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::place::{beside, create_new, options};

/// Files that are put aside beside one journal; after that, the last one is replaced.
const ASIDE: u32 = 9;
/// Names that are tried where others are taken by what is no file.
const NAMES: u32 = 99;

/// Moves the file at `path` to a name beside it, or copies it there and empties it where it cannot be
/// moved, as a file that is mounted by itself.
///
/// # Errors
/// There is no place for it; the file is as it was.
pub(super) fn put_aside(path: &Path) -> io::Result<()> {
    let to = place_for(path).ok_or(io::ErrorKind::AlreadyExists)?;
    if fs::rename(path, &to).is_ok() {
        return Ok(());
    }
    let mut from = options().read(true).write(true).open(path)?;
    let copied = create_new(&to).and_then(|mut to| io::copy(&mut from, &mut to));
    if let Err(error) = copied {
        let _ = fs::remove_file(&to);
        return Err(error);
    }
    from.set_len(0)
}

/// A name that is free, or the last one that has a file put aside earlier.
fn place_for(path: &Path) -> Option<PathBuf> {
    let name = |n| match n {
        1 => beside(path, ".damaged"),
        n => beside(path, &format!(".damaged-{n}")),
    };
    let is_free = |path: &PathBuf| path.symlink_metadata().is_err();
    let is_file = |path: &PathBuf| path.symlink_metadata().is_ok_and(|found| found.is_file());
    let first = (1..=ASIDE).map(name).find(is_free);
    let replaced = || (1..=ASIDE).rev().map(name).find(is_file);
    let farther = || (ASIDE + 1..=NAMES).map(name).find(is_free);
    first.or_else(replaced).or_else(farther)
}
