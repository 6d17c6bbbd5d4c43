//! Starts what is to start with the host, or again and again.
//!
//! Each occurrence has a time, which is its id: whoever stores its run stores the time with it, so that
//! it is run once. However many occurrences were missed while no host ran, one run makes up for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::engine::Engine;
use crate::routing::{Active, Router};
use crate::store::{StoreError, now_ms};
use crate::trigger::{Kind, Schedule, Trigger, When};

/// How often the schedules are looked at: the configuration may change.
const LOOK: Duration = Duration::from_secs(1);

/// Runs the schedules until the host is stopped.
pub(super) async fn keep(
    router: Arc<Router>,
    engine: Arc<dyn Engine>,
    mut stopped: watch::Receiver<bool>,
) {
    start(&router.active(), &engine).await;
    let mut seen: HashMap<String, i64> = HashMap::new();
    loop {
        let (active, now) = (router.active(), now_ms());
        let mut pause = LOOK;
        for (trigger, schedule) in schedules(&active) {
            let Some(last) = schedule.when.last(now) else {
                continue;
            };
            let before = seen.get(&trigger.name).copied();
            if before.is_none_or(|before| before < last) {
                let is_due = before.is_some();
                match occurs(&active, &engine, (trigger, schedule), last, is_due).await {
                    Ok(()) => drop(seen.insert(trigger.name.clone(), last)),
                    Err(error) => {
                        let trigger = &trigger.name;
                        tracing::error!(%error, trigger, "a scheduled run is not stored; retrying");
                    }
                }
            }
            let next = schedule
                .when
                .pause(now)
                .and_then(|ms| u64::try_from(ms).ok());
            pause = pause.min(next.map_or(LOOK, Duration::from_millis));
        }
        if let Ok(Ok(_)) = tokio::time::timeout(pause, stopped.wait_for(|stop| *stop)).await {
            return;
        }
    }
}

fn schedules(active: &Active) -> impl Iterator<Item = (&Trigger, &Schedule)> {
    let enabled = active.triggers.iter().filter(|trigger| trigger.enabled);
    enabled.filter_map(|trigger| match &trigger.kind {
        Kind::Schedule(schedule) => Some((trigger, schedule)),
        Kind::Webhook(_) | Kind::Event { .. } => None,
    })
}

/// The workflows that start with the host.
async fn start(active: &Active, engine: &Arc<dyn Engine>) {
    for (trigger, schedule) in schedules(active) {
        if schedule.when != When::Start {
            continue;
        }
        let run = active.occurrence(trigger, schedule, now_ms());
        if let Some(run) = run
            && let Err(why) = engine.start(run, None).await
        {
            tracing::error!(?why, trigger = trigger.name, "the run could not be stored");
        }
    }
}

async fn occurs(
    active: &Active,
    engine: &Arc<dyn Engine>,
    (trigger, schedule): (&Trigger, &Schedule),
    at: i64,
    is_due: bool,
) -> Result<(), StoreError> {
    let Some(run) = active.occurrence(trigger, schedule, at) else {
        return Ok(()); // its condition is false now
    };
    let engine = Arc::clone(engine);
    let stored = spawn_blocking(move || engine.occurrence(at, is_due, run)).await;
    stored.map_or_else(
        |error| Err(StoreError::other(&error.to_string())),
        |it| it.map(drop),
    )
}
