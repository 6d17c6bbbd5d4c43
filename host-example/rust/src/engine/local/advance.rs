//! One run goes on, from where it was stored to where it must wait or ends.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::queue::Turn;
use super::shared::Shared;
use super::write::{Begin, Finish, Found, write};
use crate::engine::{Ended, unresolved};
use crate::operations::{StepTold, Told};
use crate::store::{
    RunId, RunRow, RunState, StepRow, StepState, StoreError, load_run, load_steps, now_ms,
};
use crate::workflow::{Compiled, Done, Next, Outcome, Progress};

/// How long a run pauses that could not be stored or read.
const PAUSE_MS: i64 = 1000;

/// The instance whose commands a run waits for; none if it has paused or ended.
type Parks = Option<String>;

/// Goes on with a run as far as it goes.
pub(super) fn advance(shared: &Arc<Shared>, reader: &Connection, turn: &Turn) -> Parks {
    go_on(shared, reader, turn).unwrap_or_else(|error| {
        tracing::error!(run = %turn.run, %error, "run paused: the store is unavailable");
        shared
            .queue
            .add_at(turn.run, turn.lane, now_ms() + PAUSE_MS);
        None
    })
}

fn go_on(shared: &Arc<Shared>, reader: &Connection, turn: &Turn) -> Result<Parks, StoreError> {
    let known = |hash: &[u8]| shared.definitions.get(hash).is_some();
    let Some((row, json)) = load_run(reader, turn.run, known)? else {
        return Ok(None);
    };
    if matches!(row.state, RunState::Done | RunState::Failed) {
        return Ok(None);
    }
    let steps = load_steps(reader, turn.run)?;
    let workflow = shared.definitions.of(&row.definition_hash, json.as_deref());
    let properties = row
        .properties
        .as_deref()
        .map(serde_json::from_str::<Map<String, Value>>);
    let (workflow, properties) = match (workflow, properties) {
        (Ok(workflow), Some(Ok(properties))) => (workflow, properties),
        (workflow, _) => {
            let why = workflow
                .err()
                .unwrap_or_else(|| "its properties are gone".to_owned());
            let run = Run::new(shared, row, turn);
            run.end(None, RunState::Failed, Some(why), &Value::Null)?;
            return Ok(None);
        }
    };
    Run::new(shared, row, turn).go_on(&workflow, &properties, steps)
}

/// A run that goes on now.
pub(super) struct Run<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) row: Arc<RunRow>,
    pub(super) turn: &'a Turn,
    /// The number of the step that it is at.
    pub(super) seq: i64,
}

/// Whether a step has ended, or the run must wait.
pub(super) enum Pace {
    Ended(Finish, Done),
    /// It has ended, and that is stored.
    Stored(Done),
    Pause,
    /// Every place among the commands of this instance is taken.
    Park(String),
}

impl<'a> Run<'a> {
    fn new(shared: &'a Arc<Shared>, row: RunRow, turn: &'a Turn) -> Self {
        Self {
            shared,
            row: Arc::new(row),
            turn,
            seq: 0,
        }
    }

    fn go_on(
        mut self,
        workflow: &Compiled,
        properties: &Map<String, Value>,
        steps: Vec<StepRow>,
    ) -> Result<Parks, StoreError> {
        let mut progress = Progress::new(workflow, properties);
        let mut open = None;
        for step in steps {
            self.seq = step.seq;
            match step.outcome {
                Some(outcome) => progress.pass(&Done {
                    step: step.name,
                    outcome,
                    output: json_of(step.output.as_deref()),
                }),
                None => open = Some(step),
            }
        }
        let mut finish = None;
        if let Some(step) = open {
            let (_, next) = progress.next();
            match self.take_up(&step, next)? {
                Pace::Pause => return Ok(None),
                Pace::Park(instance) => return Ok(Some(instance)),
                Pace::Ended(ended, done) => {
                    progress.pass(&done);
                    self.tell_done(&done, &progress);
                    finish = Some(ended);
                }
                Pace::Stored(done) => {
                    progress.pass(&done);
                    self.tell_done(&done, &progress);
                }
            }
        }
        loop {
            if self.shared.queue.is_stopped() {
                if let Some(finish) = finish {
                    self.store(Some(finish), Begin::Nothing)?;
                }
                return Ok(None);
            }
            let (passed, next) = progress.next();
            for branch in passed {
                self.tell_step(
                    &branch.step,
                    "branch",
                    StepState::Done,
                    &branch.taken,
                    || serde_json::json!({"taken": branch.taken}),
                );
            }
            self.seq += 1;
            let pace = match next {
                Next::End(output) => {
                    self.end(finish, RunState::Done, None, &output)?;
                    return Ok(None);
                }
                Next::Fail(why) => {
                    self.end(finish, RunState::Failed, Some(why), &Value::Null)?;
                    return Ok(None);
                }
                Next::Wait(wait) => self.wait(finish.take(), wait)?,
                Next::Command(call) => self.command(finish.take(), &call, 1)?,
            };
            let done = match pace {
                Pace::Pause => return Ok(None),
                Pace::Park(instance) => return Ok(Some(instance)),
                Pace::Ended(ended, done) => {
                    finish = Some(ended);
                    done
                }
                Pace::Stored(done) => done,
            };
            progress.pass(&done);
            self.tell_done(&done, &progress);
        }
    }

