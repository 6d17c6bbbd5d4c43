//! TCP for ureq: bound to the exchange's deadline, and to be shut down by whoever cancels it.
//!
//! Against ureq's own transport it saves the two system calls that set a timeout around every read: the
//! socket's timeout is a fixed tick, and the deadline is looked at between ticks.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::Socket;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

use super::connect::{cancelled, connect};
use super::connection::Connection;
use super::exchange;
use super::idle::{Idle, Place, is_silent};
use super::resolver::Resolver;
use super::taken_in::is_all_taken_in;
use crate::random;

/// How often a blocked read or write looks at the deadline.
const TICK: Duration = Duration::from_millis(250);
/// What connecting may take in all, whatever the number of addresses: an answer needs some time as well.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// An answer of Graph's fits into one; a batch of requests does too.
const BUFFER_BYTES: usize = 16 * 1024;

/// A connection that is older carries no further request, so that a name that has moved is noticed. Less
/// a random part of a quarter: not all of them end at once.
const AGE_MAX: Duration = Duration::from_secs(60);

/// Opens a connection to one of the addresses of the host.
#[derive(Debug)]
pub(super) struct TcpConnector {
    pub(super) resolver: Resolver,
    pub(super) idle: Arc<Idle>,
}

impl<In: Transport> Connector<In> for TcpConnector {
    type Out = Either<In, Tcp>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(mut tunnel) = chained {
            // What came with the proxy's consent is no answer: nothing has been asked yet.
            if !tunnel.buffers().input().is_empty() {
                return Err(Unasked.into());
            }
            return Ok(Some(Either::A(tunnel)));
        }
        let addresses = self.resolver.addresses(details.uri)?;
        let until = Instant::now() + exchange::time_left().min(CONNECT_MAX);
        let opened = connect(&addresses, until).and_then(open);
        if opened.is_err() {
            // The name may stand for other addresses by now.
            self.resolver.forget(details.uri);
        }
        Ok(Some(Either::B(Tcp::new(opened?, Arc::clone(&self.idle))?)))
    }
}

fn open(socket: Socket) -> Result<Socket, Error> {
    exchange::mark(|marks| marks.connections += 1);
    socket.set_tcp_nodelay(true)?;
    socket.set_read_timeout(Some(TICK))?;
    socket.set_write_timeout(Some(TICK))?;
    Ok(socket)
}

/// Something came before anything was asked.
#[derive(Debug)]
pub(super) struct Unasked;

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server spoke before it was asked")
    }
}

impl std::error::Error for Unasked {}

impl From<Unasked> for Error {
    fn from(unasked: Unasked) -> Self {
        Self::Io(io::Error::other(unasked))
    }
}

/// One connection.
pub(super) struct Tcp {
    /// None while it lies in `place`, and once it is closed.
    socket: Option<Arc<Socket>>,
    connection: Arc<Connection>,
    idle: Arc<Idle>,
    place: Arc<Place>,
    /// Until when it may carry another request.
    fresh_until: Instant,
    /// The exchange that wrote to it last has its answer.
    is_answered: bool,
    buffers: LazyBuffers,
    /// What the socket's read timeout is set to.
    read_timeout: Duration,
    /// The exchange that wrote to it last.
    exchange: Option<u64>,
}

