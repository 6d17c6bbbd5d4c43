//! The tiny plugin's submitted commands, and what it answers to their cancelling and polling.

use std::ffi::{c_char, c_void};
use std::ptr;

use super::fake_plugin::{fail, instance, text};
use crate::*;

/// Runs the command on a thread of its own; `busy` is never queued.
pub(super) unsafe extern "C" fn submit_command(
    adapter: *mut wfa_adapter,
    name: *const c_char,
    name_len: usize,
    json: *const c_char,
    json_len: usize,
    _options: *const wfa_call_options,
    completion: wfa_completion_callback,
    user_data: *mut c_void,
    operation: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    let Some(instance) = instance(adapter) else {
        return WFA_ERR_STATE;
    };
    // SAFETY: the loader passes what the contract asks for.
    let (name, json) = unsafe { (text(name, name_len), text(json, json_len).to_owned()) };
    if name == "busy" {
        // SAFETY: as above.
        return unsafe { fail(error, WFA_ERR_BUSY, b"the queue is full", &instance.buffers) };
    }
    // SAFETY: as above.
    unsafe { *operation = 42 };
    let (failing, user_data) = (name == "failWithout", user_data as usize);
    std::thread::spawn(move || {
        let message = c"cancelled before it was sent";
        let error = wfa_error {
            struct_size: size_of::<wfa_error>() as u32,
            result: if failing { WFA_ERR_CANCELLED } else { WFA_OK },
            flags: 0,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 0,
            message: wfa_buffer {
                ptr: message.as_ptr(),
                len: message.count_bytes(),
                ..wfa_buffer::EMPTY
            },
        };
        let response = if failing {
            ptr::null()
        } else {
            json.as_ptr().cast()
        };
        let user_data = user_data as *mut c_void;
        // SAFETY: called once with the host's `user_data`; all is lent for the call.
        unsafe {
            completion.unwrap()(
                user_data,
                42,
                error.result,
                response,
                json.len(),
                &raw const error,
            );
        };
    });
    WFA_OK
}

pub(super) unsafe extern "C" fn cancel_command(_: *mut wfa_adapter, operation: u64) -> wfa_result {
    if operation == 42 {
        WFA_OK
    } else {
        WFA_ERR_NOT_FOUND
    }
}

pub(super) unsafe extern "C" fn cancel_calls(_: *mut wfa_adapter, call_id: u64) -> wfa_result {
    if call_id == 7 {
        WFA_OK
    } else {
        WFA_ERR_NOT_FOUND
    }
}

/// This plugin has nothing to poll, and says so.
pub(super) unsafe extern "C" fn poll_completions(
    _: *mut wfa_adapter,
    _: u32,
    _: u64,
    _: *mut u64,
    _: *mut wfa_error,
) -> wfa_result {
    WFA_ERR_UNSUPPORTED
}

pub(super) unsafe extern "C" fn result_name(result: wfa_result) -> *const c_char {
    result_c_name(result).as_ptr()
}
