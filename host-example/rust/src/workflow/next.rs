//! What a run does next: decided from its definition, its properties and the steps it has done, and
//! from nothing else. So every engine decides alike, and alike again after a crash.

use serde_json::{Map, Value, json};

use super::compiled::{Compiled, CompiledStep, PAST_THE_END};
use super::definition::{Awaited, StepKind};
use crate::expression::{Scope, Template};

/// More steps than this in one run are taken for a loop without an end.
const MAX_STEPS: usize = 1000;

/// How a step ended, which decides where the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A command succeeded.
    Success,
    /// A command failed.
    Error,
    /// The event came.
    Event,
    /// The time is up.
    Timeout,
}

impl Outcome {
    /// For the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Event => "event",
            Self::Timeout => "timeout",
        }
    }
}

/// A step that has ended.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) step: String,
    pub(crate) outcome: Outcome,
    /// A command's response, the event waited for, or null.
    pub(crate) output: Value,
}

/// What a run does next.
#[derive(Debug)]
pub(crate) enum Next {
    Command(CommandCall),
    Wait(Await),
    /// The run has ended, with this output.
    End(Value),
    /// The run cannot go on; the message holds no customer's text.
    Fail(String),
}

/// A command to run.
#[derive(Debug, Clone)]
pub(crate) struct CommandCall {
    pub(crate) step: String,
    /// None: the instance that the run belongs to.
    pub(crate) instance: Option<String>,
    pub(crate) command: String,
    pub(crate) request: Value,
    pub(crate) repeat: bool,
    pub(crate) attempts: u32,
    pub(crate) timeout_ms: Option<u64>,
}

/// A time to wait, or an event and the time to wait for it at most.
#[derive(Debug)]
pub(crate) struct Await {
    pub(crate) step: String,
    pub(crate) for_ms: u64,
    pub(crate) event: Option<AwaitedEvent>,
}

/// The event that is waited for.
#[derive(Debug)]
pub(crate) struct AwaitedEvent {
    pub(crate) name: String,
    /// None: the instance that the run belongs to.
    pub(crate) instance: Option<String>,
    /// None: the customer that the run belongs to.
    pub(crate) customer: Option<String>,
    pub(crate) condition: Option<String>,
}

/// A branch that was taken on the way.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) step: String,
    pub(crate) taken: String,
}

/// A run on its way through its definition.
pub(crate) struct Progress<'a> {
    workflow: &'a Compiled,
    scope: Scope,
    place: usize,
    steps: usize,
    failed: Option<String>,
}

impl<'a> Progress<'a> {
    /// At the first step. `properties` are the trigger's.
    pub(crate) fn new(workflow: &'a Compiled, properties: &Map<String, Value>) -> Self {
        let mut scope = Scope::of(properties);
        let globals = &workflow.definition.globals;
        scope.set("wfglobal", &Value::Object(globals.clone()));
        Self {
            workflow,
            scope,
            place: 0,
            steps: 0,
            failed: None,
        }
    }

    /// Goes past a step that has ended.
    pub(crate) fn pass(&mut self, done: &Done) {
        self.scope.set(&done.step, &done.output);
        self.steps += 1;
        let place = self.workflow.place(&done.step);
        let Some(step) = self.workflow.definition.steps.get(place) else {
            self.failed = Some(format!("its definition has no step {}", done.step));
            return;
        };
        let target = match &step.kind {
            StepKind::Command {
                on_success,
                on_error,
                ..
            } => {
                self.scope.set("wfresult", &done.output);
                match (done.outcome, on_error) {
                    (Outcome::Success, _) => on_success,
                    (_, Some(_)) => on_error,
                    (_, None) => {
                        let member = |name: &str| done.output.get(name).and_then(Value::as_str);
                        let code = member("code").unwrap_or_default();
                        let why = member("error").unwrap_or_default();
                        let step = &done.step;
                        self.failed = Some(format!("step {step} failed: {code} {why}"));
                        return;
                    }
                }
            }
            StepKind::Wait {
                on_event,
                on_timeout,
                ..
            } => {
                if done.outcome == Outcome::Event {
                    on_event
                } else {
                    on_timeout
                }
            }
            StepKind::Branch { otherwise, .. } => otherwise,
        };
        self.place = target
            .as_deref()
            .map_or(place + 1, |name| self.workflow.place(name));
    }