    /// Goes on with a step that had begun: after a crash, when its time has come, or for nothing.
    fn take_up(&mut self, step: &StepRow, next: Next) -> Result<Pace, StoreError> {
        match (next, step.state) {
            // The intent of a command that is never repeated, and the process died.
            (Next::Command(call), StepState::Intent) if !call.repeat => {
                self.unknown(&call, step.correlation.clone().unwrap_or_default(), None)
            }
            (Next::Command(call), StepState::Intent) => self.command(None, &call, step.attempt),
            (Next::Command(call), StepState::Waiting) if self.is_due()? => {
                self.command(None, &call, step.attempt + 1)
            }
            (Next::Command(call), StepState::Unknown) if self.is_due()? => {
                let traits = self.traits(&call);
                let output = unresolved(&traits, step.output.as_deref());
                Ok(self.ended(&step.name, Outcome::Error, output))
            }
            (Next::Wait(_), StepState::Waiting) if self.is_due()? => {
                Ok(self.ended(&step.name, Outcome::Timeout, Value::Null))
            }
            (Next::Command(_) | Next::Wait(_), _) => Ok(Pace::Pause),
            (Next::Fail(why), _) => {
                self.end(None, RunState::Failed, Some(why), &Value::Null)?;
                Ok(Pace::Pause)
            }
            (Next::End(output), _) => {
                self.end(None, RunState::Done, None, &output)?;
                Ok(Pace::Pause)
            }
        }
    }

    /// Whether the time that the run waits for has come; it may have been set anew meanwhile.
    fn is_due(&self) -> Result<bool, StoreError> {
        let run = self.row.id;
        let sql = "SELECT wake FROM runs WHERE id = ?";
        let ask = move |c: &Connection| c.query_row(sql, [run], |row| row.get(0));
        let wake: Option<i64> = self.shared.store.writer().ask(ask).wait()?;
        let wake = wake.unwrap_or(0);
        if wake > now_ms() {
            self.shared
                .queue
                .add_at(self.turn.run, self.turn.lane, wake);
            return Ok(false);
        }
        Ok(true)
    }

    pub(super) fn ended(&self, step: &str, outcome: Outcome, output: Value) -> Pace {
        let finish = Finish {
            seq: self.seq,
            outcome,
            output: output.to_string(),
            begin: None,
        };
        let done = Done {
            step: step.to_owned(),
            outcome,
            output,
        };
        Pace::Ended(finish, done)
    }

    fn end(
        &self,
        finish: Option<Finish>,
        state: RunState,
        error: Option<String>,
        output: &Value,
    ) -> Result<(), StoreError> {
        let why = error.clone().unwrap_or_default();
        let begin = Begin::End {
            state,
            error,
            output: output.to_string(),
        };
        if matches!(self.store(finish, begin)?, Found::Ended) {
            return Ok(());
        }
        self.shared.tell_run(&self.row, state, &why);
        if let Some(waiting) = self.shared.waiting().remove(&self.row.id) {
            let ended = match state {
                RunState::Done => Ended::Done(output.clone()),
                _ => Ended::Failed(why),
            };
            let _ = waiting.send(ended); // nobody waits for it any more
        }
        Ok(())
    }

    pub(super) fn store(&self, finish: Option<Finish>, begin: Begin) -> Result<Found, StoreError> {
        let (shared, run) = (Arc::clone(self.shared), Arc::clone(&self.row));
        let work = move |c: &Connection| write(c, &shared, &run, finish.as_ref(), &begin);
        self.shared.store.writer().ask(work).wait()
    }

    fn tell_done(&self, done: &Done, progress: &Progress<'_>) {
        let (kind, state) = match done.outcome {
            Outcome::Success => ("command", StepState::Done),
            Outcome::Error => ("command", StepState::Failed),
            Outcome::Event | Outcome::Timeout => ("wait", StepState::Done),
        };
        let (run, step) = (self.row.id, &done.step);
        let (outcome, next) = (done.outcome.name(), progress.following());
        let code = done.output.get("code").and_then(Value::as_str);
        let code = code
            .filter(|_| done.outcome == Outcome::Error)
            .unwrap_or_default();
        tracing::info!(%run, step, kind, outcome, code, next, "a step has ended");
        self.tell_step(&done.step, kind, state, progress.following(), || {
            Value::Null
        });
    }

    pub(super) fn tell_step(
        &self,
        step: &str,
        kind: &'static str,
        state: StepState,
        next: &str,
        raw: impl FnOnce() -> Value,
    ) {
        let (run, seq): (RunId, i64) = (self.row.id, self.seq);
        self.shared.feed.tell(|| {
            Told::Step(StepTold {
                instance: self.row.instance.clone(),
                id: format!("{run}/{seq}"),
                run,
                workflow: self.row.workflow.clone(),
                step: step.to_owned(),
                step_kind: kind,
                state,
                next: next.to_owned(),
                raw: raw(),
            })
        });
    }
}

pub(super) fn json_of(text: Option<&str>) -> Value {
    text.and_then(crate::json::parse).unwrap_or_default()
}
