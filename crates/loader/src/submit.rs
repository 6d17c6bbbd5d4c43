//! Submitted commands: a closure on this side, a function pointer and `user_data` on the other.

use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use std::sync::Arc;

use super::answer::{ErrorOut, failure_of, no_message};
use super::handle::Handle;
use super::host_info::lent;
use super::unwind;
use super::{CommandOutput, Failure};
use crate::{WFA_OK, wfa_api, wfa_buffer, wfa_call_options, wfa_error, wfa_result};

/// Queues a command, and answers the operation's id.
pub(super) fn submit<F>(
    table: &Arc<wfa_api>,
    adapter: Handle,
    name: &str,
    json: &str,
    options: &wfa_call_options,
    completion: F,
) -> Result<u64, Failure>
where
    F: FnOnce(Result<CommandOutput, Failure>) + Send + 'static,
{
    let user_data = Box::into_raw(Box::new(completion));
    let mut operation = 0;
    let mut error = ErrorOut::empty();
    // SAFETY: the texts and places live during the call. `user_data` is a closure of the type that
    // the function expects; it may be moved to another thread, and only `complete` frees it.
    let result = unsafe {
        (table.submit_command)(
            adapter.get(),
            name.as_ptr().cast(),
            name.len(),
            json.as_ptr().cast(),
            json.len(),
            options,
            Some(complete::<F>),
            user_data.cast(),
            &raw mut operation,
            error.as_out(),
        )
    };
    if let Some(failure) = error.failure(result) {
        // SAFETY: if the call fails, the completion is never called.
        drop(unsafe { Box::from_raw(user_data) });
        return Err(failure);
    }
    Ok(operation)
}

unsafe extern "C-unwind" fn complete<F>(
    user_data: *mut c_void,
    _operation: u64,
    result: wfa_result,
    response: *const c_char,
    len: usize,
    error: *const wfa_error,
) where
    F: FnOnce(Result<CommandOutput, Failure>) + Send + 'static,
{
    // SAFETY: the plugin calls this once per accepted submit, with the box that `submit` made.
    let completion = unsafe { Box::from_raw(user_data.cast::<F>()) };
    unwind::callback(move || {
        // SAFETY: the contract lends the text for this call.
        let text = (!response.is_null()).then(|| unsafe { lent(response, len) });
        let text = text.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        // SAFETY: the contract lends the error for this call.
        let failure = unsafe { failure_from(result, error) };
        completion(CommandOutput::new(result, text, failure));
    });
}

/// # Safety
/// `error` is NULL, or points to as many bytes as its `struct_size` says.
unsafe fn failure_from(result: wfa_result, error: *const wfa_error) -> Option<Failure> {
    const WHOLE: usize = offset_of!(wfa_error, message) + size_of::<wfa_buffer>();
    if result == WFA_OK {
        return None;
    }
    // SAFETY: the caller promises the first four bytes.
    if error.is_null() || (unsafe { error.cast::<u32>().read() } as usize) < WHOLE {
        return Some(Failure::of(result, no_message(result)));
    }
    // SAFETY: the struct is as large as this version's.
    Some(failure_of(result, unsafe { &*error }))
}
