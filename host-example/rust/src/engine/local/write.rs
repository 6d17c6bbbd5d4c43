//! What a run stores between two steps: how the last one ended and what comes now, at once.

use rusqlite::Connection;
use serde_json::Value;

use super::shared::Shared;
use crate::engine::resolved;
use crate::store::{
    Intent, RunRow, RunState, Wait, add_wait, begin_step, end_run, end_step, event_after, is_open,
    last_mark, lose_sight, put_off, set_state, take_wait, told_of_step,
};
use crate::workflow::Outcome;

/// How a step ended.
#[derive(Debug)]
pub(super) struct Finish {
    pub(super) seq: i64,
    pub(super) outcome: Outcome,
    pub(super) output: String,
    /// The step's row if it has none yet: one that may be repeated gets it only now.
    pub(super) begin: Option<Intent>,
}

/// What comes now.
#[derive(Debug)]
pub(super) enum Begin {
    /// Nothing that must be stored before it happens.
    Nothing,
    /// A command runs.
    Command(Intent),
    /// The run waits for a time, or for an event and at most that time.
    Wait {
        seq: i64,
        name: String,
        until: i64,
        event: Option<Wait>,
    },
    /// The command is tried again later.
    Again { intent: Intent, at: i64 },
    /// Nobody knows how the command ended.
    Unknown {
        seq: i64,
        correlation: String,
        until: i64,
        /// What the adapter says of it.
        said: Option<String>,
    },
    /// The run has ended.
    End {
        state: RunState,
        error: Option<String>,
        output: String,
    },
}

/// What was found while it was stored.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    /// The event that the run would have waited for.
    Event(String),
    /// How the command ended.
    Resolved(Outcome, Value),
    /// The run has been ended meanwhile by somebody else, and nothing was stored.
    Ended,
}

/// Stores both.
pub(super) fn write(
    connection: &Connection,
    shared: &Shared,
    run: &RunRow,
    finish: Option<&Finish>,
    begin: &Begin,
) -> rusqlite::Result<Found> {
    // `erase` may have ended it beside this process; what it does next would be stored again.
    if !is_open(connection, run.id)? {
        return Ok(Found::Ended);
    }
    if let Some(finish) = finish {
        if let Some(intent) = &finish.begin {
            begin_step(connection, intent)?;
        }
        end_step(
            connection,
            run.id,
            finish.seq,
            finish.outcome,
            &finish.output,
            None,
        )?;
    }
    match begin {
        Begin::Nothing => {}
        Begin::Command(intent) => begin_step(connection, intent)?,
        Begin::Wait {
            seq,
            name,
            until,
            event,
        } => {
            let mark = last_mark(connection, run.id)?;
            add_wait(connection, run.id, *seq, name, event.as_ref())?;
            if let Some(wait) = event {
                let holds = |json: &str| {
                    let event = crate::json::parse(json).unwrap_or_default();
                    shared.definitions.holds(wait.condition.as_deref(), &event)
                };
                // A quick customer answers before the run has begun to wait.
                if let Some((row, json)) = event_after(connection, run.id, mark, wait, holds)? {
                    take_wait(connection, run.id)?;
                    end_step(connection, run.id, *seq, Outcome::Event, &json, Some(row))?;
                    return Ok(Found::Event(json));
                }
            }
            set_state(connection, run.id, RunState::Waiting, Some(*until))?;
        }
        Begin::Again { intent, at } => {
            begin_step(connection, intent)?;
            put_off(connection, run.id, intent.seq)?;
            set_state(connection, run.id, RunState::Waiting, Some(*at))?;
        }
        Begin::Unknown {
            seq,
            correlation,
            until,
            said,
        } => {
            lose_sight(connection, run.id, *seq, correlation, said.as_deref())?;
            let may_tell = |from: &str, of: &str| shared.may_tell(from, of);
            if let Some((step, settles)) = told_of_step(connection, run.id, *seq, &may_tell)? {
                let traits = shared.commands.traits(&step.instance, &step.command);
                let (outcome, response) = resolved(&settles, &traits);
                let output = response.to_string();
                end_step(connection, run.id, *seq, outcome, &output, None)?;
                return Ok(Found::Resolved(outcome, response));
            }
            set_state(connection, run.id, RunState::Unknown, Some(*until))?;
        }
        Begin::End {
            state,
            error,
            output,
        } => end_run(connection, run, *state, error.as_deref(), output)?,
    }
    Ok(Found::Nothing)
}
