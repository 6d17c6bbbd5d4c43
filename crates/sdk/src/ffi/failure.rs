//! The library's error as result code and as `wfa_error`.

use std::mem::{offset_of, size_of};
use std::ptr;

use workflow_adapter_contract::{
    WFA_ERROR_MAYBE_SENT, WFA_ERROR_PANIC, WFA_ERROR_RETRYABLE, WFA_OK, wfa_buffer, wfa_error,
    wfa_result,
};

use super::buffer;
use crate::error::Error;

/// How a call ended, as a struct lent to a callback: its message is `text`, which ends in a NUL.
pub(super) fn lent(failure: Option<&Error>, text: Option<&str>, panicked: bool) -> wfa_error {
    let message = text.map_or(wfa_buffer::EMPTY, |text| wfa_buffer {
        ptr: text.as_ptr().cast(),
        len: text.len().saturating_sub(1),
        ..wfa_buffer::EMPTY
    });
    let flag = |set: bool, flag: u32| if set { flag } else { 0 };
    wfa_error {
        #[allow(clippy::cast_possible_truncation)] // a few bytes
        struct_size: size_of::<wfa_error>() as u32,
        result: failure.map_or(WFA_OK, |error| error.kind().result()),
        flags: flag(panicked, WFA_ERROR_PANIC)
            | flag(failure.is_some_and(Error::is_retryable), WFA_ERROR_RETRYABLE)
            | flag(failure.is_some_and(Error::is_maybe_sent), WFA_ERROR_MAYBE_SENT),
        http_status: failure.and_then(Error::http_status).map_or(0, i32::from),
        remote_code: failure.and_then(Error::remote_code).unwrap_or(0),
        retry_after_ms: failure.and_then(Error::retry_after_ms).unwrap_or(0),
        message,
    }
}

/// Writes how a call ended, and answers its result code.
///
/// # Safety
/// `to` is NULL, or points to as many writable bytes as its `struct_size` says (at least 4).
pub(super) unsafe fn report(
    to: *mut wfa_error,
    failure: Option<&Error>,
    panicked: bool,
) -> wfa_result {
    let full = lent(failure, None, panicked);
    if to.is_null() {
        return full.result;
    }
    // SAFETY: not NULL, and the caller promises the first four bytes.
    let room = unsafe { ptr::addr_of!((*to).struct_size).read_unaligned() } as usize;
    // A member is written only if the host's struct has it whole.
    macro_rules! write {
        ($member:ident: $type:ty = $value:expr) => {
            if room >= offset_of!(wfa_error, $member) + size_of::<$type>() {
                let value: $type = $value;
                // SAFETY: the member lies within the room that the caller promises.
                unsafe { ptr::addr_of_mut!((*to).$member).write_unaligned(value) };
            }
        };
    }
    write!(result: wfa_result = full.result);
    write!(flags: u32 = full.flags);
    write!(http_status: i32 = full.http_status);
    write!(remote_code: i64 = full.remote_code);
    write!(retry_after_ms: u64 = full.retry_after_ms);
    write!(message: wfa_buffer = failure
        .map_or(wfa_buffer::EMPTY, |error| buffer::from_text(error.message().to_owned())));
    full.result
}
