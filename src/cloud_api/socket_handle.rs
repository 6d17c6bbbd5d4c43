//! Which call uses a socket, so that cancelling a call shuts down its own socket and no other.

use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use socket2::Socket;

use crate::cancel::Interrupt;
use crate::lock::unpoisoned;

/// Which call uses a socket: a pooled connection passes from call to call.
///
/// The socket has one owner, the TCP stream. A cancelling thread borrows it under the lock, and only
/// while the call uses it. Once no call does, dropping the owner closes the socket at once.
#[derive(Debug)]
pub(super) struct SocketHandle {
    socket: Weak<Socket>,
    /// The `Cancel` of the call that uses it; 0 for nobody.
    user: Mutex<u64>,
}

impl SocketHandle {
    pub(super) fn new(socket: &Arc<Socket>) -> Self {
        Self {
            socket: Arc::downgrade(socket),
            user: Mutex::new(0),
        }
    }

    /// No call uses it any more.
    pub(super) fn release(&self) {
        *self.user() = 0;
    }

    fn user(&self) -> MutexGuard<'_, u64> {
        unpoisoned(self.user.lock())
    }
}

impl Interrupt for SocketHandle {
    fn taken_by(&self, call: u64) {
        *self.user() = call;
    }

    fn interrupt(&self, call: u64) {
        // Checked and shut down under one lock, because another call may use it by now.
        let user = self.user();
        if *user == call
            && let Some(socket) = self.socket.upgrade()
        {
            // An error means that the socket is closed already.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn left_by(&self, call: u64) {
        let mut user = self.user();
        if *user == call {
            *user = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;

    #[test]
    fn only_its_own_connection_is_shut_down() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let connect = || {
            let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let socket: Arc<Socket> = Arc::new(stream.into());
            (Arc::new(SocketHandle::new(&socket)), socket)
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
