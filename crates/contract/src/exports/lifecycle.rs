//! Creating, starting, changing and destroying an adapter.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

use std::ffi::c_char;

use crate::{wfa_adapter, wfa_error, wfa_host, wfa_result};

unsafe extern "C" {
    /// Creates an adapter, which is one configured instance. Opens no connection. [any thread, any
    /// number at once, also inside an event, drop or completion callback; does not wait]
    ///
    /// - `host`: describes the host; may be NULL. Lent for the call; its functions and `user_data` are
    ///   used until `wfa_destroy` has returned, or with `WFA_NO_WAIT` until the end that is described
    ///   there.
    /// - `properties_json`, `len`: one JSON object with the descriptor's properties, UTF-8. Lent.
    /// - `out`: receives the handle, NULL on failure. Destroy it with `wfa_destroy`.
    /// - `error`: may be NULL.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not JSON) · `WFA_ERR_INVALID_REQUEST` (a
    /// property is missing, wrong or unknown; the message names it) · `WFA_ERR_UNSUPPORTED` (the host
    /// uses another major version).
    ///
    /// Example: `api->create(&host, "{\"apiVersion\":\"v27.0\",…}", WFA_STRLEN, &adapter, &error)`
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description names.
    pub fn wfa_create(
        host: *const wfa_host,
        properties_json: *const c_char,
        len: usize,
        out: *mut *mut wfa_adapter,
        error: *mut wfa_error,
    ) -> wfa_result;

    /// Destroys an adapter: refuses new calls, ends running ones (each with its outcome), and releases
    /// every event callback. [any thread, concurrently with all other calls; not inside a callback of
    /// any plugin]
    ///
    /// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
    ///
    /// Without flags it returns when no call and no callback of the adapter is running, so that the host
    /// may free everything that it lent: the last event is delivered before it returns. With
    /// `WFA_NO_WAIT` it returns at once; an event in delivery may still reach callbacks, and everything
    /// that the host lent stays in use until the last drop callback has run: a host without a drop
    /// callback registers one first, or lends until the process ends. Completions that wait to be polled
    /// are called on this thread. A DNS look-up cannot be cancelled: one that hangs continues on a
    /// thread of the plugin, and uses nothing that the host lent.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (the plugin never returned this handle) · `WFA_ERR_STATE`
    /// (it was destroyed before, or the call is inside a callback).
    ///
    /// Example: `api->destroy(adapter, 0);`
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not dereferenced.
    pub fn wfa_destroy(adapter: *mut wfa_adapter, flags: u32) -> wfa_result;

    /// Lets the adapter raise events outside of calls, if it has a source of such events, for instance a
    /// connection, a queue or a timer. [any thread, any number at once, also inside an event, drop or
    /// completion callback; does not wait for an event]
    ///
    /// - `error`: may be NULL.
    ///
    /// A host calls it once for each adapter, after it has registered its callbacks and is ready for
    /// events: before that, no event is delivered outside of a call. A host that never calls it only
    /// gets the events of its calls and webhooks. For an adapter without a source, and after an earlier
    /// success, it succeeds and does nothing. After a failure it may be called again.
    ///
    /// Between `wfa_start` and the end of `wfa_destroy`, events are delivered on threads of the plugin,
    /// several at once, the first possibly before this call returns; an adapter raises events whose
    /// order matters one after another. Callbacks return the same values as in a call:
    /// `WFA_EVENT_ACCEPTED` and `WFA_EVENT_DROPPED` settle the event. After `WFA_EVENT_RETRY` the
    /// adapter delivers the same event again, with the same id, to every callback that is registered for
    /// it: first within a second, then at intervals that may grow to one minute, until no callback
    /// returns `WFA_EVENT_RETRY` or the adapter is destroyed. Later events may overtake it. An event for
    /// which no callback is registered is not kept. After `wfa_destroy` a pending event is not delivered
    /// any more; if the source keeps unconfirmed events, it is delivered again, with the same id, when
    /// an adapter is started the next time.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (the plugin never returned this handle) ·
    /// `WFA_ERR_INVALID_REQUEST` (the properties do not match the source) · `WFA_ERR_UNAVAILABLE` (the
    /// source cannot be opened; `error` says when to try again) · `WFA_ERR_STATE` (destroyed) ·
    /// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it: a host continues as after `WFA_OK`).
    ///
    /// Example: `if (WFA_HAS(api, start) && api->start != NULL) result = api->start(adapter, &error);`
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not dereferenced. `error` is NULL or points to the
    /// struct that its description names.
    pub fn wfa_start(adapter: *mut wfa_adapter, error: *mut wfa_error) -> wfa_result;

    /// Replaces all properties, for instance with a new access token. [any thread, any number at once:
    /// they take effect one after another; also inside an event, drop or completion callback; waits for
    /// no call]
    ///
    /// - `properties_json`, `len`: as in `wfa_create`: all properties, not only changed ones. Lent.
    /// - `error`: may be NULL.
    ///
    /// Registrations, submitted commands and the adapter's state are kept; running calls keep the old
    /// properties. On failure nothing changes.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_INVALID_REQUEST` · `WFA_ERR_STATE` ·
    /// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description names.
    pub fn wfa_update_properties(
        adapter: *mut wfa_adapter,
        properties_json: *const c_char,
        len: usize,
        error: *mut wfa_error,
    ) -> wfa_result;
}
