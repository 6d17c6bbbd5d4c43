//! Idle connections. While there are any, a thread checks them, so that a connection which the server has
//! closed or which has been idle for too long is closed soon, not only at the next request.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ureq::Error;

use super::connection::Connection;
use super::exchange::Exchange;
use super::target::Target;
use crate::lock::unpoisoned;
use crate::spawn::spawn;

/// How often the thread checks the connections.
const TICK: Duration = Duration::from_secs(1);

/// The idle connections of one client. Thread-safe.
#[derive(Debug)]
pub(super) struct Pool {
    shared: Arc<Shared>,
    /// The number of connections kept.
    most: usize,
    /// How long a connection may be idle.
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
    /// The longest idle connection is the first.
    idle: VecDeque<Idle>,
    /// Whether the thread runs.
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
            let mut state = unpoisoned(self.shared.state.lock());
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
        let mut state = unpoisoned(self.shared.state.lock());
        if state.is_over {
            return;
        }
        if !state.is_watched {
            let mut thread = unpoisoned(self.thread.lock());
            // The previous thread has ended or is about to: it does not take the lock again.
            drop(thread.take().map(JoinHandle::join));
            let (shared, keep) = (Arc::clone(&self.shared), self.keep);
            // If no thread can be started, connections are checked when they are used.
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
        let mut state = unpoisoned(self.shared.state.lock());
        state.is_over = true;
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
        self.shared.changed.notify_all();
        let thread = unpoisoned(self.thread.lock()).take();
        drop(thread.map(JoinHandle::join));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    /// Checks the connections regularly, until there are none. An idle connection with something to read
    /// is closed, because nobody asked for it.
    fn watch(&self, keep: Duration) {
        let mut state = unpoisoned(self.state.lock());
        while !state.is_over && !state.idle.is_empty() {
            let waited = self.changed.wait_timeout(state, TICK);
            state = unpoisoned(waited).0;
            state
                .idle
                .retain_mut(|idle| idle.since.elapsed() <= keep && idle.connection.may_stay());
        }
        state.is_watched = false;
    }
}
