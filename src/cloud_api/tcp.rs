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

use super::cancel::Connection;
use super::connect::{cancelled, connect};
use super::exchange;
use super::resolver::Resolver;

/// How often a blocked read or write looks at the deadline.
const TICK: Duration = Duration::from_millis(250);
/// What connecting may take in all, whatever the number of addresses: an answer needs some time as well.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// An answer of Graph's fits into one; a batch of requests does too.
const BUFFER_BYTES: usize = 16 * 1024;

/// Opens a connection to one of the addresses of the host.
#[derive(Debug)]
pub(super) struct TcpConnector {
    pub(super) resolver: Resolver,
}

impl<In: Transport> Connector<In> for TcpConnector {
    type Out = Either<In, Tcp>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(tunnel) = chained {
            return Ok(Some(Either::A(tunnel)));
        }
        let addresses = self.resolver.addresses(details.uri)?;
        let until = Instant::now() + exchange::time_left().min(CONNECT_MAX);
        let opened = connect(&addresses, until).and_then(open);
        if opened.is_err() {
            // The name may stand for other addresses by now.
            self.resolver.forget(details.uri);
        }
        Ok(Some(Either::B(Tcp::new(opened?))))
    }
}

fn open(socket: Socket) -> Result<Arc<Connection>, Error> {
    exchange::mark(|marks| marks.connections += 1);
    socket.set_tcp_nodelay(true)?;
    socket.set_read_timeout(Some(TICK))?;
    socket.set_write_timeout(Some(TICK))?;
    let connection = Arc::new(Connection::new(socket));
    if exchange::attach(&connection) {
        Ok(connection)
    } else {
        Err(cancelled())
    }
}

/// One connection.
pub(super) struct Tcp {
    connection: Arc<Connection>,
    buffers: LazyBuffers,
    /// What the socket's read timeout is set to.
    read_timeout: Duration,
    /// The exchange that wrote to it last.
    exchange: Option<u64>,
}

impl Tcp {
    fn new(connection: Arc<Connection>) -> Self {
        let buffers = LazyBuffers::new(BUFFER_BYTES, BUFFER_BYTES);
        Self {
            connection,
            buffers,
            read_timeout: TICK,
            exchange: None,
        }
    }

    /// Below a tick the deadline itself is the socket's timeout.
    fn set_read_timeout(&mut self, left: Duration) -> io::Result<()> {
        let wanted = left.clamp(Duration::from_millis(1), TICK);
        if wanted != self.read_timeout {
            self.connection.socket.set_read_timeout(Some(wanted))?;
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
        let output = self.buffers.output();
        let mut rest = output.get(..amount).unwrap_or(output);
        while !rest.is_empty() {
            if exchange::time_left().is_zero() {
                return Err(Error::Timeout(Timeout::SendBody));
            }
            // A plain write to a connection that the peer has reset would kill a host that leaves
            // SIGPIPE at its default.
            match self
                .connection
                .socket
                .send_with_flags(rest, libc::MSG_NOSIGNAL)
            {
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
            self.set_read_timeout(left)?;
            let read = (&self.connection.socket).read(room(&mut self.buffers)?);
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

    /// A connection that can be used again has nothing to read and no end in sight.
    fn is_open(&mut self) -> bool {
        // ureq asks twice: after an answer, where what is wrong also shows the next time, and when it
        // takes the connection for another request, with everybody else waiting for the pool.
        if self.exchange.is_some() && self.exchange == exchange::number() {
            return true;
        }
        // From here on it is this call's: one that used it before can shut it down no more, and if it has
        // done so, that shows here.
        if !exchange::attach(&self.connection) {
            return false;
        }
        let mut byte = [std::mem::MaybeUninit::uninit()];
        let socket = &self.connection.socket;
        let peeked = socket.recv_with_flags(&mut byte, libc::MSG_PEEK | libc::MSG_DONTWAIT);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
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
