//! Where a journal lies: its path, and how its files are opened.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Nobody but the owner may read what is remembered.
const MODE: u32 = 0o600;

/// How the files of a journal are opened: without waiting for a pipe, for the owner alone.
pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(MODE).custom_flags(libc::O_NONBLOCK);
    options
}

/// The one name of the file: through links and dots, so that it is not opened twice. Answers as well
/// whether the file was there.
pub(super) fn real_path(path: &Path) -> io::Result<(PathBuf, bool)> {
    match path.metadata() {
        Ok(found) if found.is_file() => Ok((path.canonicalize()?, true)),
        Ok(_) => Err(no_file("it")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Made first: what a link leads to has a name only when it is there.
            options().create(true).append(true).open(path)?;
            Ok((path.canonicalize()?, false))
        }
        Err(error) => Err(error),
    }
}

/// Opens the journal's file. Nothing is changed of it: it may be somebody else's.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = options();
    let options = options.create(true).append(true).read(true);
    let file = options
        .custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW)
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(no_file("it"))
    }
}

/// Leaves `file`, which is known to be a journal, to its owner alone.
pub(super) fn protect(file: &File) {
    if file.metadata().is_ok_and(|found| found.mode() & 0o077 != 0) {
        // What cannot be changed is somebody else's to protect.
        let _ = file.set_permissions(Permissions::from_mode(MODE));
    }
}

/// Whether `path` leads to `file`, without a link.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    let id = |found: fs::Metadata| (found.dev(), found.ino());
    match (path.symlink_metadata(), file.metadata()) {
        (Ok(found), Ok(own)) => id(found) == id(own),
        _ => false,
    }
}

/// A new file that replaces the journal when it is complete. Whatever lies there is not written into: it
/// may be a link.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => options()
            .create_new(true)
            .append(true)
            .read(true)
            .open(path),
    }
}

fn no_file(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("{what} is no regular file"),
    )
}

/// The error, with the name of the file that it is about.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Sees to it that what the folder of `path` says of its files is on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
