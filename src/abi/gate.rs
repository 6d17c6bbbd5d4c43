//! Counts the calls inside one instance, so that closing it can wait for them. `tools/model` checks this
//! file in every interleaving of a few threads.

use std::sync::PoisonError;

use super::sync::{AtomicUsize, Condvar, Mutex, MutexGuard, Ordering};

#[derive(Default)]
pub(super) struct Gate {
    /// Calls that are inside, and `CLOSED`.
    calls: AtomicUsize,
    finished: Mutex<bool>,
    idle: Condvar,
}

/// In `Gate::calls`: nobody gets in any more.
const CLOSED: usize = 1 << (usize::BITS - 1);

impl Gate {
    /// Counts a call in, unless the gate is closed.
    pub(super) fn enter(&self) -> bool {
        let one_more = |calls| (calls & CLOSED == 0).then_some(calls + 1);
        self.calls
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, one_more)
            .is_ok()
    }

    /// Counts a call out. Answers whether it was the last one behind a closed gate: then its caller
    /// cleans up and says so with [`Gate::finish`].
    pub(super) fn leave(&self) -> bool {
        self.calls.fetch_sub(1, Ordering::AcqRel) == CLOSED | 1
    }

    /// Lets nobody in any more. Answers whether nobody was inside: then the caller cleans up.
    pub(super) fn close(&self) -> bool {
        self.calls.fetch_or(CLOSED, Ordering::AcqRel) & !CLOSED == 0
    }

    /// The clean-up is done.
    pub(super) fn finish(&self) {
        *self.lock() = true;
        self.idle.notify_all();
    }

    /// Waits for [`Gate::finish`].
    pub(super) fn wait_finished(&self) {
        let mut finished = self.lock();
        while !*finished {
            finished = self
                .idle
                .wait(finished)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // One flag, right at every moment: a panic elsewhere does not harm it.
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
