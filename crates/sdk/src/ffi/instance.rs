//! One instance as the FFI boundary keeps it: the adapter, its callbacks, and the commands submitted to
//! it.

use std::sync::Arc;
use std::time::Duration;

use super::callbacks::{Callbacks, Snapshot};
use super::foreign::{Completion, EventCallback};
use super::polled::Polled;
use super::thread;
use super::workers::{Size, Waiting, Workers};
use crate::adapter::{Adapter, Execution};
use crate::call::{CallOptions, Parking};
use crate::descriptor::Descriptor;
use crate::error::{Error, Kind};
use crate::event::{Event, Verdict};
use crate::memory;
use crate::panics;
use crate::runtime::{AdapterOptions, Create, Runtime};
use crate::spawn::is_own_thread;

pub(super) struct Instance {
    runtime: Arc<Runtime>,
    callbacks: Arc<Callbacks<EventCallback>>,
    polled: Polled,
    workers: Workers,
}

/// What the host says of one call.
#[derive(Default)]
pub(super) struct HostCall<'a> {
    pub(super) options: CallOptions<'a>,
    /// The host's number for it; 0 if it has none.
    pub(super) id: u64,
    /// Whether its completion waits for `poll_completions`.
    pub(super) polled: bool,
}

impl Instance {
    pub(super) fn new(
        descriptor: &'static Descriptor,
        create: Create,
        properties: &str,
        options: AdapterOptions,
    ) -> Result<Arc<Self>, Error> {
        let callbacks = Arc::new(Callbacks::default());
        let registered = Arc::clone(&callbacks);
        let on_idle = move || registered.clear(EventCallback::give_back);
        Ok(Arc::new(Self {
            runtime: Runtime::new(descriptor, create, properties, options, on_idle)?,
            callbacks,
            polled: Polled::default(),
            workers: Workers::new(),
        }))
    }

    pub(super) fn execute(
        &self,
        name: &str,
        request: &str,
        call: &HostCall<'_>,
    ) -> Result<Execution, Error> {
        call.options.check()?;
        let limits = self.runtime.limits(&call.options);
        let _inside = self.runtime.begin(call.id, false, &limits)?;
        let (id, parking) = (call.options.correlation_id, Parking::default());
        self.runtime
            .execute(name, request, id, &limits, &parking, &mut self.sink())
    }

    /// Queues one command; `completion` gets its end, exactly once, on a thread of the library or of
    /// whoever polls. `id` gets the operation before that can happen.
    pub(super) fn submit(
        self: &Arc<Self>,
        name: &str,
        request: &str,
        call: &HostCall<'_>,
        completion: Completion,
        id: impl FnOnce(u64),
    ) -> Result<(), Error> {
        call.options.check()?;
        let limits = self.runtime.limits(&call.options);
        let inside = self.runtime.begin(call.id, true, &limits)?;
        self.runtime.command(name)?;
        // Before anybody is told of the operation.
        let request = memory::copy(request)?;
        let bounds = self.runtime.adapter().bounds();
        let size = Size {
            // Without any, a submitted command would only run out of time.
            threads: bounds.threads.max(1),
            queue: bounds.queue,
        };
        let polled = call.polled;
        if polled {
            self.polled.open(size.threads.saturating_add(size.queue))?;
        }
        let operation = inside.number.unwrap_or_default();
        id(operation);
        let name = name.to_owned();
        let correlation_id = call.options.correlation_id.map(str::to_owned);
        let instance = Arc::clone(self);
        let (deadline, cancel) = (limits.deadline, Arc::clone(&limits.cancel));
        let parking = Parking::allowed();
        let mut completion = Some(completion);
        let job = move || {
            let runtime = &instance.runtime;
            let inside = runtime.inside(Some(operation));
            runtime.calls.runs(operation, true);
            let id = correlation_id.as_deref();
            let sink = &mut instance.sink();
            let ended =
                panics::caught(|| runtime.execute(&name, &request, id, &limits, &parking, sink));
            if let (Ok(_), Some(until)) = (&ended, parking.until()) {
                runtime.calls.runs(operation, false);
                // It stays inside while it waits.
                std::mem::forget(inside);
                return Some(until);
            }
            runtime.calls.end(operation);
            if let Some(completion) = completion.take() {
                let tell = move || completion.call(operation, ended);
                if polled {
                    instance.polled.end(Box::new(tell));
                } else {
                    tell();
                }
            }
            None
        };
        let waiting = Waiting {
            operation,
            deadline,
            cancel,
            job: Box::new(job),
        };
        match self.workers.submit(size, waiting) {
            Ok(()) => {
                // The job leaves in its place.
                std::mem::forget(inside);
                Ok(())
            }
            Err(error) => {
                if polled {
                    self.polled.forget();
                }
                Err(error)
            }
        }
    }

