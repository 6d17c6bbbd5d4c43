//! The one way into the library: every exported function that can fail runs inside [`enter`].

use workflow_adapter_contract::{wfa_error, wfa_result};

use super::{failure, thread};
use crate::error::{Error, Kind};
use crate::panics;

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
        match panics::caught(call) {
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use workflow_adapter_contract::{
        WFA_ERR_INTERNAL, WFA_ERR_STATE, WFA_ERROR_PANIC, WFA_OK, wfa_buffer, wfa_error,
    };

    use super::*;
    use crate::ffi::buffer;

    fn zeroed() -> wfa_error {
        wfa_error {
            #[allow(clippy::cast_possible_truncation)]
            struct_size: size_of::<wfa_error>() as u32,
            result: 0,
            flags: 0,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 0,
            message: wfa_buffer::EMPTY,
        }
    }

    fn message(error: &mut wfa_error) -> String {
        // SAFETY: the buffer was filled by this library.
        let bytes = unsafe {
            std::slice::from_raw_parts(error.message.ptr.cast::<u8>(), error.message.len)
        };
        let text = std::str::from_utf8(bytes).unwrap().to_owned();
        // SAFETY: as above, and released once.
        unsafe { buffer::release(&raw mut error.message) };
        text
    }

    /// F32: a panic inside an exported function is a result; its words do not leave.
    #[test]
    fn a_panic_becomes_a_result_that_names_the_place_only() {
        let mut error = zeroed();
        // SAFETY: `error` is a whole struct of this version.
        let result = unsafe { enter(&raw mut error, || panic!("customer text {}", 7)) };
        assert_eq!(
            (result, error.result, error.flags),
            (WFA_ERR_INTERNAL, result, WFA_ERROR_PANIC)
        );
        let text = message(&mut error);
        assert!(
            text.contains("boundary.rs") && !text.contains("customer text"),
            "{text}"
        );
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { enter(std::ptr::null_mut(), || Ok(None)) }, WFA_OK);
    }

    /// F33: a panic while a lock is held does not stop the calls that come after it.
    #[test]
    fn a_panic_under_a_lock_leaves_the_library_usable() {
        let lock = Mutex::new(());
        for _ in 0..2 {
            let held = || {
                let _held = lock
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                panic!("under a lock")
            };
            // SAFETY: NULL is allowed.
            let result = unsafe { enter(std::ptr::null_mut(), held) };
            assert_eq!(result, WFA_ERR_INTERNAL);
        }
    }

    /// F34: a panic in the destructor of what a panic carries ends here as well.
    #[test]
    fn a_panic_in_a_destructor_ends_here() {
        struct PanicsWhenDropped;
        impl Drop for PanicsWhenDropped {
            fn drop(&mut self) {
                panic!("in drop");
            }
        }
        let carried = || std::panic::panic_any(PanicsWhenDropped);
        // SAFETY: NULL is allowed.
        let result = unsafe { enter(std::ptr::null_mut(), carried) };
        assert_eq!(result, WFA_ERR_INTERNAL);
    }

    /// F35: nothing of it reaches stderr, seen from outside the process.
    #[test]
    fn a_panic_inside_is_silent() {
        let test = "ffi::boundary::tests::a_panic_becomes_a_result_that_names_the_place_only";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env("RUST_BACKTRACE", "1")
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }

    #[test]
    fn a_log_callback_may_not_call_in() {
        let mut result = WFA_OK;
        thread::logging(|| {
            // SAFETY: NULL is allowed.
            result = unsafe { enter(std::ptr::null_mut(), || panic!("must not run")) };
        });
        assert_eq!(result, WFA_ERR_STATE);
    }
}
