//! What cannot be done inside a callback, because it would wait for one or the plugin refuses it: done by
//! a thread of the loader, which may wait.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

use super::unwind::caught;

type Work = Box<dyn FnOnce() + Send>;

/// What no thread has taken up yet.
static WAITING: Mutex<Vec<Work>> = Mutex::new(Vec::new());

/// Does `work` on another thread.
pub(super) fn later(work: impl FnOnce() + Send + 'static) {
    waiting().push(Box::new(work));
    start();
}

/// Takes up what found no thread when its time came. Called where adapters come and go.
pub(super) fn take_up() {
    if !waiting().is_empty() {
        start();
    }
}

/// One thread for each piece of work, so that none waits for what another waits for.
fn start() {
    // Where the system has no thread left the work stays, for `take_up`.
    let _ = Builder::new().name("wfa-later".to_owned()).spawn(|| {
        while let Some(work) = take() {
            caught(work);
        }
    });
}

fn take() -> Option<Work> {
    waiting().pop()
}

fn waiting() -> MutexGuard<'static, Vec<Work>> {
    // A list, right at every moment.
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}
