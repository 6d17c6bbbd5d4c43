//! The registrations of one instance: who wants which event, who is being called, and who may go.
//!
//! No lock is held while a callback runs. A registration that is removed while it is being called goes
//! when its last call returns; what it holds is handed back exactly once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use crate::event::Verdict;

/// All registrations of one instance; `C` is what the host registered.
pub(super) struct Callbacks<C> {
    list: RwLock<Arc<[Arc<Registration<C>>]>>,
    next: AtomicU64,
}

struct Registration<C> {
    id: u64,
    /// The event it wants; none means every event.
    event: Option<&'static str>,
    callback: C,
    use_count: Mutex<Use>,
    idle: Condvar,
}

#[derive(Default)]
struct Use {
    running: usize,
    removed: bool,
    given_back: bool,
}

impl<C> Default for Callbacks<C> {
    fn default() -> Self {
        Self {
            list: RwLock::new(Arc::new([])),
            next: AtomicU64::new(1),
        }
    }
}

impl<C> Callbacks<C> {
    /// Adds a registration and answers its id, which is never used again.
    pub(super) fn register(&self, event: Option<&'static str>, callback: C) -> u64 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let added = Arc::new(Registration {
            id,
            event,
            callback,
            use_count: Mutex::default(),
            idle: Condvar::new(),
        });
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        *list = list.iter().cloned().chain([added]).collect();
        id
    }

    /// Calls every registration that wants `event`, in the order they were made. The worst verdict
    /// wins: retry, then dropped, then accepted; `Unhandled` if nobody wants it.
    pub(super) fn emit(
        &self,
        event: &str,
        mut call: impl FnMut(&C) -> Verdict,
        mut give_back: impl FnMut(&C),
    ) -> Verdict {
        let list = Arc::clone(&self.list.read().unwrap_or_else(PoisonError::into_inner));
        let mut worst = Verdict::Unhandled;
        for registration in list.iter() {
            if registration.event.is_some_and(|wanted| wanted != event) || !registration.enter() {
                continue;
            }
            let verdict = call(&registration.callback);
            if registration.leave() {
                give_back(&registration.callback);
            }
            worst = match (worst, verdict) {
                (Verdict::Retry, _) | (_, Verdict::Retry | Verdict::Unhandled) => Verdict::Retry,
                (Verdict::Dropped, _) | (_, Verdict::Dropped) => Verdict::Dropped,
                (Verdict::Accepted | Verdict::Unhandled, Verdict::Accepted) => Verdict::Accepted,
            };
        }
        worst
    }

    /// Removes a registration: no call of it starts any more. With `wait`, returns when none runs.
    /// `give_back` gets what was registered, here or on the thread of its last call. Answers whether
    /// there was such a registration.
    pub(super) fn unregister(&self, id: u64, wait: bool, give_back: impl FnOnce(&C)) -> bool {
        let removed = {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            let found = list
                .iter()
                .find(|registration| registration.id == id)
                .cloned();
            if found.is_some() {
                *list = list
                    .iter()
                    .filter(|registration| registration.id != id)
                    .cloned()
                    .collect();
            }
            found
        };
        let Some(registration) = removed else {
            return false;
        };
        registration.remove(wait, give_back);
        true
    }

    /// Removes every registration, waiting for none.
    pub(super) fn clear(&self, mut give_back: impl FnMut(&C)) {
        let list = {
            let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *list, Arc::new([]))
        };
        for registration in list.iter() {
            registration.remove(false, &mut give_back);
        }
    }
}

impl<C> Registration<C> {
    fn enter(&self) -> bool {
        let mut count = self.lock();
        if !count.removed {
            count.running += 1;
        }
        !count.removed
    }

    /// Ends a call. Answers whether the caller now gives the callback back.
    fn leave(&self) -> bool {
        let mut count = self.lock();
        count.running -= 1;
        let last = count.removed && count.running == 0 && !count.given_back;
        count.given_back |= last;
        if count.running == 0 {
            self.idle.notify_all();
        }
        last
    }

    fn remove(&self, wait: bool, give_back: impl FnOnce(&C)) {
        let mut count = self.lock();
        count.removed = true;
        while wait && count.running > 0 {
            count = self
                .idle
                .wait(count)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let mine = count.running == 0 && !count.given_back;
        count.given_back |= mine;
        drop(count);
        if mine {
            give_back(&self.callback);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Use> {
        // Three plain values, right at every moment: a panic elsewhere does not harm them.
        self.use_count
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn the_worst_verdict_wins() {
        use Verdict::{Accepted, Dropped, Retry, Unhandled};
        let cases: [(&[Verdict], Verdict); 6] = [
            (&[], Unhandled),
            (&[Accepted], Accepted),
            (&[Accepted, Dropped], Dropped),
            (&[Dropped, Accepted], Dropped),
            (&[Retry, Accepted, Dropped], Retry),
            (&[Accepted, Dropped, Retry], Retry),
        ];
        for (verdicts, worst) in cases {
            let callbacks = Callbacks::default();
            for verdict in verdicts {
                callbacks.register(None, *verdict);
            }
            assert_eq!(
                callbacks.emit("e", |verdict| *verdict, |_| ()),
                worst,
                "{verdicts:?}"
            );
        }
    }

    #[test]
    fn a_registration_that_removes_itself_is_given_back_once_after_its_call() {
        let callbacks = Callbacks::default();
        let returned = AtomicUsize::new(0);
        let id = callbacks.register(Some("e"), ());
        let give_back = |(): &()| {
            returned.fetch_add(1, Ordering::Relaxed);
        };
        let verdict = callbacks.emit(
            "e",
            |()| {
                assert!(callbacks.unregister(id, false, give_back));
                assert_eq!(returned.load(Ordering::Relaxed), 0, "still being called");
                Verdict::Accepted
            },
            give_back,
        );
        assert_eq!(verdict, Verdict::Accepted);
        assert_eq!(returned.load(Ordering::Relaxed), 1);
        assert!(!callbacks.unregister(id, true, give_back));
        assert_eq!(
            callbacks.emit("e", |()| Verdict::Accepted, give_back),
            Verdict::Unhandled
        );
        callbacks.clear(give_back);
        assert_eq!(returned.load(Ordering::Relaxed), 1);
    }
}
