//! The exported functions, and the table that holds the same ones.

mod command;
mod event;
mod lifecycle;

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::OnceLock;

use workflow_adapter_contract::{
    WFA_ABI_MAJOR, WFA_ABI_MINOR, result_c_name, wfa_api, wfa_buffer, wfa_descriptor, wfa_result,
};

pub use command::{
    wfa_cancel_calls, wfa_cancel_command, wfa_execute_command, wfa_poll_completions,
    wfa_submit_command,
};
pub use event::{wfa_register_event_callback, wfa_unregister_event_callback};
pub use lifecycle::{wfa_create, wfa_destroy, wfa_start, wfa_update_properties};

use super::{buffer, extensions, tables, thread};

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
#[unsafe(no_mangle)]
pub extern "C" fn wfa_entry(host_major: u16, host_minor: u16) -> *const wfa_api {
    static API: OnceLock<wfa_api> = OnceLock::new();
    let _ = host_minor; // every minor version of this major can use the table
    if host_major != WFA_ABI_MAJOR {
        return ptr::null();
    }
    let table = thread::exported(|| {
        ptr::from_ref(API.get_or_init(|| wfa_api {
            #[allow(clippy::cast_possible_truncation)] // about a hundred bytes
            struct_size: size_of::<wfa_api>() as u32,
            abi_major: WFA_ABI_MAJOR,
            abi_minor: WFA_ABI_MINOR,
            descriptor: tables::c_descriptor(),
            get_extension: wfa_get_extension,
            create: wfa_create,
            destroy: wfa_destroy,
            execute_command: wfa_execute_command,
            register_event_callback: wfa_register_event_callback,
            unregister_event_callback: wfa_unregister_event_callback,
            update_properties: wfa_update_properties,
            submit_command: wfa_submit_command,
            cancel_command: wfa_cancel_command,
            result_name: wfa_result_name,
            cancel_calls: wfa_cancel_calls,
            poll_completions: wfa_poll_completions,
            start: wfa_start,
        }))
    });
    table.unwrap_or(ptr::null())
}

/// What the adapter type offers, as static tables. [any thread, any number at once, also inside a
/// callback; does not wait]
///
/// Never NULL; valid as long as the process lives. Opens no connection and starts no thread.
#[unsafe(no_mangle)]
pub extern "C" fn wfa_get_descriptor() -> *const wfa_descriptor {
    thread::exported(tables::c_descriptor).unwrap_or(ptr::null())
}

/// What the adapter type offers, as one JSON object, NUL-terminated. [any thread, any number at once, also
/// inside a callback; does not wait]
///
/// Never NULL; valid as long as the process lives.
#[unsafe(no_mangle)]
pub extern "C" fn wfa_get_descriptor_json() -> *const c_char {
    let descriptor = wfa_get_descriptor();
    if descriptor.is_null() {
        return ptr::null();
    }
    // SAFETY: not NULL, and the table lives as long as the process.
    unsafe { (*descriptor).json }
}

/// An optional feature by its id, e.g. `wfa.webhook/1`; NULL if the plugin has none of that id.
/// [any thread, any number at once, also inside a callback; does not wait]
///
/// `id`: NUL-terminated; NULL answers NULL. The id is compared whole: anything behind it makes it
/// another id. What is returned is static.
///
/// # Safety
/// `id` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_get_extension(id: *const c_char) -> *const c_void {
    if id.is_null() {
        return ptr::null();
    }
    // SAFETY: not NULL, and the caller promises a NUL-terminated text.
    extensions::find(unsafe { CStr::from_ptr(id) })
}

/// Releases a buffer, as its own `release` does. [any thread, also inside a callback; one buffer on one
/// thread at a time; does not wait]
///
/// `buffer`: may be NULL or empty. It was filled by this plugin; another one's has another `release`.
///
/// # Safety
/// `buffer` is NULL or points to a struct that this plugin filled and that was not copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_buffer_release(buffer: *mut wfa_buffer) {
    // SAFETY: the caller's promise is this function's.
    unsafe { buffer::release(buffer) }
}

/// The name of a result code, e.g. `WFA_ERR_OUTCOME_UNKNOWN`, NUL-terminated. [any thread, any number at
/// once, also inside a callback; does not wait]
///
/// Never NULL, static. A number that the plugin does not know is `WFA_ERR_INTERNAL`, as a host treats it.
#[unsafe(no_mangle)]
pub extern "C" fn wfa_result_name(result: wfa_result) -> *const c_char {
    result_c_name(result).as_ptr()
}
