//! The engine for any number of machines: runs are stored in the journal of Restate's server, which calls
//! the workers, of which this process is one.
//!
//! An event or a webhook goes to the object `Customer`, which keeps one customer's in order; each run is
//! an invocation of `Run`; `Message` tells how a command ended whose end was unknown.

mod at_once;
mod calls;
mod customer;
mod ingress;
mod message;
mod open_runs;
mod payload;
mod run;
mod step;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use restate_sdk::prelude::*;
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use uuid::Uuid;

use self::at_once::is_repeatable;
use self::calls::Calls;
use self::customer::{Customer, key_of};
use self::ingress::{Ingress, of_object};
use self::message::{Message, REMEMBERED};
use self::payload::{Begin, Event, Taken};
use self::run::{Run, Worker};
use super::definitions::Definitions;
use super::{Commands, Ended, Engine, EventRow, NewRun, Refused, RunId, RunView, Starting, Stored};
use crate::config;
use crate::operations::Metrics;
use crate::store::StoreError;

/// The engine for any number of machines.
pub(crate) struct RestateEngine {
    ingress: Ingress,
    worker: Worker,
    runtime: Handle,
    stop: watch::Sender<bool>,
    serving: Mutex<Option<JoinHandle<()>>>,
}

impl RestateEngine {
    /// Listens for the server's calls.
    ///
    /// # Errors
    /// It cannot listen there, or the key is none.
    pub(crate) async fn start(
        settings: &config::Restate,
        resolve_within: Duration,
        commands: Arc<dyn Commands>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, String> {
        let ingress = Ingress::new(&settings.ingress)?;
        let worker = Worker {
            commands,
            metrics,
            calls: Arc::new(Calls::default()),
            definitions: Arc::new(Definitions::default()),
            resolve_within,
        };
        let mut endpoint = Endpoint::builder()
            .bind(
                Customer(worker.clone())
                    .into_service_definition()
                    .options(options()),
            )
            .bind(Message.into_service_definition().options(options()))
            .bind(
                Run(worker.clone())
                    .into_service_definition()
                    .options(options()),
            );
        if let Some(key) = &settings.identity_key {
            let wrong = |error| format!("[restate] identity_key: {error}");
            endpoint = endpoint.identity_key(key).map_err(wrong)?;
        }
        let wrong = |error| format!("cannot listen on {}: {error}", settings.listen);
        let listener = TcpListener::bind(settings.listen).await.map_err(wrong)?;
        let (stop, mut stopped) = watch::channel(false);
        let server = HttpServer::new(endpoint.build());
        let serving = tokio::spawn(async move {
            let until = async move { stopped.wait_for(|stop| *stop).await.map(drop) };
            server.serve_with_cancel(listener, until).await;
        });
        Ok(Self {
            ingress,
            worker,
            runtime: Handle::current(),
            stop,
            serving: Mutex::new(Some(serving)),
        })
    }
}

/// A worker that died is asked again soon, and for as long as it takes.
fn options() -> ServiceOptions {
    ServiceOptions::new()
        .idempotency_retention(REMEMBERED)
        .retry_policy_initial_interval(Duration::from_millis(100))
        .retry_policy_max_interval(Duration::from_secs(2))
        .retry_policy_max_attempts(u64::MAX)
}

impl Engine for RestateEngine {
    fn start(&self, run: NewRun, ended: Option<oneshot::Sender<Ended>>) -> Starting {
        let (ingress, worker) = (self.ingress.clone(), self.worker.clone());
        Box::pin(async move {
            let id = Uuid::new_v4();
            let (key, (_, number)) = (id.to_string(), id.as_u64_pair());
            let number = RunId(i64::try_from(number >> 1).unwrap_or(i64::MAX)); // for people only
            let refused = |why: String| Refused::Store(StoreError::other(&why));
            let workflow = worker.compiled(&run.definition).map_err(refused)?;
            if ended.is_none() && is_repeatable(&workflow) {
                let ended = spawn_blocking(move || worker.run_at_once(&run, &workflow)).await;
                let ended = ended.unwrap_or_else(|error| Err(error.to_string()));
                return ended.map(|()| number).map_err(refused);
            }
            let lane = run.lane;
            let begin = begin(run, key.clone()).map_err(Refused::Store)?;
            if ended.is_none() && lane != 0 {
                let handler = of_object("Customer", &format!("webhooks:{lane}"), "take");
                let starts = vec![begin];
                let taken = Taken {
                    event: None,
                    starts,
                };
                ingress
                    .send(&handler, &key, &taken)
                    .await
                    .map_err(refused)?;
                return Ok(number);
            }
            let accepted = ingress.send("Run/run", &key, &begin).await;
            let invocation = accepted.map_err(refused)?.invocation_id;
            if let Some(ended) = ended {
                tokio::spawn(async move {
                    match ingress.attach(&invocation).await {
                        // Nobody may wait for it any more.
                        Ok(Ok(output)) => drop(ended.send(Ended::Done(output))),
                        Ok(Err(why)) => drop(ended.send(Ended::Failed(why))),
                        Err(error) => tracing::warn!(error, "a run's end is not known here"),
                    }
                });
            }
            Ok(number)
        })
    }

    fn event(&self, event: EventRow, starts: Vec<NewRun>) -> Result<Stored, StoreError> {
        let id = event.key.to_string();
        let key = match &event.customer {
            Some(customer) => key_of(&event.instance, customer),
            None if event.correlation.is_none() && starts.is_empty() => {
                self.worker.metrics.event(&event.name, false);
                return Ok(Stored::default()); // nobody could wait for it
            }
            None => format!("event:{id}"),
        };
        let starts = starts.into_iter().map(|run| {
            let id = run.key.map_or_else(String::new, |key| key.to_string());
            begin(run, id)
        });
        let taken = Taken {
            starts: starts.collect::<Result<_, _>>()?,
            event: Some(Event {
                name: event.name.clone(),
                correlation: event.correlation,
                json: raw(event.json)?,
            }),
        };
        let handler = of_object("Customer", &key, "take");
        let sent = self.ingress.send(&handler, &id, &taken);
        let accepted = self.runtime.block_on(sent);
        let duplicate = accepted.map_err(|why| StoreError::other(&why))?.is_known();
        self.worker.metrics.event(&event.name, duplicate);
        Ok(Stored {
            duplicate,
            ..Stored::default()
        })
    }

    fn recent_runs(&self, _limit: u32) -> Result<Vec<RunView>, StoreError> {
        Err(StoreError::other("runs are shown on Restate's own page"))
    }

    fn open_runs(&self) -> Result<Vec<(&'static str, i64)>, StoreError> {
        Ok(Vec::new()) // the server counts them
    }

    fn healthy(&self) -> Result<(), StoreError> {
        let health = self.runtime.block_on(self.ingress.health());
        health.map_err(|why| StoreError::other(&why))
    }

    fn stop(&self) {
        self.stop.send_replace(true);
        let mut serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(serving) = serving.take() {
            let _ = self.runtime.block_on(serving);
        }
    }
}

fn begin(run: NewRun, id: String) -> Result<Begin, StoreError> {
    Ok(Begin {
        id,
        definition: raw(run.definition.to_string())?,
        instance: run.instance,
        customer: run.customer,
        properties: raw(run.properties)?,
        lane: None,
        home: None,
    })
}

fn raw(json: String) -> Result<Box<RawValue>, StoreError> {
    RawValue::from_string(json).map_err(|error| StoreError::other(&error.to_string()))
}
