//! Text that comes in as pointer and length.

use std::ffi::{CStr, c_char};

use workflow_adapter_contract::WFA_STRLEN;

use crate::error::{Error, Kind};

/// The text at `ptr`, `len` bytes long or NUL-terminated if `len` is `WFA_STRLEN`.
///
/// # Safety
/// `ptr` is NULL, or points to `len` readable bytes (to a NUL-terminated text if `len` is
/// `WFA_STRLEN`) that stay unchanged for `'a`.
pub(super) unsafe fn text<'a>(
    ptr: *const c_char,
    len: usize,
    what: &str,
) -> Result<&'a str, Error> {
    // SAFETY: the caller's promise is this function's.
    let bytes = unsafe { bytes(ptr, len, what) }?;
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        invalid(format!("{what} is not UTF-8 (byte {at}); pass UTF-8 text"))
    })
}

/// As [`text`], but NULL is no text at all.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn optional_text<'a>(
    ptr: *const c_char,
    len: usize,
    what: &str,
) -> Result<Option<&'a str>, Error> {
    if is_no_text(ptr, len) {
        return Ok(None);
    }
    // SAFETY: the caller's promise is this function's.
    unsafe { text(ptr, len, what) }.map(Some)
}

/// As [`bytes`], but NULL is no text at all.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn optional_bytes<'a>(
    ptr: *const c_char,
    len: usize,
    what: &str,
) -> Result<Option<&'a [u8]>, Error> {
    if is_no_text(ptr, len) {
        return Ok(None);
    }
    // SAFETY: the caller's promise is this function's.
    unsafe { bytes(ptr, len, what) }.map(Some)
}

/// NULL with a length is a mistake of the host's: it lost a text.
fn is_no_text(ptr: *const c_char, len: usize) -> bool {
    ptr.is_null() && (len == 0 || len == WFA_STRLEN)
}

/// The bytes at `ptr`, as [`text`] has them.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn bytes<'a>(
    ptr: *const c_char,
    len: usize,
    what: &str,
) -> Result<&'a [u8], Error> {
    if ptr.is_null() {
        return Err(invalid(format!("{what} is NULL; pass a text")));
    }
    if len == WFA_STRLEN {
        // SAFETY: the caller promises a NUL-terminated text.
        return Ok(unsafe { CStr::from_ptr(ptr) }.to_bytes());
    }
    if isize::try_from(len).is_err() {
        return Err(invalid(format!(
            "{what} has an impossible length ({len}); pass its bytes or WFA_STRLEN"
        )));
    }
    // SAFETY: `ptr` is not NULL, `len` fits isize, and the caller promises that many readable bytes;
    // any address is aligned for bytes.
    Ok(unsafe { std::slice::from_raw_parts(ptr.cast::<u8>(), len) })
}

fn invalid(message: String) -> Error {
    Error::new(Kind::InvalidArgument, message)
}
