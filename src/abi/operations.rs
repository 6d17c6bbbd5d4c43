//! The submitted commands that have not ended: what `cancel_command` finds.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::cancel::Cancel;

#[derive(Default)]
pub(super) struct Operations {
    last: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Cancel>>>,
}

impl Operations {
    /// A new operation, never 0 and never used again.
    pub(super) fn open(&self, cancel: &Arc<Cancel>) -> u64 {
        let operation = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        self.lock().insert(operation, Arc::clone(cancel));
        operation
    }

    /// The operation has ended, or was never queued.
    pub(super) fn close(&self, operation: u64) {
        self.lock().remove(&operation);
    }

    /// Cancels one operation. Answers whether it was there.
    pub(super) fn cancel(&self, operation: u64) -> bool {
        let found = self.lock().get(&operation).cloned();
        if let Some(cancel) = &found {
            cancel.cancel();
        }
        found.is_some()
    }

    /// Cancels every operation.
    pub(super) fn cancel_all(&self) {
        let all: Vec<_> = self.lock().values().cloned().collect();
        for cancel in all {
            cancel.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Cancel>>> {
        // A list, right at every moment: a panic elsewhere does not harm it.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
