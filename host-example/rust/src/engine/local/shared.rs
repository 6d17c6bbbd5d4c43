//! What the engine's threads share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::Settings;
use super::queue::Queue;
use crate::engine::definitions::Definitions;
use crate::engine::{Commands, Ended, NewRun};
use crate::operations::{Feed, Metrics, Told};
use crate::store::{RunId, RunRow, RunState, Store};

pub(super) struct Shared {
    pub(super) store: Arc<Store>,
    pub(super) commands: Arc<dyn Commands>,
    pub(super) settings: Settings,
    pub(super) feed: Feed,
    pub(super) metrics: Arc<Metrics>,
    pub(super) queue: Queue,
    pub(super) definitions: Definitions,
    /// Who waits for the end of a run.
    pub(super) waiting: Mutex<HashMap<RunId, oneshot::Sender<Ended>>>,
}

impl Shared {
    pub(super) fn waiting(&self) -> MutexGuard<'_, HashMap<RunId, oneshot::Sender<Ended>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell_started(&self, id: RunId, run: &NewRun) {
        self.metrics.run(&run.workflow, RunState::Ready);
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
            self.metrics.run(&run.workflow, state);
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
