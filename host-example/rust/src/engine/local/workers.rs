//! The threads on which runs go on: so many, and one more for each that waits for a slow command.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread::{Builder, JoinHandle};

use crate::lock::unpoisoned;
use crate::store::StoreError;

/// The engine's threads.
#[derive(Default)]
pub(super) struct Workers {
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Threads that are to end, because the thread of a slow command goes on again.
    surplus: AtomicUsize,
}

impl Workers {
    /// Starts one more thread.
    ///
    /// # Errors
    /// The system has no thread.
    pub(super) fn start(&self, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
        let thread = Builder::new().name("run".to_owned()).spawn(work);
        let thread = thread.map_err(|error| StoreError::other(&error.to_string()))?;
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        Ok(())
    }

    /// Waits for all of them; false if there were none.
    pub(super) fn join(&self) -> bool {
        let mut is_one = false;
        loop {
            let threads = std::mem::take(&mut *self.threads());
            if threads.is_empty() {
                return is_one;
            }
            is_one = true;
            for thread in threads {
                let _ = thread.join();
            }
        }
    }

    /// A thread that was replaced goes on again: one of them is too many.
    pub(super) fn give_back(&self) {
        self.surplus.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether the thread that asks is to end.
    pub(super) fn is_surplus(&self) -> bool {
        let less = |surplus: usize| surplus.checked_sub(1);
        let taken = self
            .surplus
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        taken.is_ok()
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        unpoisoned(self.threads.lock())
    }
}
