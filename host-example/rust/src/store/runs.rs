//! Rows of `runs`.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, named_params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Key, RunId, now_ms};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunState {
    /// It can go on at once.
    Ready,
    /// It waits for a time, an event, or its next try.
    Waiting,
    /// A command of it has an unknown outcome, and it waits for the status that tells.
    Unknown,
    Done,
    Failed,
}

impl RunState {
    pub(crate) const ALL: [Self; 5] = [
        Self::Ready,
        Self::Waiting,
        Self::Unknown,
        Self::Done,
        Self::Failed,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl ToSql for RunState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.name().to_sql()
    }
}

impl FromSql for RunState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let mut all = Self::ALL.into_iter();
        all.find(|state| state.name() == name)
            .ok_or(FromSqlError::InvalidType)
    }
}

/// A run to store.
#[derive(Debug, Clone)]
pub(crate) struct NewRun {
    /// The definition's JSON.
    pub(crate) definition: std::sync::Arc<str>,
    pub(crate) workflow: String,
    pub(crate) trigger: String,
    pub(crate) instance: String,
    pub(crate) customer: Option<String>,
    /// The customer's user id, beside the number or alone.
    pub(crate) user_id: Option<String>,
    /// All subjects, if they are more than those two: a JSON array.
    pub(crate) subjects: Option<String>,
    /// A second run with the same key is not stored.
    pub(crate) key: Option<Key>,
    /// Runs in one lane are run one at a time, in their order; 0 is no lane.
    pub(crate) lane: i64,
    /// One JSON object.
    pub(crate) properties: String,
    /// Whether it is not stored while another run of its trigger is open for its customer.
    pub(crate) one_per_customer: bool,
}

/// Stores that an event is no answer to what a run asks after it.
pub(crate) fn hold_back(connection: &Connection, run: RunId, event: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO held_back (run, event) VALUES (?, ?)")?
        .execute((run, event))
        .map(drop)
}

/// Whether a run has not ended; false also if it is not there any more.
pub(crate) fn is_open(connection: &Connection, id: RunId) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ? AND ended IS NULL)";
    connection
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
}

/// Stores a run; none if there is one with its key. `event` is the row that started it.
pub(crate) fn add_run(
    connection: &Connection,
    run: &NewRun,
    event: i64,
) -> rusqlite::Result<Option<RunId>> {
    let hash = Sha256::digest(run.definition.as_bytes());
    let hash: &[u8] = hash.as_ref();
    connection
        .prepare_cached("INSERT OR IGNORE INTO definitions (hash, json) VALUES (?, ?)")?
        .execute((hash, &*run.definition))?;
    let sql = "INSERT OR IGNORE INTO runs
        (at, definition, workflow, trigger, instance, customer, user_id, subjects, key, event, lane,
         properties, state)
        VALUES (:at, :definition, :workflow, :trigger, :instance, :customer, :user_id, :subjects, :key,
                :event, :lane, :properties, 'ready')";
    let added = connection.prepare_cached(sql)?.execute(named_params! {
        ":at": now_ms(), ":definition": hash, ":workflow": run.workflow, ":trigger": run.trigger,
        ":instance": run.instance, ":customer": run.customer, ":user_id": run.user_id,
        ":subjects": run.subjects, ":key": run.key, ":event": event,
        ":lane": run.lane, ":properties": run.properties,
    })?;
    Ok((added == 1).then(|| RunId(connection.last_insert_rowid())))
}

/// A run as it was stored.
#[derive(Debug)]
pub(crate) struct RunRow {
    pub(crate) id: RunId,
    pub(crate) definition_hash: Vec<u8>,
    pub(crate) workflow: String,
    pub(crate) trigger: String,
    pub(crate) instance: String,
    pub(crate) customer: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) subjects: Option<String>,
    pub(crate) event: i64,
    pub(crate) properties: Option<String>,
    pub(crate) state: RunState,
}

