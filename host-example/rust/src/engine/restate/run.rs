//! The service `Run`: one run of a workflow, from its first step to its end.
//!
//! What comes next follows from the run's definition and its journaled steps alone, so that every worker
//! that takes it over decides alike.

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
pub(super) struct Lane(Option<String>);

impl Lane {
    /// Lets the next thing of the customer happen; whether this run still held it.
    pub(super) fn release(&mut self, ctx: &Context<'_>, ended: bool) -> bool {
        let Some(lane) = self.0.take() else {
            return false;
        };
        ctx.resolve_awakeable(&lane, ended);
        true
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
        let mut lane = Lane(begin.lane.take());
        let compiled = self.0.compiled(begin.definition.get());
        let ended = match &compiled {
            Ok(workflow) => self.0.go_on(&ctx, &begin, workflow, &mut lane).await,
            Err(why) => Err(TerminalError::new(why)),
        };
        let held = lane.release(&ctx, true);
        if let (false, Ok(workflow), Some(customer)) = (held, &compiled, &begin.customer)
            && !awaits(workflow).is_empty()
        {
            let key = key_of(&begin.instance, customer);
            let customer = ctx.object_client::<CustomerClient>(key);
            customer.end(begin.id.clone()).send();
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
                    let ended = self.command(ctx, &begin.instance, number, &call, lane);
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
    let (awakeable, woken) = ctx.awakeable::<Json<Woken>>();
    let key = key_of(&begin.instance, customer);
    let waiting = Waiting {
        run: begin.id.clone(),
        awakeable,
        name: event.name,
        condition: event.condition,
        for_ms: wait.for_ms,
    };
    let customer = ctx.object_client::<CustomerClient>(key);
    customer.wait(Json(waiting)).send();
    lane.release(ctx, false);
    let woken = woken.await?.into_inner();
    *lane = Lane(Some(woken.lane));
    Ok(match woken.event {
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
