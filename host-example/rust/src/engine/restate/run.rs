//! The service `Run`: one run of a workflow, from its first step to its end.
//!
//! What comes next follows from the run's definition and its journaled steps alone, so that every worker
//! that takes it over decides alike.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use restate_sdk::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::calls::Calls;
use super::customer::{CustomerClient, key_of};
use super::payload::{Begin, Waiting, Woken};
use crate::engine::Commands;
use crate::engine::definitions::Definitions;
use crate::operations::Metrics;
use crate::store::RunState;
use crate::workflow::{Await, Compiled, Done, Next, Outcome, Progress, StepKind};

/// What the handlers of one worker share.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) commands: Arc<dyn Commands>,
    pub(super) metrics: Arc<Metrics>,
    /// The calls of this process.
    pub(super) calls: Arc<Calls>,
    pub(super) definitions: Arc<Definitions>,
    /// How long a run waits for the status that tells how a command ended.
    pub(super) resolve_within: Duration,
}

/// A run's right to be the only one of its customer that goes on.
pub(super) struct Lane {
    awakeable: Option<String>,
    /// The object that gave it, or was asked for it last.
    key: Option<String>,
}

impl Lane {
    /// Lets the next thing of the customer happen; whether this run still held it.
    pub(super) fn release(&mut self, ctx: &Context<'_>, ended: bool) -> bool {
        let Some(awakeable) = self.awakeable.take() else {
            return false;
        };
        ctx.resolve_awakeable(&awakeable, ended);
        true
    }

    /// Lets what else the customer does go on for a time, and takes the lane back if this run held it.
    pub(super) async fn pause(
        &mut self,
        ctx: &Context<'_>,
        run: &str,
        for_ms: u64,
    ) -> Result<(), TerminalError> {
        let key = self.key.clone().filter(|_| self.awakeable.is_some());
        let Some(key) = key else {
            self.release(ctx, false);
            return ctx.sleep(Duration::from_millis(for_ms)).await;
        };
        let no_event = Waiting {
            run: run.to_owned(),
            awakeable: String::new(),
            name: String::new(),
            condition: None,
            for_ms,
        };
        self.wait(ctx, key, no_event).await.map(drop)
    }

    /// Waits at the object `key`; this run has that one's lane then. The event; none: the time is up.
    async fn wait(
        &mut self,
        ctx: &Context<'_>,
        key: String,
        waiting: Waiting,
    ) -> Result<Option<Box<RawValue>>, TerminalError> {
        let (awakeable, woken) = ctx.awakeable::<Json<Woken>>();
        self.key = Some(key.clone());
        let waiting = Waiting {
            awakeable,
            ..waiting
        };
        let customer = ctx.object_client::<CustomerClient>(key);
        customer.wait(Json(waiting)).send();
        self.release(ctx, false);
        let woken = woken.await?.into_inner();
        self.awakeable = Some(woken.lane);
        Ok(woken.event)
    }

    /// The objects that may still know of a run which has ended, besides the one whose lane it `held`.
    fn untold(self, home: Option<String>, held: bool) -> BTreeSet<String> {
        let mut keys: BTreeSet<String> = home.into_iter().collect();
        if let Some(key) = self.key {
            if held {
                keys.remove(&key);
            } else {
                keys.insert(key); // it was cancelled while it waited there
            }
        }
        keys
    }
}

/// Runs of workflows.
pub(super) struct Run(pub(super) Worker);

#[service(client_visibility = "pub(crate)")]
impl Run {
    /// Goes from step to step; answers the workflow's output.
    #[handler]
    async fn run(
        &self,
        ctx: Context<'_>,
        Json(begin): Json<Begin>,
    ) -> Result<Json<Value>, HandlerError> {
        let mut begin = begin;
        if begin.id.is_empty() {
            ctx.invocation_id().clone_into(&mut begin.id);
        }
        let mut lane = Lane {
            awakeable: begin.lane.take(),
            key: begin.home.clone(),
        };
        let compiled = self.0.compiled(begin.definition.get());
        let ended = match &compiled {
            Ok(workflow) => self.0.go_on(&ctx, &begin, workflow, &mut lane).await,
            Err(why) => Err(TerminalError::new(why)),
        };
        let held = lane.release(&ctx, true);
        for key in lane.untold(begin.home.take(), held) {
            let object = ctx.object_client::<CustomerClient>(key);
            object.end(begin.id.clone()).send();
        }
        let state = if ended.is_ok() {
            RunState::Done
        } else {
            RunState::Failed
        };
        let name = compiled.as_ref().map_or("", |it| &it.definition.name);
        self.0.metrics.run(name, state);
        Ok(Json(ended?))
    }
}

