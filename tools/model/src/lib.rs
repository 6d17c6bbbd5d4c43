//! Model checks of the plugin's callback registry and of the gate that counts calls. The plugin's own
//! files are compiled against loom's locks and atomics instead of the standard library's, and run in
//! every interleaving of a few threads.
#![cfg(test)]

/// The plugin's event module, as far as the registry needs it.
mod event {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Verdict {
        Accepted,
        Retry,
        Dropped,
        Unhandled,
    }
}

mod abi {
    #[path = "../../../../src/abi/callbacks.rs"]
    mod callbacks;
    #[path = "../../../../src/abi/gate.rs"]
    mod gate;

    /// Loom's, in the place of the standard library's.
    mod sync {
        pub(super) use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
        pub(super) use loom::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};
    }

    mod counted;
    mod registry;
}
