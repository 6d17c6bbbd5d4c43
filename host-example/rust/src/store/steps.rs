//! Rows of `steps` and `waits`: what a run has done, is doing, and waits for.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql, named_params};
use serde::Serialize;

use super::{RunId, Settles, now_ms};
use crate::workflow::Outcome;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    /// A command that is about to run, or runs. Found after a crash: nobody knows how it ended.
    #[serde(rename = "started")]
    Intent,
    /// It waits for a time, an event or its next try.
    Waiting,
    /// Nobody knows how the command ended.
    Unknown,
    Done,
    /// The error output was taken.
    Failed,
}

impl StepState {
    fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Waiting => "waiting",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl ToSql for StepState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.name().to_sql()
    }
}

impl FromSql for StepState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let all = [
            Self::Intent,
            Self::Waiting,
            Self::Unknown,
            Self::Done,
            Self::Failed,
        ];
        let mut all = all.into_iter();
        all.find(|state| state.name() == name)
            .ok_or(FromSqlError::InvalidType)
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Error => "error",
        Outcome::Event => "event",
        Outcome::Timeout => "timeout",
    }
}

fn outcome_of(name: &str) -> Option<Outcome> {
    let all = [
        Outcome::Success,
        Outcome::Error,
        Outcome::Event,
        Outcome::Timeout,
    ];
    all.into_iter()
        .find(|outcome| outcome_name(*outcome) == name)
}

/// A step as it was stored.
#[derive(Debug)]
pub(crate) struct StepRow {
    pub(crate) seq: i64,
    pub(crate) name: String,
    pub(crate) state: StepState,
    pub(crate) correlation: Option<String>,
    pub(crate) attempt: u32,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) output: Option<String>,
}

/// The steps of a run, in their order.
pub(crate) fn load_steps(connection: &Connection, run: RunId) -> rusqlite::Result<Vec<StepRow>> {
    let sql = "SELECT seq, name, state, correlation, attempt, outcome, output
               FROM steps WHERE run = ? ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        let outcome: Option<String> = row.get(5)?;
        Ok(StepRow {
            seq: row.get(0)?,
            name: row.get(1)?,
            state: row.get(2)?,
            correlation: row.get(3)?,
            attempt: row.get(4)?,
            outcome: outcome.as_deref().and_then(outcome_of),
            output: row.get(6)?,
        })
    };
    statement.query_map([run], read)?.collect()
}

/// A command about to run.
#[derive(Debug)]
pub(crate) struct Intent {
    pub(crate) run: RunId,
    pub(crate) seq: i64,
    pub(crate) name: String,
    pub(crate) instance: String,
    pub(crate) command: String,
    pub(crate) correlation: String,
    pub(crate) attempt: u32,
    pub(crate) request: String,
}

/// Stores that a command is about to run.
pub(crate) fn begin_step(connection: &Connection, intent: &Intent) -> rusqlite::Result<()> {
    let sql = "INSERT INTO steps (run, seq, name, kind, state, at, instance, command, correlation,
                                  attempt, mark, request)
        VALUES (:run, :seq, :name, 'command', 'intent', :at, :instance, :command, :correlation,
                :attempt, (SELECT coalesce(max(id), 0) FROM events), :request)
        ON CONFLICT (run, seq) DO UPDATE SET state = 'intent', attempt = :attempt";
    let added = connection.prepare_cached(sql)?.execute(named_params! {
        ":run": intent.run, ":seq": intent.seq, ":name": intent.name, ":at": now_ms(),
        ":instance": intent.instance, ":command": intent.command,
        ":correlation": intent.correlation, ":attempt": intent.attempt,
        ":request": intent.request,
    })?;
    debug_assert_eq!(added, 1, "one step is one row");
    Ok(())
}

/// Stores how a step ended; false if it had ended before.
pub(crate) fn end_step(
    connection: &Connection,
    run: RunId,
    seq: i64,
    outcome: Outcome,
    output: &str,
    mark: Option<i64>,
) -> rusqlite::Result<bool> {
    let state = if outcome == Outcome::Error {
        StepState::Failed
    } else {
        StepState::Done
    };
    let sql = "UPDATE steps SET state = ?, outcome = ?, output = ?, ended = ?,
               mark = coalesce(?, mark) WHERE run = ? AND seq = ? AND outcome IS NULL";
    let values = (
        state,
        outcome_name(outcome),
        output,
        now_ms(),
        mark,
        run,
        seq,
    );
    Ok(connection.prepare_cached(sql)?.execute(values)? == 1)
}

/// Stores that a command is tried again later.
pub(crate) fn put_off(connection: &Connection, run: RunId, seq: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE steps SET state = ? WHERE run = ? AND seq = ? AND outcome IS NULL";
    connection
        .prepare_cached(sql)?
        .execute((StepState::Waiting, run, seq))
        .map(drop)
}

