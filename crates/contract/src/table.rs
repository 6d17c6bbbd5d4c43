//! The function table, and the one symbol that hands it out.
#![allow(unsafe_code)] // marks the table as shareable between threads

use std::ffi::{c_char, c_void};

use crate::{
    wfa_buffer, wfa_completion_callback, wfa_descriptor, wfa_drop_callback, wfa_error,
    wfa_event_callback, wfa_host, wfa_result,
};

/// Major version: another number is an incompatible contract.
pub const WFA_ABI_MAJOR: u16 = 1;
/// Minor version: grows when members are appended.
pub const WFA_ABI_MINOR: u16 = 0;
/// The symbol a host with a plugin directory looks up.
pub const WFA_ENTRY_SYMBOL: &std::ffi::CStr = c"wfa_entry";

/// In `flags` of `destroy` and `unregister_event_callback`: return at once, without waiting for running
/// calls. A host sets it in `unregister_event_callback` inside a callback of any plugin.
pub const WFA_NO_WAIT: u32 = 1;

/// In `wfa_call_options.flags`, for `submit_command` of a plugin that has `poll_completions`: the
/// completion is called on a thread of the host, inside `poll_completions`.
pub const WFA_CALL_POLLED: u32 = 1;

/// One configured instance. Opaque: the pointer is a token that is looked up and never dereferenced;
/// tokens are never reused.
#[allow(missing_debug_implementations)]
pub struct wfa_adapter {
    _opaque: [u8; 0],
}

/// Options of one call. The host sets `struct_size` and zeroes the rest. Lent for the call.
///
/// Example: `wfa_call_options o = {0}; o.struct_size = sizeof o; o.timeout_ms = 5000;`
#[repr(C)]
#[derive(Debug)]
pub struct wfa_call_options {
    /// Set by the host: `sizeof(wfa_call_options)` in its version of the header.
    pub struct_size: u32,
    /// `WFA_CALL_*`, or-ed; bits that the plugin does not know are ignored.
    pub flags: u32,
    /// The time limit of the whole call in milliseconds; 0 means the adapter's own setting.
    pub timeout_ms: u64,
    /// The host's id for this call (1 to 512 bytes of UTF-8), returned in events if the service supports
    /// it; may be NULL.
    pub correlation_id: *const c_char,
    /// Length of `correlation_id` in bytes, or `WFA_STRLEN`.
    pub correlation_id_len: usize,
    /// The host's number for this call, with which `cancel_calls` cancels it; 0: none. Several calls may
    /// have the same number.
    pub call_id: u64,
}

/// The functions of a plugin. Static; members are only ever appended within a major version: use one
/// only if it lies within `struct_size`. All functions may be called from any thread, any number at once.
///
/// A plugin has every member up to `cancel_command`, none of them NULL: a function that it does not
/// implement returns `WFA_ERR_UNSUPPORTED`. The members after it may be NULL, or lie beyond
/// `struct_size`. A host treats a member that is NULL, or that is missing in a table which ends after
/// `unregister_event_callback`, as if it returned `WFA_ERR_UNSUPPORTED`. For `start` this means that
/// there is nothing to start: the adapter raises events inside calls only.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_api {
    /// Size of this table in the plugin's version.
    pub struct_size: u32,
    /// The plugin's `WFA_ABI_MAJOR`.
    pub abi_major: u16,
    /// The plugin's `WFA_ABI_MINOR`.
    pub abi_minor: u16,
    /// The description of the adapter type. Never NULL.
    pub descriptor: *const wfa_descriptor,
    /// See `wfa_get_extension`.
    pub get_extension: unsafe extern "C" fn(id: *const c_char) -> *const c_void,
    /// See `wfa_create`.
    pub create: unsafe extern "C" fn(
        host: *const wfa_host,
        properties_json: *const c_char,
        len: usize,
        out: *mut *mut wfa_adapter,
        error: *mut wfa_error,
    ) -> wfa_result,
    /// See `wfa_destroy`.
    pub destroy: unsafe extern "C" fn(adapter: *mut wfa_adapter, flags: u32) -> wfa_result,
    /// See `wfa_execute_command`.
    pub execute_command: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        name: *const c_char,
        name_len: usize,
        json: *const c_char,
        json_len: usize,
        options: *const wfa_call_options,
        response: *mut wfa_buffer,
        error: *mut wfa_error,
    ) -> wfa_result,
    /// See `wfa_register_event_callback`.
    pub register_event_callback: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        event: *const c_char,
        event_len: usize,
        callback: wfa_event_callback,
        user_data: *mut c_void,
        drop_user_data: wfa_drop_callback,
        registration: *mut u64,
        error: *mut wfa_error,
    ) -> wfa_result,
    /// See `wfa_unregister_event_callback`.
    pub unregister_event_callback: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        registration: u64,
        flags: u32,
    ) -> wfa_result,
    /// See `wfa_update_properties`.
    pub update_properties: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        properties_json: *const c_char,
        len: usize,
        error: *mut wfa_error,
    ) -> wfa_result,
    /// See `wfa_submit_command`.
    pub submit_command: unsafe extern "C" fn(
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
    ) -> wfa_result,
    /// See `wfa_cancel_command`.
    pub cancel_command:
        unsafe extern "C" fn(adapter: *mut wfa_adapter, operation: u64) -> wfa_result,
    /// See `wfa_result_name`.
    pub result_name: unsafe extern "C" fn(result: wfa_result) -> *const c_char,
    /// See `wfa_cancel_calls`.
    pub cancel_calls: unsafe extern "C" fn(adapter: *mut wfa_adapter, call_id: u64) -> wfa_result,
    /// See `wfa_poll_completions`.
    pub poll_completions: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        max: u32,
        timeout_ms: u64,
        delivered: *mut u64,
        error: *mut wfa_error,
    ) -> wfa_result,
    /// See `wfa_start`.
    pub start: unsafe extern "C" fn(adapter: *mut wfa_adapter, error: *mut wfa_error) -> wfa_result,
}

/// The type of the exported function `wfa_entry`.
pub type wfa_entry_fn = unsafe extern "C" fn(host_major: u16, host_minor: u16) -> *const wfa_api;

// SAFETY: the table is immutable, and everything it points to is immutable and static.
unsafe impl Sync for wfa_api {}
// SAFETY: as above.
unsafe impl Send for wfa_api {}
