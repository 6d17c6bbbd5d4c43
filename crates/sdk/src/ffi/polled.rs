//! Completions that wait for a thread of the host: for hosts whose runtime has one thread only.
//!
//! No lock is held while one runs.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::error::{Error, Kind};
use crate::lock::unpoisoned;

/// A completion and what it is to be told.
type Ended = Box<dyn FnOnce() + Send>;

/// Longer than any host waits, and no time that a clock cannot tell.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Default)]
pub(super) struct Polled {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    ended: VecDeque<Ended>,
    /// Commands whose completion has not begun: running, waiting, or ended.
    open: usize,
    /// Nobody polls any more: what ends is told at once, on the thread where it ends.
    at_once: bool,
    /// Whoever waits goes.
    closing: bool,
}

impl Polled {
    /// One more command whose end will be asked for.
    ///
    /// # Errors
    /// `Busy` if `most` of them are open already: a host that does not poll fills no memory.
    pub(super) fn open(&self, most: usize) -> Result<(), Error> {
        let mut state = self.lock();
        if state.open >= most {
            let message = format!("{} ends were not polled yet", state.open);
            return Err(Error::new(Kind::Busy, message).with_retry(true, Some(100)));
        }
        state.open += 1;
        Ok(())
    }

    /// The command was not queued after all.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        state.open = state.open.saturating_sub(1);
    }

    /// The command has ended: `tell` runs inside the next [`Polled::poll`].
    pub(super) fn end(&self, tell: Ended) {
        let mut state = self.lock();
        if state.at_once {
            drop(state);
            tell();
            return;
        }
        state.ended.push_back(tell);
        drop(state);
        self.more.notify_one();
    }

    /// Tells at most `max` ends on this thread, all that are there if it is 0, and waits up to `timeout`
    /// for the first. Answers how many it told.
    pub(super) fn poll(&self, max: u32, timeout: Duration) -> u64 {
        let deadline = Instant::now() + timeout.min(LONGEST);
        let mut state = self.lock();
        while state.ended.is_empty() && !state.closing {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return 0;
            }
            let woken = self.more.wait_timeout(state, left);
            state = unpoisoned(woken).0;
        }
        // Not more than are there now: what ends meanwhile does not keep the caller for ever.
        let there = u64::try_from(state.ended.len()).unwrap_or(u64::MAX);
        drop(state);
        let most = if max == 0 {
            there
        } else {
            there.min(max.into())
        };
        (0..most)
            .take_while(|_| self.tell_one())
            .fold(0, |told, _| told + 1)
    }

    /// Whoever waits in [`Polled::poll`] goes.
    pub(super) fn close(&self) {
        self.lock().closing = true;
        self.more.notify_all();
    }

    /// Tells every end that is there, on this thread; what ends later is told where it ends.
    pub(super) fn finish(&self) {
        self.lock().at_once = true;
        while self.tell_one() {}
    }

    fn tell_one(&self) -> bool {
        let mut state = self.lock();
        let Some(tell) = state.ended.pop_front() else {
            return false;
        };
        state.open = state.open.saturating_sub(1);
        drop(state);
        tell();
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Completions run without the lock; what it guards is right at every moment.
        unpoisoned(self.state.lock())
    }
}
