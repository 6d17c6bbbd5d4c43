//! What this thread is doing inside the library: in a callback, in the log, in an exported function.

use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;

thread_local! {
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
    static LOGGING: Cell<bool> = const { Cell::new(false) };
    static EXPORTS: Cell<u32> = const { Cell::new(0) };
    static PANIC_PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
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

/// Runs the inside of an exported function; a panic in it ends here, silently. The error is the place
/// where it panicked, never its message, which may hold a user's data.
pub(super) fn exported<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    silence_own_panics();
    let _leave = Count::enter(&EXPORTS);
    panic::catch_unwind(panic::AssertUnwindSafe(call)).map_err(|payload| {
        // A payload's own destructor may panic as well.
        let _ = panic::catch_unwind(panic::AssertUnwindSafe(|| drop(payload)));
        PANIC_PLACE
            .take()
            .unwrap_or_else(|| "an unknown place".to_owned())
    })
}

/// A panic inside an exported function is reported through its result, not on the host's stderr.
fn silence_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(install_hook);
}

fn install_hook() {
    let outer = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if EXPORTS.try_with(Cell::get).unwrap_or(1) == 0 {
            outer(info);
            return;
        }
        let place = info.location().map(ToString::to_string);
        let _ = PANIC_PLACE.try_with(|cell| {
            if let Ok(mut slot) = cell.try_borrow_mut() {
                *slot = place;
            }
        });
    }));
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
