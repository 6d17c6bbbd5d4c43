//! The one way into the library: every exported function that can fail runs inside [`enter`].

use workflow_adapter::{wfa_error, wfa_result};

use super::{failure, thread};
use crate::error::{Error, Kind};

/// Runs `call`, and reports how it ended through `error` and the result code. A panic becomes
/// `WFA_ERR_INTERNAL`; a call from inside the host's log callback is refused.
///
/// # Safety
/// `error` is NULL, or points to as many writable bytes as its `struct_size` says (at least 4).
pub(super) unsafe fn enter(
    error: *mut wfa_error,
    call: impl FnOnce() -> Result<Option<Error>, Error>,
) -> wfa_result {
    let (failure, panicked) = if thread::in_log() {
        let message = "a log callback may not call the plugin";
        (Some(Error::new(Kind::State, message)), false)
    } else {
        match thread::exported(call) {
            Ok(Ok(failure)) => (failure, false),
            Ok(Err(failure)) => (Some(failure), false),
            Err(place) => (Some(panic_error(&place)), true),
        }
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { failure::report(error, failure.as_ref(), panicked) }
}

/// The error of a call that panicked at `place`.
pub(super) fn panic_error(place: &str) -> Error {
    let message = format!("a defect in the plugin (panic at {place}); please report it");
    Error::new(Kind::Internal, message)
}
