//! One instance as the C border keeps it: the adapter, its callbacks, and the calls inside it.

use std::sync::Arc;

use super::callbacks::Callbacks;
use super::foreign::EventCallback;
use super::gate::Gate;
use super::thread;
use crate::adapter::{Adapter, CallOptions, Execution};
use crate::descriptor::descriptor;
use crate::error::{Error, Kind};

pub(super) struct Instance {
    adapter: Adapter,
    callbacks: Callbacks<EventCallback>,
    gate: Gate,
}

/// A call inside an instance: while it lives, the instance is not cleaned up.
struct Inside<'a>(&'a Instance);

impl Instance {
    pub(super) fn new(adapter: Adapter) -> Arc<Self> {
        Arc::new(Self {
            adapter,
            callbacks: Callbacks::default(),
            gate: Gate::default(),
        })
    }

    pub(super) fn execute(
        &self,
        name: &str,
        request: &str,
        options: &CallOptions<'_>,
    ) -> Result<Execution, Error> {
        let _inside = self.enter()?;
        self.adapter.execute(name, request, options, |event| {
            let give_back = EventCallback::give_back;
            self.callbacks
                .emit(event.name(), |callback| callback.call(event), give_back)
        })
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

    /// Refuses new calls, ends those in flight, and gives every callback back after its last use.
    /// With `wait`, returns when that is done.
    pub(super) fn close(&self, wait: bool) {
        let idle = self.gate.close();
        self.adapter.shutdown();
        if idle {
            self.clean_up();
        } else if wait {
            self.gate.wait_finished();
        }
    }

    fn enter(&self) -> Result<Inside<'_>, Error> {
        if self.gate.enter() {
            return Ok(Inside(self));
        }
        Err(Error::new(Kind::State, "the adapter is being destroyed"))
    }

    fn clean_up(&self) {
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
        .ok_or_else(|| {
            let names: Vec<_> = descriptor.events.iter().map(|event| event.name).collect();
            let known = names.join(", ");
            Error::new(Kind::NotFound, format!("no such event; known are: {known}"))
        })
}