    /// What comes next, and the branches on the way there.
    pub(crate) fn next(&mut self) -> (Vec<Passed>, Next) {
        let mut passed = Vec::new();
        loop {
            if let Some(why) = self.failed.take() {
                return (passed, Next::Fail(why));
            }
            if self.steps > MAX_STEPS {
                let why = format!("it has taken {MAX_STEPS} steps and goes round in circles");
                return (passed, Next::Fail(why));
            }
            let definition = &self.workflow.definition;
            let step = definition.steps.get(self.place);
            let (Some(step), Some(compiled)) = (step, self.workflow.steps.get(self.place)) else {
                return (passed, self.end());
            };
            let next = match (&step.kind, compiled) {
                (StepKind::Branch { cases, otherwise }, CompiledStep::Branch { conditions }) => {
                    let mut pairs = cases.iter().zip(conditions);
                    let case = pairs.find(|(_, condition)| condition.holds(&self.scope));
                    let target = case.map(|(case, _)| case.goto.as_str());
                    let target = target.or(otherwise.as_deref());
                    self.place = target.map_or(self.place + 1, |name| self.workflow.place(name));
                    self.steps += 1;
                    passed.push(Passed {
                        step: step.name.clone(),
                        taken: self.step_at(self.place).to_owned(),
                    });
                    continue;
                }
                (kind, compiled) => self.action(&step.name, kind, compiled),
            };
            let failed = |why| Next::Fail(format!("step {}: {why}", step.name));
            return (passed, next.unwrap_or_else(failed));
        }
    }

    /// The name of the step that would follow now; empty at the end, and if the run fails.
    pub(crate) fn following(&self) -> &str {
        match self.failed {
            Some(_) => "",
            None => self.step_at(self.place),
        }
    }

    fn step_at(&self, place: usize) -> &str {
        let step = self.workflow.definition.steps.get(place);
        step.map_or("", |step| step.name.as_str())
    }

    fn action(&self, step: &str, kind: &StepKind, compiled: &CompiledStep) -> Result<Next, String> {
        let step = step.to_owned();
        match (kind, compiled) {
            (
                StepKind::Command {
                    command,
                    repeat,
                    attempts,
                    timeout_ms,
                    ..
                },
                CompiledStep::Command { instance, request },
            ) => {
                let instance = instance.as_ref().map(|name| name.text(&self.scope));
                Ok(Next::Command(CommandCall {
                    step,
                    instance: instance.transpose()?,
                    command: command.clone(),
                    request: request.value(&self.scope)?,
                    repeat: *repeat,
                    attempts: *attempts,
                    timeout_ms: *timeout_ms,
                }))
            }
            (StepKind::Wait { for_ms, event, .. }, CompiledStep::Wait { instance, customer }) => {
                let text = |text: &Option<Template>| {
                    let text = text.as_ref().map(|text| text.text(&self.scope));
                    text.transpose()
                };
                let (instance, customer) = (text(instance)?, text(customer)?);
                let event = event.clone().map(
                    |Awaited {
                         name, condition, ..
                     }| AwaitedEvent {
                        name,
                        instance,
                        customer,
                        condition,
                    },
                );
                Ok(Next::Wait(Await {
                    step,
                    for_ms: *for_ms,
                    event,
                }))
            }
            _ => Err("its definition is damaged".to_owned()),
        }
    }

    fn end(&self) -> Next {
        let Some(output) = &self.workflow.output else {
            return Next::End(json!({}));
        };
        match output.value(&self.scope) {
            Ok(output) => Next::End(output),
            Err(why) => Next::Fail(format!("output: {why}")),
        }
    }
}

const _: () = assert!(PAST_THE_END > MAX_STEPS);

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
