//! Panics of the host's own closures end here: none may unwind into the plugin.

use std::panic::{AssertUnwindSafe, catch_unwind};

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
