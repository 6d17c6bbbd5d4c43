//! What the host tells an adapter about itself.

use std::ffi::{c_char, c_void};

/// In `wfa_host.log_level`: no records.
pub const WFA_LOG_OFF: i32 = 0;
/// In `wfa_host.log_level`: failures that a person should see.
pub const WFA_LOG_ERROR: i32 = 1;
/// In `wfa_host.log_level`: something unexpected that the plugin has handled.
pub const WFA_LOG_WARN: i32 = 2;
/// In `wfa_host.log_level`: records for operators about normal operation.
pub const WFA_LOG_INFO: i32 = 3;
/// In `wfa_host.log_level`: records of each attempt.
pub const WFA_LOG_DEBUG: i32 = 4;
/// In `wfa_host.log_level`: everything.
pub const WFA_LOG_TRACE: i32 = 5;

/// Receives the plugin's log records. [any thread, several at once; also during any other call]
///
/// `target` is NUL-terminated; `message` is `len` bytes of UTF-8; `fields_json` is a JSON object of
/// `fields_len` bytes. All are lent for the call only; `target` and `message` are never NULL. It must
/// not call this contract: such a call returns `WFA_ERR_STATE`, and log records of it are dropped. The
/// last record arrives before `destroy` returns.
pub type wfa_log_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        level: i32,
        target: *const c_char,
        message: *const c_char,
        len: usize,
        fields_json: *const c_char,
        fields_len: usize,
    ),
>;

/// Looks up an optional feature of the host by id, e.g. `wfa.clock/1`; NULL if it has none. [the thread
/// that creates, before `create` returns]
///
/// `id` is NUL-terminated and lent. The returned pointer stays valid and its target unchanged until
/// `destroy` has returned. It may call what an event callback may call.
pub type wfa_host_extension_callback =
    Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, id: *const c_char) -> *const c_void>;

/// The host, as one adapter sees it.
///
/// Ownership: lent for the call of `create`; the plugin copies what it needs later. `user_data` and the
/// functions stay valid until `destroy` has returned, or, if it does not wait, until the end that is
/// described there. `struct_size` and `abi_major` are required; everything else may be zero, NULL, or
/// beyond `struct_size`. One host may serve any number of adapters.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_host {
    /// Set by the host: `sizeof(wfa_host)` in its version of the header. No byte beyond it is read.
    pub struct_size: u32,
    /// The major version the host was built for: `WFA_ABI_MAJOR`.
    pub abi_major: u16,
    /// The minor version the host was built for: `WFA_ABI_MINOR`.
    pub abi_minor: u16,
    /// The host's name, NUL-terminated, for logs; may be NULL.
    pub name: *const c_char,
    /// The host's version, NUL-terminated, for logs; may be NULL.
    pub version: *const c_char,
    /// The instance's name, NUL-terminated, which every event has as `adapter`; may be NULL.
    pub instance_name: *const c_char,
    /// Given to `log` and `get_extension`; may be NULL.
    pub user_data: *mut c_void,
    /// The most detailed level that `log` receives: `WFA_LOG_*`.
    pub log_level: i32,
    /// May be NULL: then the plugin logs nothing.
    pub log: wfa_log_callback,
    /// May be NULL: then the host has no extensions.
    pub get_extension: wfa_host_extension_callback,
}
