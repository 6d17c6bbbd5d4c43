//! Places that a call writes its result to.

use workflow_adapter_contract::wfa_buffer;

use crate::error::{Error, Kind};

/// Where a result goes: empty from the first moment, so that a call that is refused leaves it empty.
pub(super) struct Out<T> {
    to: *mut T,
    name: &'static str,
}

/// What a place holds until there is a result.
pub(super) trait Empty {
    const EMPTY: Self;
}

impl Empty for wfa_buffer {
    const EMPTY: Self = Self::EMPTY;
}

impl Empty for u64 {
    const EMPTY: Self = 0;
}

impl<P> Empty for *mut P {
    const EMPTY: Self = std::ptr::null_mut();
}

impl<T: Empty> Out<T> {
    /// # Safety
    /// `to` is NULL or a place for a `T` that stays writable as long as this value lives.
    pub(super) unsafe fn new(to: *mut T, name: &'static str) -> Self {
        if !to.is_null() {
            // SAFETY: not NULL, and the caller promises a place for a `T`.
            unsafe { to.write_unaligned(T::EMPTY) };
        }
        Self { to, name }
    }

    /// # Errors
    /// `InvalidArgument` if there is no place.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.to.is_null() {
            let message = format!("{} is NULL; pass the address of a variable", self.name);
            return Err(Error::new(Kind::InvalidArgument, message));
        }
        Ok(())
    }

    /// Puts the result in its place, which was checked.
    pub(super) fn put(&self, value: T) {
        if !self.to.is_null() {
            // SAFETY: not NULL, and `new`'s caller promised a place that is still writable.
            unsafe { self.to.write_unaligned(value) };
        }
    }
}
