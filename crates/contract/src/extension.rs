//! Optional features, each looked up by an id with a revision.

use std::ffi::{c_char, c_void};

use crate::{wfa_adapter, wfa_buffer, wfa_error, wfa_result};

/// The id of [`wfa_webhook_v1`].
pub const WFA_WEBHOOK_V1: &std::ffi::CStr = c"wfa.webhook/1";
/// The id of [`wfa_clock_v1`].
pub const WFA_CLOCK_V1: &std::ffi::CStr = c"wfa.clock/1";
/// The id of [`wfa_metrics_v1`].
pub const WFA_METRICS_V1: &std::ffi::CStr = c"wfa.metrics/1";

/// Extension `wfa.metrics/1`: an adapter's counters. Static; read only what lies within `struct_size`.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_metrics_v1 {
    /// Size of this struct in the plugin's version.
    pub struct_size: u32,
    /// Writes the counters as one JSON object into `json`, which the host releases. [any thread, any
    /// number at once, also inside an event, drop or completion callback; does not wait]
    ///
    /// `error` may be NULL. `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
    pub snapshot: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        json: *mut wfa_buffer,
        error: *mut wfa_error,
    ) -> wfa_result,
}

/// Extension `wfa.webhook/1`: webhooks as raw bytes, without JSON around them, for hosts that have the
/// HTTP listener. Static; read only what lies within `struct_size`.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_webhook_v1 {
    /// Size of this struct in the plugin's version.
    pub struct_size: u32,
    /// Answers the GET request that registers a callback URL. [any thread, any number
    /// at once, also inside an event, drop or completion callback; does not wait]
    ///
    /// `query` is the request's unchanged query string, `verify_token` the configured token; both are
    /// UTF-8 and lent. `body` receives the body of the response, to be sent as `text/plain`; release it.
    /// There is no signature to check: the request has none. `error` may be NULL.
    ///
    /// `WFA_OK` (answer 200 with `body`) · `WFA_ERR_UNAUTHENTIC` (the token is wrong: answer 403) ·
    /// `WFA_ERR_INVALID_REQUEST` (not a handshake: answer 400) · `WFA_ERR_INVALID_ARGUMENT` ·
    /// `WFA_ERR_STATE`.
    pub challenge: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        query: *const c_char,
        query_len: usize,
        verify_token: *const c_char,
        verify_token_len: usize,
        body: *mut wfa_buffer,
        error: *mut wfa_error,
    ) -> wfa_result,
    /// Processes the body of a POST request. [any thread, any number at once, also inside an event, drop
    /// or completion callback; its events are delivered on this thread before it returns]
    ///
    /// `body` is `len` raw bytes, `signature_header` the value of the header that signs them (NULL, of
    /// length 0 or `WFA_STRLEN`, if the request has none); both are lent. The signature is checked
    /// before anything is parsed; an adapter without a secret returns `WFA_ERR_UNAUTHENTIC`. `response`
    /// receives the same JSON as the command that processes notifications; release it. `error` may be
    /// NULL.
    ///
    /// `WFA_OK` (answer 200) · `WFA_ERR_UNAUTHENTIC` (answer 401 or 403) ·
    /// `WFA_ERR_EVENT_NOT_ACCEPTED` (answer 5xx: the sender repeats it) · `WFA_ERR_INVALID_REQUEST`
    /// (too large: answer 413) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
    pub process: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        body: *const c_char,
        len: usize,
        signature_header: *const c_char,
        signature_header_len: usize,
        response: *mut wfa_buffer,
        error: *mut wfa_error,
    ) -> wfa_result,
}

/// Host extension `wfa.clock/1`: the host's own time, for replays and tests. A plugin looks it up once,
/// in `create`; without it the plugin uses the system's time.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_clock_v1 {
    /// Set by the host: `sizeof(wfa_clock_v1)` in its version of the header.
    pub struct_size: u32,
    /// Milliseconds since 1970-01-01 UTC. [any thread, several at once, also during any other call; must
    /// not call this contract: such a call returns `WFA_ERR_STATE`]
    ///
    /// `user_data` is that of `wfa_host`. Valid until `destroy` has returned.
    pub unix_ms: Option<unsafe extern "C-unwind" fn(user_data: *mut c_void) -> i64>,
}
