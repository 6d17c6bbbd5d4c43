//! The store's log (WAL): bounded while it is written to, and small when it is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::Connection;

/// How often the log is copied into the database file.
const CHECKPOINT: Duration = Duration::from_millis(500);
/// How large the log may grow before the writer itself empties it.
const LOG_BYTES: u64 = 32 * 1024 * 1024;
/// A log of this size may stay when nobody writes.
const REST_BYTES: u64 = 1024 * 1024;
/// How long the writer waits for readers who still need the log.
const READERS: Duration = Duration::from_millis(250);
/// How long a connection waits for another process otherwise.
pub(super) const OTHERS: Duration = Duration::from_secs(10);

/// The log as the writer sees it, between two transactions.
pub(super) struct Log {
    file: PathBuf,
    /// At which size it is emptied next.
    at: u64,
}

impl Log {
    /// That of the writer's connection, which copies no log by itself any more.
    pub(super) fn of(connection: &Connection) -> Self {
        // The other thread does it, so that no caller waits for it.
        let _ = connection.pragma_update(None, "wal_autocheckpoint", 0);
        let _ = connection.pragma_update(None, "journal_size_limit", REST_BYTES.cast_signed());
        Self {
            file: file_of(Path::new(connection.path().unwrap_or_default())),
            at: LOG_BYTES,
        }
    }

    /// Empties the log if it has grown too large. The log begins anew only if everything is copied at the
    /// moment in which a transaction begins; under load that moment never comes by itself, because this
    /// thread adds to the log while the other one copies it.
    pub(super) fn keep_small(&mut self, connection: &Connection) {
        let bytes = size(&self.file);
        if bytes <= self.at {
            return;
        }
        let _ = connection.busy_timeout(READERS);
        let emptied = checkpoint(connection, "TRUNCATE");
        let _ = connection.busy_timeout(OTHERS);
        // A reader that stays for long holds the log; it is not waited for again at once.
        self.at = match emptied {
            Ok(true) => LOG_BYTES,
            _ => bytes + LOG_BYTES / 4,
        };
    }
}

/// Copies the log into the database file from time to time, beside the writer, and empties it when nothing
/// has been written for a while.
pub(super) fn copy(path: &Path, stopped: &Receiver<()>) {
    let Ok(connection) = Connection::open(path) else {
        return;
    };
    let _ = connection.busy_timeout(READERS);
    let (file, mut before) = (file_of(path), 0);
    while stopped.recv_timeout(CHECKPOINT) == Err(RecvTimeoutError::Timeout) {
        let bytes = size(&file);
        let rests = bytes == before;
        before = bytes;
        if bytes == 0 {
            continue;
        }
        let how = if rests && bytes > REST_BYTES {
            "TRUNCATE"
        } else {
            "PASSIVE"
        };
        if let Err(error) = checkpoint(&connection, how) {
            tracing::warn!(%error, "the store's log could not be copied");
        }
    }
}

/// Whether the whole log was copied.
fn checkpoint(connection: &Connection, how: &str) -> rusqlite::Result<bool> {
    let sql = format!("PRAGMA wal_checkpoint({how})");
    let busy: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(busy == 0)
}

fn file_of(database: &Path) -> PathBuf {
    let mut file = database.as_os_str().to_owned();
    file.push("-wal");
    PathBuf::from(file)
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |about| about.len())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::store::Store;

    #[test]
    fn h17_the_log_stays_bounded_under_load_and_shrinks_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.db");
        let store = Store::open(&path).unwrap();
        let text = "x".repeat(1024 * 1024);
        let log = file_of(&path.canonicalize().unwrap());
        let mut tickets = Vec::new();
        for number in 0..128 {
            let (text, log) = (text.clone(), log.clone());
            // All of it is asked at once, so that the other thread finds no pause to copy in.
            tickets.push(store.writer().ask(move |c: &Connection| {
                let sql = "INSERT INTO meta VALUES (?, ?)";
                c.execute(sql, (format!("text {number}"), &text))?;
                Ok(size(&log))
            }));
        }
        let sizes = tickets.into_iter().map(|ticket| ticket.wait().unwrap());
        let largest = sizes.max().unwrap();
        assert!(largest < LOG_BYTES + 16 * 1024 * 1024, "{largest}");
        let begin = Instant::now();
        while size(&log) > REST_BYTES {
            assert!(begin.elapsed() < Duration::from_secs(60), "{}", size(&log));
            std::thread::sleep(Duration::from_millis(20));
        }
        let sql = "SELECT count(*) FROM meta WHERE name LIKE 'text %'";
        let count: i64 = store
            .reader()
            .unwrap()
            .query_row(sql, [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 128);
    }
}