impl Worker {
    /// The definition, compiled.
    pub(super) fn compiled(&self, json: &str) -> Result<Arc<Compiled>, String> {
        match self.definitions.get(json.as_bytes()) {
            Some(compiled) => Ok(compiled),
            None => self.definitions.compile(json.as_bytes(), json),
        }
    }

    /// The names of the events that a definition waits for.
    pub(super) fn awaits(&self, definition: &RawValue) -> Vec<String> {
        let compiled = self.compiled(definition.get());
        compiled.map_or_else(|_| Vec::new(), |workflow| awaits(&workflow))
    }

    async fn go_on(
        &self,
        ctx: &Context<'_>,
        begin: &Begin,
        workflow: &Compiled,
        lane: &mut Lane,
    ) -> Result<Value, TerminalError> {
        let properties: Option<Map<String, Value>> =
            serde_json::from_str(begin.properties.get())
                .map_err(|error| TerminalError::new(format!("its properties: {error}")))?;
        let mut progress = Progress::new(workflow, &properties.unwrap_or_default());
        for number in 1.. {
            let (_, next) = progress.next();
            let (step, (outcome, output)) = match next {
                Next::End(output) => return Ok(output),
                Next::Fail(why) => return Err(TerminalError::new(why)),
                Next::Wait(wait) => (wait.step.clone(), wait_for(ctx, begin, wait, lane).await?),
                Next::Command(call) => {
                    let ended = self.command(ctx, begin, number, &call, lane);
                    (call.step.clone(), ended.await?)
                }
            };
            progress.pass(&Done {
                step,
                outcome,
                output,
            });
        }
        Err(TerminalError::new("it has no end"))
    }
}

/// Waits for a time, or for an event and at most that time.
async fn wait_for(
    ctx: &Context<'_>,
    begin: &Begin,
    wait: Await,
    lane: &mut Lane,
) -> Result<(Outcome, Value), TerminalError> {
    let Some(event) = wait.event else {
        lane.release(ctx, false);
        ctx.sleep(Duration::from_millis(wait.for_ms)).await?;
        return Ok((Outcome::Timeout, Value::Null));
    };
    let Some(customer) = event.customer.as_ref().or(begin.customer.as_ref()) else {
        return Err(TerminalError::new(format!(
            "step {}: under this engine a run waits for one customer's event: name its `customer`",
            wait.step
        )));
    };
    let waiting = Waiting {
        run: begin.id.clone(),
        awakeable: String::new(),
        name: event.name,
        condition: event.condition,
        for_ms: wait.for_ms,
    };
    let key = key_of(&begin.instance, customer);
    Ok(match lane.wait(ctx, key, waiting).await? {
        Some(json) => {
            let event = serde_json::from_str(json.get()).unwrap_or_default();
            (Outcome::Event, event)
        }
        None => (Outcome::Timeout, Value::Null),
    })
}

fn awaits(workflow: &Compiled) -> Vec<String> {
    let steps = workflow.definition.steps.iter();
    let names = steps.filter_map(|step| match &step.kind {
        StepKind::Wait { event, .. } => Some(event.as_ref()?.name.clone()),
        StepKind::Command { .. } | StepKind::Branch { .. } => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_that_knows_of_a_run_is_told_of_its_end() {
        let told = |home: Option<&str>, last: Option<&str>, held: bool| {
            let (awakeable, key) = (None, last.map(str::to_owned));
            let keys = Lane { awakeable, key }.untold(home.map(str::to_owned), held);
            keys.into_iter().collect::<Vec<_>>().join(" ")
        };
        for (home, last, held, keys) in [
            (Some("a"), Some("a"), true, ""),
            (Some("a"), Some("a"), false, "a"),
            (Some("webhooks:7"), Some("a"), true, "webhooks:7"),
            (Some("webhooks:7"), Some("a"), false, "a webhooks:7"),
            (None, Some("a"), true, ""),
            (None, Some("a"), false, "a"),
            (None, None, false, ""),
        ] {
            assert_eq!(told(home, last, held), keys, "{home:?} {last:?} {held}");
        }
    }
}
