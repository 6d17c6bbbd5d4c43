//! The chain of connectors: TCP, TLS where the URL asks for it, and the joining of writes.
//!
//! Head and body of a request leave in one write, and the moment before its last byte is handed to the
//! TLS or socket layer is marked. That is the proof behind *not sent*: ureq's errors do not say how far
//! a request got.

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, RustlsConnector, Transport,
};

use super::exchange;
use super::resolver::Resolver;
use super::tcp::TcpConnector;

/// The whole chain; `resolver` is told when what it answered cannot be reached.
pub(super) fn connector(resolver: Resolver) -> impl Connector<(), Out = Joined> {
    TcpConnector { resolver }
        .chain(RustlsConnector::default())
        .chain(JoinWrites)
}

#[derive(Debug)]
struct JoinWrites;

impl<In: Transport> Connector<In> for JoinWrites {
    type Out = Joined;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Joined>, Error> {
        Ok(chained.map(|inner| Joined {
            inner: Box::new(inner),
            held: Vec::new(),
        }))
    }
}

/// Holds what ureq writes until it asks for the answer: only then is the request complete.
#[derive(Debug)]
pub(super) struct Joined {
    inner: Box<dyn Transport>,
    held: Vec<u8>,
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
            if from + amount == self.held.len() {
                exchange::mark_handed_over();
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

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
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
