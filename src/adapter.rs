//! One configured instance: the safe twin of the C functions.

mod call_options;
mod progress;
mod remembered;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

pub use call_options::CallOptions;
pub(crate) use call_options::check;
use progress::Configured;
pub(crate) use progress::Progress;
use remembered::memories;

use crate::cancel::Cancel;
use crate::clock::Clock;
use crate::cloud_api::Limits;
pub use crate::command::Execution;
use crate::command::{self, Authority, Context, process_webhook_body};
use crate::error::{Error, Kind};
use crate::event::{Event, Verdict};
use crate::log::{Level, Log};
use crate::metrics::{DedupWindow, Metrics};
use crate::properties::Properties;
use crate::secret::Redactor;
use crate::specification::descriptor;
use crate::webhook::{Dedup, Windows, answer_challenge};

/// What a host may tell an adapter about itself.
#[derive(Debug, Default)]
pub struct AdapterOptions {
    /// Comes back in every event as `adapter`.
    pub instance_name: Option<String>,
    /// Where log records go.
    pub log: Log,
    /// The time for what is remembered over days.
    pub clock: Clock,
}

/// One configured adapter. All methods may be called from any thread.
#[derive(Debug)]
pub struct Adapter {
    configured: RwLock<Arc<Configured>>,
    /// The calls that run, so that closing can end them.
    running: Mutex<HashMap<u64, Arc<Cancel>>>,
    /// Set under the lock of `running`, so that no call starts unseen.
    closed: AtomicBool,
    next_call: AtomicU64,
    log: Log,
    clock: Clock,
    dedup: Dedup,
    windows: Windows,
    /// Whether what is remembered was written for the last time.
    is_put_down: AtomicBool,
    redactor: Arc<Redactor>,
    metrics: Metrics,
    instance_name: Option<String>,
}

impl Adapter {
    /// An adapter with the properties in one JSON object. Opens no connection.
    ///
    /// # Errors
    /// `InvalidArgument` if `properties` is no JSON, `InvalidRequest` if it breaks the descriptor.
    pub fn new(properties: &str, options: AdapterOptions) -> Result<Self, Error> {
        let configured = Configured::parse(properties, None)?;
        let redactor = Arc::new(Redactor::default());
        redactor.add(&configured.properties.secrets());
        let log = options.log.with_redactor(Arc::clone(&redactor));
        warn_of_odd_secret(&configured.properties, &log);
        let clock = options.clock;
        let (dedup, windows) = memories(&configured.properties, &clock)?;
        command::log_journal_troubles(&dedup, &log);
        let descriptor = descriptor();
        let commands = descriptor
            .commands
            .iter()
            .chain(descriptor.extension_commands);
        Ok(Self {
            configured: RwLock::new(Arc::new(configured)),
            running: Mutex::default(),
            closed: AtomicBool::new(false),
            next_call: AtomicU64::new(0),
            log,
            clock,
            dedup,
            windows,
            is_put_down: AtomicBool::new(false),
            redactor,
            metrics: Metrics::new(commands.map(|command| command.name)),
            instance_name: options.instance_name,
        })
    }

    /// Replaces all properties, for instance with a new token. Calls that run keep the old ones;
    /// everything the adapter remembers stays. On failure nothing changes.
    ///
    /// # Errors
    /// As [`Adapter::new`], and `State` after [`Adapter::shutdown`].
    pub fn update_properties(&self, properties: &str) -> Result<(), Error> {
        let previous = self.configured();
        let configured = Configured::parse(properties, Some(&previous.client))?;
        let running = self.running();
        self.refuse_if_closed()?;
        let mut current = self
            .configured
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let (old, new) = (&current.properties, &configured.properties);
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
        // The old secrets stay among what is cut out: calls that run may still meet them.
        self.redactor.add(&new.secrets());
        configured.client.take_over(new, &self.metrics.sending);
        self.windows.use_secrets(new.customer_secrets());
        *current = Arc::new(configured);
        drop((current, running));
        self.tend_journals();
        warn_of_odd_secret(&self.configured().properties, &self.log);
        Ok(())
    }

