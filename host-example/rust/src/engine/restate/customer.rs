//! The virtual object `Customer`: what comes of one customer of one instance, one after another.
//!
//! While it is at something, the next waits: a run holds its customer's lane until it pauses (it waits,
//! or nobody knows how its command ended) or ends, and tells so by an awakeable.

use std::time::Duration;

use restate_sdk::context::DurableFuture;
use restate_sdk::prelude::*;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::message::{MessageClient, Told};
use super::open_runs::OpenRuns;
use super::payload::{Begin, Taken, Waiting, Woken};
use super::run::RunClient;
use super::worker::Worker;

/// The name of the object's only state.
const OPEN: &str = "open";

/// What comes of one customer.
pub(super) struct Customer(pub(super) Worker);

#[object(client_visibility = "pub(crate)")]
impl Customer {
    /// An event, or a webhook, with the runs that it starts.
    #[handler]
    async fn take(
        &self,
        ctx: ObjectContext<'_>,
        Json(taken): Json<Taken>,
    ) -> Result<(), HandlerError> {
        self.0.clock.check()?;
        let (mut open, definitions) = (open_runs(&ctx).await?, &self.0.definitions);
        let were_open = !open.is_empty();
        let event = taken.event.as_ref();
        let woken = event.map_or_else(Vec::new, |event| open.event(event, definitions));
        for begin in &taken.starts {
            let awaits = self.0.awaits(&begin.definition);
            if !awaits.is_empty() {
                open.begin(&begin.id, awaits);
            }
        }
        if were_open || !open.is_empty() {
            save(&ctx, &open);
        }
        let settles = event.and_then(|event| event.correlation.as_ref().zip(event.settles.clone()));
        if let Some((correlation, settles)) = settles {
            let message = ctx.object_client::<MessageClient>(correlation);
            let line = event.and_then(|event| event.line.clone());
            message.status(Json(Told::by(settles, line))).send();
        }
        let mut ended = Vec::new();
        for wait in woken {
            let json = event.map(|event| event.json.clone());
            if wake(&ctx, &wait, json).await? {
                ended.push(wait.run);
            }
        }
        for begin in taken.starts {
            let (lane, paused) = ctx.awakeable::<bool>();
            let id = begin.id.clone();
            let begin = Begin {
                lane: Some(lane),
                home: Some(ctx.key().to_owned()),
                ..begin
            };
            let run = ctx.service_client::<RunClient>().run(Json(begin)).call();
            if until_free(paused, run).await? {
                ended.push(id);
            }
        }
        end(&ctx, open, &ended);
        Ok(())
    }

    /// A run waits for an event of this customer.
    #[handler]
    async fn wait(
        &self,
        ctx: ObjectContext<'_>,
        Json(wait): Json<Waiting>,
    ) -> Result<(), HandlerError> {
        self.0.clock.check()?;
        let mut open = open_runs(&ctx).await?;
        let early = open.wait(wait.clone(), &self.0.definitions);
        save(&ctx, &open);
        if early.is_none() {
            let own = ctx.object_client::<CustomerClient>(ctx.key());
            let until = Duration::from_millis(wait.for_ms);
            own.time_is_up(wait.awakeable).send_after(until);
        } else if wake(&ctx, &wait, early).await? {
            end(&ctx, open, &[wait.run]);
        }
        Ok(())
    }

    /// The time of a wait is up; an event may have ended it before.
    #[handler]
    async fn time_is_up(
        &self,
        ctx: ObjectContext<'_>,
        awakeable: String,
    ) -> Result<(), HandlerError> {
        let mut open = open_runs(&ctx).await?;
        let Some(wait) = open.time_is_up(&awakeable) else {
            return Ok(());
        };
        save(&ctx, &open);
        if wake(&ctx, &wait, None).await? {
            end(&ctx, open, &[wait.run]);
        }
        Ok(())
    }

    /// A run has ended while it did not hold the lane.
    #[handler]
    async fn end(&self, ctx: ObjectContext<'_>, run: String) -> Result<(), HandlerError> {
        let open = open_runs(&ctx).await?;
        end(&ctx, open, &[run]);
        Ok(())
    }
}

async fn open_runs(ctx: &ObjectContext<'_>) -> Result<OpenRuns, TerminalError> {
    let open = ctx.get::<Json<OpenRuns>>(OPEN).await?;
    Ok(open.map(Json::into_inner).unwrap_or_default())
}

/// Wakes a run and waits until it pauses or ends; whether it has ended.
async fn wake(
    ctx: &ObjectContext<'_>,
    wait: &Waiting,
    event: Option<Box<RawValue>>,
) -> Result<bool, TerminalError> {
    let (lane, paused) = ctx.awakeable::<bool>();
    ctx.resolve_awakeable(&wait.awakeable, Json(Woken { event, lane }));
    let run = ctx.invocation_handle(wait.invocation.clone());
    until_free(paused, run.attach::<Json<IgnoredAny>>()).await
}

/// Waits until a run gives its lane back; whether it has ended. One that ends without giving it back was
/// killed, and nobody waits for it.
async fn until_free<T>(
    paused: impl DurableFuture<Output = Result<bool, TerminalError>>,
    run: impl DurableFuture<Output = Result<T, TerminalError>>,
) -> Result<bool, TerminalError> {
    restate_sdk::select! {
        paused = paused => paused,
        _ended = run => Ok(true),
    }
}

fn end(ctx: &ObjectContext<'_>, mut open: OpenRuns, ended: &[String]) {
    if open.is_empty() || ended.is_empty() {
        return;
    }
    for run in ended {
        open.end(run);
    }
    save(ctx, &open);
}

fn save(ctx: &ObjectContext<'_>, open: &OpenRuns) {
    if open.is_empty() {
        ctx.clear(OPEN);
    } else {
        ctx.set(OPEN, Json(open.clone()));
    }
}
