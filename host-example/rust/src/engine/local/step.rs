//! The steps of a run that must be stored before or after they happen: commands and waits.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use workflow_adapter_loader::{CommandOutput, Failure, wfa_result};

use super::advance::{Pace, Run, json_of};
use super::shared::Shared;
use super::write::{Begin, Finish, Found};
use crate::customer::known_as;
use crate::declared::CommandTraits;
use crate::engine::{Answer, classify, correlation_of, correlation_sent, said};
use crate::instance::Call;
use crate::operations::Told;
use crate::store::{Intent, RunState, StepState, StoreError, Wait, now_ms};
use crate::workflow::{Await, CommandCall, Done, Outcome};

/// A command that this thread waits for. While it is slow, another thread goes on with other runs.
struct Slow<'a> {
    shared: &'a Arc<Shared>,
    is_replaced: bool,
}

impl Slow<'_> {
    fn begin(&mut self) {
        if self.is_replaced || self.shared.queue.is_stopped() {
            return;
        }
        match (self.shared.start_worker)(self.shared) {
            Ok(()) => self.is_replaced = true,
            Err(error) => tracing::warn!(%error, "a slow command holds a thread"),
        }
    }
}

impl Drop for Slow<'_> {
    fn drop(&mut self) {
        if self.is_replaced {
            self.shared.workers.give_back();
        }
    }
}

