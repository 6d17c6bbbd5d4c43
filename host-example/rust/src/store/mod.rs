//! What must last, in one `SQLite` file: events, runs and their steps, broadcasts.
//!
//! One thread writes; what many callers ask of it at the same time goes to the disk together
//! ([`Writer`]). Readers have connections of their own and are never in the writer's way (WAL).

mod broadcasts;
mod erasure;
mod error;
mod events;
mod rows;
mod runs;
mod schema;
mod steps;
mod view;
mod writer;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags};

pub(crate) use broadcasts::{BroadcastRow, Recipient, resolve_recipient};
pub(crate) use erasure::{erase_customer, purge};
pub(crate) use error::StoreError;
pub(crate) use events::{EventRow, Wait, add_event, delivery_of, event_after};
pub(crate) use rows::{Json, Key, RunId};
pub(crate) use runs::{
    NewRun, RunRow, RunState, add_run, end_run, lane_of, load_run, open_runs, set_state,
};
pub(crate) use steps::{
    Intent, StepRow, StepState, add_wait, begin_step, end_step, last_mark, load_steps, lose_sight,
    message_of, put_off, step_told_of, take_wait, told_of_step, waits_for,
};
pub(crate) use view::{RunView, recent_runs};
pub(crate) use writer::Writer;

/// The file, and who writes to it.
pub(crate) struct Store {
    path: PathBuf,
    writer: Writer,
    id: String,
}

impl Store {
    /// Opens the file, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// It cannot be opened, it is no such file, or a later version of this program wrote it.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(directory) = path.parent().filter(|name| !name.as_os_str().is_empty()) {
            std::fs::create_dir_all(directory)
                .map_err(|error| StoreError::new(path, &error.to_string()))?;
        }
        let mut connection =
            Connection::open(path).map_err(|error| StoreError::at(path, &error))?;
        let id = schema::prepare(&mut connection).map_err(|why| StoreError::new(path, &why))?;
        only_for_the_owner(path)?;
        let writer =
            Writer::start(connection).map_err(|error| StoreError::new(path, &error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            writer,
            id,
        })
    }

    /// The one who writes.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
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

/// Customers' texts are in the file: nobody else on the machine may read it.
fn only_for_the_owner(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| StoreError::new(path, &error.to_string()))
}
