//! Running commands.

use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use std::ptr;
use std::time::Duration;

use workflow_adapter_contract::{
    WFA_CALL_POLLED, WFA_STRLEN, wfa_adapter, wfa_buffer, wfa_call_options,
    wfa_completion_callback, wfa_error, wfa_result,
};

use crate::call::CallOptions;
use crate::error::{Error, Kind};
use crate::ffi::foreign::Completion;
use crate::ffi::instance::HostCall;
use crate::ffi::out::Out;
use crate::ffi::sized::read_member;
use crate::ffi::text::{optional_text, text};
use crate::ffi::{boundary, buffer, handles};

/// See `workflow_adapter_contract::wfa_execute_command`.
///
/// # Safety
/// As described there.
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

/// See `workflow_adapter_contract::wfa_submit_command`.
///
/// # Safety
/// As described there.
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

/// See `workflow_adapter_contract::wfa_cancel_command`.
///
/// # Safety
/// As described there.
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

/// See `workflow_adapter_contract::wfa_cancel_calls`.
///
/// # Safety
/// As described there.
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

/// See `workflow_adapter_contract::wfa_poll_completions`.
///
/// # Safety
/// As described there.
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
unsafe fn call_of<'a>(options: *const wfa_call_options) -> Result<HostCall<'a>, Error> {
    if options.is_null() {
        return Ok(HostCall::default());
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
    Ok(HostCall {
        options: CallOptions {
            timeout: (timeout_ms > 0).then(|| Duration::from_millis(timeout_ms)),
            correlation_id,
        },
        id: read!(call_id: u64, 0),
        polled: read!(flags: u32, 0) & WFA_CALL_POLLED != 0,
    })
}