    pub(super) fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
    ) -> Result<Execution, Error> {
        let limits = self.runtime.limits(&CallOptions::default());
        let _inside = self.runtime.begin(0, false, &limits)?;
        self.runtime
            .process_webhook(body, signature, &limits, &mut self.sink())
    }

    /// See [`Runtime::with`].
    pub(super) fn with<R>(
        &self,
        work: impl FnOnce(&dyn Adapter) -> Result<R, Error>,
    ) -> Result<R, Error> {
        self.runtime.with(work)
    }

    pub(super) fn metrics(&self) -> Result<String, Error> {
        let _inside = self.runtime.enter()?;
        self.runtime.metrics()
    }

    /// Lets events come outside of calls.
    pub(super) fn start(&self) -> Result<(), Error> {
        let _inside = self.runtime.enter()?;
        let callbacks = Arc::clone(&self.callbacks);
        let deliver = move |event: &Event<'_>| emit(&callbacks.snapshot(), event);
        self.runtime
            .start(Arc::new(deliver), !thread::in_callback())
    }

    /// Calls who is registered now; one webhook's events all meet the same registrations.
    fn sink(&self) -> impl FnMut(&Event<'_>) -> Verdict {
        let registered = self.callbacks.snapshot();
        move |event| emit(&registered, event)
    }

    pub(super) fn cancel(&self, operation: u64) -> Result<(), Error> {
        let _inside = self.runtime.enter()?;
        if self.runtime.calls.cancel(operation) {
            self.workers.hurry(operation);
            return Ok(());
        }
        Err(Error::new(
            Kind::NotFound,
            "there is no such operation, or it has ended",
        ))
    }

    /// Cancels every call that the host gave this number.
    pub(super) fn cancel_calls(&self, id: u64) -> Result<(), Error> {
        let _inside = self.runtime.enter()?;
        let cancelled = self.runtime.calls.cancel_all_of(id);
        if cancelled.is_empty() {
            let message = "no call of this call_id runs or waits";
            return Err(Error::new(Kind::NotFound, message));
        }
        for operation in cancelled {
            self.workers.hurry(operation);
        }
        Ok(())
    }

    /// Tells the ends of polled commands on this thread; inside a callback it waits for none.
    pub(super) fn poll(&self, max: u32, timeout: Duration) -> Result<u64, Error> {
        let _inside = self.runtime.enter()?;
        let timeout = if thread::in_callback() {
            Duration::ZERO
        } else {
            timeout
        };
        Ok(self.polled.poll(max, timeout))
    }

    /// Registers for `event`, or for every event.
    pub(super) fn register(
        &self,
        event: Option<&str>,
        callback: EventCallback,
    ) -> Result<u64, Error> {
        let _inside = self.runtime.enter()?;
        let known = |name| {
            let row = self.runtime.descriptor().event(name);
            row.map(|row| row.name).ok_or_else(|| {
                Error::new(Kind::NotFound, "no such event; the descriptor lists them")
            })
        };
        let event = event.map(known).transpose()?;
        Ok(self.callbacks.register(event, callback))
    }

    /// Removes a registration; waits for its running calls if asked to and not itself in a callback.
    pub(super) fn unregister(&self, registration: u64, wait: bool) -> Result<(), Error> {
        let _inside = self.runtime.enter()?;
        let wait = wait && !thread::in_callback();
        if self
            .callbacks
            .unregister(registration, wait, EventCallback::give_back)
        {
            return Ok(());
        }
        Err(Error::new(Kind::NotFound, "there is no such registration"))
    }

    /// Refuses new calls, ends those in flight and those queued, and gives every callback back after
    /// its last use. With `wait`, returns when that is done and no thread of the instance is left; on a
    /// thread of the library, which may be one of them, as it ends, the threads are not waited for.
    pub(super) fn close(&self, wait: bool) {
        let runtime = &self.runtime;
        let cleans_up = runtime.calls.close(wait);
        // The queue first: ending a call frees its thread, which must not begin another one.
        self.workers.close();
        runtime.calls.cancel_all();
        runtime.outbox.close();
        runtime.shutdown();
        self.polled.close();
        if !wait {
            self.polled.finish();
            if cleans_up {
                runtime.clean_up_behind();
            }
            return;
        }
        runtime.calls.wait_idle();
        runtime.clean_up();
        runtime.outbox.wait_idle();
        if !is_own_thread() {
            self.workers.join();
        }
        // A host with one thread hears every end on it, the last ones too.
        self.polled.finish();
    }
}

fn emit(registered: &Snapshot<EventCallback>, event: &Event<'_>) -> Verdict {
    let give_back = EventCallback::give_back;
    registered.emit(event.name(), |callback| callback.call(event), give_back)
}
