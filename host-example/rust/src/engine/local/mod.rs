//! The engine for one machine: runs are stored in one `SQLite` file and go on here, on a few threads.

mod advance;
mod branches;
mod event;
mod places;
mod queue;
mod settings;
mod shared;
mod step;
mod workers;
mod write;

use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::sync::oneshot;

pub(crate) use self::settings::Settings;

use self::advance::advance;
use self::places::Places;
use self::queue::Queue;
use self::shared::Shared;
use self::workers::Workers;
use super::definitions::Definitions;
use super::{Commands, Ended, Engine, EventRow, NewRun, Refused, RunView, Starting, Stored};
use crate::operations::{Feed, Metrics};
use crate::store::{RunState, Store, StoreError, add_run, now_ms, occurs, open_runs, recent_runs};

/// The engine for one machine.
pub(crate) struct LocalEngine {
    shared: Arc<Shared>,
}

impl LocalEngine {
    /// Goes on with every run that has not ended, and with those to come.
    ///
    /// # Errors
    /// The store cannot be read, or a thread not be started.
    pub(crate) fn start(
        store: Arc<Store>,
        commands: Arc<dyn Commands>,
        settings: Settings,
        feed: Feed,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StoreError> {
        let count = settings.threads.max(1);
        let shared = Arc::new(Shared {
            store,
            commands,
            settings,
            feed,
            metrics,
            queue: Queue::default(),
            places: Places::new(count),
            workers: Workers::default(),
            start_worker,
            definitions: Definitions::default(),
            waiting: Mutex::default(),
        });
        let open = open_runs(&shared.store.reader()?)?;
        if !open.is_empty() {
            tracing::info!(runs = open.len(), "resuming unfinished runs");
        }
        for run in open {
            match (run.state, run.wake) {
                (RunState::Waiting | RunState::Unknown, Some(at)) => {
                    shared.queue.add_at(run.id, run.lane, at);
                }
                _ => shared.queue.add(run.id, run.lane),
            }
        }
        for _ in 0..count {
            start_worker(&shared)?;
        }
        Ok(Self { shared })
    }
}

/// Starts a thread that goes on with one run after the other.
fn start_worker(shared: &Arc<Shared>) -> Result<(), StoreError> {
    let reader = shared.store.reader()?;
    let this = Arc::clone(shared);
    shared.workers.start(move || {
        while let Some(turn) = this.queue.take() {
            let woken_for = turn.woken_for.clone();
            match advance(&this, &reader, &turn) {
                Some(instance) => this.places.park(&instance, turn, &this.queue),
                None => this.queue.release(&turn),
            }
            if let Some(instance) = woken_for {
                this.places.look(&instance, &this.queue);
            }
            if this.workers.is_surplus() {
                break;
            }
        }
    })
}

impl Engine for LocalEngine {
    fn start(&self, run: NewRun, ended: Option<oneshot::Sender<Ended>>) -> Starting {
        let backlog = self.shared.queue.backlog() + self.shared.places.parked();
        if backlog >= self.shared.settings.max_backlog {
            return Box::pin(std::future::ready(Err(Refused::Busy)));
        }
        let (answer, stored) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let started = run.clone();
        // What follows happens on the writer's thread: also if the sender has hung up by then.
        self.shared.store.writer().write(
            move |connection| add_run(connection, &run, 0),
            move |result| {
                if let Ok(Some(id)) = &result {
                    if let Some(ended) = ended {
                        shared.waiting().insert(*id, ended);
                    }
                    shared.tell_started(*id, &started);
                    shared.queue.add(*id, started.lane);
                }
                let _ = answer.send(result); // nobody waits for it any more
            },
        );
        Box::pin(async move {
            match stored.await {
                Ok(Ok(Some(id))) => Ok(id),
                Ok(Ok(None)) => Err(Refused::Store(StoreError::other(
                    "the run is there already",
                ))),
                Ok(Err(error)) => Err(Refused::Store(error)),
                Err(_) => Err(Refused::Store(StoreError::other("the store is closed"))),
            }
        })
    }

    fn event(&self, event: EventRow, starts: Vec<NewRun>) -> Result<Stored, StoreError> {
        event::store(&self.shared, event, starts)
    }

    fn occurrence(&self, at: i64, is_due: bool, run: NewRun) -> Result<bool, StoreError> {
        let new = run.clone();
        let work = move |c: &Connection| {
            let is_new = occurs(c, &new.trigger, at, is_due)?;
            if is_new {
                add_run(c, &new, 0)
            } else {
                Ok(None)
            }
        };
        let started = self.shared.store.writer().ask(work).wait()?;
        if let Some(id) = started {
            self.shared.tell_started(id, &run);
            self.shared.queue.add(id, run.lane);
        }
        Ok(started.is_some())
    }

    fn recent_runs(&self, limit: u32) -> Result<Vec<RunView>, StoreError> {
        let reader = self.shared.store.reader()?;
        let runs = recent_runs(&reader, limit)?.into_iter();
        let known = &self.shared.definitions;
        let runs = runs.map(|run| branches::with_branches(&reader, known, run));
        Ok(runs.collect::<rusqlite::Result<_>>()?)
    }

    fn open_runs(&self) -> Result<Vec<(&'static str, i64)>, StoreError> {
        let open = open_runs(&self.shared.store.reader()?)?;
        let states = [RunState::Ready, RunState::Waiting, RunState::Unknown];
        let count = |wanted: RunState| {
            let found = open.iter().filter(|run| run.state == wanted);
            (
                wanted.name(),
                i64::try_from(found.count()).unwrap_or(i64::MAX),
            )
        };
        Ok(states.map(count).to_vec())
    }

    fn healthy(&self) -> Result<(), StoreError> {
        Ok(recent_runs(&self.shared.store.reader()?, 1).map(drop)?)
    }

    fn stop(&self) {
        let began = now_ms();
        self.shared.queue.stop();
        if !self.shared.workers.join() {
            return;
        }
        tracing::info!(ms = now_ms() - began, "no step is running");
    }
}

impl Drop for LocalEngine {
    fn drop(&mut self) {
        self.stop();
    }
}
