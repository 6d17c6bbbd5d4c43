//! One run goes on, from where it was stored to where it must wait or ends.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::queue::Turn;
use super::shared::Shared;
use super::write::{Begin, Finish, Found, write};
use crate::engine::{Answer, Ended, classify, unresolved};
use crate::instance::Call;
use crate::operations::{StepTold, Told};
use crate::store::{
    Intent, RunId, RunRow, RunState, StepRow, StepState, StoreError, Wait, load_run, load_steps,
    now_ms,
};
use crate::workflow::{Await, CommandCall, Compiled, Done, Next, Outcome, Progress};

/// How long a run pauses that could not be stored or read.
const PAUSE_MS: i64 = 1000;

/// Goes on with a run as far as it goes.
pub(super) fn advance(shared: &Arc<Shared>, reader: &Connection, turn: &Turn) {
    if let Err(error) = go_on(shared, reader, turn) {
        tracing::error!(run = %turn.run, %error, "it pauses");
        shared
            .queue
            .add_at(turn.run, turn.lane, now_ms() + PAUSE_MS);
    }
}

fn go_on(shared: &Arc<Shared>, reader: &Connection, turn: &Turn) -> Result<(), StoreError> {
    let known = |hash: &[u8]| shared.definition(hash).is_some();
    let Some((row, json)) = load_run(reader, turn.run, known)? else {
        return Ok(());
    };
    if matches!(row.state, RunState::Done | RunState::Failed) {
        return Ok(());
    }
    let steps = load_steps(reader, turn.run)?;
    let workflow = match (shared.definition(&row.definition_hash), json) {
        (Some(workflow), _) => Ok(workflow),
        (None, Some(json)) => shared.compile(&row.definition_hash, &json),
        (None, None) => Err("its definition is gone".to_owned()),
    };
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
            return run.end(None, RunState::Failed, Some(why), &Value::Null);
        }
    };
    Run::new(shared, row, turn).go_on(&workflow, &properties, steps)
}

/// A run that goes on now.
struct Run<'a> {
    shared: &'a Arc<Shared>,
    row: Arc<RunRow>,
    turn: &'a Turn,
    seq: i64,
}

