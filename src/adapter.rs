//! WhatsApp as an adapter: one configured instance, and what it remembers.

mod configured;
mod remembered;

use std::sync::{Arc, RwLock};
use std::time::Instant;

use configured::{Configured, Parked};
use remembered::Remembered;
use workflow_adapter_sdk::adapter::{Adapter, Bounds, Context as Given, Execution};
use workflow_adapter_sdk::call::Call;
use workflow_adapter_sdk::metrics::Commands;

use crate::clock::Clock;
use crate::command::{self, Authority, Context, Parking, process_webhook_body};
use crate::descriptor::Descriptor;
use crate::error::{Error, Kind};
use crate::event::EventSink;
use crate::lock::unpoisoned;
use crate::log::{Level, Log};
use crate::metrics::{DedupWindow, Metrics};
use crate::properties::Properties;
use crate::secret::Redactor;
use crate::specification::descriptor;
use crate::webhook::answer_challenge;

/// One configured adapter.
#[derive(Debug)]
pub struct WhatsApp {
    current: RwLock<Current>,
    log: Log,
    clock: Clock,
    remembered: Remembered,
    redactor: Arc<Redactor>,
    metrics: Metrics,
    instance_name: Option<String>,
}

#[derive(Debug)]
struct Current {
    configured: Arc<Configured>,
    /// No request leaves any more.
    is_closed: bool,
}

impl Adapter for WhatsApp {
    fn descriptor() -> &'static Descriptor {
        descriptor()
    }

    fn create(properties: &str, given: Given) -> Result<Self, Error> {
        let configured = Configured::parse(properties, None)?;
        given.secrets.add(&configured.properties.secrets());
        warn_of_odd_secret(&configured.properties, &given.log);
        let remembered = Remembered::open(&configured.properties, &given.clock, &given.log)?;
        Ok(Self {
            current: RwLock::new(Current {
                configured: Arc::new(configured),
                is_closed: false,
            }),
            log: given.log,
            clock: given.clock,
            remembered,
            redactor: given.secrets,
            metrics: Metrics::default(),
            instance_name: given.instance_name,
        })
    }

    fn update_properties(&self, properties: &str) -> Result<(), Error> {
        let previous = self.configured();
        let configured = Configured::parse(properties, Some(&previous.client))?;
        let mut current = unpoisoned(self.current.write());
        if current.is_closed {
            return Err(Error::new(Kind::State, "the adapter is being destroyed"));
        }
        let (old, new) = (&current.configured.properties, &configured.properties);
        if (old.memory, &old.journal, old.sync) != (new.memory, &new.journal, new.sync) {
            return Err(Error::invalid_request(
                "properties dedupEntries, dedupDays, dedupJournal and dedupSync cannot change while the \
                 adapter lives; destroy it and create it again",
            ));
        }
        if new.verifier.is_none() && old.verifier.is_some() {
            return Err(Error::invalid_request(
                "property \"appSecret\" cannot be taken away while the adapter lives, or webhooks would be \
                 trusted without a word; destroy it and create it again",
            ));
        }
        // The old ones are still cut out: calls that run may meet them.
        self.redactor.replace(&new.secrets());
        configured.client.take_over(new, &self.metrics.sending);
        self.remembered.windows.use_secrets(new.customer_secrets());
        current.configured = Arc::new(configured);
        drop(current);
        self.tend_journals();
        warn_of_odd_secret(&self.configured().properties, &self.log);
        Ok(())
    }

    fn execute(
        &self,
        name: &str,
        request: &str,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        let current = self.configured();
        let (configured, parked) = match call.resume::<Parked>() {
            // The newest token, unless another number has it.
            Some(parked) if !parked.configured.client.is_of_same_number(&current.client) => {
                (parked.configured, Some(parked.message))
            }
            Some(parked) => (current, Some(parked.message)),
            None => (current, None),
        };
        let parking = Parking::new(call.may_park(), parked);
        let mut context = self.context(&configured, call, &parking, events);
        let ended = command::run(name, request, &mut context);
        if let Some(message) = parking.take() {
            call.park(
                message.until,
                Parked {
                    message,
                    configured,
                },
            );
        }
        ended
    }

    fn unstarted(
        &self,
        name: &str,
        request: &str,
        call: &Call<'_>,
        error: Error,
    ) -> Result<Execution, Error> {
        command::respond_unstarted(name, request, call.correlation_id, error)
    }

    fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        let (configured, parking) = (self.configured(), Parking::default());
        let mut context = self.context(&configured, call, &parking, events);
        process_webhook_body(body, Authority::Adapter(signature), &mut context)
    }

    fn answer_challenge(&self, query: &str, verify_token: &str) -> Result<String, Error> {
        answer_challenge(query, verify_token)
    }

    fn metrics(&self, commands: &Commands) -> String {
        let dedup = &self.remembered.dedup;
        let (entries, oldest_s) = dedup.window(self.clock.unix_s(Instant::now()));
        let journal_errors = dedup.health().errors();
        let dedup = DedupWindow {
            entries,
            oldest_s,
            journal_errors,
        };
        self.metrics.to_json(commands, dedup)
    }

    fn bounds(&self) -> Bounds {
        let configured = self.configured();
        Bounds {
            timeout: configured.properties.timeout,
            threads: configured.properties.workers,
            queue: configured.properties.queue,
        }
    }

    fn shutdown(&self) {
        let mut current = unpoisoned(self.current.write());
        current.is_closed = true;
        let configured = Arc::clone(&current.configured);
        drop(current);
        configured.client.shutdown();
    }

    fn finish(&self) {
        self.tend_journals();
    }
}

impl WhatsApp {
    fn context<'a, 's>(
        &'a self,
        configured: &'a Configured,
        call: &'a Call<'_>,
        parking: &'a Parking,
        sink: &'a mut EventSink<'s>,
    ) -> Context<'a, 's> {
        let at = Instant::now();
        Context {
            properties: &configured.properties,
            client: &configured.client,
            log: &self.log,
            metrics: &self.metrics,
            dedup: &self.remembered.dedup,
            windows: &self.remembered.windows,
            reply_keys: &self.remembered.reply_keys,
            at,
            now: self.clock.now(at),
            instance_name: self.instance_name.as_deref(),
            limits: call.limits,
            correlation_id: call.correlation_id,
            parking,
            sink,
        }
    }

    fn tend_journals(&self) {
        if self.configured().properties.journal.is_some() {
            let now = self.clock.now(Instant::now());
            self.remembered.tend_journals(now, &self.log);
        }
    }

    fn configured(&self) -> Arc<Configured> {
        let current = unpoisoned(self.current.read());
        Arc::clone(&current.configured)
    }
}

fn warn_of_odd_secret(properties: &Properties, log: &Log) {
    if properties
        .app_secrets
        .iter()
        .any(|secret| !secret.looks_right())
    {
        log.record(Level::Warn, "properties", || {
            let message =
                "appSecret does not decode to 32 hexadecimal digits, as Meta's App Secrets are";
            (message.to_owned(), serde_json::json!({}))
        });
    }
}
