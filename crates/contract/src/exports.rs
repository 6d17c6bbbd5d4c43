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
    /// The plugin's function table: what a host with a plugin directory looks up. [any thread, any number at
    /// once, also inside a callback; does not wait]
    ///
    /// `host_major` and `host_minor` are the version the host was built for. Answers NULL if the plugin
    /// does not speak that major version; otherwise a static table, the same at every call, which may be
    /// of a higher or lower minor version: read its `struct_size`.
    ///
    /// Rationale: one symbol, so that any number of plugins can be loaded beside each other.
    ///
    /// Example: `const wfa_api *api = wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);`
    pub fn wfa_entry(host_major: u16, host_minor: u16) -> *const wfa_api;

    /// What the adapter type offers, as static tables. [any thread, any number at once, also inside a
    /// callback; does not wait]
    ///
    /// Never NULL; valid as long as the process lives. Opens no connection and starts no thread.
    pub fn wfa_get_descriptor() -> *const wfa_descriptor;

    /// What the adapter type offers, as one JSON object, NUL-terminated. [any thread, any number at once, also
    /// inside a callback; does not wait]
    ///
    /// Never NULL; valid as long as the process lives.
    pub fn wfa_get_descriptor_json() -> *const c_char;

    /// An optional feature by its id, e.g. `wfa.webhook/1`; NULL if the plugin has none of that id.
    /// [any thread, any number at once, also inside a callback; does not wait]
    ///
    /// `id`: NUL-terminated; NULL answers NULL. The id is compared whole: anything behind it makes it
    /// another id. What is returned is static.
    ///
    /// # Safety
    /// `id` is NULL or NUL-terminated.
    pub fn wfa_get_extension(id: *const c_char) -> *const c_void;

    /// Releases a buffer, as its own `release` does. [any thread, also inside a callback; one buffer on one
    /// thread at a time; does not wait]
    ///
    /// `buffer`: may be NULL or empty. It was filled by this plugin; another one's has another `release`.
    ///
    /// # Safety
    /// `buffer` is NULL or points to a struct that this plugin filled and that was not copied.
    pub fn wfa_buffer_release(buffer: *mut wfa_buffer);

    /// The name of a result code, e.g. `WFA_ERR_OUTCOME_UNKNOWN`, NUL-terminated. [any thread, any number at
    /// once, also inside a callback; does not wait]
    ///
    /// Never NULL, static. A number that the plugin does not know is `WFA_ERR_INTERNAL`, as a host treats it.
    pub fn wfa_result_name(result: wfa_result) -> *const c_char;
}
