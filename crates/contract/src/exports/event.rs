//! Registering for events.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

use std::ffi::{c_char, c_void};

use crate::{wfa_adapter, wfa_drop_callback, wfa_error, wfa_event_callback, wfa_result};

unsafe extern "C" {
    /// Registers a callback for one event, or for every event. [any thread, any number at once, also inside an
    /// event, drop or completion callback; does not wait]
    ///
    /// - `event`, `event_len`: an event of the descriptor, UTF-8, compared whole; empty, or NULL of
    ///   length 0 or `WFA_STRLEN`, means every event.
    /// - `callback`: must not be NULL. It may be registered several times: each is a registration.
    /// - `user_data`: given to the callback; may be NULL.
    /// - `drop_user_data`: called once when `user_data` is not used any more; may be NULL. On failure it
    ///   is not called: `user_data` stays the host's.
    /// - `registration`: receives the id for `wfa_unregister_event_callback`; never 0; may be NULL.
    /// - `error`: may be NULL.
    ///
    /// Several callbacks may want one event: each is called, in the order of registration, and the worst
    /// answer counts (retry, then dropped, then accepted).
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such event) · `WFA_ERR_STATE`.
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description says.
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

    /// Removes a callback: no call of it starts any more. [any thread, any number at once, also inside
    /// an event,
    /// drop or completion callback]
    ///
    /// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
    ///
    /// Returns when no call of it runs on another thread and the drop callback has returned; inside a callback
    /// of this plugin, or with `WFA_NO_WAIT`, it does not wait: inside another plugin's callback the host sets
    /// that. So hold no lock meanwhile that the callback takes. The drop callback runs once, after the last
    /// call, here or on that call's thread.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such registration) ·
    /// `WFA_ERR_STATE`.
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not followed.
    pub fn wfa_unregister_event_callback(
        adapter: *mut wfa_adapter,
        registration: u64,
        flags: u32,
    ) -> wfa_result;
}
