//! The registrations of one instance: who wants which event, who is being called, and who may go.
//!
//! No lock is held while a callback runs. A registration that is removed while it is being called goes
//! when its last call returns; what it holds is handed back exactly once. `tools/model` checks this file
//! in every interleaving of a few threads.

use crate::event::Verdict;
use crate::lock::unpoisoned;
use crate::sync::{Arc, AtomicBool, AtomicU64, AtomicUsize, Condvar, Mutex, Ordering, RwLock};

/// All registrations of one instance; `C` is what the host registered.
pub(super) struct Callbacks<C> {
    list: RwLock<Arc<Vec<Arc<Registration<C>>>>>,
    next: AtomicU64,
}

/// The registrations of one moment. One that is removed later is not called any more.
pub(super) struct Snapshot<C>(Arc<Vec<Arc<Registration<C>>>>);

struct Registration<C> {
    id: u64,
    /// The event it wants; none means every event.
    event: Option<&'static str>,
    callback: C,
    /// Calls that run, and `REMOVED`.
    calls: AtomicUsize,
    given_back: AtomicBool,
    /// Set when `give_back` has returned: nothing of the host's is used any more.
    done: AtomicBool,
    /// Guards nothing: held between a waiter's look at `done` and its sleep, so that no wake-up is lost.
    waiting: Mutex<()>,
    idle: Condvar,
}

/// In `Registration::calls`: no call starts any more.
const REMOVED: usize = 1 << (usize::BITS - 1);

impl<C> Default for Callbacks<C> {
    fn default() -> Self {
        Self {
            list: RwLock::new(Arc::new(Vec::new())),
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
            calls: AtomicUsize::new(0),
            given_back: AtomicBool::new(false),
            done: AtomicBool::new(false),
            waiting: Mutex::new(()),
            idle: Condvar::new(),
        });
        let mut list = unpoisoned(self.list.write());
        *list = Arc::new(list.iter().cloned().chain([added]).collect());
        id
    }

    /// The registrations as they are now.
    pub(super) fn snapshot(&self) -> Snapshot<C> {
        Snapshot(Arc::clone(&*unpoisoned(self.list.read())))
    }

    /// Removes a registration: no call of it starts any more. With `wait`, returns when none runs and
    /// it was given back. `give_back` gets what was registered, here or on the thread of its last call.
    /// Answers whether there was such a registration.
    pub(super) fn unregister(&self, id: u64, wait: bool, give_back: impl FnOnce(&C)) -> bool {
        let removed = {
            let mut list = unpoisoned(self.list.write());
            let found = list
                .iter()
                .find(|registration| registration.id == id)
                .cloned();
            if found.is_some() {
                let rest = list.iter().filter(|registration| registration.id != id);
                *list = Arc::new(rest.cloned().collect());
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
            let mut list = unpoisoned(self.list.write());
            std::mem::replace(&mut *list, Arc::new(Vec::new()))
        };
        for registration in list.iter() {
            registration.remove(false, &mut give_back);
        }
    }
}

impl<C> Snapshot<C> {
    /// Calls every registration that wants `event`, in the order they were made. The worst verdict
    /// wins: retry, then dropped, then accepted; `Unhandled` if nobody wants it. `give_back` gets what
    /// was removed while it was being called.
    pub(super) fn emit(
        &self,
        event: &str,
        mut call: impl FnMut(&C) -> Verdict,
        mut give_back: impl FnMut(&C),
    ) -> Verdict {
        let mut worst = Verdict::Unhandled;
        for registration in self.0.iter() {
            if registration.event.is_some_and(|wanted| wanted != event) {
                continue;
            }
            let verdict = registration.enter().then(|| call(&registration.callback));
            registration.leave(&mut give_back);
            let Some(verdict) = verdict else { continue };
            worst = match (worst, verdict) {
                (Verdict::Retry, _) | (_, Verdict::Retry | Verdict::Unhandled) => Verdict::Retry,
                (Verdict::Dropped, _) | (_, Verdict::Dropped) => Verdict::Dropped,
                (Verdict::Accepted | Verdict::Unhandled, Verdict::Accepted) => Verdict::Accepted,
            };
        }
        worst
    }
}

impl<C> Registration<C> {
    /// Counts a call in. Answers whether it may run; it is counted out in either case.
    fn enter(&self) -> bool {
        self.calls.fetch_add(1, Ordering::AcqRel) & REMOVED == 0
    }

    fn leave(&self, give_back: impl FnOnce(&C)) {
        if self.calls.fetch_sub(1, Ordering::AcqRel) == REMOVED | 1 {
            self.give_back_once(give_back);
            drop(unpoisoned(self.waiting.lock()));
            self.idle.notify_all();
        }
    }

    fn remove(&self, wait: bool, give_back: impl FnOnce(&C)) {
        let before = self.calls.fetch_or(REMOVED, Ordering::AcqRel);
        if before & !REMOVED == 0 {
            self.give_back_once(give_back);
        } else if wait {
            let mut waiting = unpoisoned(self.waiting.lock());
            while !self.done.load(Ordering::Acquire) {
                waiting = unpoisoned(self.idle.wait(waiting));
            }
        }
    }

    fn give_back_once(&self, give_back: impl FnOnce(&C)) {
        if !self.given_back.swap(true, Ordering::AcqRel) {
            give_back(&self.callback);
            self.done.store(true, Ordering::Release);
        }
    }
}
