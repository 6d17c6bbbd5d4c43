//! Where a journal lies: its path, its owner, and files that are put aside.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;

/// Nobody but the owner may read what is remembered.
const MODE: u32 = 0o600;
/// What a file of the owner's process id begins with.
const OWNER: &str = "whatsapp-adapter journal, process ";
/// Files that are put aside beside one journal at most; after that, the last one is replaced.
const ASIDE: u32 = 9;

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

/// Opens the journal's file, which only its owner may read from now on.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = options();
    let options = options.create(true).append(true).read(true);
    let file = options
        .custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW)
        .open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(no_file("it"));
    }
    if found.mode() & 0o077 != 0 {
        // Of an earlier version. What cannot be changed is somebody else's to protect.
        let _ = file.set_permissions(Permissions::from_mode(MODE));
    }
    Ok(file)
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

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The right to write one journal, held as long as this lives: on a file of its own, because compaction
/// replaces the other.
#[derive(Debug)]
pub(super) struct Owner {
    file: File,
    /// Whether an adapter has owned the journal before.
    pub(super) is_known: bool,
}

impl Drop for Owner {
    fn drop(&mut self) {
        // Closing alone would leave it to the copies that processes started meanwhile still have.
        let _ = self.file.unlock();
    }
}

impl Owner {
    /// Becomes the owner of the journal at `path`.
    ///
    /// # Errors
    /// Another adapter is, and its process is named; or the file system says no.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut options = options();
        let options = options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(beside(path, ".lock"))?;
        if !file.metadata()?.is_file() {
            return Err(no_file("the lock file beside it"));
        }
        lock(&file)?;
        let mut text = String::new();
        // What somebody else has written there stays: the lock needs no content.
        let readable = (&file).take(256).read_to_string(&mut text).is_ok();
        let is_known = text.starts_with(OWNER);
        if readable && (is_known || text.is_empty()) {
            // It only tells others who the owner is.
            let _ = file.set_len(0);
            let _ = file.seek(SeekFrom::Start(0));
            let _ = writeln!(file, "{OWNER}{}", process::id());
        }
        Ok(Self { file, is_known })
    }
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
fn owner_of(file: &File) -> Option<u32> {
    let mut text = String::new();
    let _ = file.take(256).read_to_string(&mut text);
    if let Some(id) = text.strip_prefix(OWNER) {
        return id.trim().parse().ok();
    }
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

/// Moves the file at `path` to a name beside it, or copies it there and empties it where it cannot be
/// moved, as a file that is mounted by itself.
pub(super) fn put_aside(path: &Path) -> io::Result<()> {
    let names = (1..=ASIDE).map(|n| match n {
        1 => beside(path, ".damaged"),
        n => beside(path, &format!(".damaged-{n}")),
    });
    let mut last = beside(path, ".damaged");
    for name in names {
        last = name;
        if last.symlink_metadata().is_err() {
            break;
        }
    }
    if fs::rename(path, &last).is_ok() {
        // The file may be of a version that left it to the umask.
        let _ = fs::set_permissions(&last, Permissions::from_mode(MODE));
        return Ok(());
    }
    let mut from = options().read(true).write(true).open(path)?;
    let mut to = create_new(&last)?;
    io::copy(&mut from, &mut to)?;
    from.set_len(0)
}

/// Sees to it that what the folder of `path` says of its files is on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
