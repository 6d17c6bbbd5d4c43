//! One instance without its C side: the adapter, its calls, what is counted of them, and its events.

mod run;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;

use crate::adapter::{Adapter, Context, Execution};
use crate::call::{Call, CallOptions, Limits, Parking};
use crate::calls::Calls;
use crate::clock::Clock;
use crate::descriptor::{Command, CommandTrait, Descriptor};
use crate::error::{Error, Kind};
use crate::event::EventSink;
use crate::log::Log;
use crate::metrics::Commands;
use crate::outbox::{Deliver, Emitter, Outbox};
use crate::panics;
use crate::rows;
use crate::secret::Redactor;
use crate::spawn::spawn;
use crate::startup::Startup;

/// What a host may tell an adapter about itself.
#[derive(Debug, Default)]
pub struct AdapterOptions {
    /// The instance's name; comes back in events.
    pub instance_name: Option<String>,
    /// Where log records go.
    pub log: Log,
    /// The time for what is remembered over days.
    pub clock: Clock,
}

pub(crate) struct Runtime {
    adapter: Box<dyn Adapter>,
    descriptor: &'static Descriptor,
    pub(crate) calls: Calls,
    commands: Commands,
    secrets: Arc<Redactor>,
    pub(crate) outbox: Arc<Outbox>,
    startup: Startup,
    /// Since its first start the adapter may have threads of its own, which its end waits for.
    has_threads: AtomicBool,
    is_finished: AtomicBool,
    /// For the thread that cleans up behind a host that does not wait.
    own: Weak<Self>,
    /// Runs once, behind the last call of a closed instance.
    on_idle: Box<dyn Fn() + Send + Sync>,
}

/// A use of an instance: while it lives, the instance is not cleaned up.
pub(crate) struct Inside<'a> {
    runtime: &'a Runtime,
    /// The number of the call; none for a use that is no call.
    pub(crate) number: Option<u64>,
}

/// Makes an instance of one adapter type.
pub(crate) type Create = fn(&str, Context) -> Result<Box<dyn Adapter>, Error>;

impl Runtime {
    pub(crate) fn new(
        descriptor: &'static Descriptor,
        create: Create,
        properties: &str,
        options: AdapterOptions,
        on_idle: impl Fn() + Send + Sync + 'static,
    ) -> Result<Arc<Self>, Error> {
        let secrets = Arc::new(Redactor::default());
        let outbox = Outbox::new(descriptor, Arc::clone(&secrets));
        let context = Context {
            instance_name: options.instance_name,
            log: options.log.with_redactor(Arc::clone(&secrets)),
            clock: options.clock,
            secrets: Arc::clone(&secrets),
            emitter: Emitter(Arc::clone(&outbox)),
        };
        let adapter = create(properties, context).map_err(|error| secrets.cut(error))?;
        Ok(Arc::new_cyclic(|own| Self {
            adapter,
            descriptor,
            calls: Calls::default(),
            commands: Commands::new(descriptor.all_commands().map(|command| command.name)),
            secrets,
            outbox,
            startup: Startup::new(),
            has_threads: AtomicBool::new(false),
            is_finished: AtomicBool::new(false),
            own: Weak::clone(own),
            on_idle: Box::new(on_idle),
        }))
    }

    pub(crate) fn adapter(&self) -> &dyn Adapter {
        &*self.adapter
    }

