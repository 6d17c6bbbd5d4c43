//! What the engine's threads share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::oneshot;

use super::Settings;
use super::queue::Queue;
use crate::engine::{Commands, Ended, NewRun};
use crate::expression::{Condition, Scope};
use crate::operations::{Feed, Metrics, Told};
use crate::store::{RunId, RunRow, RunState, Store};
use crate::workflow::{Compiled, Definition};

/// How many compiled definitions and conditions are kept at hand.
const KEPT: usize = 256;

pub(super) struct Shared {
    pub(super) store: Arc<Store>,
    pub(super) commands: Arc<dyn Commands>,
    pub(super) settings: Settings,
    pub(super) feed: Feed,
    pub(super) metrics: Arc<Metrics>,
    pub(super) queue: Queue,
    pub(super) definitions: Mutex<HashMap<Vec<u8>, Arc<Compiled>>>,
    pub(super) conditions: Mutex<HashMap<String, Arc<Condition>>>,
    /// Who waits for the end of a run.
    pub(super) waiting: Mutex<HashMap<RunId, oneshot::Sender<Ended>>>,
}

impl Shared {
    pub(super) fn waiting(&self) -> MutexGuard<'_, HashMap<RunId, oneshot::Sender<Ended>>> {
        lock(&self.waiting)
    }

    /// The definition with this hash, if it is at hand.
    pub(super) fn definition(&self, hash: &[u8]) -> Option<Arc<Compiled>> {
        lock(&self.definitions).get(hash).cloned()
    }

    /// Compiles a definition, and keeps it at hand.
    pub(super) fn compile(&self, hash: &[u8], json: &str) -> Result<Arc<Compiled>, String> {
        let definition: Definition =
            serde_json::from_str(json).map_err(|error| format!("its definition: {error}"))?;
        let compiled = Compiled::new(definition).map_err(|wrong| {
            let (step, why) = wrong.into_iter().next().unwrap_or_default();
            format!("its definition: step {step}: {why}")
        })?;
        let compiled = Arc::new(compiled);
        keep(
            &mut lock(&self.definitions),
            hash.to_vec(),
            Arc::clone(&compiled),
        );
        Ok(compiled)
    }

    /// Whether a condition holds for an event; no condition always does.
    pub(super) fn holds(&self, condition: Option<&str>, event: &Value) -> bool {
        let Some(source) = condition else { return true };
        let known = lock(&self.conditions).get(source).cloned();
        let condition = match known {
            Some(condition) => condition,
            None => match Condition::parse(source) {
                Ok(condition) => {
                    let condition = Arc::new(condition);
                    let kept = Arc::clone(&condition);
                    keep(&mut lock(&self.conditions), source.to_owned(), kept);
                    condition
                }
                Err(error) => {
                    tracing::error!(%error, "a stored condition");
                    return false;
                }
            },
        };
        event
            .as_object()
            .is_some_and(|members| condition.holds(&Scope::of(members)))
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

fn keep<K: std::hash::Hash + Eq, V>(kept: &mut HashMap<K, V>, key: K, value: V) {
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, value);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
