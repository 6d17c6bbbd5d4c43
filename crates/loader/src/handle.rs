//! The plugin's token of an adapter.

use std::ptr;

use crate::wfa_adapter;

/// The plugin's token of an adapter; it may go to any thread.
#[derive(Clone, Copy)]
pub(super) struct Handle(*mut wfa_adapter);

impl Handle {
    pub(super) const NULL: Self = Self(ptr::null_mut());

    pub(super) fn new(handle: *mut wfa_adapter) -> Self {
        Self(handle)
    }

    /// A method, so that closures capture the wrapper and not the bare pointer.
    pub(super) fn get(self) -> *mut wfa_adapter {
        self.0
    }
}

// SAFETY: a token, which the contract lets be used on any thread; it is never followed.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}
