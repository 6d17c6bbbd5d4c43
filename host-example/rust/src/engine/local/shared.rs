//! What the engine's threads share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;

use super::places::Places;
use super::queue::Queue;
use super::settings::Settings;
use super::workers::Workers;
use crate::engine::definitions::Definitions;
use crate::engine::{Commands, Ended, NewRun};
use crate::lock::unpoisoned;
use crate::operations::{Feed, Metrics, Told};
use crate::store::{RunId, RunRow, RunState, Store, StoreError};

pub(super) struct Shared {
    pub(super) store: Arc<Store>,
    pub(super) commands: Arc<dyn Commands>,
    pub(super) settings: Settings,
    pub(super) feed: Feed,
    pub(super) metrics: Arc<Metrics>,
    pub(super) queue: Queue,
    pub(super) places: Places,
    pub(super) workers: Workers,
    /// Starts one more thread on which runs go on.
    pub(super) start_worker: fn(&Arc<Shared>) -> Result<(), StoreError>,
    pub(super) definitions: Definitions,
    /// Who waits for the end of a run.
    pub(super) waiting: Mutex<HashMap<RunId, oneshot::Sender<Ended>>>,
}

/// Whom a run is about, so that lines about one customer are found and no number stands in the log.
fn masked(customer: Option<&str>) -> String {
    let Some(customer) = customer else {
        return String::new();
    };
    let letters: Vec<char> = customer.chars().collect();
    match letters.len() {
        0..=6 => "***".to_owned(),
        length => {
            let end = letters.get(length - 2..).unwrap_or_default();
            format!("***{}", end.iter().collect::<String>())
        }
    }
}

impl Shared {
    pub(super) fn waiting(&self) -> MutexGuard<'_, HashMap<RunId, oneshot::Sender<Ended>>> {
        unpoisoned(self.waiting.lock())
    }

    /// Whether an event of the instance `from` may tell how a command of the instance `of` ended: only
    /// its own events may. An instance that was given another name is not there any more under the former
    /// one; the correlation id alone tells then.
    pub(super) fn may_tell(&self, from: &str, of: &str) -> bool {
        from == of || self.commands.adapter_type(of).is_empty()
    }

    pub(super) fn tell_started(&self, id: RunId, run: &NewRun) {
        let adapter = self.commands.adapter_type(&run.instance);
        let of = (adapter.as_str(), run.instance.as_str());
        self.metrics.run(of, &run.workflow, RunState::Ready);
        let (workflow, trigger, instance) = (&run.workflow, &run.trigger, &run.instance);
        let customer = masked(run.customer.as_deref());
        tracing::info!(run = %id, workflow, trigger, instance, customer, "a run has started");
        self.feed.tell(|| Told::Run {
            instance: run.instance.clone(),
            id,
            workflow: run.workflow.clone(),
            trigger: run.trigger.clone(),
            customer: run.customer.clone().unwrap_or_default(),
            state: RunState::Ready,
            error: String::new(),
        });
    }

    /// The run has come to this state.
    pub(super) fn tell_run(&self, run: &RunRow, state: RunState, error: &str) {
        if matches!(state, RunState::Done | RunState::Failed | RunState::Unknown) {
            let adapter = self.commands.adapter_type(&run.instance);
            let of = (adapter.as_str(), run.instance.as_str());
            self.metrics.run(of, &run.workflow, state);
        }
        let workflow = &run.workflow;
        match state {
            RunState::Done => tracing::info!(run = %run.id, workflow, "the run has ended"),
            RunState::Failed => {
                tracing::warn!(run = %run.id, workflow, why = error, "the run has failed");
            }
            RunState::Ready | RunState::Waiting | RunState::Unknown => {}
        }
        self.feed.tell(|| Told::Run {
            instance: run.instance.clone(),
            id: run.id,
            workflow: run.workflow.clone(),
            trigger: run.trigger.clone(),
            customer: run.customer.clone().unwrap_or_default(),
            state,
            error: error.to_owned(),
        });
    }
}
