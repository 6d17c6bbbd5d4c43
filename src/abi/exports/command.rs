//! Running commands.

use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use std::ptr;
use std::time::Duration;

use workflow_adapter_contract::{
    WFA_CALL_POLLED, WFA_STRLEN, wfa_adapter, wfa_buffer, wfa_call_options,
    wfa_completion_callback, wfa_error, wfa_result,
};

use crate::abi::calls::Call;
use crate::abi::foreign::Completion;
use crate::abi::out::Out;
use crate::abi::sized::read_member;
use crate::abi::text::{optional_text, text};
use crate::abi::{boundary, buffer, handles};
use crate::adapter::CallOptions;
use crate::error::{Error, Kind};

/// Runs one command and waits for its end. [any thread, any number at once, also inside an event, drop or
/// completion callback]
///
/// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`; compared whole. Lent.
/// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
/// - `options`: may be NULL. With a `call_id` in it, `wfa_cancel_calls` ends this call early.
/// - `response`: receives one JSON object; release it. Must not be NULL. It is there with every result but
///   `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
///   `WFA_ERR_UNSUPPORTED`, `WFA_ERR_INTERNAL` and `WFA_ERR_NO_MEMORY`, which leave it empty.
/// - `error`: may be NULL.
///
/// Events of the command reach the callbacks on this thread before it returns. No callback is waited for:
/// what is waited for is the service, at most as long as `options` or the properties allow.
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
        let call = unsafe { call_of(options) }?;
        let execution = instance.execute(name, json, &call)?;
        let filled = buffer::from_text(execution.response);
        out.put(filled);
        Ok(execution.failure)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, execute) }
}

/// Queues one command and returns at once. [any thread, any number at once, also inside an event, drop or
/// completion callback]
///
/// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time in `options` counts from
///   now, the wait in the queue included.
/// - `completion`: gets the end of the command exactly once, on a thread of the plugin, possibly before
///   this call returns, never from inside it; also when the command is cancelled or the adapter
///   destroyed. Must not be NULL. It is not called if this call fails. With `WFA_CALL_POLLED` in
///   `options` it comes inside `wfa_poll_completions`; the command itself, and its events, still run on a
///   thread of the plugin.
/// - `user_data`: given to `completion`; may be NULL.
/// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
///   may be NULL.
/// - `error`: may be NULL.
///
/// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full, or too many ends wait to be polled) ·
/// `WFA_ERR_INVALID_ARGUMENT` ·
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
        let call = unsafe { call_of(options) }?;
        let completion = Completion::new(completion, user_data)?;
        let queued = instance.submit(name, json, &call, completion, |id| operation.put(id));
        // An id that nothing will ever end under is none.
        queued.inspect_err(|_| operation.put(0))?;
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, submit) }
}

/// Ends a submitted command early. [any thread, any number at once, also inside an event, drop or
/// completion callback; does not wait]
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

/// Ends early what runs or waits under a number of the host's: every command, executed or submitted, whose
/// `wfa_call_options.call_id` it is. [any thread, any number at once, also inside an event, drop or
/// completion callback; does not wait]
///
/// Each of them still ends as it would: an executed one returns, a submitted one gets its completion; with
/// `WFA_ERR_CANCELLED` if nothing was sent, with `WFA_ERR_OUTCOME_UNKNOWN` if the request had left, or
/// with what it came to before. A call that has not got as far as the plugin yet is not found: a host that
/// must be sure repeats this until its call has returned.
///
/// `WFA_OK` (they will end soon) · `WFA_ERR_NOT_FOUND` (none runs or waits) · `WFA_ERR_INVALID_ARGUMENT`
/// (also if `call_id` is 0) · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
///
/// # Safety
/// `adapter` may be any value: it is looked up, not followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_cancel_calls(adapter: *mut wfa_adapter, call_id: u64) -> wfa_result {
    let cancel = || {
        let instance = handles::get(adapter)?;
        if call_id == 0 {
            let message = "call_id is 0, which no call has";
            return Err(Error::new(Kind::InvalidArgument, message));
        }
        instance.cancel_calls(call_id)?;
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), cancel) }
}

/// Calls the completions of commands that were submitted with `WFA_CALL_POLLED` and have ended, on this
/// thread, before it returns: for hosts whose runtime has one thread. [any thread, several at once, also
/// inside an event, drop or completion callback]
///
/// - `max`: at most so many; 0: all that have ended when it begins.
/// - `timeout_ms`: how long to wait for the first; 0 only looks. Inside a callback it does not wait.
/// - `delivered`: receives how many were called; may be NULL.
/// - `error`: may be NULL.
///
/// What was not polled is delivered inside `wfa_destroy`, on its thread; with `WFA_NO_WAIT` what ends
/// after that is delivered on a thread of the plugin.
///
/// `WFA_OK` (also if there was none) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` ·
/// `WFA_ERR_UNSUPPORTED` (of a plugin without it).
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_poll_completions(
    adapter: *mut wfa_adapter,
    max: u32,
    timeout_ms: u64,
    delivered: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the caller's promise is this function's.
    let delivered = unsafe { Out::new(delivered, "delivered") };
    let poll = || {
        let timeout = Duration::from_millis(timeout_ms);
        delivered.put(handles::get(adapter)?.poll(max, timeout)?);
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, poll) }
}

/// # Safety
/// `options` is NULL, or points to as many readable bytes as its `struct_size` says (at least 4), whose
/// text is NULL or as long as it says and lives for `'a`.
unsafe fn call_of<'a>(options: *const wfa_call_options) -> Result<Call<'a>, Error> {
    if options.is_null() {
        return Ok(Call::default());
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
    Ok(Call {
        options: CallOptions {
            timeout: (timeout_ms > 0).then(|| Duration::from_millis(timeout_ms)),
            correlation_id,
        },
        id: read!(call_id: u64, 0),
        polled: read!(flags: u32, 0) & WFA_CALL_POLLED != 0,
    })
}
