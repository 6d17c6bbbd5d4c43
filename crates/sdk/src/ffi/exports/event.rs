//! Registering for events.

use std::ffi::{c_char, c_void};
use std::ptr;

use workflow_adapter_contract::{
    WFA_NO_WAIT, wfa_adapter, wfa_drop_callback, wfa_error, wfa_event_callback, wfa_result,
};

use crate::ffi::foreign::EventCallback;
use crate::ffi::out::Out;
use crate::ffi::text::optional_text;
use crate::ffi::{boundary, handles};

/// See `workflow_adapter_contract::wfa_register_event_callback`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_register_event_callback(
    adapter: *mut wfa_adapter,
    event: *const c_char,
    event_len: usize,
    callback: wfa_event_callback,
    user_data: *mut c_void,
    drop_user_data: wfa_drop_callback,
    registration: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the caller's promise is this function's.
    let registration = unsafe { Out::new(registration, "registration") };
    let register = || {
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let event = unsafe { optional_text(event, event_len, "event") }?;
        let callback = EventCallback::new(callback, user_data, drop_user_data)?;
        let id = instance.register(event.filter(|event| !event.is_empty()), callback)?;
        registration.put(id);
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, register) }
}

/// See `workflow_adapter_contract::wfa_unregister_event_callback`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_unregister_event_callback(
    adapter: *mut wfa_adapter,
    registration: u64,
    flags: u32,
) -> wfa_result {
    let unregister = || {
        handles::get(adapter)?.unregister(registration, flags & WFA_NO_WAIT == 0)?;
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), unregister) }
}
