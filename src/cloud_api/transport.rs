//! The end of ureq's connector chain: head and body leave in one write, and it is known whether the
//! last byte of a request was handed to the TLS or socket layer.
//!
//! That last fact is the proof behind *not sent*: ureq's errors do not say how far a request got.
//! ureq runs an exchange on the calling thread, so the answer is kept in a thread-local.

use std::cell::Cell;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector, Transport,
};

thread_local! {
    static HANDED_OVER: Cell<bool> = const { Cell::new(false) };
}

/// Forgets what an earlier exchange on this thread did.
pub(super) fn begin_exchange() {
    HANDED_OVER.set(false);
}

/// Whether the whole request of this thread's exchange was handed over, so that it may have arrived.
pub(super) fn handed_over() -> bool {
    HANDED_OVER.get()
}

/// TCP, TLS where the URL asks for it, and the joining of writes.
pub(super) fn connector() -> impl Connector<(), Out = Joined> {
    ().chain(TcpConnector::default())
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
                HANDED_OVER.set(true);
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
