//! TCP: bound to the exchange's deadline, and shut down by whoever cancels the call.
//!
//! The socket's timeout is a fixed tick, and the deadline is looked at between ticks: that saves the two
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

/// How often a blocked read or write looks at the deadline.
const TICK: Duration = Duration::from_millis(250);
/// What connecting may take in all, whatever the number of addresses: an answer needs some time as well.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// A connection that is older carries no further request, so that a name that has moved is noticed. Less
/// a random part of a quarter: not all of them end at once.
const AGE_MAX: Duration = Duration::from_secs(60);

/// Bytes to and from a server, over TCP or over TLS, bound to the deadline of the exchange that uses
/// them.
pub(super) trait Stream: fmt::Debug + Send {
    /// Writes all of `bytes`.
    fn write(&mut self, bytes: &[u8], exchange: &mut Exchange) -> Result<(), Error>;

    /// Waits for bytes and reads as many as fit; 0 at the end of the stream.
    fn read(&mut self, into: &mut [u8], exchange: &mut Exchange) -> Result<usize, Error>;

    /// Before a request: whether nothing has come that nobody asked for, and no end is in sight.
    fn is_silent(&mut self, exchange: &mut Exchange) -> bool;

    /// Behind an answer that was read to its end: whether nothing more has come with it.
    fn is_read_to_its_end(&mut self, exchange: &mut Exchange) -> bool;

    /// The TCP connection at the bottom; none under a test's script.
    fn tcp(&mut self) -> Option<&mut Tcp>;
}

/// One TCP connection.
pub(super) struct Tcp {
    socket: Arc<Socket>,
    handle: Arc<SocketHandle>,
    /// Until when it may carry another request.
    fresh_until: Instant,
    /// Something was written to it that is not answered.
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

    /// As if it had been open for long.
    #[cfg(test)]
    pub(super) fn grow_old(&mut self) {
        self.fresh_until = Instant::now();
    }

    /// The exchange uses the connection from now on. Answers `false` if it is cancelled.
    pub(super) fn attach(&self, exchange: &Exchange) -> bool {
        exchange.limits().cancel.attach(&self.handle)
    }

    /// The exchange that wrote to it last has its answer: the connection is nobody's.
    pub(super) fn settle(&mut self) {
        self.is_unanswered = false;
        self.handle.release();
    }

    /// Whether it is young enough for another request.
    pub(super) fn is_fresh(&self) -> bool {
        Instant::now() < self.fresh_until
    }

    /// Whether there is nothing to read and no end in sight.
    pub(super) fn has_nothing_to_read(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit()];
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        let peeked = self.socket.recv_with_flags(&mut byte, flags);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Whether the other side has acknowledged all that was written.
    pub(super) fn is_all_acknowledged(&self) -> bool {
        is_all_acknowledged(&self.socket)
    }

    /// Below a tick the deadline itself is the socket's timeout.
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
            if patience.is_some_and(|left| left.is_zero()) && self.has_nothing_to_read() {
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

    fn is_silent(&mut self, _: &mut Exchange) -> bool {
        self.has_nothing_to_read()
    }

    fn is_read_to_its_end(&mut self, _: &mut Exchange) -> bool {
        true
    }

    fn tcp(&mut self) -> Option<&mut Tcp> {
        Some(self)
    }
}

impl Drop for Tcp {
    /// An exchange that is given up is reset: nothing of it that still lies in this machine's buffers may
    /// leave after its end was told.
    fn drop(&mut self) {
        // From here on nobody borrows the socket: dropping it closes it.
        self.handle.release();
        if self.is_unanswered {
            // What cannot be set on a connection that is closed already need not be.
            let _ = self.socket.set_linger(Some(Duration::ZERO));
        }
    }
}

/// The socket's own timeout, or a signal: look at the deadline and go on.
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
