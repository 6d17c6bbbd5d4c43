//! Creating, starting, changing and destroying an adapter.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

use std::ffi::c_char;

use crate::{wfa_adapter, wfa_error, wfa_host, wfa_result};

unsafe extern "C" {
    /// Creates an adapter: one configured instance. Opens no connection. [any thread, any number at once, also
    /// inside an event, drop or completion callback; does not wait]
    ///
    /// - `host`: who the host is; may be NULL. Lent for the call; its functions and `user_data` are used
    ///   until `wfa_destroy` has returned, or with `WFA_NO_WAIT` until the end that is described there.
    /// - `properties_json`, `len`: one JSON object with the descriptor's properties, UTF-8. Lent.
    /// - `out`: receives the handle, NULL on failure. Destroy it with `wfa_destroy`.
    /// - `error`: may be NULL.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not JSON) · `WFA_ERR_INVALID_REQUEST` (a
    /// property is missing, wrong or unknown; the message names it) · `WFA_ERR_UNSUPPORTED` (the host's
    /// major version is another).
    ///
    /// Example: `api->create(&host, "{\"apiVersion\":\"v27.0\",…}", WFA_STRLEN, &adapter, &error)`
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description says.
    pub fn wfa_create(
        host: *const wfa_host,
        properties_json: *const c_char,
        len: usize,
        out: *mut *mut wfa_adapter,
        error: *mut wfa_error,
    ) -> wfa_result;

    /// Destroys an adapter: refuses new calls, ends those in flight (each with its outcome), and gives
    /// every event callback back. [any thread, beside all other calls; not inside a callback of any plugin]
    ///
    /// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
    ///
    /// Without flags it returns when no call and no callback of the adapter runs any more, so that the
    /// host may free what it lent: the last event comes before it returns. With `WFA_NO_WAIT` it returns at
    /// once; an event that is being delivered may still reach callbacks, and what the host lent stays in use
    /// until the last drop callback has run: a host that has no registration with one registers one first, or
    /// lends until the process ends. Completions that wait to be polled are delivered on this thread. A
    /// look-up in the system's name service cannot be ended: one that
    /// hangs goes on, on a thread of the plugin, with nothing that the host lent.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (never given out) · `WFA_ERR_STATE` (destroyed already, or
    /// called inside a callback).
    ///
    /// Example: `api->destroy(adapter, 0);`
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not followed.
    pub fn wfa_destroy(adapter: *mut wfa_adapter, flags: u32) -> wfa_result;

    /// Lets the adapter raise events outside of calls, if it has a source of such events: a connection it
    /// listens on, a queue, a timer. [any thread, any number at once, also inside an event, drop or
    /// completion callback; does not wait for an event]
    ///
    /// - `error`: may be NULL.
    ///
    /// A host calls it once for each adapter, after it has registered its callbacks and is ready for events:
    /// no event comes outside of a call before that. A host that never calls it gets the events of its calls
    /// and of its webhooks, and no other. Without a source it succeeds and does nothing; called again after
    /// it succeeded, it does nothing either. After a failure it may be called again.
    ///
    /// Between `wfa_start` and the end of `wfa_destroy` events come from threads of the plugin, several at
    /// once, and the first possibly before this call returns; an adapter raises events that have an order one
    /// after another. What a callback answers decides as it does in a call: `WFA_EVENT_ACCEPTED` and
    /// `WFA_EVENT_DROPPED` end the event. After `WFA_EVENT_RETRY` the adapter offers the same event again,
    /// with the same id, to every callback that wants it: for the first time within a second, then at
    /// intervals that may grow to one minute, until no callback answers `WFA_EVENT_RETRY` or the adapter is
    /// destroyed. Later events may overtake it. An event that no registered callback wants is not kept. At
    /// `wfa_destroy` an event that still waits is not offered any more; if the source keeps what was not
    /// confirmed to it, the event comes again, with the same id, when an adapter is started the next time.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (never given out) · `WFA_ERR_INVALID_REQUEST` (the properties do
    /// not fit the source) · `WFA_ERR_UNAVAILABLE` (the source cannot be opened; `error` says when to try
    /// again) · `WFA_ERR_STATE` (destroyed) · `WFA_ERR_UNSUPPORTED` (of a plugin without it: a host goes on,
    /// as after `WFA_OK`).
    ///
    /// Example: `if (WFA_HAS(api, start) && api->start != NULL) result = api->start(adapter, &error);`
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not followed. `error` is NULL or points to what its
    /// description says.
    pub fn wfa_start(adapter: *mut wfa_adapter, error: *mut wfa_error) -> wfa_result;

    /// Replaces all properties, for instance with a new access token. [any thread, any number at once:
    /// one after
    /// another; also inside an event, drop or completion callback; waits for no call]
    ///
    /// - `properties_json`, `len`: as in `wfa_create`: the whole set, not a part of it. Lent.
    /// - `error`: may be NULL.
    ///
    /// Registrations, submitted commands and everything the adapter remembers stay; calls that run keep
    /// the old properties. On failure nothing changes.
    ///
    /// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_INVALID_REQUEST` · `WFA_ERR_STATE` ·
    /// `WFA_ERR_UNSUPPORTED` (of a plugin without it).
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description says.
    pub fn wfa_update_properties(
        adapter: *mut wfa_adapter,
        properties_json: *const c_char,
        len: usize,
        error: *mut wfa_error,
    ) -> wfa_result;
}
