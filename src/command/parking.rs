//! Where a waiting command keeps its state, so that no thread waits with it.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use crate::cloud_api::PendingSend;

/// The parking place of one command. Without permission to park, a command waits on its own thread.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    may_park: bool,
    parked: RefCell<Option<Parked>>,
    started: Cell<Option<Instant>>,
}

/// A message that waits.
#[derive(Debug)]
pub(crate) struct Parked {
    pub(crate) until: Instant,
    pub(super) sending: PendingSend,
    pub(super) warnings: Vec<String>,
}

impl Parking {
    /// For a command that is run again when its wait is over.
    pub(crate) fn allowed() -> Self {
        Self {
            may_park: true,
            ..Self::default()
        }
    }

    pub(super) const fn may_park(&self) -> bool {
        self.may_park
    }

    /// Until when the command waits, if it does.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.parked.borrow().as_ref().map(|parked| parked.until)
    }

    /// When the command was run for the first time.
    pub(crate) fn started(&self, now: Instant) -> Instant {
        let started = self.started.get().unwrap_or(now);
        self.started.set(Some(started));
        started
    }

    pub(super) fn park(&self, parked: Parked) {
        *self.parked.borrow_mut() = Some(parked);
    }

    pub(super) fn take(&self) -> Option<Parked> {
        self.parked.borrow_mut().take()
    }
}
