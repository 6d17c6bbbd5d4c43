//! Counts the calls inside one instance, so that closing it can wait for them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    idle: Condvar,
}

#[derive(Default)]
struct State {
    calls: usize,
    closed: bool,
    finished: bool,
}

impl Gate {
    /// Counts a call in, unless the gate is closed.
    pub(super) fn enter(&self) -> bool {
        let mut state = self.lock();
        if !state.closed {
            state.calls += 1;
        }
        !state.closed
    }

    /// Counts a call out. Answers whether it was the last one behind a closed gate: then its caller
    /// cleans up and says so with [`Gate::finish`].
    pub(super) fn leave(&self) -> bool {
        let mut state = self.lock();
        state.calls -= 1;
        state.closed && state.calls == 0
    }

    /// Lets nobody in any more. Answers whether nobody was inside: then the caller cleans up.
    pub(super) fn close(&self) -> bool {
        let mut state = self.lock();
        state.closed = true;
        state.calls == 0
    }

    /// The clean-up is done.
    pub(super) fn finish(&self) {
        self.lock().finished = true;
        self.idle.notify_all();
    }

    /// Waits for [`Gate::finish`].
    pub(super) fn wait_finished(&self) {
        let mut state = self.lock();
        while !state.finished {
            state = self
                .idle
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is three plain values, right at every moment: a panic elsewhere does not harm it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
