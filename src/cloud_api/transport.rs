//! The chain of connectors: TCP, TLS where the URL asks for it, and the joining of writes.
//!
//! Head and body of a request leave in one write, and the moment before its last byte is handed to the
//! TLS or socket layer is marked. That is the proof behind *not sent*: ureq's errors do not say how far
//! a request got.

use std::fmt;
use std::io;
use std::sync::Arc;

use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

use super::exchange;
use super::idle::Idle;
use super::resolver::Resolver;
use super::tcp::{TcpConnector, Unasked};
use super::tls::TlsConnector;

/// The whole chain. With a proxy it runs twice for a connection: to the proxy, and through it.
pub(super) fn connector(
    resolver: Resolver,
    idle: Arc<Idle>,
    tls: TlsConnector,
    proxied: bool,
) -> impl Connector<(), Out = Joined> {
    ().chain(ConnectProxyConnector::default())
        .chain(TcpConnector { resolver, idle })
        .chain(tls)
        .chain(JoinWrites { proxied })
}

/// The last link of the chain alone, over another one.
#[cfg(test)]
pub(super) fn over<Below: Connector<()>>(below: Below) -> impl Connector<(), Out = Joined> {
    below.chain(JoinWrites { proxied: false })
}

#[derive(Debug)]
struct JoinWrites {
    /// Whether a proxy is configured.
    proxied: bool,
}

impl<In: Transport> Connector<In> for JoinWrites {
    type Out = Joined;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Joined>, Error> {
        // ureq connects to a proxy as if there were none.
        let to_proxy = self.proxied && details.config.proxy().is_none();
        Ok(chained.map(|inner| Joined {
            inner: Box::new(inner),
            held: Vec::new(),
            carries_requests: !to_proxy,
            looked_at: None,
        }))
    }
}

/// Holds what ureq writes until it asks for the answer: only then is the request complete.
#[derive(Debug)]
pub(super) struct Joined {
    inner: Box<dyn Transport>,
    held: Vec<u8>,
    /// Or else what is asked of a proxy, which is no message.
    carries_requests: bool,
    /// The exchange that has found it silent, and may write its request.
    looked_at: Option<u64>,
}

/// The way to the server took the time that its answer would need.
#[derive(Debug)]
pub(super) struct TooLate;

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connecting took too long")
    }
}

impl std::error::Error for TooLate {}

impl Joined {
    /// Before the first byte of a request leaves on a new connection: nothing may have come yet, and there
    /// must be time for an answer. A request that does not leave is not sent; one that leaves without
    /// that would be unknown.
    fn begin(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        if exchange::has_begun() || !self.carries_requests {
            return Ok(());
        }
        if self.looked_at != exchange::number() {
            if !self.inner.buffers().input().is_empty() {
                return Err(Unasked.into());
            }
            if !self.inner.is_open() {
                // Something is there to read: what it is does not have to be waited for.
                return match self.inner.await_input(timeout) {
                    Ok(true) => Err(Unasked.into()),
                    Ok(false) => Err(Error::Io(io::ErrorKind::UnexpectedEof.into())),
                    Err(error) => Err(error),
                };
            }
            if exchange::is_too_late() {
                return Err(Error::Io(io::Error::other(TooLate)));
            }
        }
        exchange::mark(|marks| marks.begun = true);
        Ok(())
    }

    fn hand_over(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let mut from = 0;
        if self.carries_requests && !self.held.is_empty() && !exchange::is_permitted() {
            return Err(Error::Timeout(Timeout::SendRequest));
        }
        if !self.held.is_empty() {
            self.begin(timeout)?;
        }
        while let Some(rest) = self.held.get(from..).filter(|rest| !rest.is_empty()) {
            let output = self.inner.buffers().output();
            let amount = rest.len().min(output.len());
            let (Some(to), Some(part)) = (output.get_mut(..amount), rest.get(..amount)) else {
                return Err(Error::Other("output buffer shrank".into()));
            };
            to.copy_from_slice(part);
            if self.carries_requests && from + amount == self.held.len() {
                exchange::mark(|marks| marks.handed_over = true);
            }
            self.inner.transmit_output(amount, timeout)?;
            from += amount;
        }
        self.held.clear();
        Ok(())
    }
}

