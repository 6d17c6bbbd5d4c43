//! What this thread is doing inside the library: in a callback, or in the log.

use std::cell::Cell;

thread_local! {
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
    static LOGGING: Cell<bool> = const { Cell::new(false) };
}

/// Whether an event or drop callback is running on this thread.
pub(super) fn in_callback() -> bool {
    CALLBACKS.get() > 0
}

/// Whether the host's log callback is running on this thread.
pub(super) fn in_log() -> bool {
    LOGGING.get()
}

/// Runs a host callback.
pub(super) fn callback<R>(call: impl FnOnce() -> R) -> R {
    let _leave = Count::enter(&CALLBACKS);
    call()
}

/// Runs the host's log callback, unless it is running on this thread already.
pub(super) fn logging(call: impl FnOnce()) {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            LOGGING.set(false);
        }
    }
    if !LOGGING.replace(true) {
        let _leave = Leave;
        call();
    }
}

struct Count(&'static std::thread::LocalKey<Cell<u32>>);

impl Count {
    fn enter(key: &'static std::thread::LocalKey<Cell<u32>>) -> Self {
        key.set(key.get() + 1);
        Self(key)
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}
