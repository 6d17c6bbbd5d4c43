//! What a call of the plugin wrote: copied into Rust's own types, and released exactly once.

use super::{Failure, result_name};
use crate::{WFA_ERR_INTERNAL, WFA_OK, wfa_buffer, wfa_error, wfa_result};

/// A buffer that the plugin fills, and that is given back when this is dropped.
pub(super) struct Buffer(wfa_buffer);

impl Buffer {
    pub(super) const fn empty() -> Self {
        Self(wfa_buffer::EMPTY)
    }

    /// For the plugin to write to.
    pub(super) fn as_out(&mut self) -> &mut wfa_buffer {
        &mut self.0
    }

    /// A copy of the text; none if the plugin wrote nothing.
    ///
    /// # Errors
    /// If what it wrote is no text.
    pub(super) fn text(&self) -> Result<Option<String>, Failure> {
        text_of(&self.0)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        release(&mut self.0);
    }
}

/// A `wfa_error` that the plugin fills, and whose message is given back when this is dropped.
pub(super) struct ErrorOut(wfa_error);

impl ErrorOut {
    pub(super) const fn empty() -> Self {
        Self(wfa_error {
            #[allow(clippy::cast_possible_truncation)] // less than a hundred bytes
            struct_size: size_of::<wfa_error>() as u32,
            result: WFA_OK,
            flags: 0,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 0,
            message: wfa_buffer::EMPTY,
        })
    }

    /// For the plugin to write to.
    pub(super) fn as_out(&mut self) -> &mut wfa_error {
        &mut self.0
    }

    /// How the call that returned `result` failed; none if it did not.
    pub(super) fn failure(&self, result: wfa_result) -> Option<Failure> {
        if result == WFA_OK {
            return None;
        }
        Some(failure_of(result, &self.0))
    }
}

/// The failure that a `wfa_error` of this version tells; its message stays where it is.
pub(super) fn failure_of(result: wfa_result, error: &wfa_error) -> Failure {
    Failure {
        result,
        flags: error.flags,
        http_status: error.http_status,
        remote_code: error.remote_code,
        retry_after_ms: error.retry_after_ms,
        message: match text_of(&error.message) {
            Ok(Some(message)) => message,
            Ok(None) => no_message(result),
            Err(defect) => defect.message,
        },
    }
}

impl Drop for ErrorOut {
    fn drop(&mut self) {
        release(&mut self.0.message);
    }
}

fn text_of(buffer: &wfa_buffer) -> Result<Option<String>, Failure> {
    if buffer.ptr.is_null() {
        return Ok(None);
    }
    if isize::try_from(buffer.len).is_err() {
        return Err(defect("a buffer has an impossible length"));
    }
    // SAFETY: not NULL; the contract promises that many bytes until `release`, and until the
    // callback returns if it was lent to one.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.ptr.cast::<u8>(), buffer.len) };
    let text = std::str::from_utf8(bytes);
    text.map(|text| Some(text.to_owned()))
        .map_err(|_| defect("a buffer does not hold UTF-8"))
}

fn release(buffer: &mut wfa_buffer) {
    if let Some(release) = buffer.release {
        // SAFETY: the plugin filled this struct; it was moved but never copied, and a second call
        // would find it empty.
        unsafe { release(buffer) };
    }
}

/// What stands for the message of a call that has no `wfa_error`.
pub(super) fn no_message(result: wfa_result) -> String {
    format!("the plugin answered {} and no message", result_name(result))
}

/// The plugin broke the contract.
pub(super) fn defect(what: &str) -> Failure {
    Failure::of(WFA_ERR_INTERNAL, format!("a defect in the plugin: {what}"))
}