impl Tcp {
    pub(super) fn new(socket: Socket, idle: Arc<Idle>) -> Result<Self, Error> {
        let socket = Arc::new(socket);
        let less = u64::try_from(AGE_MAX.as_millis() / 4).unwrap_or(0);
        let age = AGE_MAX.saturating_sub(Duration::from_millis(random::below(less)));
        let tcp = Self {
            connection: Arc::new(Connection::new(&socket)),
            socket: Some(socket),
            idle,
            place: Arc::default(),
            fresh_until: Instant::now() + age,
            is_answered: false,
            buffers: LazyBuffers::new(BUFFER_BYTES, BUFFER_BYTES),
            read_timeout: TICK,
            exchange: None,
        };
        if exchange::attach(&tcp.connection) {
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

    fn socket(&self) -> io::Result<&Arc<Socket>> {
        self.socket
            .as_ref()
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Behind an answer: the connection waits for the next request, if it may carry one.
    fn lie_down(&mut self) -> bool {
        self.is_answered = true;
        if Instant::now() >= self.fresh_until {
            return false;
        }
        let Some(socket) = self.socket.take() else {
            return false;
        };
        self.connection.release();
        match self.idle.put(&self.place, socket) {
            Ok(()) => true,
            Err(socket) => {
                self.socket = Some(socket);
                false
            }
        }
    }

    /// Whether the request that this exchange wrote has arrived. Notes it if not: the answer is none to
    /// all of it. Files are no messages, and a server need not read one to its end to refuse it.
    fn has_arrived(&self) -> bool {
        let arrived = self
            .socket
            .as_ref()
            .is_some_and(|socket| is_all_taken_in(socket));
        if !arrived && !exchange::streams() {
            exchange::mark(|marks| marks.early = true);
        }
        arrived
    }

    /// Whether this connection carries the request of the exchange that runs.
    fn is_asked(&self) -> bool {
        self.exchange.is_some() && self.exchange == exchange::number() && exchange::has_begun()
    }

    /// Below a tick the deadline itself is the socket's timeout.
    fn set_read_timeout(&mut self, left: Duration) -> io::Result<()> {
        let wanted = left.clamp(Duration::from_millis(1), TICK);
        if wanted != self.read_timeout {
            self.socket()?.set_read_timeout(Some(wanted))?;
            self.read_timeout = wanted;
        }
        Ok(())
    }
}

impl Transport for Tcp {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        // A pooled connection belongs to whoever uses it now.
        if !exchange::attach(&self.connection) {
            return Err(cancelled());
        }
        self.exchange = exchange::number();
        self.is_answered = false;
        let socket = Arc::clone(self.socket()?);
        let output = self.buffers.output();
        let mut rest = output.get(..amount).unwrap_or(output);
        while !rest.is_empty() {
            if exchange::time_left().is_zero() {
                return Err(Error::Timeout(Timeout::SendBody));
            }
            // A plain write to a connection that the peer has reset would kill a host that leaves
            // SIGPIPE at its default.
            match socket.send_with_flags(rest, libc::MSG_NOSIGNAL) {
                Ok(0) => return Err(Error::Io(io::ErrorKind::WriteZero.into())),
                Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
                Err(error) if is_tick(&error) => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        loop {
            let left = exchange::time_left();
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::RecvResponse));
            }
            let patience = exchange::patience_left();
            if patience.is_some_and(|left| left.is_zero()) && is_silent(self.socket()?) {
                return Err(Error::Io(io::ErrorKind::WouldBlock.into()));
            }
            self.set_read_timeout(patience.unwrap_or(left).min(left))?;
            let socket = Arc::clone(self.socket()?);
            let read = (&*socket).read(room(&mut self.buffers)?);
            match read {
                Ok(amount) => {
                    self.buffers.input_appended(amount);
                    return Ok(amount > 0);
                }
                Err(error) if is_tick(&error) => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
    }

    /// A connection that can be used again is young, has nothing to read and no end in sight.
    fn is_open(&mut self) -> bool {
        // ureq asks twice: after an answer, where what is wrong also shows the next time, and when it
        // takes the connection for another request, with everybody else waiting for the pool.
        if self.exchange.is_some() && self.exchange == exchange::number() {
            if exchange::has_begun() {
                // What is not all out would leave behind the end of its call: it is given up.
                return self.has_arrived() && self.lie_down();
            }
        } else {
            if self.socket.is_none() {
                self.socket = self.place.take();
            }
            // From here on it is this call's: one that used it before can shut it down no more, and if it
            // has done so, that shows here.
            if Instant::now() >= self.fresh_until || !exchange::attach(&self.connection) {
                return false;
            }
        }
        self.socket.as_ref().is_some_and(|socket| is_silent(socket))
    }
}

impl Drop for Tcp {
    /// An exchange that is given up is reset: nothing of it that still lies in this machine's buffers may
    /// leave after its end was told.
    fn drop(&mut self) {
        if !self.is_answered && self.is_asked() {
            self.has_arrived();
        }
        // From here on nobody borrows the socket: dropping it closes it.
        self.connection.release();
        let is_given_up = !self.is_answered && self.exchange.is_some();
        if let Some(socket) = self.socket.take().filter(|_| is_given_up) {
            // What cannot be set on a connection that is closed already need not be.
            let _ = socket.set_linger(Some(Duration::ZERO));
        }
        drop(self.place.take());
    }
}

/// Where input goes. What is in there is taken out as soon as it makes sense: a full buffer that nobody
/// takes anything from is a head, or a line of one, beyond all measure.
///
/// # Errors
/// There is none left, and reading nothing would look like the end of the connection.
pub(super) fn room(buffers: &mut LazyBuffers) -> Result<&mut [u8], Error> {
    if buffers.input_append_buf().is_empty() {
        let held = buffers.input().len();
        return Err(Error::LargeResponseHeader(held, held));
    }
    Ok(buffers.input_append_buf())
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
