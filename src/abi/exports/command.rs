//! Running commands.

use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use std::ptr;
use std::time::Duration;

use workflow_adapter::{
    WFA_STRLEN, wfa_adapter, wfa_buffer, wfa_call_options, wfa_completion_callback, wfa_error,
    wfa_result,
};

use crate::abi::foreign::Completion;
use crate::abi::out::Out;
use crate::abi::sized::read_member;
use crate::abi::text::{optional_text, text};
use crate::abi::{boundary, buffer, handles};
use crate::adapter::CallOptions;
use crate::error::{Error, Kind};

/// Runs one command and waits for its end. [any thread, any number at once]
///
/// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`; compared whole. Lent.
/// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
/// - `options`: may be NULL.
/// - `response`: receives one JSON object; release it. It is there with every result but
///   `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
///   `WFA_ERR_UNSUPPORTED` and `WFA_ERR_INTERNAL`, which leave it empty.
/// - `error`: may be NULL.
///
/// Events of the command reach the callbacks on this thread before it returns.
///
/// `WFA_OK` or any `WFA_ERR_*`. After `WFA_ERR_OUTCOME_UNKNOWN` the host must not run the command
/// again by itself.
///
/// Example: `api->execute_command(adapter, "sendMessageText", WFA_STRLEN, json, len, NULL, &response,
/// &error)`
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_execute_command(
    adapter: *mut wfa_adapter,
    name: *const c_char,
    name_len: usize,
    json: *const c_char,
    json_len: usize,
    options: *const wfa_call_options,
    response: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the caller's promise is this function's.
    let out = unsafe { Out::new(response, "response") };
    let execute = || {
        out.check()?;
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let name = unsafe { text(name, name_len, "name") }?;
        // SAFETY: as above.
        let json = unsafe { text(json, json_len, "json") }?;
        // SAFETY: as above.
        let options = unsafe { call_options(options) }?;
        let execution = instance.execute(name, json, &options)?;
        let filled = buffer::from_text(execution.response);
        out.put(filled);
        Ok(execution.failure)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, execute) }
}

/// Queues one command and returns at once. [any thread, also inside a callback]
///
/// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time in `options` counts from
///   now, the wait in the queue included.
/// - `completion`: gets the end of the command exactly once, on a thread of the plugin, never from
///   inside this call; also when the command is cancelled or the adapter destroyed. Must not be NULL.
///   It is not called if this call fails.
/// - `user_data`: given to `completion`; may be NULL.
/// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
///   may be NULL.
/// - `error`: may be NULL.
///
/// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full) · `WFA_ERR_INVALID_ARGUMENT` ·
/// `WFA_ERR_NOT_FOUND` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_submit_command(
    adapter: *mut wfa_adapter,
    name: *const c_char,
    name_len: usize,
    json: *const c_char,
    json_len: usize,
    options: *const wfa_call_options,
    completion: wfa_completion_callback,
    user_data: *mut c_void,
    operation: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the caller's promise is this function's.
    let operation = unsafe { Out::new(operation, "operation") };
    let submit = || {
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let name = unsafe { text(name, name_len, "name") }?;
        // SAFETY: as above.
        let json = unsafe { text(json, json_len, "json") }?;
        // SAFETY: as above.
        let options = unsafe { call_options(options) }?;
        let completion = Completion::new(completion, user_data)?;
        instance.submit(name, json, &options, completion, |id| operation.put(id))?;
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, submit) }
}

/// Ends a submitted command early. [any thread, also inside a callback]
///
/// The command's completion still comes, exactly once: with `WFA_ERR_CANCELLED` if nothing was sent,
/// with `WFA_ERR_OUTCOME_UNKNOWN` if the request had left, or with what it came to before. One that
/// still waits in the queue does not wait any longer.
///
/// `WFA_OK` (it will end soon) · `WFA_ERR_NOT_FOUND` (no such operation, or ended already) ·
/// `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
///
/// # Safety
/// `adapter` may be any value: it is looked up, not followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_cancel_command(
    adapter: *mut wfa_adapter,
    operation: u64,
) -> wfa_result {
    let cancel = || {
        handles::get(adapter)?.cancel(operation)?;
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), cancel) }
}

/// # Safety
/// `options` is NULL, or points to as many readable bytes as its `struct_size` says (at least 4), whose
/// text is NULL or as long as it says and lives for `'a`.
unsafe fn call_options<'a>(options: *const wfa_call_options) -> Result<CallOptions<'a>, Error> {
    if options.is_null() {
        return Ok(CallOptions::default());
    }
    // SAFETY: not NULL, and the caller promises the first four bytes.
    let room = unsafe { ptr::addr_of!((*options).struct_size).read_unaligned() } as usize;
    if room < offset_of!(wfa_call_options, timeout_ms) {
        let message =
            format!("wfa_call_options.struct_size is {room}; set it to sizeof(wfa_call_options)");
        return Err(Error::new(Kind::InvalidArgument, message));
    }
    macro_rules! read {
        ($member:ident: $type:ty, $absent:expr) => {
            read_member!(wfa_call_options, options, room, $member: $type, $absent)
        };
    }
    let timeout_ms = read!(timeout_ms: u64, 0);
    let id = read!(correlation_id: *const c_char, ptr::null());
    let id_len = read!(correlation_id_len: usize, WFA_STRLEN);
    // SAFETY: the caller's promise is this function's.
    let correlation_id = unsafe { optional_text(id, id_len, "correlation_id") }?;
    Ok(CallOptions {
        timeout: (timeout_ms > 0).then(|| Duration::from_millis(timeout_ms)),
        correlation_id,
    })
}