    pub(crate) const fn descriptor(&self) -> &'static Descriptor {
        self.descriptor
    }

    /// # Errors
    /// `State` if the instance is being destroyed.
    pub(crate) fn enter(&self) -> Result<Inside<'_>, Error> {
        if self.calls.enter() {
            return Ok(self.inside(None));
        }
        Err(closed())
    }

    /// Runs something short that is no call.
    ///
    /// # Errors
    /// `State` if the instance is being destroyed, and those of `work`.
    pub(crate) fn with<R>(
        &self,
        work: impl FnOnce(&dyn Adapter) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let _inside = self.enter()?;
        work(self.adapter()).map_err(|error| self.redacted(error))
    }

    /// A call begins.
    ///
    /// # Errors
    /// `State` if the instance is being destroyed.
    pub(crate) fn begin(
        &self,
        call_id: u64,
        is_submitted: bool,
        limits: &Limits,
    ) -> Result<Inside<'_>, Error> {
        let number = self.calls.begin(call_id, is_submitted, &limits.cancel);
        number
            .map(|number| self.inside(Some(number)))
            .ok_or_else(closed)
    }

    /// The use that an earlier one, which was forgotten, has left.
    pub(crate) const fn inside(&self, number: Option<u64>) -> Inside<'_> {
        Inside {
            runtime: self,
            number,
        }
    }

    /// What bounds a call that starts now.
    pub(crate) fn limits(&self, options: &CallOptions<'_>) -> Limits {
        let timeout = options
            .timeout
            .unwrap_or_else(|| self.adapter.bounds().timeout);
        Limits::new(Instant::now(), timeout)
    }

    /// # Errors
    /// `NotFound` for a name that is no command, with the name that was probably meant.
    pub(crate) fn command(&self, name: &str) -> Result<&'static Command, Error> {
        if let Some(command) = self.descriptor.command(name) {
            return Ok(command);
        }
        let known = self.descriptor.all_commands().map(|command| command.name);
        let advice = rows::nearest(name, known).map_or_else(
            || "the descriptor lists them all".to_owned(),
            |meant| format!("did you mean {meant}?"),
        );
        let message = format!("no such command: {}; {advice}", rows::shown(name));
        Err(self.redacted(Error::new(Kind::NotFound, message)))
    }

    /// Runs a command, or goes on with one that was parked. What it answers is ignored if it is parked
    /// again.
    pub(crate) fn execute(
        &self,
        name: &str,
        request: &str,
        correlation_id: Option<&str>,
        limits: &Limits,
        parking: &Parking,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        let command = self.command(name)?;
        let call = Call {
            limits,
            correlation_id,
            parking,
        };
        let over = if parking.is_new() {
            call.check().err()
        } else {
            None
        };
        let work = |events: &mut EventSink<'_>| match &over {
            Some(error) => self.unstarted(name, request, &call, error.clone()),
            None => self.adapter.execute(name, request, &call, events),
        };
        self.run(command, &call, events, work)
    }

    /// The end of a command that was over before it began: the adapter has only the response to say.
    fn unstarted(
        &self,
        name: &str,
        request: &str,
        call: &Call<'_>,
        error: Error,
    ) -> Result<Execution, Error> {
        let parking = &Parking::default();
        let call = Call { parking, ..*call };
        let ended = self.adapter.unstarted(name, request, &call, error.clone());
        let failure = ended.as_ref().ok().and_then(|told| told.failure.as_ref());
        if failure.is_some_and(|failure| failure.kind() == error.kind()) {
            ended
        } else {
            Err(error)
        }
    }

    pub(crate) fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        limits: &Limits,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        const NONE: &Command = &Command::EXTENSION;
        let mut all = self.descriptor.all_commands();
        let command = all.find(|command| command.traits.contains(&CommandTrait::Webhook));
        let parking = Parking::default();
        let call = Call {
            limits,
            correlation_id: None,
            parking: &parking,
        };
        let work = |events: &mut EventSink<'_>| {
            (self.adapter).process_webhook(body, signature, &call, events)
        };
        self.run(command.unwrap_or(NONE), &call, events, work)
    }

    /// The counters as one JSON object, without secrets.
    ///
    /// # Errors
    /// `Internal` if the adapter has made something else.
    pub(crate) fn metrics(&self) -> Result<String, Error> {
        self.commands.in_flight(self.calls.running());
        let metrics = self.adapter.metrics(&self.commands);
        self.secrets.response(metrics, false).ok_or_else(|| {
            let message = "a defect in the adapter: its metrics are no JSON object";
            Error::new(Kind::Internal, message)
        })
    }

    /// Lets events come outside of calls; after a success it does nothing.
    pub(crate) fn start(&self, deliver: Arc<Deliver>, may_wait: bool) -> Result<(), Error> {
        if !self.startup.begin(may_wait)? {
            return Ok(());
        }
        self.has_threads.store(true, Ordering::Release);
        self.outbox.start(deliver);
        let started = catch_unwind(AssertUnwindSafe(|| self.adapter.start()));
        let is_started = matches!(started, Ok(Ok(())));
        if !is_started {
            self.outbox.stop();
        }
        self.startup.ended(is_started);
        let started = started.unwrap_or_else(|panic| resume_unwind(panic));
        started.map_err(|error| self.redacted(error))
    }

    /// Tells the adapter that the instance is being destroyed. A panic of its own does not stop that.
    pub(crate) fn shutdown(&self) {
        let _ = panics::caught(|| self.adapter.shutdown());
    }

    /// The last call has ended.
    pub(crate) fn clean_up(&self) {
        // While the host's log and clock may still be called.
        self.finish();
        (self.on_idle)();
    }

    /// Cleans up for a thread of the host's that is not to wait. The adapter's end may wait for a thread
    /// that is in a callback, and that callback for whoever comes here: so it has a thread of its own. An
    /// adapter that was never started has no such thread.
    pub(crate) fn clean_up_behind(&self) {
        let own = self.own.upgrade();
        let own = own.filter(|own| own.has_threads.load(Ordering::Acquire));
        let left = own.map(|own| spawn("clean-up", move || own.clean_up()));
        if !matches!(left, Some(Ok(_))) {
            self.clean_up();
        }
    }

    fn finish(&self) {
        if !self.is_finished.swap(true, Ordering::AcqRel) {
            // A panic in it must not keep the host's callbacks, nor whoever waits for the end.
            let _ = panics::caught(|| self.adapter.finish());
        }
    }

    fn redacted(&self, error: Error) -> Error {
        self.secrets.cut(error)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.outbox.close();
        self.finish();
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if self.runtime.calls.leave(self.number) {
            self.runtime.clean_up_behind();
        }
    }
}

fn closed() -> Error {
    Error::new(Kind::State, "the adapter is being destroyed")
}
