//! A store's file has one name. `SQLite` keeps its log and its locks beside the *name*: under two
//! names the same file has two logs, and what one process has written, the other does not see, or
//! overwrites.

use std::fmt::Write as _;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::StoreError;

/// Where the system says what is mounted, and where.
const MOUNTS: &str = "/proc/self/mountinfo";
/// A file in which at least a database's header is.
const HEADER: u64 = 100;
/// The row of `meta` that has the name under which the file was opened last.
const NAME: &str = "name";

/// Refuses a file that is known, or may be, under another name; `path` is the real one, without
/// symbolic links.
///
/// # Errors
/// It has another name, and which one to use.
pub(super) fn only_one(path: &Path) -> Result<(), StoreError> {
    let about = fs::metadata(path).map_err(|error| StoreError::new(path, &error.to_string()))?;
    let refused = |why: String| Err(StoreError::new(path, &why));
    if about.nlink() > 1 {
        return refused(hard_links(path, &about));
    }
    if let Some(other) = mounted_from(path, &about) {
        return refused(format!(
            "the file alone is mounted here{other}, and its log, which is beside the file, is not: mount its \
             folder instead, and name the file in that folder"
        ));
    }
    match left_behind(path, &about) {
        Some(former) => refused(format!(
            "what was written last is in {}, the log of the name {}: give the file that name again, or rename \
             its log with it",
            log_of(&former).display(),
            former.display()
        )),
        None => Ok(()),
    }
}

/// Stores the name, in the file itself and not only in its log, so that whoever opens the file
/// under another name finds the log.
pub(super) fn note(connection: &Connection, path: &Path) -> rusqlite::Result<()> {
    let name = path.to_string_lossy();
    let select = "SELECT value FROM meta WHERE name = ?";
    let known: Option<String> = connection
        .query_row(select, [NAME], |row| row.get(0))
        .optional()?;
    if known.as_deref() == Some(&*name) {
        return Ok(());
    }
    let write = "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
    connection.execute(write, (NAME, &*name))?;
    connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))
}

fn hard_links(path: &Path, about: &Metadata) -> String {
    let mut others = others_in_its_folder(path, about);
    others.push(path.to_owned());
    let with_log = others.iter().find(|name| log_of(name).exists());
    let others: Vec<_> = others
        .iter()
        .filter(|name| *name != path)
        .map(|name| name.display().to_string())
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(" ({})", others.join(", "))
    };
    let which = match with_log {
        Some(name) => format!("use the name {}, which has the log, and", name.display()),
        None => "keep the name under which it was opened last, and".to_owned(),
    };
    format!(
        "the file has {} names{others}, and under each it would have a log of its own: {which} remove the other \
         hard links",
        about.nlink()
    )
}

fn others_in_its_folder(path: &Path, about: &Metadata) -> Vec<PathBuf> {
    let folder = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    let files = folder.into_iter().flatten().filter_map(Result::ok);
    let same = |name: &PathBuf| {
        let other = fs::symlink_metadata(name);
        other.is_ok_and(|other| (other.dev(), other.ino()) == (about.dev(), about.ino()))
    };
    files
        .map(|file| file.path())
        .filter(|name| name != path && same(name))
        .collect()
}

/// Where a file that is a mount point itself comes from, as words; none if it is no mount point.
fn mounted_from(path: &Path, about: &Metadata) -> Option<String> {
    let mounts = fs::read_to_string(MOUNTS).unwrap_or_default();
    if let Some(root) = root_of(&mounts, path) {
        return Some(format!(" (it is {root} of its file system)"));
    }
    let folder = fs::metadata(path.parent()?).ok()?;
    (folder.dev() != about.dev()).then(String::new)
}

/// The root of what is mounted at `path`; names in the list have blanks as `\040`.
fn root_of(mounts: &str, path: &Path) -> Option<String> {
    let escapes = [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ];
    let plain = |field: &str| {
        let unescape = |text: String, (escape, plain): &(&str, &str)| text.replace(escape, plain);
        escapes.iter().fold(field.to_owned(), unescape)
    };
    mounts.lines().find_map(|line| {
        let mut fields = line.split(' ').skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        (Path::new(&plain(point)) == path).then(|| plain(root))
    })
}

