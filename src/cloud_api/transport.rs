//! The chain of connectors: TCP, TLS where the URL asks for it, and the joining of writes.
//!
//! Head and body of a request leave in one write, and the moment before its last byte is handed to the
//! TLS or socket layer is marked. That is the proof behind *not sent*: ureq's errors do not say how far
//! a request got.

use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

use super::exchange;
use super::resolver::Resolver;
use super::tcp::TcpConnector;
use super::tls::TlsConnector;

/// The whole chain. With a proxy it runs twice for a connection: to the proxy, and through it.
pub(super) fn connector(
    resolver: Resolver,
    tls: TlsConnector,
    proxied: bool,
) -> impl Connector<(), Out = Joined> {
    ().chain(ConnectProxyConnector::default())
        .chain(TcpConnector { resolver })
        .chain(tls)
        .chain(JoinWrites { proxied })
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
}

impl Joined {
    fn hand_over(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let mut from = 0;
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
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
