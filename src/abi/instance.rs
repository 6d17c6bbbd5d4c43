//! One instance as the C border keeps it: the adapter, its callbacks, and the calls inside it.

use std::sync::Arc;
use std::time::Duration;

use super::callbacks::Callbacks;
use super::calls::{Call, Calls};
use super::foreign::{Completion, EventCallback};
use super::gate::Gate;
use super::operations::Operations;
use super::polled::Polled;
use super::thread;
use super::workers::{Size, Waiting, Workers};
use crate::adapter::{Adapter, Execution, Progress, check};
use crate::cloud_api::Limits;
use crate::error::{Error, Kind};
use crate::event::{Event, Verdict};
use crate::memory;
use crate::spawn::is_own_thread;
use crate::specification::descriptor;

pub(super) struct Instance {
    adapter: Adapter,
    callbacks: Callbacks<EventCallback>,
    operations: Operations,
    calls: Calls,
    polled: Polled,
    workers: Workers,
    gate: Gate,
}

/// A call inside an instance: while it lives, the instance is not cleaned up.
struct Inside<'a>(&'a Instance);

impl Instance {
    pub(super) fn new(adapter: Adapter) -> Arc<Self> {
        Arc::new(Self {
            adapter,
            callbacks: Callbacks::default(),
            operations: Operations::default(),
            calls: Calls::default(),
            polled: Polled::default(),
            workers: Workers::new(),
            gate: Gate::default(),
        })
    }

    pub(super) fn execute(
        &self,
        name: &str,
        request: &str,
        call: &Call<'_>,
    ) -> Result<Execution, Error> {
        let _inside = self.enter()?;
        check(&call.options)?;
        let limits = self.adapter.limits(&call.options);
        let _call = self.calls.open(call.id, None, &limits.cancel);
        let id = call.options.correlation_id;
        self.execute_within(name, request, id, &limits, &Progress::default())
    }

    fn execute_within(
        &self,
        name: &str,
        request: &str,
        correlation_id: Option<&str>,
        limits: &Limits,
        progress: &Progress,
    ) -> Result<Execution, Error> {
        self.adapter
            .execute_within(name, request, correlation_id, limits, progress, self.sink())
    }

