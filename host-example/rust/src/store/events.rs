//! Rows of `events`: what the adapters raised, once each.

use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::{Key, RunId, now_ms};

/// What became of an event.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// It had been stored before, and nothing was done.
    pub(crate) duplicate: bool,
    /// The runs that it started.
    pub(crate) starts: Vec<RunId>,
    /// The runs that waited for it.
    pub(crate) continues: Vec<RunId>,
}

/// An event to store.
#[derive(Debug, Clone)]
pub(crate) struct EventRow {
    pub(crate) key: Key,
    pub(crate) name: String,
    /// The instance that it is about.
    pub(crate) instance: String,
    pub(crate) customer: Option<String>,
    /// The customer's user id, beside the number or alone.
    pub(crate) user_id: Option<String>,
    /// The correlation id of the command that it tells about.
    pub(crate) correlation: Option<String>,
    pub(crate) json: String,
}

/// What a run waits for.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) event: String,
    pub(crate) instance: String,
    /// None: anybody's. Empty: that of no customer.
    pub(crate) customer: Option<String>,
    /// The same customer's user id, if it is known.
    pub(crate) user_id: Option<String>,
    pub(crate) condition: Option<String>,
}

/// Stores an event; none if it is stored already.
pub(crate) fn add_event(
    connection: &Connection,
    event: &EventRow,
) -> rusqlite::Result<Option<i64>> {
    let sql = "INSERT OR IGNORE INTO events 
                 (key, at, name, instance, customer, user_id, correlation, json)
               VALUES (:key, :at, :name, :instance, :customer, :user_id, :correlation, :json)";
    let added = connection.prepare_cached(sql)?.execute(named_params! {
        ":key": event.key, ":at": now_ms(), ":name": event.name, ":instance": event.instance,
        ":customer": event.customer, ":user_id": event.user_id,
        ":correlation": event.correlation, ":json": event.json,
    })?;
    Ok((added == 1).then(|| connection.last_insert_rowid()))
}

/// The first event after `mark` that `wait`, of this run, is for and `fits`.
pub(crate) fn event_after(
    connection: &Connection,
    run: RunId,
    mark: i64,
    wait: &Wait,
    fits: impl Fn(&str) -> bool,
) -> rusqlite::Result<Option<(i64, String)>> {
    let sql = "SELECT id, json FROM events
               WHERE id > ?1 AND name = ?2 AND instance = ?3
                 AND (?4 IS NULL OR customer = ?4 OR (?4 = '' AND customer IS NULL)
                      OR user_id = ?4 OR user_id = ?6)
                 AND json IS NOT NULL
                 AND id NOT IN (SELECT event FROM held_back WHERE run = ?5) ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((
        mark,
        &wait.event,
        &wait.instance,
        &wait.customer,
        run,
        &wait.user_id,
    ))?;
    while let Some(row) = rows.next()? {
        let json: String = row.get(1)?;
        if fits(&json) {
            return Ok(Some((row.get(0)?, json)));
        }
    }
    Ok(None)
}

/// The event that tells how a command with this correlation id ended, if one has come.
pub(crate) fn delivery_of(
    connection: &Connection,
    correlation: &str,
) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT json FROM events WHERE correlation = ? AND json IS NOT NULL ORDER BY id";
    connection
        .prepare_cached(sql)?
        .query_row([correlation], |row| row.get(0))
        .optional()
}
