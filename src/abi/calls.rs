//! The running calls that the host gave a number: what `cancel_calls` finds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::adapter::CallOptions;
use crate::cancel::Cancel;

/// The options of one call, as the C border knows them.
#[derive(Default)]
pub(super) struct Call<'a> {
    pub(super) options: CallOptions<'a>,
    /// The host's number for it; 0 if it has none.
    pub(super) id: u64,
    /// Whether its completion waits for `poll_completions`.
    pub(super) polled: bool,
}

#[derive(Default)]
pub(super) struct Calls(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    last: u64,
    open: Vec<Numbered>,
}

struct Numbered {
    key: u64,
    id: u64,
    /// The operation, if it was submitted.
    operation: Option<u64>,
    cancel: Arc<Cancel>,
}

/// A call that runs or waits; when this goes, it has ended.
pub(super) struct Open(Option<(Arc<Mutex<List>>, u64)>);

impl Calls {
    /// The call of this number begins. Without a number nothing is kept.
    pub(super) fn open(&self, id: u64, operation: Option<u64>, cancel: &Arc<Cancel>) -> Open {
        if id == 0 {
            return Open(None);
        }
        let mut list = lock(&self.0);
        list.last += 1;
        let key = list.last;
        list.open.push(Numbered {
            key,
            id,
            operation,
            cancel: Arc::clone(cancel),
        });
        Open(Some((Arc::clone(&self.0), key)))
    }

    /// Cancels every call of this number, and answers their operations, none for one that was not
    /// submitted.
    pub(super) fn cancel(&self, id: u64) -> Vec<Option<u64>> {
        let found: Vec<_> = {
            let list = lock(&self.0);
            let of_id = list.open.iter().filter(|call| call.id == id);
            of_id
                .map(|call| (call.operation, Arc::clone(&call.cancel)))
                .collect()
        };
        let cancelled = found.into_iter().map(|(operation, cancel)| {
            cancel.cancel();
            operation
        });
        cancelled.collect()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some((list, key)) = self.0.take() {
            lock(&list).open.retain(|call| call.key != key);
        }
    }
}

fn lock(list: &Mutex<List>) -> MutexGuard<'_, List> {
    // A list, right at every moment: a panic elsewhere does not harm it.
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
