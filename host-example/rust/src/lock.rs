//! Locks that a panic poisoned.

use std::sync::{LockResult, PoisonError};

/// What a lock guards, also after a panic of a thread that held it: every update under a lock is atomic,
/// so nothing is found half done.
pub(crate) fn unpoisoned<T>(result: LockResult<T>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