/// The name under which the file was opened last, if it has lost that name and the log is still there.
fn left_behind(path: &Path, about: &Metadata) -> Option<PathBuf> {
    if about.len() < HEADER {
        return None; // just made
    }
    let former = PathBuf::from(name_in(path)?);
    if former == path {
        return None;
    }
    let has_log = fs::metadata(log_of(&former)).is_ok_and(|log| log.len() > 0);
    // Another file of that name has its own log: this one is a copy.
    let is_itself = fs::metadata(&former).map_or(true, |other| {
        (other.dev(), other.ino()) == (about.dev(), about.ino())
    });
    (has_log && is_itself && !log_of(path).exists()).then_some(former)
}

/// What [`note`] has stored. The file is read as it is: opened in the usual way, it would get an
/// empty log here.
fn name_in(path: &Path) -> Option<String> {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(format!("{uri}?immutable=1"), flags).ok()?;
    let select = "SELECT value FROM meta WHERE name = ?";
    connection.query_row(select, [NAME], |row| row.get(0)).ok()
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn refused(path: &Path) -> String {
        let opened = [Store::open(path).err(), Store::own(path).err()];
        let why = opened.map(|error| error.map(|error| error.to_string()));
        let [Some(why), Some(own)] = why else {
            panic!("{} is opened: {why:?}", path.display());
        };
        assert_eq!(why, own);
        why
    }

    #[test]
    fn h01_a_file_with_two_names_is_opened_under_none() {
        let folder = tempfile::tempdir().unwrap();
        let [path, hard, soft] =
            ["host.db", "hard.db", "soft.db"].map(|name| folder.path().join(name));
        let store = Store::open(&path).unwrap();
        std::os::unix::fs::symlink(&path, &soft).unwrap();
        drop(Store::open(&soft).unwrap()); // one name only: the link is followed first
        assert!(!folder.path().join("soft.db-wal").exists());
        fs::hard_link(&path, &hard).unwrap();
        for name in [&hard, &path, &soft] {
            let why = refused(name);
            let use_it = format!("use the name {}", path.canonicalize().unwrap().display());
            assert!(why.contains(&use_it), "{why}");
        }
        assert!(!folder.path().join("hard.db-wal").exists());
        drop(store);
        fs::remove_file(&hard).unwrap();
        drop(Store::open(&path).unwrap());
    }

    #[test]
    fn h01_a_file_that_was_renamed_without_its_log_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["host.db", "a b%.db"].map(|name| folder.path().join(name));
        let store = Store::open(&path).unwrap();
        // The files as a kill leaves them; the log stays where it is.
        let (file, log) = (fs::read(&path).unwrap(), fs::read(log_of(&path)).unwrap());
        drop(store);
        fs::remove_file(&path).unwrap();
        fs::write(&other, file).unwrap();
        fs::write(log_of(&path), log).unwrap();
        assert!(log_of(&path).exists());
        let why = refused(&other);
        assert!(
            why.contains("host.db-wal") && why.contains("rename"),
            "{why}"
        );
        fs::rename(&other, &path).unwrap();
        drop(Store::open(&path).unwrap());
        // Closed in order, it has no log, and may have any name.
        fs::rename(&path, &other).unwrap();
        drop(Store::open(&other).unwrap());
        // A copy is another store.
        fs::copy(&other, &path).unwrap();
        let _store = Store::open(&other).unwrap();
        drop(Store::open(&path).unwrap());
    }

    #[test]
    fn h01_a_file_that_is_a_mount_point_is_known_by_the_systems_list() {
        let list = "36 25 254:1 / /data rw,relatime - ext4 /dev/vda1 rw\n\
            77 36 254:1 /real/host.db /data/my\\040host.db rw,relatime - ext4 /dev/vda1 rw\n";
        let at = |path: &str| root_of(list, Path::new(path));
        assert_eq!(at("/data/my host.db").as_deref(), Some("/real/host.db"));
        assert_eq!((at("/data/host.db"), at("/data/my")), (None, None));
    }
}
