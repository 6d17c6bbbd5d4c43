//! Where a waiting command keeps its state, so that no thread waits with it.

use std::cell::RefCell;
use std::time::Instant;

use crate::cloud_api::PendingSend;

/// The parking place of one command. Without permission to park, a command waits on its own thread.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    may_park: bool,
    parked: RefCell<Option<Parked>>,
}

/// A message that waits.
#[derive(Debug)]
pub(crate) struct Parked {
    pub(crate) until: Instant,
    pub(super) sending: PendingSend,
    pub(super) warnings: Vec<String>,
}

impl Parking {
    /// With the message that the command goes on with, if it has begun before.
    pub(crate) fn new(may_park: bool, parked: Option<Parked>) -> Self {
        Self {
            may_park,
            parked: RefCell::new(parked),
        }
    }

    pub(super) const fn may_park(&self) -> bool {
        self.may_park
    }

    pub(super) fn park(&self, parked: Parked) {
        *self.parked.borrow_mut() = Some(parked);
    }

    /// The message that waits.
    pub(crate) fn take(&self) -> Option<Parked> {
        self.parked.borrow_mut().take()
    }
}
