//! Panics that are reported to whoever asked or logged, and never printed on the host's stderr.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<u32> = const { Cell::new(0) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `call`; a panic in it ends here, silently. The error is the place where it panicked, never its
/// message, which may hold a user's data or a secret.
pub(crate) fn caught<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    static ONCE: Once = Once::new();
    ONCE.call_once(install_hook);
    let _leave = Count::enter();
    panic::catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        // A payload's own destructor may panic as well.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(payload)));
        PLACE
            .take()
            .unwrap_or_else(|| "an unknown place".to_owned())
    })
}

fn install_hook() {
    let outer = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if CATCHING.try_with(Cell::get).unwrap_or(1) == 0 {
            outer(info);
            return;
        }
        let place = info.location().map(ToString::to_string);
        let _ = PLACE.try_with(|cell| {
            if let Ok(mut slot) = cell.try_borrow_mut() {
                *slot = place;
            }
        });
    }));
}

struct Count;

impl Count {
    fn enter() -> Self {
        CATCHING.set(CATCHING.get() + 1);
        Self
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        CATCHING.set(CATCHING.get().saturating_sub(1));
    }
}
