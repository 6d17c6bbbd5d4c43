//! Model checks of the registry of callbacks and of the registry of calls. The SDK's own files are
//! compiled against loom's locks and atomics instead of the standard library's, and run in every
//! interleaving of a few threads.
#![cfg(test)]

/// The SDK's event module, as far as the registry needs it.
mod event {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Verdict {
        Accepted,
        Retry,
        Dropped,
        Unhandled,
    }
}

/// A call's cancel token: a plain flag, observed by the test and not modelled.
mod cancel {
    use std::sync::atomic::{AtomicBool, Ordering};

    #[derive(Default)]
    pub(crate) struct Cancel(AtomicBool);

    impl Cancel {
        pub(crate) fn cancel(&self) {
            self.0.store(true, Ordering::SeqCst);
        }

        pub(crate) fn is_cancelled(&self) -> bool {
            self.0.load(Ordering::SeqCst)
        }
    }
}

/// Loom's, in the place of the standard library's.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};
}

#[path = "../../../crates/sdk/src/ffi/callbacks.rs"]
mod callbacks;
#[path = "../../../crates/sdk/src/calls.rs"]
mod calls;
#[path = "../../../crates/sdk/src/lock.rs"]
pub mod lock;

mod counted;
mod registry;