/// Stores that a command's end is unknown; `correlation` is what its status will bring. Until then its
/// output is what the adapter has `said` of it.
pub(crate) fn lose_sight(
    connection: &Connection,
    run: RunId,
    seq: i64,
    correlation: &str,
    said: Option<&str>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE steps SET state = ?, correlation = ?, output = ?
               WHERE run = ? AND seq = ? AND outcome IS NULL";
    connection
        .prepare_cached(sql)?
        .execute((StepState::Unknown, correlation, said, run, seq))
        .map(drop)
}

/// A step whose command an event may tell of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OpenStep {
    pub(crate) run: RunId,
    pub(crate) seq: i64,
    pub(crate) state: StepState,
    pub(crate) instance: String,
    pub(crate) command: String,
}

/// The one step that an event with this correlation id, about what has the id `sent`, tells of: none if
/// it tells, or may tell, of a step that has ended, or if it could tell of several. A correlation id that
/// the workflow names itself may be that of many; whose response was erased may be the one. `may_tell`
/// says of which instances' commands the event may tell.
pub(crate) fn step_told_of(
    connection: &Connection,
    correlation: &str,
    sent: &str,
    may_tell: &dyn Fn(&str) -> bool,
) -> rusqlite::Result<Option<OpenStep>> {
    let sql = "SELECT run, seq, state, coalesce(instance, ''), coalesce(command, '')
               FROM steps WHERE correlation = ?1 AND outcome IS NULL
               AND NOT EXISTS (SELECT 1 FROM steps s WHERE correlation = ?1 AND outcome IS NOT NULL
                               AND (output IS NULL OR (json_valid(output) AND ?2 IN (
                                    SELECT value FROM json_each(s.output) WHERE type = 'text'))))";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(OpenStep {
            run: row.get(0)?,
            seq: row.get(1)?,
            state: row.get(2)?,
            instance: row.get(3)?,
            command: row.get(4)?,
        })
    };
    let mut told = None;
    for step in statement.query_map((correlation, sent), read)? {
        let step = step?;
        if may_tell(&step.instance) && told.replace(step).is_some() {
            return Ok(None);
        }
    }
    Ok(told)
}

/// What an event has said of the end of this step's command, if it has come: the first since the step
/// began that [`step_told_of`] it. `may_tell` says whether an event of the first instance may tell of a
/// command of the second.
pub(crate) fn told_of_step(
    connection: &Connection,
    run: RunId,
    seq: i64,
    may_tell: &dyn Fn(&str, &str) -> bool,
) -> rusqlite::Result<Option<(OpenStep, Settles)>> {
    let sql = "SELECT s.correlation, e.settles, e.instance FROM steps s
               JOIN events e ON e.correlation = s.correlation AND e.id > s.mark
               WHERE s.run = ? AND s.seq = ? AND e.settles IS NOT NULL ORDER BY e.id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut events = statement.query((run, seq))?;
    while let Some(row) = events.next()? {
        let (correlation, settles): (String, String) = (row.get(0)?, row.get(1)?);
        let from: String = row.get(2)?;
        let Ok(settles) = serde_json::from_str::<Settles>(&settles) else {
            continue;
        };
        let may_tell = |of: &str| may_tell(&from, of);
        let found = step_told_of(connection, &correlation, &settles.id, &may_tell)?;
        if let Some(step) = found.filter(|step| (step.run, step.seq) == (run, seq)) {
            return Ok(Some((step, settles)));
        }
    }
    Ok(None)
}

/// The last event that a run has seen: what came later may be what it now waits for.
pub(crate) fn last_mark(connection: &Connection, run: RunId) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce((SELECT max(mark) FROM steps WHERE run = ?1),
                               (SELECT event FROM runs WHERE id = ?1))";
    connection
        .prepare_cached(sql)?
        .query_row([run], |row| row.get(0))
}

/// Stores that a run waits for a time, or for an event and at most that time.
pub(crate) fn add_wait(
    connection: &Connection,
    run: RunId,
    seq: i64,
    name: &str,
    event: Option<&super::Wait>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO steps (run, seq, name, kind, state, at, mark)
               VALUES (?1, ?2, ?3, 'wait', 'waiting', ?4, ?5)";
    let mark = last_mark(connection, run)?;
    connection
        .prepare_cached(sql)?
        .execute((run, seq, name, now_ms(), mark))?;
    let Some(wait) = event else { return Ok(()) };
    let sql =
        "INSERT INTO waits (run, seq, event, instance, customer, user_id, subjects, condition)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    connection
        .prepare_cached(sql)?
        .execute((
            run,
            seq,
            &wait.event,
            &wait.instance,
            &wait.customer,
            &wait.user_id,
            &wait.subjects,
            &wait.condition,
        ))
        .map(drop)
}

/// Ends a wait; false if it had ended before.
pub(crate) fn take_wait(connection: &Connection, run: RunId) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM waits WHERE run = ?";
    Ok(connection.prepare_cached(sql)?.execute([run])? == 1)
}