impl Run<'_> {
    /// The instance whose command it is.
    fn instance_of(&self, call: &CommandCall) -> String {
        let named = call.instance.clone();
        named.unwrap_or_else(|| self.row.instance.clone())
    }

    pub(super) fn traits(&self, call: &CommandCall) -> CommandTraits {
        let instance = self.instance_of(call);
        self.shared.commands.traits(&instance, &call.command)
    }

    /// Runs a command when its instance has a place for it.
    pub(super) fn command(
        &mut self,
        finish: Option<Finish>,
        call: &CommandCall,
        attempt: u32,
    ) -> Result<Pace, StoreError> {
        let instance = self.instance_of(call);
        if !self.shared.places.take(&instance) {
            if finish.is_some() {
                self.store(finish, Begin::Nothing)?;
            }
            return Ok(Pace::Park(instance));
        }
        let ended = self.command_of(&instance, finish, call, attempt);
        self.shared.places.leave(&instance, &self.shared.queue);
        ended
    }

    /// Runs a command: its intent first, unless it may be repeated.
    fn command_of(
        &mut self,
        instance: &str,
        finish: Option<Finish>,
        call: &CommandCall,
        attempt: u32,
    ) -> Result<Pace, StoreError> {
        let traits = self.shared.commands.traits(instance, &call.command);
        let request = call.request.to_string();
        let own = format!("{}-{}-{}", self.shared.store.id(), self.row.id, self.seq);
        let correlation = correlation_of(&traits, &call.request, own);
        let intent = || Intent {
            run: self.row.id,
            seq: self.seq,
            name: call.step.clone(),
            instance: instance.to_owned(),
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
        let stored = if !call.repeat {
            self.store(finish, Begin::Command(intent()))?
        } else if finish.is_some() {
            self.store(finish, Begin::Nothing)?
        } else {
            Found::Nothing
        };
        if matches!(stored, Found::Ended) {
            return Ok(Pace::Pause);
        }
        self.tell_step(&call.step, "command", StepState::Intent, "", || Value::Null);
        self.shared.feed.tell(|| Told::Command {
            instance: instance.to_owned(),
            id: correlation.clone(),
            run: self.row.id,
            step: call.step.clone(),
            name: call.command.clone(),
            raw: call.request.clone(),
        });
        let (step, command) = (&call.step, &call.command);
        tracing::info!(run = %self.row.id, step, command, attempt, "a step begins");
        let (ended, result) = self.execute(
            instance,
            &Call {
                command: call.command.clone(),
                request: request.clone(),
                correlation_id: Some(correlation.clone()),
                timeout: call.timeout_ms.map(Duration::from_millis),
            },
        );
        self.shared.feed.tell(|| Told::Response {
            instance: instance.to_owned(),
            id: correlation.clone(),
            run: self.row.id,
            step: call.step.clone(),
            name: call.command.clone(),
            result,
            raw: json_of(ended.as_ref().ok().map(|output| output.response.as_str())),
        });
        let (outcome, output) = match classify(call, attempt, &ended) {
            Answer::Success(output) => (Outcome::Success, output),
            Answer::Error(output) => (Outcome::Error, traits.completed(output)),
            Answer::Unknown => {
                if call.repeat {
                    self.store(None, Begin::Command(intent()))?; // it had no row before its end
                }
                let sent = correlation_sent(&ended).unwrap_or(correlation);
                return self.unknown(call, sent, Some(&said(&ended)));
            }
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

    /// Runs the call and counts it. While it is slow, another thread goes on with other runs.
    fn execute(&self, instance: &str, call: &Call) -> (Result<CommandOutput, Failure>, wfa_result) {
        let mut slow = Slow {
            shared: self.shared,
            is_replaced: false,
        };
        let commands = &self.shared.commands;
        let ended = commands.execute(instance, call, &mut || slow.begin());
        drop(slow);
        let result = ended
            .as_ref()
            .map_or_else(|failure| failure.result, |output| output.result);
        let adapter = commands.adapter_type(instance);
        let metrics = &self.shared.metrics;
        metrics.command((&adapter, instance), &call.command, result);
        (ended, result)
    }

    /// Nobody knows how the command ended, whatever the adapter has `said` of it: the run waits for the
    /// status that tells.
    pub(super) fn unknown(
        &mut self,
        call: &CommandCall,
        correlation: String,
        said: Option<&Value>,
    ) -> Result<Pace, StoreError> {
        let until = now_ms() + self.shared.settings.resolve_within_ms;
        let seq = self.seq;
        tracing::warn!(run = %self.row.id, step = call.step, correlation,
            "nobody knows whether it was sent; it is not sent again, and an event will tell");
        let begin = Begin::Unknown {
            seq,
            correlation,
            until,
            said: said.map(Value::to_string),
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

    /// Whose event is waited for: the customer that the step names, else the run's. An event without a
    /// customer may have started the run; then no customer's event is meant. A webhook's run has none to
    /// begin with, and its step's condition says which event is meant.
    ///
    /// Another instance knows this run's customer under other names, or not at all: there, unless the step
    /// names a customer, the condition says which event is meant.
    fn awaited_customer(&self, instance: &str, named: Option<String>) -> [Option<String>; 3] {
        let named = named.filter(|customer| !customer.is_empty());
        let adapter_type = self.shared.commands.adapter_type(instance);
        let named = named.map(|customer| known_as(&adapter_type, &customer));
        if named.is_none() && instance != self.row.instance {
            return [None, None, None];
        }
        let (own, own_id, all) = (&self.row.customer, &self.row.user_id, &self.row.subjects);
        let all_names: Option<Vec<String>> =
            all.as_deref().and_then(|it| serde_json::from_str(it).ok());
        let is_one = |name: &String| all_names.as_ref().is_some_and(|all| all.contains(name));
        if named.as_ref().is_some_and(|name| !is_one(name)) && named != *own && named != *own_id {
            return [named, None, None];
        }
        let started_by_event = self.row.event != 0;
        let customer = own.clone().or_else(|| started_by_event.then(String::new));
        [customer, own_id.clone(), all.clone()]
    }

    pub(super) fn wait(&mut self, finish: Option<Finish>, wait: Await) -> Result<Pace, StoreError> {
        let for_ms = i64::try_from(wait.for_ms).unwrap_or(i64::MAX);
        let until = now_ms().saturating_add(for_ms);
        let event = wait.event.map(|event| {
            let instance = event.instance.filter(|instance| !instance.is_empty());
            let instance = instance.unwrap_or_else(|| self.row.instance.clone());
            let [customer, user_id, subjects] = self.awaited_customer(&instance, event.customer);
            Wait {
                event: event.name,
                instance,
                customer,
                user_id,
                subjects,
                condition: event.condition,
            }
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
        match self.store(finish, begin)? {
            Found::Event(json) => {
                return Ok(Pace::Stored(Done {
                    step: wait.step,
                    outcome: Outcome::Event,
                    output: json_of(Some(&json)),
                }));
            }
            Found::Ended => return Ok(Pace::Pause),
            Found::Nothing | Found::Resolved(..) => {}
        }
        let (run, step) = (self.row.id, &wait.step);
        tracing::info!(%run, step, event = name, "a step waits");
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
}
