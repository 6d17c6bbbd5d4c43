//! The exported functions of a plugin, as a host finds them: the C header is made from these declarations,
//! and the SDK defines them.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

mod command;
mod event;
mod lifecycle;

use std::ffi::{c_char, c_void};

pub use command::{
    wfa_cancel_calls, wfa_cancel_command, wfa_execute_command, wfa_poll_completions,
    wfa_submit_command,
};
pub use event::{wfa_register_event_callback, wfa_unregister_event_callback};
pub use lifecycle::{wfa_create, wfa_destroy, wfa_start, wfa_update_properties};

use crate::{wfa_api, wfa_buffer, wfa_descriptor, wfa_result};

unsafe extern "C" {
    /// Returns the plugin's function table: the one symbol that a host looks up. [any thread, any number
    /// at once, also inside a callback; does not wait]
    ///
    /// `host_major` and `host_minor` are the version the host was built for. Returns NULL if the plugin
    /// does not support that major version; otherwise a static table, the same at every call, which may
    /// have a higher or lower minor version: read its `struct_size`.
    ///
    /// Rationale: one symbol, so that any number of plugins can be loaded beside each other.
    ///
    /// Example: `const wfa_api *api = wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);`
    pub fn wfa_entry(host_major: u16, host_minor: u16) -> *const wfa_api;

    /// Returns the description of the adapter type as static tables. [any thread, any number at once,
    /// also inside a callback; does not wait]
    ///
    /// Never NULL; valid until the process ends. Opens no connection and starts no thread.
    pub fn wfa_get_descriptor() -> *const wfa_descriptor;

    /// Returns the description of the adapter type as one JSON object, NUL-terminated. [any thread, any
    /// number at once, also inside a callback; does not wait]
    ///
    /// Never NULL; valid until the process ends.
    pub fn wfa_get_descriptor_json() -> *const c_char;

    /// Returns an optional feature by its id, e.g. `wfa.webhook/1`; NULL if the plugin does not have it.
    /// [any thread, any number at once, also inside a callback; does not wait]
    ///
    /// `id`: NUL-terminated; for NULL the function returns NULL. The id is compared over its whole
    /// length. The returned struct is static.
    ///
    /// # Safety
    /// `id` is NULL or NUL-terminated.
    pub fn wfa_get_extension(id: *const c_char) -> *const c_void;

    /// Releases a buffer, like its own `release`. [any thread, also inside a callback; one buffer on one
    /// thread at a time; does not wait]
    ///
    /// `buffer`: may be NULL or empty. This plugin must have filled it: a buffer of another plugin has
    /// another `release`.
    ///
    /// # Safety
    /// `buffer` is NULL or points to a struct that this plugin filled and that was not copied.
    pub fn wfa_buffer_release(buffer: *mut wfa_buffer);

    /// Returns the name of a result code, e.g. `WFA_ERR_OUTCOME_UNKNOWN`, NUL-terminated. [any thread,
    /// any number at once, also inside a callback; does not wait]
    ///
    /// Never NULL, static. For an unknown number it is `WFA_ERR_INTERNAL`, as hosts treat it.
    pub fn wfa_result_name(result: wfa_result) -> *const c_char;
}
