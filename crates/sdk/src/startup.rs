//! The start of an instance: one succeeds, one runs at a time, and one that failed may be tried again.

use std::sync::{Condvar, Mutex};

use crate::error::{Error, Kind};
use crate::lock::unpoisoned;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Stopped,
    Starting,
    Started,
}

#[derive(Debug)]
pub(crate) struct Startup {
    phase: Mutex<Phase>,
    changed: Condvar,
}

impl Startup {
    pub(crate) const fn new() -> Self {
        Self {
            phase: Mutex::new(Phase::Stopped),
            changed: Condvar::new(),
        }
    }

    /// Answers whether the caller starts the instance now, and says so with [`Startup::ended`]: otherwise
    /// it is started already. A start that runs on another thread is waited for.
    ///
    /// # Errors
    /// `Unavailable` if that must not be waited for, as in a callback, on which that start may depend.
    pub(crate) fn begin(&self, may_wait: bool) -> Result<bool, Error> {
        let mut phase = unpoisoned(self.phase.lock());
        while *phase == Phase::Starting {
            if !may_wait {
                let message = "the adapter is being started by another call";
                return Err(Error::new(Kind::Unavailable, message).with_retry(true, Some(100)));
            }
            phase = unpoisoned(self.changed.wait(phase));
        }
        let begins = *phase == Phase::Stopped;
        if begins {
            *phase = Phase::Starting;
        }
        Ok(begins)
    }

    pub(crate) fn ended(&self, is_started: bool) {
        *unpoisoned(self.phase.lock()) = if is_started {
            Phase::Started
        } else {
            Phase::Stopped
        };
        self.changed.notify_all();
    }
}
