//! Registering for events.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

use std::ffi::{c_char, c_void};

use crate::{wfa_adapter, wfa_drop_callback, wfa_error, wfa_event_callback, wfa_result};

unsafe extern "C" {
    /// Registers a callback for one event, or for every event. [any thread, any number at once, also inside an
    /// event, drop or completion callback; does not wait]
    ///
    /// - `event`, `event_len`: an event of the descriptor, UTF-8, compared over its whole length; empty,
    ///   or NULL of length 0 or `WFA_STRLEN`, means every event.
    /// - `callback`: must not be NULL. It may be registered several times; each time is a separate
    ///   registration.
    /// - `user_data`: given to the callback; may be NULL.
    /// - `drop_user_data`: called once when `user_data` is no longer used; may be NULL. If this function
    ///   fails, it is not called, and `user_data` is not used.
    /// - `registration`: receives the id for `wfa_unregister_event_callback`; never 0; may be NULL.
    /// - `error`: may be NULL.
    ///
    /// If several callbacks are registered for an event, each is called, in the order of registration,
    /// and the worst value counts (retry, then dropped, then accepted).
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such event) · `WFA_ERR_STATE`.
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description names.
    pub fn wfa_register_event_callback(
        adapter: *mut wfa_adapter,
        event: *const c_char,
        event_len: usize,
        callback: wfa_event_callback,
        user_data: *mut c_void,
        drop_user_data: wfa_drop_callback,
        registration: *mut u64,
        error: *mut wfa_error,
    ) -> wfa_result;

    /// Removes a callback: no further call of it starts. [any thread, any number at once, also inside an
    /// event, drop or completion callback]
    ///
    /// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
    ///
    /// Returns when the callback is not running on another thread and the drop callback has returned.
    /// Inside a callback of this plugin, or with `WFA_NO_WAIT`, it does not wait; inside another
    /// plugin's callback the host sets that flag. Because it may wait, the caller must not hold a lock
    /// that the callback takes. The drop callback is called once, after the last call of the callback,
    /// on this thread or on that of the last call.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such registration) ·
    /// `WFA_ERR_STATE`.
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not dereferenced.
    pub fn wfa_unregister_event_callback(
        adapter: *mut wfa_adapter,
        registration: u64,
        flags: u32,
    ) -> wfa_result;
}
