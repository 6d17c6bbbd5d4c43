//! Connections that wait for their next request. One that the server has closed, or that has waited too
//! long, is closed soon and not only when somebody sends again: a thread looks at all of them, while
//! there are any.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ureq::Error;

use super::connection::Connection;
use super::exchange::Exchange;
use super::target::Target;
use crate::spawn::spawn;

/// How often the thread looks at them.
const TICK: Duration = Duration::from_secs(1);

/// The idle connections of one client. Thread-safe.
#[derive(Debug)]
pub(super) struct Pool {
    shared: Arc<Shared>,
    /// At most so many are kept.
    most: usize,
    /// How long one may wait.
    keep: Duration,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The one that has waited longest is the first.
    idle: VecDeque<Idle>,
    /// Whether a thread looks at them.
    is_watched: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Idle {
    target: Target,
    connection: Connection,
    since: Instant,
}

impl Pool {
    pub(super) fn new(most: usize, keep: Duration) -> Self {
        Self {
            shared: Arc::default(),
            most,
            keep,
            thread: Mutex::default(),
        }
    }

    /// A connection to `target` that can carry another request, if one is kept.
    ///
    /// # Errors
    /// The client is shut down.
    pub(super) fn take(
        &self,
        target: &Target,
        exchange: &mut Exchange,
    ) -> Result<Option<Connection>, Error> {
        loop {
            let mut state = lock(&self.shared.state);
            if state.is_over {
                return Err(Error::Io(io::ErrorKind::NotConnected.into()));
            }
            let found = state.idle.iter().position(|idle| idle.target == *target);
            let Some(mut idle) = found.and_then(|at| state.idle.remove(at)) else {
                return Ok(None);
            };
            drop(state);
            let is_usable = idle.since.elapsed() < self.keep && idle.connection.reuse(exchange);
            if is_usable {
                return Ok(Some(idle.connection));
            }
        }
    }

    /// Keeps a connection, unless nothing is kept any more.
    pub(super) fn put(&self, target: Target, connection: Connection) {
        if self.most == 0 {
            return;
        }
        let mut state = lock(&self.shared.state);
        if state.is_over {
            return;
        }
        if !state.is_watched {
            let mut thread = lock(&self.thread);
            // The one before has ended, or is about to: it does not ask for the lock again.
            drop(thread.take().map(JoinHandle::join));
            let (shared, keep) = (Arc::clone(&self.shared), self.keep);
            // Where no thread can be started, connections are looked at when they are used.
            *thread = spawn("idle", move || shared.watch(keep)).ok();
            state.is_watched = thread.is_some();
        }
        state.idle.push_back(Idle {
            target,
            connection,
            since: Instant::now(),
        });
        let surplus = (state.idle.len() > self.most).then(|| state.idle.pop_front());
        drop(state);
        drop(surplus);
    }

    /// Closes all of them, and keeps no more.
    pub(super) fn end(&self) {
        let mut state = lock(&self.shared.state);
        state.is_over = true;
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
        self.shared.changed.notify_all();
        let thread = lock(&self.thread).take();
        drop(thread.map(JoinHandle::join));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    /// Looks at the connections now and then, until there are none. Whatever one has to read, nobody
    /// asked for it.
    fn watch(&self, keep: Duration) {
        let mut state = lock(&self.state);
        while !state.is_over && !state.idle.is_empty() {
            let waited = self.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state
                .idle
                .retain_mut(|idle| idle.since.elapsed() <= keep && idle.connection.may_stay());
        }
        state.is_watched = false;
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // Updates are atomic, so a poisoned lock is ignored.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
