//! Ends one call early: its waits return, and what it is using is interrupted.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::time::Instant;

use crate::lock::unpoisoned;

/// Something that a call uses and that blocks it, for example a connection: a cancelled call must not
/// wait for it. It may pass from call to call, so it knows whose it is.
pub trait Interrupt: Debug + Send + Sync {
    /// The call with the number `call` uses it from now on.
    fn taken_by(&self, call: u64);

    /// The call with the number `call` is cancelled: whatever waits for this returns, unless another call
    /// uses it by now.
    fn interrupt(&self, call: u64);

    /// The call with the number `call` does not use it any more.
    fn left_by(&self, call: u64);
}

/// Shared between a call and whoever may cancel it.
#[derive(Debug)]
pub struct Cancel {
    /// Tells calls apart; never 0.
    id: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    cancelled: bool,
    /// What the call is using.
    used: Option<Weak<dyn Interrupt>>,
}

impl Default for Cancel {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }
}

impl Cancel {
    /// Ends the call, now or as soon as it starts.
    pub fn cancel(&self) {
        let mut state = self.lock();
        state.cancelled = true;
        let used = state.used.as_ref().and_then(Weak::upgrade);
        drop(state);
        if let Some(used) = used {
            used.interrupt(self.id);
        }
        self.changed.notify_all();
    }

    /// Whether the call is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// The call uses `used` from now on. Answers `false` if it is cancelled already.
    pub fn attach<I: Interrupt + 'static>(&self, used: &Arc<I>) -> bool {
        used.taken_by(self.id);
        let weak: Weak<I> = Arc::downgrade(used);
        let mut state = self.lock();
        state.used = Some(weak);
        !state.cancelled
    }

    /// The call uses nothing any more: a later `cancel` must not hit whoever uses it next.
    pub fn detach(&self) {
        let used = self.lock().used.take();
        if let Some(used) = used.and_then(|used| used.upgrade()) {
            used.left_by(self.id);
        }
    }

    /// Waits until `until`; returns early, and answers `true`, when the call is cancelled.
    pub fn wait(&self, until: Instant) -> bool {
        let mut state = self.lock();
        while !state.cancelled {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = unpoisoned(waited).0;
        }
        state.cancelled
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Two plain values, right at every moment: a panic elsewhere does not harm them.
        unpoisoned(self.state.lock())
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
