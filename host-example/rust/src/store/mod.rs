//! What must last, in one `SQLite` file: events, runs and their steps, broadcasts.
//!
//! One thread writes; what many callers ask of it at the same time goes to the disk together
//! ([`Writer`]). Readers have connections of their own and are never in the writer's way (WAL).

mod access;
mod broadcasts;
mod erased;
mod erasure;
mod error;
mod events;
#[cfg(test)]
pub(crate) mod fixtures;
mod identities;
mod log;
mod names;
mod owner;
mod personal;
mod purge;
mod residue;
mod rows;
mod runs;
mod schedules;
mod schema;
mod steps;
mod subjects;
mod view;
mod writer;

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags};

use access::only_for_the_owner;

pub(crate) use broadcasts::{BroadcastRow, Recipient, resolve_recipient};
pub(crate) use erased::Erased;
pub(crate) use erasure::erase_customer;
pub(crate) use error::StoreError;
pub(crate) use events::{EventRow, Settles, Stored, Wait, add_event, settled};
pub(crate) use owner::Turn;
pub(crate) use purge::purge;
pub(crate) use rows::{Json, Key, RunId};
pub(crate) use runs::{
    NewRun, RunRow, RunState, add_run, end_run, hold_back, is_open, lane_of, load_run, open_runs,
    set_state,
};
pub(crate) use schedules::occurs;
#[cfg(feature = "restate")]
pub(crate) use schedules::{Noted, noted};
pub(crate) use steps::{
    Intent, StepRow, StepState, add_wait, begin_step, end_step, last_mark, load_steps, lose_sight,
    put_off, step_told_of, take_wait, told_of_step,
};
pub(crate) use subjects::{event_after, lane, open_run_before, subjects_column, waits_for};
pub(crate) use view::{RunView, StepView, recent_runs};
pub(crate) use writer::Writer;

/// The file, and who writes to it.
pub(crate) struct Store {
    path: PathBuf,
    writer: Writer,
    id: String,
    /// Dropped last, when no connection is open any more.
    _owner: Option<owner::Owner>,
}

impl Store {
    /// Opens the file, makes it if there is none, and brings its schema up to date. Any number of
    /// processes may: who runs workflows calls [`Store::own`].
    ///
    /// # Errors
    /// It cannot be opened, it is no such file, it has another name, or a later version of this program
    /// wrote it.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let path = create(path)?;
        Self::open_as(path, None)
    }

    /// The same for the one process that runs the store's workflows; it is the owner until it ends.
    ///
    /// # Errors
    /// As [`Store::open`], and if the store is in use by another owner: that one's process id is named.
    pub(crate) fn own(path: &Path) -> Result<Self, StoreError> {
        let path = create(path)?;
        let owner = owner::Owner::of(&path)?;
        Self::open_as(path, Some(owner))
    }

    /// Opens the file if there is one.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub(crate) fn open_existing(path: &Path) -> Result<Option<Self>, StoreError> {
        if path.exists() {
            Self::open(path).map(Some)
        } else {
            Ok(None)
        }
    }

    fn open_as(path: PathBuf, owner: Option<owner::Owner>) -> Result<Self, StoreError> {
        names::only_one(&path)?;
        let mut connection =
            Connection::open(&path).map_err(|error| StoreError::at(&path, &error))?;
        let id = schema::prepare(&mut connection).map_err(|why| StoreError::new(&path, &why))?;
        names::note(&connection, &path).map_err(|error| StoreError::at(&path, &error))?;
        let writer = Writer::start(connection)
            .map_err(|error| StoreError::new(&path, &error.to_string()))?;
        Ok(Self {
            path,
            writer,
            id,
            _owner: owner,
        })
    }

    /// The one who writes.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// The right to send a broadcast; none while another process sends it.
    pub(crate) fn turn(&self, broadcast: i64) -> Result<Option<Turn>, StoreError> {
        Turn::of(&self.path, broadcast)
    }

    /// The process that runs the workflows, if one does.
    pub(crate) fn owner(&self) -> Option<u32> {
        owner::of_store(&self.path)
    }

    /// A random name of this file, so that correlation ids of two files are never the same.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// A connection for reading.
    pub(crate) fn reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(&self.path, flags).and_then(|reader| {
            reader.busy_timeout(Duration::from_secs(10))?;
            reader.pragma_update(None, "cache_size", -256)?; // KiB
            Ok(reader)
        });
        reader.map_err(|error| StoreError::at(&self.path, &error))
    }
}

/// Now, as Unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Makes the file if there is none; answers its real path. Customers' texts are in it: nobody else on
/// the machine may read it. It has its mode before `SQLite` opens it, which gives the same mode to the
/// files beside it, so that none of them is readable by others for a moment.
fn create(path: &Path) -> Result<PathBuf, StoreError> {
    let wrong = |error: std::io::Error| StoreError::new(path, &error.to_string());
    if let Some(directory) = path.parent().filter(|name| !name.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory).map_err(wrong)?;
    }
    if !path.exists() {
        // Not opened if it exists: closing a second descriptor would drop SQLite's locks.
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)
            .map_err(wrong)?;
    }
    let path = path.canonicalize().map_err(wrong)?;
    only_for_the_owner(&path)?;
    for beside in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        if Path::new(&name).exists() {
            only_for_the_owner(Path::new(&name))?; // an earlier version made it readable
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn h18_every_file_of_the_store_is_for_its_owner_only_from_its_first_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.db");
        let modes = || {
            let files = std::fs::read_dir(folder.path()).unwrap();
            let mut modes: Vec<_> = files
                .map(|file| {
                    let file = file.unwrap();
                    let mode = file.metadata().unwrap().permissions().mode() & 0o777;
                    (file.file_name().into_string().unwrap(), mode)
                })
                .collect();
            modes.sort();
            modes
        };
        let all = ["host.db", "host.db-lock", "host.db-shm", "host.db-wal"];
        let expected: Vec<_> = all.map(|name| (name.to_owned(), 0o600)).into();
        let store = Store::own(&path).unwrap();
        assert_eq!(modes(), expected);
        // One that an earlier version has left behind.
        for name in ["host.db", "host.db-shm", "host.db-wal"] {
            let readable = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(folder.path().join(name), readable).unwrap();
        }
        let beside = Store::open(&path).unwrap();
        assert_eq!(modes(), expected);
        drop((beside, store));
    }
}
