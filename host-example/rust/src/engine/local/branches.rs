//! The branches on a run's way, for people. They are not stored: the definition, the properties and the
//! steps that are stored decide them, and decide them again here.

use std::collections::HashMap;

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::advance::json_of;
use crate::engine::RunView;
use crate::engine::definitions::Definitions;
use crate::store::{RunState, StepRow, StepState, StepView, load_run, load_steps};
use crate::workflow::{Compiled, Done, Next, Passed, Progress, StepKind};

/// The run with the branches between its steps. Of a run whose properties were erased nobody knows them.
pub(super) fn with_branches(
    reader: &Connection,
    definitions: &Definitions,
    run: RunView,
) -> rusqlite::Result<RunView> {
    let known = |hash: &[u8]| definitions.get(hash).is_some();
    let Some((row, json)) = load_run(reader, run.id, known)? else {
        return Ok(run);
    };
    let properties = row.properties.as_deref().map(serde_json::from_str);
    let workflow = definitions.of(&row.definition_hash, json.as_deref());
    let (Ok(workflow), Some(Ok(properties))) = (workflow, properties) else {
        return Ok(run);
    };
    let mut kinds = workflow.definition.steps.iter().map(|step| &step.kind);
    if !kinds.any(|kind| matches!(kind, StepKind::Branch { .. })) {
        return Ok(run);
    }
    let stored = load_steps(reader, run.id)?;
    Ok(on_the_way(&workflow, &properties, stored, run))
}

/// Goes the way again and adds each branch before the step that it led to. A branch that leads elsewhere
/// now than it did then is left out: what it was decided by has been erased.
fn on_the_way(
    workflow: &Compiled,
    properties: &Map<String, Value>,
    stored: Vec<StepRow>,
    run: RunView,
) -> RunView {
    let mut stored: HashMap<i64, StepRow> =
        stored.into_iter().map(|step| (step.seq, step)).collect();
    let mut progress = Progress::new(workflow, properties);
    let mut steps = Vec::new();
    let mut last = (0, run.started_at);
    let mut shown = run.steps.into_iter();
    for step in shown.by_ref() {
        let (passed, next) = progress.next();
        if name_of(&next) == Some(step.name.as_str()) {
            steps.extend(passed.into_iter().map(|branch| view(last, branch)));
        }
        let done = stored.remove(&step.seq).and_then(ended);
        last = (step.seq, step.ended_at.unwrap_or(step.at));
        steps.push(step);
        let Some(done) = done else {
            // It has not ended, or nobody knows any more with what: nothing follows from it.
            steps.extend(shown);
            return RunView { steps, ..run };
        };
        progress.pass(&done);
    }
    let (passed, next) = progress.next();
    let has_ended = matches!(run.state, RunState::Done | RunState::Failed);
    if !has_ended || name_of(&next).is_none() {
        steps.extend(passed.into_iter().map(|branch| view(last, branch)));
    }
    RunView { steps, ..run }
}

fn ended(step: StepRow) -> Option<Done> {
    let output = step.output?;
    Some(Done {
        step: step.name,
        outcome: step.outcome?,
        output: json_of(Some(&output)),
    })
}

/// The step that comes next; none at the end.
fn name_of(next: &Next) -> Option<&str> {
    match next {
        Next::Command(call) => Some(&call.step),
        Next::Wait(wait) => Some(&wait.step),
        Next::End(_) | Next::Fail(_) => None,
    }
}

/// A branch takes no time: it is decided when the step before it has ended, whose number it has, too.
fn view((seq, at): (i64, i64), branch: Passed) -> StepView {
    StepView {
        seq,
        name: branch.step,
        kind: "branch".to_owned(),
        state: StepState::Done,
        at,
        ended_at: Some(at),
        command: None,
        correlation_id: None,
        request: None,
        output: Some(json!({"taken": branch.taken})),
    }
}

#[cfg(test)]
#[path = "branches_tests.rs"]
mod tests;