impl Transport for Joined {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if exchange::streams() && self.held.is_empty() {
            if exchange::time_left().is_zero() {
                return Err(Error::Timeout(Timeout::SendBody));
            }
            self.begin(timeout)?;
            if self.carries_requests {
                exchange::mark(|marks| marks.handed_over = true);
            }
            return self.inner.transmit_output(amount, timeout);
        }
        let output = self.inner.buffers().output();
        self.held
            .extend_from_slice(output.get(..amount).unwrap_or(output));
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.hand_over(timeout)?;
        let came = self.inner.await_input(timeout);
        if self.carries_requests && !matches!(came, Ok(true)) {
            exchange::mark(|marks| marks.ended = true);
        }
        came
    }

    fn is_open(&mut self) -> bool {
        let is_open = self.inner.is_open();
        if is_open && !exchange::has_begun() {
            self.looked_at = exchange::number();
        }
        is_open
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        if !self.inner.buffers().input().is_empty() {
            exchange::mark(|marks| marks.left_over = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::{Duration, Instant};

    use ureq::unversioned::transport::LazyBuffers;
    use ureq::unversioned::transport::time::Duration as UreqDuration;

    use super::*;

    const BUFFER: usize = 100;

    /// Takes so many parts, and fails at the next.
    #[derive(Debug)]
    struct Inner {
        buffers: LazyBuffers,
        takes: usize,
        /// What has arrived.
        parts: Arc<Mutex<Vec<Vec<u8>>>>,
    }

    impl Transport for Inner {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
            let mut parts = self.parts.lock().unwrap();
            if parts.len() == self.takes {
                return Err(Error::Io(io::ErrorKind::ConnectionReset.into()));
            }
            parts.push(self.buffers.output()[..amount].to_vec());
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            Ok(true)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    /// Writes so many bytes to a connection that takes so many parts, then waits for the answer. Whether
    /// that went well, what arrived, and whether the request counts as handed over.
    fn send(bytes: usize, takes: usize, carries_requests: bool) -> (bool, Vec<Vec<u8>>, bool) {
        let timeout = NextTimeout {
            after: UreqDuration::NotHappening,
            reason: Timeout::Global,
            per_read: None,
            per_write: None,
        };
        let parts = Arc::default();
        let inner = Inner {
            buffers: LazyBuffers::new(BUFFER, BUFFER),
            takes,
            parts: Arc::clone(&parts),
        };
        let mut joined = Joined {
            inner: Box::new(inner),
            held: Vec::new(),
            carries_requests,
            looked_at: None,
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        let (result, marks) = exchange::run(deadline, &Arc::default(), || {
            let request = request(bytes);
            // As ureq writes it: the head first.
            for part in request.chunks(BUFFER - 30) {
                let output = joined.buffers().output();
                output[..part.len()].copy_from_slice(part);
                joined.transmit_output(part.len(), timeout)?;
            }
            joined.await_input(timeout)
        });
        let parts = parts.lock().unwrap().clone();
        (result.is_ok(), parts, marks.handed_over)
    }

    fn request(bytes: usize) -> Vec<u8> {
        (0..=u8::MAX).cycle().take(bytes).collect()
    }

    #[test]
    fn what_breaks_before_its_last_part_was_not_handed_over() {
        for (bytes, count) in [
            (1, 1),
            (BUFFER, 1),
            (BUFFER + 1, 2),
            (3 * BUFFER, 3),
            (333, 4),
        ] {
            for takes in 0..=count {
                let (is_sent, parts, handed_over) = send(bytes, takes, true);
                let what = format!("{bytes} bytes, {takes} of {count} parts taken");
                assert_eq!(is_sent, takes == count, "{what}");
                assert_eq!(parts.len(), takes, "{what}");
                assert!(request(bytes).starts_with(&parts.concat()), "{what}");
                assert_eq!(parts.concat().len() == bytes, is_sent, "{what}");
                // The part that failed may have arrived all the same.
                assert_eq!(handed_over, takes + 1 >= count, "{what}");
            }
        }
    }

    #[test]
    fn what_is_asked_of_a_proxy_is_no_message() {
        for takes in [0, 1, 2] {
            assert!(!send(BUFFER + 1, takes, false).2, "{takes} parts taken");
        }
    }
}
