//! Recent runs and their steps, for people.

use rusqlite::{Connection, Row};
use serde::Serialize;
use serde_json::Value;

use super::{Json, RunId, RunState, StepState};

/// A run as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunView {
    pub(crate) id: RunId,
    pub(crate) workflow: String,
    pub(crate) trigger: String,
    pub(crate) instance: String,
    pub(crate) customer: String,
    pub(crate) state: RunState,
    pub(crate) error: String,
    pub(crate) started_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) steps: Vec<StepView>,
}

/// A step as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepView {
    pub(crate) seq: i64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) state: StepState,
    pub(crate) at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) command: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) request: Option<Value>,
    pub(crate) output: Option<Value>,
}

/// The newest runs, the newest first.
pub(crate) fn recent_runs(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<RunView>> {
    let sql = "SELECT id, workflow, trigger, instance, coalesce(customer, ''), state,
                      coalesce(error, ''), at, ended FROM runs ORDER BY id DESC LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(RunView {
            id: row.get(0)?,
            workflow: row.get(1)?,
            trigger: row.get(2)?,
            instance: row.get(3)?,
            customer: row.get(4)?,
            state: row.get(5)?,
            error: row.get(6)?,
            started_at: row.get(7)?,
            ended_at: row.get(8)?,
            steps: Vec::new(),
        })
    };
    let runs = statement.query_map([limit], read)?;
    runs.map(|run| {
        let run = run?;
        let steps = steps(connection, run.id)?;
        Ok(RunView { steps, ..run })
    })
    .collect()
}

fn steps(connection: &Connection, run: RunId) -> rusqlite::Result<Vec<StepView>> {
    let sql = "SELECT seq, name, kind, state, at, ended, command, correlation, request, output
               FROM steps WHERE run = ? ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let json = |row: &Row<'_>, column| {
        let json: Option<Json> = row.get(column)?;
        Ok::<_, rusqlite::Error>(json.map(|json| json.0))
    };
    let read = |row: &Row<'_>| {
        Ok(StepView {
            seq: row.get(0)?,
            name: row.get(1)?,
            kind: row.get(2)?,
            state: row.get(3)?,
            at: row.get(4)?,
            ended_at: row.get(5)?,
            command: row.get(6)?,
            correlation_id: row.get(7)?,
            request: json(row, 8)?,
            output: json(row, 9)?,
        })
    };
    statement.query_map([run], read)?.collect()
}
