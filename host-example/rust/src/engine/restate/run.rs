//! The service `Run`: one run of a workflow, from its first step to its end.
//!
//! What comes next follows from the run's definition and its journaled steps alone, so that every worker
//! that takes it over decides alike.

use std::sync::Arc;
use std::time::Duration;

use restate_sdk::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::customer::CustomerClient;
use super::lane::Lane;
use super::payload::{Begin, Waiting};
use super::step::elsewhere;
use super::worker::{Line, Worker};
use crate::store::RunState;
use crate::workflow::{Await, Compiled, Done, Next, Outcome, Progress, StepKind};

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
        self.0.clock.check()?;
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
        let adapter = self.0.commands.adapter_type(&begin.instance);
        self.0.metrics.run((&adapter, &begin.instance), name, state);
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
                Next::Wait(wait) => {
                    let step = wait.step.clone();
                    (step, self.wait_for(ctx, begin, wait, lane).await?)
                }
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

    /// Waits for a time, or for an event and at most that time.
    async fn wait_for(
        &self,
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
        let named = event.instance.filter(|named| *named != begin.instance);
        // Another instance knows this run's customer under other names, or not at all.
        let own = begin.customer.as_ref().filter(|_| named.is_none());
        let Some(customer) = event.customer.as_ref().or(own) else {
            return Err(TerminalError::new(format!(
                "step {}: under this engine a run waits for one customer's event: name its `customer`",
                wait.step
            )));
        };
        let line = match (&named, &begin.line) {
            (Some(named), _) => self.line(ctx, named).await?,
            (None, Some(line)) => Line::new(line, begin.adapter.as_deref()),
            (None, None) => self.line(ctx, &begin.instance).await?,
        };
        let waiting = Waiting {
            run: begin.id.clone(),
            invocation: String::new(),
            awakeable: String::new(),
            name: event.name,
            condition: event.condition,
            for_ms: wait.for_ms,
        };
        Ok(match lane.wait(ctx, line.key(customer), waiting).await? {
            Some(json) => {
                let event = crate::json::parse(json.get()).unwrap_or_default();
                (Outcome::Event, event)
            }
            None => (Outcome::Timeout, Value::Null),
        })
    }

    /// The line of an instance, journaled: it is part of what this run asks for, and every worker must ask
    /// for the same, whatever its configuration says.
    async fn line(&self, ctx: &Context<'_>, instance: &str) -> Result<Line, TerminalError> {
        let (worker, instance) = (self.clone(), instance.to_owned());
        let line = ctx.run(move || async move {
            worker.must_know(&instance)?;
            Ok(worker.line_of(&instance).journaled())
        });
        let line = line.retry_policy(elsewhere()).name("line").await?;
        Ok(Line::parse(&line))
    }
}

fn awaits(workflow: &Compiled) -> Vec<String> {
    let steps = workflow.definition.steps.iter();
    let names = steps.filter_map(|step| match &step.kind {
        StepKind::Wait { event, .. } => Some(event.as_ref()?.name.clone()),
        StepKind::Command { .. } | StepKind::Branch { .. } => None,
    });
    names.collect()
}
