//! What went wrong, beyond the result code.

use crate::{wfa_buffer, wfa_result};

/// In `wfa_error.flags`: the same call may succeed later; `retry_after_ms` says when. Never together
/// with `WFA_ERROR_MAYBE_SENT`. The three `WFA_ERROR_*` are flags beside a result; results are
/// `WFA_ERR_*`.
pub const WFA_ERROR_RETRYABLE: u32 = 1;
/// In `wfa_error.flags`: a panic was caught; the plugin has a defect.
pub const WFA_ERROR_PANIC: u32 = 2;
/// In `wfa_error.flags`: the message may have reached its recipient.
pub const WFA_ERROR_MAYBE_SENT: u32 = 4;

/// Details of a call that did not return `WFA_OK`.
///
/// Ownership: the host zeroes the struct, sets `struct_size` to `sizeof(wfa_error)` and passes it; the
/// plugin writes no byte beyond that size, and `message` only if it lies completely within it. The host
/// releases `message` before it passes the struct again. After `WFA_OK` all members but `struct_size`
/// are zero. Concurrent calls must not share a struct.
///
/// Example: `wfa_error e = {0}; e.struct_size = sizeof e;`
#[repr(C)]
#[derive(Debug)]
pub struct wfa_error {
    /// Set by the host: `sizeof(wfa_error)` in its version of the header.
    pub struct_size: u32,
    /// The same value that the call returns.
    pub result: wfa_result,
    /// `WFA_ERROR_*`, or-ed; a host ignores bits that it does not know.
    pub flags: u32,
    /// The remote service's HTTP status; 0 if there was no response.
    pub http_status: i32,
    /// The remote service's own error code; 0 if it gave none.
    pub remote_code: i64,
    /// Milliseconds to wait before the next attempt; 0 if unknown.
    pub retry_after_ms: u64,
    /// One sentence: what is wrong, where, and what to do. Never contains a secret. `ptr` is NULL if
    /// there is none.
    pub message: wfa_buffer,
}
