//! The engine for any number of machines: runs are stored in the journal of Restate's server, which calls
//! the workers, of which this process is one.
//!
//! An event or a webhook goes to the object `Customer`, which keeps one customer's in order; each run is
//! an invocation of `Run`; `Message` tells how a command ended whose end was unknown, and `Schedule` knows
//! which occurrences have been run.

mod admin;
mod at_once;
mod calls;
mod clock;
mod customer;
mod ingress;
mod lane;
mod listen;
mod message;
mod open_runs;
mod payload;
mod probe;
mod run;
mod schedule;
mod sends;
mod step;
mod worker;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use restate_sdk::prelude::*;
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub(crate) use self::admin::{Admin, Open};
use self::at_once::is_repeatable;
use self::clock::Clock;
use self::customer::Customer;
use self::ingress::{Ingress, of_object};
use self::listen::{Elsewhere, serve};
use self::message::{Message, REMEMBERED};
use self::payload::{Begin, Event, Taken};
use self::probe::{Asked, Probe};
use self::run::Run;
use self::schedule::{Occurrence, Schedule};
use self::sends::Sends;
use self::worker::{Line, Worker, key_of};
use super::{Commands, Ended, Engine, EventRow, NewRun, Refused, RunId, RunView, Starting, Stored};
use crate::config;
use crate::lock::unpoisoned;
use crate::operations::Metrics;
use crate::store::StoreError;

/// How often the server is asked for its time, if nothing else is asked of it.
const LOOK: Duration = Duration::from_secs(10);
/// A customer's object that waits for a run is set aside after so long, so that it takes no place among
/// what the server has in work.
const SET_ASIDE: Duration = Duration::from_secs(5);

/// The engine for any number of machines.
pub(crate) struct RestateEngine {
    ingress: Ingress,
    admin: Admin,
    asked: Asked,
    worker: Worker,
    runtime: Handle,
    stop: watch::Sender<bool>,
    serving: Mutex<Option<JoinHandle<()>>>,
}

