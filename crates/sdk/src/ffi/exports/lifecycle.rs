//! Creating, changing and destroying an adapter.

use std::ffi::c_char;
use std::ptr;

use workflow_adapter_contract::{WFA_NO_WAIT, wfa_adapter, wfa_error, wfa_result};

use crate::error::{Error, Kind};
use crate::ffi::text::text;
use crate::ffi::{boundary, handles, thread};

/// See `workflow_adapter_contract::wfa_destroy`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_destroy(adapter: *mut wfa_adapter, flags: u32) -> wfa_result {
    let destroy = || {
        if thread::in_callback() {
            let message = "destroy inside a callback would wait for itself";
            return Err(Error::new(Kind::State, message));
        }
        handles::remove(adapter)?.close(flags & WFA_NO_WAIT == 0);
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), destroy) }
}

/// See `workflow_adapter_contract::wfa_start`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_start(adapter: *mut wfa_adapter, error: *mut wfa_error) -> wfa_result {
    let start = || {
        handles::get(adapter)?.start()?;
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, start) }
}

/// See `workflow_adapter_contract::wfa_update_properties`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_update_properties(
    adapter: *mut wfa_adapter,
    properties_json: *const c_char,
    len: usize,
    error: *mut wfa_error,
) -> wfa_result {
    let update = || {
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let properties = unsafe { text(properties_json, len, "properties_json") }?;
        instance.with(|adapter| adapter.update_properties(properties))?;
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, update) }
}
