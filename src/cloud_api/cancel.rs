//! Ends one call early: its waits return, its connection is shut down.

use std::net::Shutdown;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use socket2::Socket;

/// Shared between a call and whoever may cancel it.
#[derive(Debug)]
pub(crate) struct Cancel {
    /// Tells the users of a connection apart; never 0.
    id: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    cancelled: bool,
    /// The connection that the call is using.
    connection: Weak<Connection>,
}

/// Whose a connection is: a pooled one passes from call to call.
///
/// The socket has one owner, the transport. Whoever cancels borrows it under the lock and only while the
/// connection is the call's: once it is nobody's, dropping the owner's closes it, then and there.
#[derive(Debug)]
pub(super) struct Connection {
    socket: Weak<Socket>,
    /// The `Cancel` of the call that uses it; 0 for nobody.
    user: Mutex<u64>,
}

impl Connection {
    pub(super) fn new(socket: &Arc<Socket>) -> Self {
        Self {
            socket: Arc::downgrade(socket),
            user: Mutex::new(0),
        }
    }

    /// It is nobody's any more.
    pub(super) fn release(&self) {
        *self.user() = 0;
    }

    fn user(&self) -> MutexGuard<'_, u64> {
        // One number: a panic elsewhere does not harm it.
        self.user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Cancel {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }
}

impl Cancel {
    /// Ends the call, now or as soon as it starts.
    pub(crate) fn cancel(&self) {
        let mut state = self.lock();
        state.cancelled = true;
        let connection = state.connection.upgrade();
        drop(state);
        if let Some(connection) = connection {
            // Looked at and shut down in one: by now it may be another call's.
            let user = connection.user();
            if *user == self.id
                && let Some(socket) = connection.socket.upgrade()
            {
                // An error means that it is closed already.
                let _ = socket.shutdown(Shutdown::Both);
            }
        }
        self.changed.notify_all();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// The call uses `connection` from now on. Answers `false` if it is cancelled already.
    pub(super) fn attach(&self, connection: &Arc<Connection>) -> bool {
        *connection.user() = self.id;
        let mut state = self.lock();
        state.connection = Arc::downgrade(connection);
        !state.cancelled
    }

    /// The call uses no connection any more: a later `cancel` must not hit whoever uses it next.
    pub(super) fn detach(&self) {
        let connection = std::mem::take(&mut self.lock().connection);
        if let Some(connection) = connection.upgrade() {
            let mut user = connection.user();
            if *user == self.id {
                *user = 0;
            }
        }
    }

    /// Waits until `until`; returns early, and answers `true`, when the call is cancelled.
    pub(crate) fn wait(&self, until: Instant) -> bool {
        let mut state = self.lock();
        while !state.cancelled {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.cancelled
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Two plain values, right at every moment: a panic elsewhere does not harm them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_wait_ends_at_its_time_or_when_the_call_is_cancelled() {
        let cancel = Cancel::default();
        assert!(!cancel.wait(Instant::now()), "nobody cancelled");
        cancel.cancel();
        assert!(
            cancel.wait(Instant::now() + Duration::from_secs(3600)),
            "returns at once"
        );
    }

    #[test]
    fn only_its_own_connection_is_shut_down() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let connect = || {
            let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let socket: Arc<Socket> = Arc::new(stream.into());
            (Arc::new(Connection::new(&socket)), socket)
        };
        let is_open = |socket: &Socket| socket.send(b"x").is_ok();
        let (first, second) = (Cancel::default(), Cancel::default());
        let (shared, socket) = connect();
        assert!(first.attach(&shared));
        // The pool has given it to another call before the first one has let go of it.
        assert!(second.attach(&shared));
        first.cancel();
        assert!(is_open(&socket), "it is the second call's");
        second.cancel();
        assert!(!is_open(&socket));
        let (third, (free, socket)) = (Cancel::default(), connect());
        assert!(third.attach(&free));
        third.detach();
        third.cancel();
        assert!(is_open(&socket), "it is nobody's");
        assert!(!third.attach(&free));
        free.release();
        third.cancel();
        assert!(is_open(&socket), "it was given up");
    }
}