/// Whether a step has ended, or the run must wait.
enum Pace {
    Ended(Finish, Done),
    /// It has ended, and that is stored.
    Stored(Done),
    Pause,
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
    ) -> Result<(), StoreError> {
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
                Pace::Pause => return Ok(()),
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
                return Ok(());
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
                Next::End(output) => return self.end(finish, RunState::Done, None, &output),
                Next::Fail(why) => {
                    let failed = RunState::Failed;
                    return self.end(finish, failed, Some(why), &Value::Null);
                }
                Next::Wait(wait) => self.wait(finish.take(), wait)?,
                Next::Command(call) => self.command(finish.take(), &call, 1)?,
            };
            let done = match pace {
                Pace::Pause => return Ok(()),
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
                self.unknown(&call, step.correlation.clone().unwrap_or_default())
            }
            (Next::Command(call), StepState::Intent) => self.command(None, &call, step.attempt),
            (Next::Command(call), StepState::Waiting) if self.is_due()? => {
                self.command(None, &call, step.attempt + 1)
            }
            (Next::Command(_), StepState::Unknown) if self.is_due()? => {
                Ok(self.ended(&step.name, Outcome::Error, unresolved()))
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

    fn ended(&self, step: &str, outcome: Outcome, output: Value) -> Pace {
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

    /// Runs a command: its intent first, unless it may be repeated.
    fn command(
        &mut self,
        finish: Option<Finish>,
        call: &CommandCall,
        attempt: u32,
    ) -> Result<Pace, StoreError> {
        let instance = call
            .instance
            .clone()
            .unwrap_or_else(|| self.row.instance.clone());
        let request = call.request.to_string();
        let correlation = format!("{}-{}-{}", self.shared.store.id(), self.row.id, self.seq);
        let intent = || Intent {
            run: self.row.id,
            seq: self.seq,
            name: call.step.clone(),
            instance: instance.clone(),
            command: call.command.clone(),
            correlation: correlation.clone(),
            attempt,
            // The body of a webhook is stored with the run already.
            request: if call.repeat {
                "null".to_owned()
            } else {
                request.clone()
            },
        };
        if !call.repeat {
            self.store(finish, Begin::Command(intent()))?;
        } else if finish.is_some() {
            self.store(finish, Begin::Nothing)?;
        }
        self.tell_step(&call.step, "command", StepState::Intent, "", || Value::Null);
        self.shared.feed.tell(|| Told::Command {
            instance: instance.clone(),
            id: correlation.clone(),
            run: self.row.id,
            step: call.step.clone(),
            name: call.command.clone(),
            raw: call.request.clone(),
        });
        tracing::trace!(run = %self.row.id, step = call.step, attempt, "a command runs");
        let ended = self.shared.commands.execute(
            &instance,
            &Call {
                command: call.command.clone(),
                request: request.clone(),
                correlation_id: Some(correlation.clone()),
                timeout: call.timeout_ms.map(std::time::Duration::from_millis),
            },
        );
        let result = ended
            .as_ref()
            .map_or_else(|failure| failure.result, |out| out.result);
        self.shared.metrics.command(&call.command, result);
        self.shared.feed.tell(|| Told::Response {
            instance: instance.clone(),
            id: correlation.clone(),
            run: self.row.id,
            step: call.step.clone(),
            name: call.command.clone(),
            result,
            raw: json_of(ended.as_ref().ok().map(|output| output.response.as_str())),
        });
        let (outcome, output) = match classify(call, attempt, &ended) {
            Answer::Success(output) => (Outcome::Success, output),
            Answer::Error(output) => (Outcome::Error, output),
            Answer::Unknown => return self.unknown(call, correlation),
            Answer::Later(pause) => {
                let at = now_ms().saturating_add(i64::try_from(pause).unwrap_or(i64::MAX));
                self.store(
                    None,
                    Begin::Again {
                        intent: intent(),
                        at,
                    },
                )?;
                self.tell_step(&call.step, "command", StepState::Waiting, "", || {
                    Value::Null
                });
                self.shared.tell_run(&self.row, RunState::Waiting, "");
                self.shared.queue.add_at(self.turn.run, self.turn.lane, at);
                return Ok(Pace::Pause);
            }
        };
        let begin = call.repeat.then(intent);
        Ok(match self.ended(&call.step, outcome, output) {
            Pace::Ended(finish, done) => Pace::Ended(Finish { begin, ..finish }, done),
            other => other,
        })
    }

    /// Nobody knows how the command ended: the run waits for the status that tells.
    fn unknown(&mut self, call: &CommandCall, correlation: String) -> Result<Pace, StoreError> {
        let until = now_ms() + self.shared.settings.resolve_within_ms;
        let seq = self.seq;
        tracing::warn!(run = %self.row.id, step = call.step, correlation,
            "nobody knows whether it was sent; it is not sent again, and its status will tell");
        let begin = Begin::Unknown {
            seq,
            correlation,
            until,
        };
        if let Found::Resolved(outcome, output) = self.store(None, begin)? {
            return Ok(Pace::Stored(Done {
                step: call.step.clone(),
                outcome,
                output,
            }));
        }
        self.tell_step(&call.step, "command", StepState::Unknown, "", || {
            Value::Null
        });
        self.shared.tell_run(&self.row, RunState::Unknown, "");
        self.shared
            .queue
            .add_at(self.turn.run, self.turn.lane, until);
        Ok(Pace::Pause)
    }

    fn wait(&mut self, finish: Option<Finish>, wait: Await) -> Result<Pace, StoreError> {
        let for_ms = i64::try_from(wait.for_ms).unwrap_or(i64::MAX);
        let until = now_ms().saturating_add(for_ms);
        let event = wait.event.map(|event| Wait {
            event: event.name,
            instance: self.row.instance.clone(),
            customer: event.customer.or_else(|| self.row.customer.clone()),
            condition: event.condition,
        });
        let name = event
            .as_ref()
            .map_or_else(String::new, |event| event.event.clone());
        let begin = Begin::Wait {
            seq: self.seq,
            name: wait.step.clone(),
            until,
            event,
        };
        if let Found::Event(json) = self.store(finish, begin)? {
            return Ok(Pace::Stored(Done {
                step: wait.step,
                outcome: Outcome::Event,
                output: json_of(Some(&json)),
            }));
        }
        self.tell_step(
            &wait.step,
            "wait",
            StepState::Waiting,
            "",
            || serde_json::json!({"until": until, "event": name}),
        );
        self.shared.tell_run(&self.row, RunState::Waiting, "");
        self.shared
            .queue
            .add_at(self.turn.run, self.turn.lane, until);
        Ok(Pace::Pause)
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
        self.store(finish, begin)?;
        if state == RunState::Failed {
            let (run, workflow) = (self.row.id, &self.row.workflow);
            tracing::warn!(%run, workflow, why, "the run has failed");
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

    fn store(&self, finish: Option<Finish>, begin: Begin) -> Result<Found, StoreError> {
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
        self.tell_step(&done.step, kind, state, progress.following(), || {
            Value::Null
        });
    }

    fn tell_step(
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

fn json_of(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}
