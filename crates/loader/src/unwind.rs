//! The way into the host's own closures: a panic of theirs ends here and does not unwind into the plugin,
//! and the thread knows meanwhile that it is inside a callback, of whichever plugin.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::LocalKey;

thread_local! {
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
    static LOGS: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread is inside a callback of any plugin: then nothing may wait for another callback.
pub(super) fn in_callback() -> bool {
    CALLBACKS.get() > 0 || in_log()
}

/// Whether this thread is inside a log function: then plugins refuse every call.
pub(super) fn in_log() -> bool {
    LOGS.get() > 0
}

/// Runs an event, drop or completion closure. What it answers; none if it panicked.
pub(super) fn callback<R>(call: impl FnOnce() -> R) -> Option<R> {
    let _inside = Inside::enter(&CALLBACKS);
    caught(call)
}

/// Runs a log closure.
pub(super) fn log(call: impl FnOnce()) {
    let _inside = Inside::enter(&LOGS);
    caught(call);
}

/// What `call` answers; none if it panicked.
pub(super) fn caught<R>(call: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(answer) => Some(answer),
        Err(payload) => {
            // A payload's destructor may panic as well.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
            None
        }
    }
}

struct Inside(&'static LocalKey<Cell<u32>>);

impl Inside {
    fn enter(key: &'static LocalKey<Cell<u32>>) -> Self {
        key.set(key.get().saturating_add(1));
        Self(key)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}
