//! An event comes: it is stored, starts runs, is what a run waited for, and tells how a command ended
//! whose end was unknown; all of that, or nothing.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::Value;

use super::shared::Shared;
use crate::engine::{EventRow, NewRun, Stored, resolved};
use crate::operations::Told;
use crate::store::{
    RunId, RunState, StepState, StoreError, add_event, add_run, end_step, hold_back, lane, lane_of,
    open_run_before, resolve_recipient, set_state, step_told_of, take_wait, waits_for,
};
use crate::workflow::Outcome;

pub(super) fn store(
    shared: &Arc<Shared>,
    event: EventRow,
    starts: Vec<NewRun>,
) -> Result<Stored, StoreError> {
    let keep = Arc::clone(shared);
    let told = (event.clone(), starts.clone());
    let work = move |connection: &Connection| add(connection, &keep, &event, &starts);
    let added = shared.store.writer().ask(work).wait()?;
    let (event, starts) = told;
    shared.metrics.event(&event, added.stored.duplicate);
    shared.feed.tell(|| Told::event(&event, &added.stored));
    for (id, started) in added.stored.starts.iter().zip(&added.started) {
        if let Some(run) = starts.get(*started) {
            shared.tell_started(*id, run);
        }
    }
    // Only now, so that nothing of a run is told before its start.
    for (run, lane) in added.woken {
        shared.queue.add(run, lane);
    }
    Ok(added.stored)
}

struct Added {
    stored: Stored,
    /// Which of the runs to start were started.
    started: Vec<usize>,
    /// Runs that can go on now, with their lanes.
    woken: Vec<(RunId, i64)>,
}

fn add(
    connection: &Connection,
    shared: &Shared,
    event: &EventRow,
    starts: &[NewRun],
) -> rusqlite::Result<Added> {
    let mut added = Added {
        stored: Stored::default(),
        started: Vec::new(),
        woken: Vec::new(),
    };
    let Some(row) = add_event(connection, event)? else {
        added.stored.duplicate = true;
        return Ok(added);
    };
    for (place, run) in starts.iter().enumerate() {
        if let Some(open) = open_run_before(connection, run)? {
            // Whether that run waits already or not: what is asked later is not answered by this.
            hold_back(connection, open, row)?;
            continue;
        }
        let mut run = run.clone();
        run.lane = lane(connection, &run)?;
        if let Some(id) = add_run(connection, &run, row)? {
            added.stored.starts.push(id);
            added.started.push(place);
            added.woken.push((id, run.lane));
        }
    }
    let waits = waits_for(connection, event)?;
    if waits.is_empty() && event.settles.is_none() {
        return Ok(added);
    }
    let json: Value = crate::json::parse(&event.json).unwrap_or_default();
    for (run, seq, condition) in waits {
        if shared.definitions.holds(condition.as_deref(), &json) && take_wait(connection, run)? {
            end_step(connection, run, seq, Outcome::Event, &event.json, Some(row))?;
            set_state(connection, run, RunState::Ready, None)?;
            added.stored.continues.push(run);
            added.woken.push((run, lane_of(connection, run)?));
        }
    }
    if let (Some(correlation), Some(settles)) = (&event.correlation, &event.settles) {
        // One that still runs is left alone: its own end tells, and looks for this event if not.
        let may_tell = |of: &str| shared.may_tell(&event.instance, of);
        let open = step_told_of(connection, correlation, &settles.id, &may_tell)?;
        if let Some(step) = open.filter(|step| step.state == StepState::Unknown) {
            let traits = shared.commands.traits(&step.instance, &step.command);
            let (outcome, response) = resolved(settles, &traits);
            let (run, output) = (step.run, response.to_string());
            end_step(connection, run, step.seq, outcome, &output, None)?;
            set_state(connection, run, RunState::Ready, None)?;
            added.woken.push((run, lane_of(connection, run)?));
        }
        resolve_recipient(connection, correlation, settles, &may_tell)?;
    }
    Ok(added)
}