    /// Queues one command; `completion` gets its end, exactly once, on a thread of the library or of
    /// whoever polls. `id` gets the operation before that can happen.
    pub(super) fn submit(
        self: &Arc<Self>,
        name: &str,
        request: &str,
        call: &Call<'_>,
        completion: Completion,
        id: impl FnOnce(u64),
    ) -> Result<(), Error> {
        let inside = self.enter()?;
        check(&call.options)?;
        self.adapter.check_name(name)?;
        // Before anybody is told of the operation.
        let request = memory::copy(request)?;
        let size = self.adapter.worker_limits();
        let size = Size {
            threads: size.0,
            queue: size.1,
        };
        let polled = call.polled;
        if polled {
            self.polled.open(size.threads.saturating_add(size.queue))?;
        }
        let limits = self.adapter.limits(&call.options);
        let deadline = limits.deadline;
        let operation = self.operations.open(&limits.cancel);
        id(operation);
        let name = name.to_owned();
        let correlation_id = call.options.correlation_id.map(str::to_owned);
        let mut open = Some(self.calls.open(call.id, Some(operation), &limits.cancel));
        let instance = Arc::clone(self);
        let cancel = Arc::clone(&limits.cancel);
        let progress = Progress::parkable();
        let mut completion = Some(completion);
        let job = move || {
            let inside = Inside(&instance);
            let id = correlation_id.as_deref();
            let ended = thread::exported(|| {
                instance.execute_within(&name, &request, id, &limits, &progress)
            });
            if let (Ok(_), Some(until)) = (&ended, progress.until()) {
                // It stays inside while it waits.
                std::mem::forget(inside);
                return Some(until);
            }
            instance.operations.close(operation);
            open.take();
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
                self.operations.close(operation);
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
        let _inside = self.enter()?;
        self.adapter.process_webhook(body, signature, self.sink())
    }

    pub(super) fn answer_challenge(&self, query: &str, token: &str) -> Result<String, Error> {
        let _inside = self.enter()?;
        self.adapter.answer_challenge(query, token)
    }

    /// Calls who is registered now; one webhook's events all meet the same registrations.
    fn sink(&self) -> impl FnMut(&Event<'_>) -> Verdict {
        let callbacks = self.callbacks.snapshot();
        move |event| {
            let give_back = EventCallback::give_back;
            callbacks.emit(event.name(), |callback| callback.call(event), give_back)
        }
    }

    pub(super) fn cancel(&self, operation: u64) -> Result<(), Error> {
        let _inside = self.enter()?;
        if self.operations.cancel(operation) {
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
        let _inside = self.enter()?;
        let cancelled = self.calls.cancel(id);
        if cancelled.is_empty() {
            let message = "no call of this call_id runs or waits";
            return Err(Error::new(Kind::NotFound, message));
        }
        for operation in cancelled.into_iter().flatten() {
            self.workers.hurry(operation);
        }
        Ok(())
    }

    /// Tells the ends of polled commands on this thread; inside a callback it waits for none.
    pub(super) fn poll(&self, max: u32, timeout: Duration) -> Result<u64, Error> {
        let _inside = self.enter()?;
        let timeout = if thread::in_callback() {
            Duration::ZERO
        } else {
            timeout
        };
        Ok(self.polled.poll(max, timeout))
    }

    pub(super) fn update_properties(&self, properties: &str) -> Result<(), Error> {
        let _inside = self.enter()?;
        self.adapter.update_properties(properties)
    }

    /// Lets events come outside of calls: this adapter has no source of such events.
    pub(super) fn start(&self) -> Result<(), Error> {
        let _inside = self.enter()?;
        Ok(())
    }

    pub(super) fn metrics(&self) -> Result<String, Error> {
        let _inside = self.enter()?;
        Ok(self.adapter.metrics())
    }

    /// Registers for `event`, or for every event.
    pub(super) fn register(
        &self,
        event: Option<&str>,
        callback: EventCallback,
    ) -> Result<u64, Error> {
        let _inside = self.enter()?;
        let event = event.map(known_event).transpose()?;
        Ok(self.callbacks.register(event, callback))
    }

    /// Removes a registration; waits for its running calls if asked to and not itself in a callback.
    pub(super) fn unregister(&self, registration: u64, wait: bool) -> Result<(), Error> {
        let _inside = self.enter()?;
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
        let idle = self.gate.close();
        // The queue first: ending a call frees its thread, which must not begin another one.
        self.workers.close();
        self.operations.cancel_all();
        self.adapter.shutdown();
        self.polled.close();
        if !wait {
            self.polled.finish();
        }
        if idle {
            self.clean_up();
        } else if wait {
            self.gate.wait_finished();
        }
        if wait && !is_own_thread() {
            self.workers.join();
        }
        if wait {
            // A host with one thread hears every end on it, the last ones too.
            self.polled.finish();
        }
    }

    fn enter(&self) -> Result<Inside<'_>, Error> {
        if self.gate.enter() {
            return Ok(Inside(self));
        }
        Err(Error::new(Kind::State, "the adapter is being destroyed"))
    }

    fn clean_up(&self) {
        // While the host's log and clock may still be called.
        self.adapter.put_down();
        self.callbacks.clear(EventCallback::give_back);
        self.gate.finish();
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if self.0.gate.leave() {
            self.0.clean_up();
        }
    }
}

/// The descriptor's own name of an event.
fn known_event(name: &str) -> Result<&'static str, Error> {
    let descriptor = descriptor();
    let mut all = descriptor.events.iter().chain(descriptor.extension_events);
    all.find(|event| event.name == name)
        .map(|event| event.name)
        .ok_or_else(|| Error::new(Kind::NotFound, "no such event; the descriptor lists them"))
}
