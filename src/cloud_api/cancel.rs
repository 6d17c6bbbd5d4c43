//! Ends one call early: its waits return, its connection is shut down.

use std::net::Shutdown;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use socket2::Socket;

/// Shared between a call and whoever may cancel it.
#[derive(Debug, Default)]
pub(crate) struct Cancel {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    cancelled: bool,
    /// The connection that the call is using.
    socket: Weak<Socket>,
}

impl Cancel {
    /// Ends the call, now or as soon as it starts.
    pub(crate) fn cancel(&self) {
        let mut state = self.lock();
        state.cancelled = true;
        let socket = state.socket.upgrade();
        drop(state);
        if let Some(socket) = socket {
            // An error means that it is closed already.
            let _ = socket.shutdown(Shutdown::Both);
        }
        self.changed.notify_all();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// The call uses `socket` from now on. Answers `false` if it is cancelled already.
    pub(super) fn attach(&self, socket: &Arc<Socket>) -> bool {
        let mut state = self.lock();
        state.socket = Arc::downgrade(socket);
        !state.cancelled
    }

    /// The call uses no connection any more: a later `cancel` must not hit whoever uses it next.
    pub(super) fn detach(&self) {
        self.lock().socket = Weak::new();
    }

    /// Waits until `until`; returns early, and answers `true`, when the call is cancelled.
    pub(super) fn wait(&self, until: Instant) -> bool {
        let mut state = self.lock();
        while !state.cancelled {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.cancelled
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Two plain values, right at every moment: a panic elsewhere does not harm them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_wait_ends_at_its_time_or_when_the_call_is_cancelled() {
        let cancel = Cancel::default();
        assert!(!cancel.wait(Instant::now()), "nobody cancelled");
        cancel.cancel();
        assert!(
            cancel.wait(Instant::now() + Duration::from_secs(3600)),
            "returns at once"
        );
    }
}
