//! TCP streams that keep the exchange's deadline and that cancelling the call shuts down.
//!
//! The socket's timeout is a fixed tick, and the deadline is checked between ticks. This saves the two
//! system calls that would set a timeout around every read.

use std::fmt;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::Socket;
use ureq::{Error, Timeout};

use super::acknowledged::is_all_acknowledged;
use super::connect::{cancelled, connect};
use super::exchange::Exchange;
use super::socket_handle::SocketHandle;
use crate::random;

/// How often a blocked read or write checks the deadline.
const TICK: Duration = Duration::from_millis(250);
/// The longest time for connecting, for all addresses together: the response needs time as well.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// An older connection carries no further request, so that a changed name is noticed. A random part of up
/// to a quarter is subtracted, so that connections do not all end at once.
const AGE_MAX: Duration = Duration::from_secs(60);

/// Bytes to and from a server, over TCP or over TLS, bound to the deadline of the exchange that uses
/// them.
pub(super) trait Stream: fmt::Debug + Send {
    /// Writes all of `bytes`.
    fn write(&mut self, bytes: &[u8], exchange: &mut Exchange) -> Result<(), Error>;

    /// Waits for bytes and reads as many as fit; 0 at the end of the stream.
    fn read(&mut self, into: &mut [u8], exchange: &mut Exchange) -> Result<usize, Error>;

    /// Before a request: whether there is nothing to read and the stream has not ended. An error that this
    /// finds is told to nobody again: the kernel reports a reset once, and the end of the stream from
    /// then on.
    fn is_silent(&mut self, exchange: &mut Exchange) -> Result<bool, Error>;

    /// After a response: whether no further bytes arrived with it.
    fn is_read_to_its_end(&mut self, exchange: &mut Exchange) -> bool;

    /// The TCP connection at the bottom; none under a test's script.
    fn tcp(&mut self) -> Option<&mut Tcp>;
}

/// One TCP connection.
pub(super) struct Tcp {
    socket: Arc<Socket>,
    handle: Arc<SocketHandle>,
    /// Until when the connection may carry another request.
    fresh_until: Instant,
    /// Bytes were written that no response has followed.
    is_unanswered: bool,
    /// What the socket's read timeout is set to.
    read_timeout: Duration,
}

impl Tcp {
    /// Connects to one of `addresses`.
    pub(super) fn open(addresses: &[SocketAddr], exchange: &mut Exchange) -> Result<Self, Error> {
        let until = Instant::now() + exchange.time_left().min(CONNECT_MAX);
        let socket = connect(addresses, until, &exchange.limits().cancel)?;
        exchange.marks.connections += 1;
        socket.set_tcp_nodelay(true)?;
        socket.set_read_timeout(Some(TICK))?;
        socket.set_write_timeout(Some(TICK))?;
        Self::new(socket, exchange)
    }

    /// # Errors
    /// The exchange is cancelled.
    pub(super) fn new(socket: Socket, exchange: &Exchange) -> Result<Self, Error> {
        let socket = Arc::new(socket);
        let less = u64::try_from(AGE_MAX.as_millis() / 4).unwrap_or(0);
        let age = AGE_MAX.saturating_sub(Duration::from_millis(random::below(less)));
        let tcp = Self {
            handle: Arc::new(SocketHandle::new(&socket)),
            socket,
            fresh_until: Instant::now() + age,
            is_unanswered: false,
            read_timeout: TICK,
        };
        if tcp.attach(exchange) {
            Ok(tcp)
        } else {
            Err(cancelled())
        }
    }

    /// Makes the connection look old.
    #[cfg(test)]
    pub(super) fn grow_old(&mut self) {
        self.fresh_until = Instant::now();
    }

    /// The exchange uses the connection from now on. Returns `false` if the call is cancelled.
    pub(super) fn attach(&self, exchange: &Exchange) -> bool {
        exchange.limits().cancel.attach(&self.handle)
    }

    /// The last exchange has its response, so no call uses the connection.
    pub(super) fn settle(&mut self) {
        self.is_unanswered = false;
        self.handle.release();
    }

    /// Whether it is young enough for another request.
    pub(super) fn is_fresh(&self) -> bool {
        Instant::now() < self.fresh_until
    }

    /// Whether there is nothing to read and no end in sight.
    pub(super) fn has_nothing_to_read(&self) -> io::Result<bool> {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        match self.socket.recv_with_flags(&mut byte, flags) {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Whether the other side has acknowledged all that was written.
    pub(super) fn is_all_acknowledged(&self) -> bool {
        is_all_acknowledged(&self.socket)
    }

    /// Sets the socket's timeout to the deadline, if that is closer than a tick.
    fn set_read_timeout(&mut self, left: Duration) -> io::Result<()> {
        let wanted = left.clamp(Duration::from_millis(1), TICK);
        if wanted != self.read_timeout {
            self.socket.set_read_timeout(Some(wanted))?;
            self.read_timeout = wanted;
        }
        Ok(())
    }
}

impl Stream for Tcp {
    fn write(&mut self, bytes: &[u8], exchange: &mut Exchange) -> Result<(), Error> {
        self.is_unanswered = true;
        let mut rest = bytes;
        while !rest.is_empty() {
            if exchange.is_cancelled() {
                return Err(cancelled());
            }
            if exchange.time_left().is_zero() {
                return Err(Error::Timeout(Timeout::SendBody));
            }
            // A plain write to a connection that the peer has reset would kill a host that leaves
            // SIGPIPE at its default.
            match self.socket.send_with_flags(rest, libc::MSG_NOSIGNAL) {
                Ok(0) => return Err(Error::Io(io::ErrorKind::WriteZero.into())),
                Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
                Err(error) if is_tick(&error) => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], exchange: &mut Exchange) -> Result<usize, Error> {
        loop {
            let left = exchange.time_left();
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::RecvResponse));
            }
            let patience = exchange.patience_left();
            if patience.is_some_and(|left| left.is_zero()) && self.has_nothing_to_read()? {
                return Err(Error::Io(io::ErrorKind::WouldBlock.into()));
            }
            self.set_read_timeout(patience.unwrap_or(left).min(left))?;
            match (&*self.socket).read(into) {
                Ok(amount) => return Ok(amount),
                Err(error) if is_tick(&error) => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
    }

    fn is_silent(&mut self, _: &mut Exchange) -> Result<bool, Error> {
        Ok(self.has_nothing_to_read()?)
    }

    fn is_read_to_its_end(&mut self, _: &mut Exchange) -> bool {
        true
    }

    fn tcp(&mut self) -> Option<&mut Tcp> {
        Some(self)
    }
}

impl Drop for Tcp {
    /// Resets the connection of an abandoned exchange, so that no byte in this machine's buffers is sent
    /// after the call has returned.
    fn drop(&mut self) {
        // From here on no thread borrows the socket, so dropping it closes it.
        self.handle.release();
        if self.is_unanswered {
            // It may fail on a closed connection, which needs no reset.
            let _ = self.socket.set_linger(Some(Duration::ZERO));
        }
    }
}

/// Whether the error is the socket's timeout or a signal: the caller checks the deadline and continues.
fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

impl fmt::Debug for Tcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tcp")
    }
}
