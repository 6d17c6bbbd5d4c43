//! A call that did not return `WFA_OK`, as a Rust error.

use std::error::Error;
use std::fmt;

use crate::{
    WFA_ERROR_MAYBE_SENT, WFA_ERROR_PANIC, WFA_ERROR_RETRYABLE, result_c_name, wfa_result,
};

/// What a failed call says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The result code; [`result_name`] names it.
    pub result: wfa_result,
    /// `WFA_ERROR_*`, or-ed.
    pub flags: u32,
    /// The remote service's HTTP status; 0 if there was no answer.
    pub http_status: i32,
    /// The remote service's own error code; 0 if it gave none.
    pub remote_code: i64,
    /// Milliseconds to wait before another try; 0 if nothing is known.
    pub retry_after_ms: u64,
    /// One sentence: what was wrong, whose fault it is, what to do.
    pub message: String,
}

impl Failure {
    pub(super) fn of(result: wfa_result, message: impl Into<String>) -> Self {
        Self {
            result,
            flags: 0,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 0,
            message: message.into(),
        }
    }

    /// Whether the same call may succeed later; `retry_after_ms` says when.
    pub fn is_retryable(&self) -> bool {
        self.flags & WFA_ERROR_RETRYABLE != 0
    }

    /// Whether the message may have reached its recipient.
    pub fn is_maybe_sent(&self) -> bool {
        self.flags & WFA_ERROR_MAYBE_SENT != 0
    }

    /// Whether a panic was caught: the plugin has a defect.
    pub fn is_panic(&self) -> bool {
        self.flags & WFA_ERROR_PANIC != 0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}",
            result_name(self.result),
            self.result,
            self.message
        )
    }
}

impl Error for Failure {}

/// The name of a result code in the C header; a number that this version does not know is
/// `WFA_ERR_INTERNAL`, as the contract has it.
///
/// ```
/// assert_eq!(workflow_adapter_loader::result_name(6), "WFA_ERR_OUTCOME_UNKNOWN");
/// assert_eq!(workflow_adapter_loader::result_name(99), "WFA_ERR_INTERNAL");
/// ```
pub const fn result_name(result: wfa_result) -> &'static str {
    match result_c_name(result).to_str() {
        Ok(name) => name,
        Err(_) => "WFA_ERR_INTERNAL", // the names are ASCII
    }
}
