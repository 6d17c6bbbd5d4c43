//! Who runs the workflows of a store: one process at a time, whatever names the file has.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::access::only_for_the_owner;
use super::error::StoreError;
use crate::lock::unpoisoned;

/// How often the owner's process id is looked for: it is written just after the lock was taken.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// Device and inode of a store's file: the same for a symbolic link, a hard link and a bind mount.
type Identity = (u64, u64);

/// The stores that this process owns. A descriptor of a database file must not be opened while the
/// process has the database open: closing it would drop `SQLite`'s locks.
static OWNED: Mutex<Option<HashSet<Identity>>> = Mutex::new(None);

/// The right to run the workflows of a store, until it is dropped or the process ends in any way.
///
/// Two locks, because each catches what the other cannot: the one on the store's own inode also those
/// who know the file under another name, the one beside it also file systems on which the first is
/// not possible. Both are `flock` locks, which do not meet `SQLite`'s own.
#[derive(Debug)]
pub(super) struct Owner {
    identity: Identity,
    _beside: File,
    _itself: File,
}

impl Owner {
    /// Becomes the owner of the store at `path`, which exists and is not open in this process.
    ///
    /// # Errors
    /// Another owns it, whose process id is named; or a lock file cannot be made.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let wrong = |error: std::io::Error| StoreError::new(path, &error.to_string());
        let about = std::fs::metadata(path).map_err(wrong)?;
        let identity = (about.dev(), about.ino());
        let mut owned = unpoisoned(OWNED.lock());
        let owned = owned.get_or_insert_default();
        if owned.contains(&identity) {
            return Err(in_use(path, Some(std::process::id())));
        }
        let name = lock_file(path);
        let cannot = |error: std::io::Error| StoreError::new(&name, &error.to_string());
        let mut beside = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&name)
            .map_err(cannot)?;
        only_for_the_owner(&name)?;
        match beside.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, owner_in(&mut beside))),
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        let itself = File::open(path).map_err(wrong)?;
        match itself.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, holder(identity))),
            // The file system has no such locks: the other one has to do.
            Err(TryLockError::Error(error)) => tracing::debug!(%error, "the store's own lock"),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write(&mut beside).map_err(cannot)?;
        owned.insert(identity);
        Ok(Self {
            identity,
            _beside: beside,
            _itself: itself,
        })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let mut owned = unpoisoned(OWNED.lock());
        if let Some(owned) = owned.as_mut() {
            owned.remove(&self.identity);
        }
    }
}

/// The right to send one broadcast of a store, until it is dropped or the process ends in any way.
#[derive(Debug)]
pub(crate) struct Turn {
    file: File,
    name: PathBuf,
}

impl Turn {
    /// Takes it; none if another process has it.
    pub(super) fn of(store: &Path, broadcast: i64) -> Result<Option<Self>, StoreError> {
        let mut name = store.as_os_str().to_owned();
        name.push(format!("-broadcast-{broadcast}"));
        let name = PathBuf::from(name);
        let cannot = |error: std::io::Error| StoreError::new(&name, &error.to_string());
        loop {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(false).mode(0o600);
            let file = options.open(&name).map_err(cannot)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(cannot(error)),
            }
            // Whoever had it removes the file, and this one may have been opened before.
            let own = file.metadata().map_err(cannot)?;
            if std::fs::metadata(&name).is_ok_and(|there| there.ino() == own.ino()) {
                return Ok(Some(Self { file, name }));
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.name); // while it is locked
        let _ = self.file.unlock();
    }
}

/// The process that runs the workflows of the store, if one does. The lock is not tried: whoever
/// starts in that moment would be refused.
pub(super) fn of_store(path: &Path) -> Option<u32> {
    let about = std::fs::metadata(path).ok()?;
    holder((about.dev(), about.ino()))
}

/// `host.db` has `host.db-lock`.
fn lock_file(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    PathBuf::from(name)
}

fn in_use(path: &Path, owner: Option<u32>) -> StoreError {
    let who = owner.map_or_else(
        || "a process of another machine or container".to_owned(),
        |id| format!("pid {id}"),
    );
    StoreError::new(
        path,
        &format!(
            "in use by {who}, which runs its workflows: one host at a time may. Stop that one, or give \
             this one a `path` of its own in [store]"
        ),
    )
}

/// The process id that the owner has written; one that has died since is not meant.
fn owner_in(file: &mut File) -> Option<u32> {
    for look in 0..LOOKS {
        if look > 0 {
            std::thread::sleep(PAUSE);
        }
        let mut text = String::new();
        let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
        let id = read.ok().and_then(|_| text.trim().parse::<u32>().ok());
        if id.is_some_and(|id| !Path::new("/proc/self").exists() || is_alive(id)) {
            return id;
        }
    }
    None
}

fn is_alive(id: u32) -> bool {
    Path::new(&format!("/proc/{id}")).exists()
}

/// Who holds the lock on a file that is known here under another name, by the system's own list.
fn holder((_, inode): Identity) -> Option<u32> {
    let list = std::fs::read_to_string("/proc/locks").ok()?;
    let end = format!(":{inode}");
    let mut lines = list.lines().map(|line| line.split_whitespace());
    lines.find_map(|mut fields| {
        let is_flock = fields.nth(1)? == "FLOCK";
        let (id, file) = (fields.nth(2)?, fields.next()?);
        (is_flock && file.ends_with(&end))
            .then(|| id.parse().ok())
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.db");
        File::create(&path).unwrap();
        (folder, path)
    }

    #[test]
    fn h01_a_store_has_one_owner_whatever_name_it_is_called_by() {
        let (folder, path) = store();
        let other = |name: &str| folder.path().join(name);
        std::fs::hard_link(&path, other("hard.db")).unwrap();
        std::os::unix::fs::symlink(&path, other("soft.db")).unwrap();
        let owner = Owner::of(&path).unwrap();
        let own = format!("in use by pid {}", std::process::id());
        for name in ["host.db", "hard.db", "soft.db"] {
            let refused = Owner::of(&other(name)).unwrap_err().to_string();
            assert!(refused.contains(&own), "{name}: {refused}");
        }
        drop(owner);
        for name in ["host.db", "hard.db", "soft.db"] {
            Owner::of(&other(name)).unwrap();
        }
    }

    #[test]
    fn h01_a_process_id_that_was_left_behind_keeps_nobody_out() {
        let (_folder, path) = store();
        std::fs::write(lock_file(&path), "1\n").unwrap();
        let _owner = Owner::of(&path).unwrap();
        let text = std::fs::read_to_string(lock_file(&path)).unwrap();
        assert_eq!(text, format!("{}\n", std::process::id()));
    }
}
