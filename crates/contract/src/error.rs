//! What went wrong, beyond the result code.

use crate::{wfa_buffer, wfa_result};

/// In `wfa_error.flags`: the same call may succeed later; `retry_after_ms` says when. The three
/// `WFA_ERROR_*` are flags beside a result; results are `WFA_ERR_*`.
pub const WFA_ERROR_RETRYABLE: u32 = 1;
/// In `wfa_error.flags`: a panic was caught; the plugin has a defect.
pub const WFA_ERROR_PANIC: u32 = 2;
/// In `wfa_error.flags`: the message may have reached its recipient.
pub const WFA_ERROR_MAYBE_SENT: u32 = 4;

/// Details of a call that did not return `WFA_OK`.
///
/// Ownership: the host zeroes the struct, sets `struct_size` to `sizeof(wfa_error)` and passes it;
/// the plugin writes no byte beyond that size, and `message` only if the whole of it fits. The host
/// releases `message` before it passes the struct again. After `WFA_OK` all members but `struct_size`
/// are zero. Each call has a struct of its own: two calls at once do not share one.
///
/// Example: `wfa_error e = {0}; e.struct_size = sizeof e;`
#[repr(C)]
#[derive(Debug)]
pub struct wfa_error {
    /// Set by the host: `sizeof(wfa_error)` as its header has it.
    pub struct_size: u32,
    /// The same value that the call returns.
    pub result: wfa_result,
    /// `WFA_ERROR_*`, or-ed; a host ignores bits that it does not know.
    pub flags: u32,
    /// The remote service's HTTP status; 0 if there was no answer.
    pub http_status: i32,
    /// The remote service's own error code; 0 if it gave none.
    pub remote_code: i64,
    /// Milliseconds to wait before another try; 0 if nothing is known.
    pub retry_after_ms: u64,
    /// One sentence: what was wrong, whose fault it is, what to do. Never a secret. `ptr` is NULL if
    /// there is none.
    pub message: wfa_buffer,
}
