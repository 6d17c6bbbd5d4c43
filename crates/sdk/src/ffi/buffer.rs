//! Text that goes out: owned by this library, freed by the buffer's own `release`.

use std::ffi::c_char;

use workflow_adapter_contract::wfa_buffer;

/// A buffer that owns `text`, with a NUL behind it; an empty one if there is no memory for that.
pub(super) fn from_text(text: String) -> wfa_buffer {
    let len = text.len();
    let mut bytes = text.into_bytes();
    if bytes.try_reserve_exact(1).is_err() {
        // What has been done stays done: a host that finds no text still has the result.
        return wfa_buffer::EMPTY;
    }
    bytes.push(0);
    // The vector itself is kept, not its parts: freeing then needs nothing the host might have changed.
    let owned = Box::new(bytes);
    let ptr = owned.as_ptr().cast::<c_char>();
    wfa_buffer {
        ptr,
        len,
        release: Some(release),
        private_data: Box::into_raw(owned).cast(),
    }
}

/// Frees `buffer`'s text and zeroes the struct; NULL and an empty buffer are fine.
///
/// # Safety
/// `buffer` is NULL or points to a struct that this library filled and that was not copied and
/// released elsewhere.
pub(super) unsafe extern "C" fn release(buffer: *mut wfa_buffer) {
    // The text is plain bytes: nothing here can panic.
    if buffer.is_null() {
        return;
    }
    // SAFETY: not NULL, and the caller promises a readable and writable struct.
    let taken = unsafe { buffer.read_unaligned() };
    // SAFETY: as above.
    unsafe { buffer.write_unaligned(wfa_buffer::EMPTY) };
    if taken.release.is_some() && !taken.private_data.is_null() {
        // SAFETY: `release` is ours, so `private_data` came from `Box::into_raw` in `from_text`, and
        // zeroing the struct made sure that it is freed once.
        drop(unsafe { Box::from_raw(taken.private_data.cast::<Vec<u8>>()) });
    }
}