impl RestateEngine {
    /// Listens for the server's calls.
    ///
    /// # Errors
    /// It cannot listen there, the key is none, or this machine's clock is not the server's.
    pub(crate) async fn start(
        settings: &config::Restate,
        resolve_within: Duration,
        commands: Arc<dyn Commands>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, String> {
        let clock = Arc::new(Clock::default());
        let ingress = Ingress::new(&settings.ingress, Arc::clone(&clock))?;
        match ingress.is_registered().await {
            Ok(_) => clock.check()?,
            Err(why) => tracing::warn!(why, "the server's clock is compared with this one later"),
        }
        let worker = Worker {
            commands,
            metrics,
            calls: Arc::default(),
            sends: Arc::new(Sends::new(settings.max_sends)?),
            clock,
            elsewhere: Elsewhere::new(),
            definitions: Arc::default(),
            resolve_within,
        };
        let endpoint = endpoint(&worker, settings.identity_key.as_deref())?;
        let wrong = |error| format!("cannot listen on {}: {error}", settings.listen);
        let listener = TcpListener::bind(settings.listen).await.map_err(wrong)?;
        let (stop, stopped) = watch::channel(false);
        let elsewhere = worker.elsewhere.clone();
        let serving = tokio::spawn(serve(listener, endpoint, elsewhere, stopped));
        tokio::spawn(keep_time(ingress.clone(), stop.subscribe()));
        Ok(Self {
            ingress,
            admin: Admin::new(&settings.admin)?,
            asked: Asked::default(),
            worker,
            runtime: Handle::current(),
            stop,
            serving: Mutex::new(Some(serving)),
        })
    }
}

/// The handlers. What only they call of each other is not for those who reach the server's ingress: a
/// status that somebody made up would make a success of a message that was not sent.
fn endpoint(worker: &Worker, identity_key: Option<&str>) -> Result<Endpoint, String> {
    let private = || HandlerOptions::new().ingress_private(true);
    let customer = options()
        .inactivity_timeout(SET_ASIDE)
        .handler("wait", private())
        .handler("time_is_up", private())
        .handler("end", private());
    let message = options().ingress_private(true);
    let probe = ServiceOptions::new().journal_retention(Duration::ZERO);
    let of = Customer(worker.clone()).into_service_definition();
    let mut endpoint = Endpoint::builder().bind(of.options(customer));
    let of = Message(Arc::clone(&worker.clock)).into_service_definition();
    endpoint = endpoint.bind(of.options(message));
    let of = Schedule(Arc::clone(&worker.clock)).into_service_definition();
    endpoint = endpoint.bind(of.options(options()));
    let of = Run(worker.clone()).into_service_definition();
    endpoint = endpoint.bind(of.options(options()));
    endpoint = endpoint.bind(Probe.into_service_definition().options(probe));
    let Some(key) = identity_key else {
        tracing::warn!(
            "whoever reaches this worker's port on this machine may have messages sent: give [restate] \
             identity_key, which host-example/restate/install makes"
        );
        return Ok(endpoint.build());
    };
    let wrong = |error| format!("[restate] identity_key: {error}");
    Ok(endpoint.identity_key(key).map_err(wrong)?.build())
}

/// Asks the server for its time, so that a clock which goes wrong, or right again, is known soon.
async fn keep_time(ingress: Ingress, mut stopped: watch::Receiver<bool>) {
    while tokio::time::timeout(LOOK, stopped.wait_for(|stop| *stop))
        .await
        .is_err()
    {
        let _ = ingress.is_registered().await; // health tells
    }
}

/// The line of an event: what it says itself of where it came to.
fn line_of(event: &EventRow, commands: &dyn Commands) -> String {
    let about = || commands.about(&event.instance).map(|about| about.line);
    let line = event.route.clone().or_else(about);
    line.unwrap_or_else(|| event.instance.clone())
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
                let sends = Arc::clone(&worker.sends);
                let ended = sends
                    .webhook(move || worker.run_at_once(&run, &workflow))
                    .await;
                let ended = ended.unwrap_or_else(|error| Err(error.to_string()));
                return ended.map(|()| number).map_err(refused);
            }
            let lane = run.lane;
            let begin = begin(run, key.clone(), None).map_err(Refused::Store)?;
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
        let line = line_of(&event, &*self.worker.commands);
        let key = match &event.customer {
            Some(customer) => key_of(&line, customer),
            None if event.correlation.is_none() && starts.is_empty() => {
                self.worker.metrics.event(&event, false);
                return Ok(Stored::default()); // nobody could wait for it
            }
            None => format!("event:{id}"),
        };
        let starts = starts.into_iter().map(|run| {
            let id = run.key.map_or_else(String::new, |key| key.to_string());
            let of = (line.clone(), event.adapter.clone());
            begin(run, id, Some(of))
        });
        let taken = Taken {
            starts: starts.collect::<Result<_, _>>()?,
            event: Some(Event {
                name: event.name.clone(),
                correlation: event.correlation.clone(),
                settles: event.settles.clone(),
                line: Some(Line::new(&line, Some(&event.adapter)).journaled()),
                json: raw(event.json.clone())?,
            }),
        };
        let handler = of_object("Customer", &key, "take");
        let sent = self.ingress.send(&handler, &id, &taken);
        let accepted = self.runtime.block_on(sent);
        let duplicate = accepted.map_err(|why| StoreError::other(&why))?.is_known();
        self.worker.metrics.event(&event, duplicate);
        Ok(Stored {
            duplicate,
            ..Stored::default()
        })
    }

    /// Every worker hands the same occurrence over, and its schedule's object takes it once.
    fn occurrence(&self, at: i64, is_due: bool, run: NewRun) -> Result<bool, StoreError> {
        let id = run.key.map_or_else(String::new, |key| key.to_string());
        let key = format!("{id}-{is_due}");
        let handler = of_object("Schedule", &run.trigger, "occur");
        let occurrence = Occurrence::new(at, is_due, begin(run, id, None)?);
        let sent = self.ingress.send(&handler, &key, &occurrence);
        let accepted = self.runtime.block_on(sent);
        let accepted = accepted.map_err(|why| StoreError::other(&why))?;
        Ok(!accepted.is_known())
    }

    fn recent_runs(&self, _limit: u32) -> Result<Vec<RunView>, StoreError> {
        Err(StoreError::other("runs are shown on Restate's own page"))
    }

    fn open_runs(&self) -> Result<Vec<(&'static str, i64)>, StoreError> {
        let counts = self.runtime.block_on(self.admin.counts());
        let counts = counts.map_err(|why| StoreError::other(&why))?;
        let (open, stuck, old) = (counts.open, counts.stuck, counts.old);
        Ok(vec![("open", open), ("stuck", stuck), ("old", old)])
    }

    fn healthy(&self) -> Result<(), StoreError> {
        let health = self.runtime.block_on(self.asked.probe(&self.ingress));
        let health = health.and_then(|()| self.worker.clock.check());
        health.map_err(|why| StoreError::other(&why))
    }

    fn stop(&self) {
        self.stop.send_replace(true);
        let mut serving = unpoisoned(self.serving.lock());
        if let Some(serving) = serving.take() {
            let _ = self.runtime.block_on(serving);
        }
    }
}

/// `of`: the line of the event that starts the run, and its adapter's type.
fn begin(run: NewRun, id: String, of: Option<(String, String)>) -> Result<Begin, StoreError> {
    let (line, adapter) = of.unzip();
    Ok(Begin {
        id,
        definition: raw(run.definition.to_string())?,
        instance: run.instance,
        customer: run.customer,
        properties: raw(run.properties)?,
        line,
        adapter,
        lane: None,
        home: None,
    })
}

fn raw(json: String) -> Result<Box<RawValue>, StoreError> {
    RawValue::from_string(json).map_err(|error| StoreError::other(&error.to_string()))
}

#[cfg(test)]
mod tests;