    /// Runs one command; its events go to `sink`, on this thread, before it returns.
    ///
    /// # Errors
    /// `NotFound` for a name that is no command, `InvalidArgument` for a request that is no JSON or a
    /// correlation id out of its limits, `State` after [`Adapter::shutdown`]. Every other failure is
    /// inside the [`Execution`], beside the response.
    pub fn execute(
        &self,
        name: &str,
        request: &str,
        options: &CallOptions<'_>,
        sink: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Result<Execution, Error> {
        check(options)?;
        self.refuse_if_closed()?;
        let limits = self.limits(options);
        let progress = Progress::default();
        self.execute_within(
            name,
            request,
            options.correlation_id,
            &limits,
            &progress,
            sink,
        )
    }

    /// Processes one webhook body as the HTTP request had it; `signature` is its header
    /// `X-Hub-Signature-256`. Never without a check: without the property `appSecret` it refuses.
    ///
    /// # Errors
    /// `State` after [`Adapter::shutdown`]; every other failure is inside the [`Execution`].
    pub fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        sink: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Result<Execution, Error> {
        self.refuse_if_closed()?;
        let limits = self.limits(&CallOptions::default());
        // Counted in, so that shutting down ends it as it ends a command.
        let _running = self.enter(&limits.cancel);
        let (name, progress) = ("processWebhook", Progress::default());
        self.run(name, None, &limits, &progress, sink, |context| {
            process_webhook_body(body, Authority::Adapter(signature), context)
        })
    }

    /// What to answer, as `text/plain`, to the GET handshake with this query.
    ///
    /// # Errors
    /// `InvalidRequest` if the query is no handshake, `Unauthentic` if its token is another one,
    /// `InvalidArgument` if `verify_token` is empty.
    pub fn answer_challenge(&self, query: &str, verify_token: &str) -> Result<String, Error> {
        answer_challenge(query, verify_token)
    }

    /// The limits of a call that starts now.
    pub(crate) fn limits(&self, options: &CallOptions<'_>) -> Limits {
        let timeout = options
            .timeout
            .unwrap_or_else(|| self.configured().properties.timeout);
        Limits {
            deadline: deadline(Instant::now(), timeout),
            cancel: Arc::default(),
        }
    }

    /// As [`Adapter::execute`], with limits that were set before and can be reached from outside. Where
    /// `progress` allows it, a command that has to wait returns: what is answered means nothing then, and
    /// it is run again with the same arguments at the moment that `progress` tells.
    pub(crate) fn execute_within(
        &self,
        name: &str,
        request: &str,
        correlation_id: Option<&str>,
        limits: &Limits,
        progress: &Progress,
        sink: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Result<Execution, Error> {
        let _running = self.enter(&limits.cancel);
        let ended = self.run(name, correlation_id, limits, progress, sink, |context| {
            command::run(name, request, context)
        });
        // What Meta answers may repeat what it was sent.
        let redacted =
            |error: Error| error.map_message(|message| self.redactor.redact(message).into_owned());
        let mut execution = ended.map_err(redacted)?;
        if let Cow::Owned(response) = self.redactor.redact(&execution.response) {
            execution.response = response;
        }
        execution.failure = execution.failure.map(redacted);
        Ok(execution)
    }

    /// Runs `work` as the command `name`, and counts it.
    fn run(
        &self,
        name: &str,
        correlation_id: Option<&str>,
        limits: &Limits,
        progress: &Progress,
        mut sink: impl FnMut(&Event<'_>) -> Verdict,
        work: impl FnOnce(&mut Context<'_, '_>) -> Result<Execution, Error>,
    ) -> Result<Execution, Error> {
        let configured = progress.configured(self.configured());
        let now = Instant::now();
        let started = progress.parking.started(now);
        let _in_flight = self.metrics.started();
        let ended = work(&mut Context {
            properties: &configured.properties,
            client: &configured.client,
            log: &self.log,
            metrics: &self.metrics,
            dedup: &self.dedup,
            windows: &self.windows,
            now: self.clock.now(now),
            instance_name: self.instance_name.as_deref(),
            limits,
            correlation_id,
            parking: &progress.parking,
            sink: &mut sink,
        });
        if progress.until().is_some() {
            progress.keep(&configured);
            return ended;
        }
        let result = match &ended {
            Ok(execution) => execution.failure.as_ref().map(Error::kind),
            Err(error) => Some(error.kind()),
        };
        self.metrics.ended(name, result, started.elapsed());
        ended
    }

    /// Whether there is such a command.
    ///
    /// # Errors
    /// `NotFound`, as [`Adapter::execute`] says it.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Error> {
        command::check_name(name).map_err(|error| {
            error.map_message(|message| self.redactor.redact(message).into_owned())
        })
    }

    /// How many threads may run submitted commands, and how many commands may wait for one.
    pub(crate) fn worker_limits(&self) -> (usize, usize) {
        let configured = self.configured();
        (configured.properties.workers, configured.properties.queue)
    }

    /// The adapter's counters as one JSON object.
    pub fn metrics(&self) -> String {
        let (entries, oldest_s) = self.dedup.window(self.clock.unix_s(Instant::now()));
        let journal_errors = self.dedup.health().errors();
        self.metrics.to_json(DedupWindow {
            entries,
            oldest_s,
            journal_errors,
        })
    }

    /// Ends the calls that run, each with its outcome, and runs nothing any more.
    pub fn shutdown(&self) {
        let running = {
            let mut running = self.running();
            self.closed.store(true, Ordering::Release);
            std::mem::take(&mut *running)
        };
        for cancel in running.values() {
            cancel.cancel();
        }
        self.configured().client.shutdown();
    }

    /// Counts a call in. One that was taken on before the adapter closed is ended as a cancelled one,
    /// with its response.
    fn enter(&self, cancel: &Arc<Cancel>) -> Running<'_> {
        let call = self.next_call.fetch_add(1, Ordering::Relaxed);
        let mut running = self.running();
        if self.closed.load(Ordering::Acquire) {
            cancel.cancel();
        } else {
            running.insert(call, Arc::clone(cancel));
        }
        drop(running);
        Running {
            adapter: self,
            call,
        }
    }

    fn configured(&self) -> Arc<Configured> {
        Arc::clone(
            &self
                .configured
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn refuse_if_closed(&self) -> Result<(), Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::new(Kind::State, "the adapter is being destroyed"));
        }
        Ok(())
    }

    fn running(&self) -> MutexGuard<'_, HashMap<u64, Arc<Cancel>>> {
        // A list, right at every moment: a panic elsewhere does not harm it.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One entry of `running`.
struct Running<'a> {
    adapter: &'a Adapter,
    call: u64,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.adapter.running().remove(&self.call);
    }
}

/// The end of a call that starts now. A timeout beyond what a clock can hold is a year.
fn deadline(now: Instant, timeout: Duration) -> Instant {
    now.checked_add(timeout)
        .unwrap_or(now + Duration::from_secs(31_536_000))
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
