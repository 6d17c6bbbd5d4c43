//! Text that the plugin owns and the host gives back.

use std::ffi::{c_char, c_void};

/// UTF-8 text that the plugin allocated.
///
/// Ownership: the plugin fills the struct; the host reads it and then calls `release` once, on any
/// thread, also after `destroy`. `release` frees the text and zeroes the struct, so a second call on the
/// same struct does nothing. A byte-for-byte copy of the struct must not be released as well. A call
/// overwrites the struct without releasing its previous content. It has no `struct_size` and never
/// grows.
///
/// Example: `if (b.release) b.release(&b);`
#[repr(C)]
#[derive(Debug)]
pub struct wfa_buffer {
    /// The text; NULL when there is none. A NUL follows at `ptr[len]`, for C's convenience.
    pub ptr: *const c_char,
    /// Length in bytes, without the NUL.
    pub len: usize,
    /// Frees the text; NULL when there is nothing to free (also for text lent to a callback).
    pub release: Option<unsafe extern "C" fn(buffer: *mut wfa_buffer)>,
    /// Private to the plugin; the host neither reads nor writes it.
    pub private_data: *mut c_void,
}

impl wfa_buffer {
    /// A buffer that holds nothing.
    pub const EMPTY: Self = Self {
        ptr: std::ptr::null(),
        len: 0,
        release: None,
        private_data: std::ptr::null_mut(),
    };
}

impl Default for wfa_buffer {
    fn default() -> Self {
        Self::EMPTY
    }
}
