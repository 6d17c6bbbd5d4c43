//! The calls of one instance. Every call, also a webhook's, can be found, cancelled and awaited, and
//! destroying the instance waits for all of them. `tools/model` checks this file in every interleaving of
//! a few threads.

use std::collections::BTreeMap;

use crate::cancel::Cancel;
use crate::lock::unpoisoned;
use crate::sync::{Arc, Condvar, Mutex, MutexGuard};

#[derive(Default)]
pub(crate) struct Calls {
    state: Mutex<State>,
    idle: Condvar,
}

#[derive(Default)]
struct State {
    /// Calls that have not ended, by their number.
    open: BTreeMap<u64, Open>,
    /// The number of the last call; a number is never used again.
    last: u64,
    /// How many calls, and other uses of the instance, are inside.
    inside: usize,
    /// Nobody gets in any more.
    closed: bool,
    /// Whoever closed the instance waits for the last one to leave, and cleans up.
    awaited: bool,
}

struct Open {
    /// The host's number for the call, which others may share; 0 if it has none.
    call_id: u64,
    /// Whether the host knows the call's own number.
    is_submitted: bool,
    /// Whether it runs now, as opposed to waiting for a thread or for its moment.
    runs: bool,
    cancel: Arc<Cancel>,
}

impl Calls {
    /// Counts a use of the instance in that is no call. Answers whether it may go on.
    pub(crate) fn enter(&self) -> bool {
        let mut state = self.lock();
        if !state.closed {
            state.inside += 1;
        }
        !state.closed
    }

    /// A call begins and is counted in. Answers its number, never 0; none if the instance is closed.
    pub(crate) fn begin(
        &self,
        call_id: u64,
        is_submitted: bool,
        cancel: &Arc<Cancel>,
    ) -> Option<u64> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        state.inside += 1;
        state.last += 1;
        let number = state.last;
        let open = Open {
            call_id,
            is_submitted,
            runs: !is_submitted,
            cancel: Arc::clone(cancel),
        };
        state.open.insert(number, open);
        Some(number)
    }

    /// A submitted call begins or stops to run.
    pub(crate) fn runs(&self, number: u64, runs: bool) {
        if let Some(open) = self.lock().open.get_mut(&number) {
            open.runs = runs;
        }
    }

    /// The call has ended: nobody finds it any more. It is still inside.
    pub(crate) fn end(&self, number: u64) {
        self.lock().open.remove(&number);
    }

    /// Counts a use of the instance out; a call, by its number, ends with that at the latest. Answers
    /// whether its caller cleans up: it was the last one of a closed instance, and nobody waits for it.
    pub(crate) fn leave(&self, number: Option<u64>) -> bool {
        let mut state = self.lock();
        if let Some(number) = number {
            state.open.remove(&number);
        }
        state.inside = state.inside.saturating_sub(1);
        let is_last = state.closed && state.inside == 0;
        if is_last && state.awaited {
            self.idle.notify_all();
        }
        is_last && !state.awaited
    }

    /// Cancels the submitted call of this number. Answers whether there is one.
    pub(crate) fn cancel(&self, number: u64) -> bool {
        let found = {
            let state = self.lock();
            let submitted = state.open.get(&number).filter(|open| open.is_submitted);
            submitted.map(|open| Arc::clone(&open.cancel))
        };
        // Without the lock: cancelling may close a connection.
        found.inspect(|cancel| cancel.cancel()).is_some()
    }

    /// Cancels every call with this number of the host's. Answers their own numbers.
    pub(crate) fn cancel_all_of(&self, call_id: u64) -> Vec<u64> {
        self.cancel_where(|open| open.call_id == call_id)
    }

    /// Cancels every call.
    pub(crate) fn cancel_all(&self) {
        self.cancel_where(|_| true);
    }

    fn cancel_where(&self, is_meant: impl Fn(&Open) -> bool) -> Vec<u64> {
        let found: Vec<_> = {
            let state = self.lock();
            let meant = state.open.iter().filter(|(_, open)| is_meant(open));
            meant
                .map(|(number, open)| (*number, Arc::clone(&open.cancel)))
                .collect()
        };
        let cancelled = found.into_iter().map(|(number, cancel)| {
            cancel.cancel();
            number
        });
        cancelled.collect()
    }

    /// How many calls run now.
    pub(crate) fn running(&self) -> usize {
        self.lock().open.values().filter(|open| open.runs).count()
    }

    /// Lets nobody in any more. Answers whether the caller cleans up: with `waits` in any case, after
    /// [`Calls::wait_idle`], and otherwise if nobody is inside.
    pub(crate) fn close(&self, waits: bool) -> bool {
        let mut state = self.lock();
        if std::mem::replace(&mut state.closed, true) {
            return false;
        }
        state.awaited = waits;
        waits || state.inside == 0
    }

    /// Waits until nobody is inside.
    pub(crate) fn wait_idle(&self) {
        let mut state = self.lock();
        while state.inside > 0 {
            state = unpoisoned(self.idle.wait(state));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}
