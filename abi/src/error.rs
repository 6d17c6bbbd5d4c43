//! What went wrong, beyond the result code.

use crate::{wfa_buffer, wfa_result};

/// In `flags`: the same call may succeed later; `retry_after_ms` says when.
pub const WFA_ERROR_RETRYABLE: u32 = 1;
/// In `flags`: a panic was caught; the plugin has a defect.
pub const WFA_ERROR_PANIC: u32 = 2;
/// In `flags`: the message may have reached its recipient.
pub const WFA_ERROR_MAYBE_SENT: u32 = 4;

/// Details of a call that did not return `WFA_OK`.
///
/// Ownership: the host zeroes the struct, sets `struct_size` to `sizeof(wfa_error)` and passes it;
/// the plugin writes no byte beyond that size. The host releases `message` before it passes the
/// struct again. After `WFA_OK` all members but `struct_size` are zero.
///
/// Example: `wfa_error e = {0}; e.struct_size = sizeof e;`
#[repr(C)]
#[derive(Debug)]
pub struct wfa_error {
    /// Set by the host: `sizeof(wfa_error)` as its header has it.
    pub struct_size: u32,
    /// The same value that the call returns.
    pub result: wfa_result,
    /// `WFA_ERROR_*`, or-ed.
    pub flags: u32,
    /// The remote service's HTTP status; 0 if there was no answer.
    pub http_status: i32,
    /// The remote service's own error code; 0 if it gave none.
    pub remote_code: i64,
    /// Milliseconds to wait before another try; 0 if nothing is known.
    pub retry_after_ms: u64,
    /// One sentence: what was wrong, whose fault it is, what to do. Never a secret.
    pub message: wfa_buffer,
}