/// Reads a run and, unless `known` says that it is known already, its definition's JSON.
pub(crate) fn load_run(
    connection: &Connection,
    id: RunId,
    known: impl FnOnce(&[u8]) -> bool,
) -> rusqlite::Result<Option<(RunRow, Option<String>)>> {
    let sql =
        "SELECT id, definition, workflow, trigger, instance, customer, event, properties, state,
                      user_id, subjects
               FROM runs WHERE id = ?";
    let read = |row: &Row<'_>| {
        Ok(RunRow {
            id: row.get(0)?,
            definition_hash: row.get(1)?,
            workflow: row.get(2)?,
            trigger: row.get(3)?,
            instance: row.get(4)?,
            customer: row.get(5)?,
            event: row.get(6)?,
            properties: row.get(7)?,
            state: row.get(8)?,
            user_id: row.get(9)?,
            subjects: row.get(10)?,
        })
    };
    let run = connection
        .prepare_cached(sql)?
        .query_row([id], read)
        .optional()?;
    let Some(run) = run else { return Ok(None) };
    if known(&run.definition_hash) {
        return Ok(Some((run, None)));
    }
    let definition = connection
        .prepare_cached("SELECT json FROM definitions WHERE hash = ?")?
        .query_row([&run.definition_hash], |row| row.get(0))?;
    Ok(Some((run, Some(definition))))
}

/// A run that has not ended.
#[derive(Debug)]
pub(crate) struct OpenRun {
    pub(crate) id: RunId,
    pub(crate) lane: i64,
    pub(crate) state: RunState,
    /// When to look at it again.
    pub(crate) wake: Option<i64>,
}

/// Every run that has not ended, oldest first.
pub(crate) fn open_runs(connection: &Connection) -> rusqlite::Result<Vec<OpenRun>> {
    let sql = "SELECT id, lane, state, wake FROM runs WHERE ended IS NULL ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(OpenRun {
            id: row.get(0)?,
            lane: row.get(1)?,
            state: row.get(2)?,
            wake: row.get(3)?,
        })
    })?;
    rows.collect()
}

/// The lane of a run.
pub(crate) fn lane_of(connection: &Connection, id: RunId) -> rusqlite::Result<i64> {
    let sql = "SELECT lane FROM runs WHERE id = ?";
    connection
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
}

/// Sets where a run stands and when to look at it again.
pub(crate) fn set_state(
    connection: &Connection,
    id: RunId,
    state: RunState,
    wake: Option<i64>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE runs SET state = ?, wake = ? WHERE id = ? AND ended IS NULL";
    connection
        .prepare_cached(sql)?
        .execute((state, wake, id))
        .map(drop)
}

/// Ends a run. The body of a webhook that has been processed is not needed any more: its events are
/// stored, so it goes at once.
pub(crate) fn end_run(
    connection: &Connection,
    run: &RunRow,
    state: RunState,
    error: Option<&str>,
    output: &str,
) -> rusqlite::Result<()> {
    let keep = run.event != 0 || state == RunState::Failed;
    let sql = "UPDATE runs SET state = ?, wake = NULL, ended = ?, error = ?, output = ?,
               properties = CASE WHEN ? THEN properties END WHERE id = ? AND ended IS NULL";
    connection
        .prepare_cached(sql)?
        .execute((state, now_ms(), error, output, keep, run.id))
        .map(drop)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::{message, run as fixture, store};
    use super::super::{Wait, add_event, event_after, open_run_before};
    use super::*;

    #[test]
    fn h12_an_event_that_started_nothing_is_no_answer_to_what_is_asked_later() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            let event = |text: &str| {
                let row = message(text, Some("1650"), &json!({"text": text}));
                Ok::<_, rusqlite::Error>(add_event(c, &row)?.unwrap())
            };
            let new = NewRun {
                key: None,
                one_per_customer: true,
                ..fixture("1650")
            };
            let mark = event("hello")?;
            assert_eq!(open_run_before(c, &new)?, None);
            let run = add_run(c, &new, mark)?.unwrap();
            assert_eq!(open_run_before(c, &new)?, Some(run));
            let free = NewRun {
                one_per_customer: false,
                ..new.clone()
            };
            assert_eq!(open_run_before(c, &free)?, None);
            let wait = Wait {
                event: "customer_message".to_owned(),
                instance: "sales".to_owned(),
                customer: Some("1650".to_owned()),
                user_id: None,
                subjects: None,
                condition: None,
            };
            // Before the run begins to wait.
            hold_back(c, run, event("hello?")?)?;
            assert_eq!(event_after(c, run, mark, &wait, |_| true)?, None);
            let answer = event("yes")?;
            let found = event_after(c, run, mark, &wait, |_| true)?;
            assert_eq!(found.map(|(row, _)| row), Some(answer));
            c.execute("UPDATE runs SET ended = 1 WHERE id = ?", [run])?;
            assert_eq!(open_run_before(c, &new)?, None, "it has ended");
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
