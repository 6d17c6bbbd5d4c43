//! TLS between ureq and the socket: rustls over the buffers of the transport below, without a layer of
//! copies in between.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::ResolvesClientCert;
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, RootCertStore, SignatureScheme};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};

use super::exchange;
use super::tcp::room;
use crate::error::{Error as AdapterError, Kind};
use crate::properties::CaFile;

/// An answer of Graph's fits into one.
const BUFFER_BYTES: usize = 16 * 1024;
/// What stands before a record: its kind, its version, and the length of what follows in two bytes.
const RECORD_HEAD: usize = 5;
/// How long a server that has asked for a certificate has time to say that it goes without.
const CONSENT_MAX: Duration = Duration::from_secs(3);

/// Wraps what is below where the URL asks for TLS.
#[derive(Debug)]
pub(super) struct TlsConnector {
    /// Made with the first connection: many an adapter is created that never sends.
    config: OnceLock<Arc<ClientConfig>>,
}

impl TlsConnector {
    /// Trusts the certificate authorities that browsers trust, and those in `extra`.
    ///
    /// # Errors
    /// `InvalidRequest` if one in `extra` cannot be used.
    pub(super) fn new(extra: Option<&CaFile>) -> Result<Self, AdapterError> {
        let config = OnceLock::new();
        if let Some(extra) = extra {
            let mut roots = usual_roots();
            for certificate in extra.certificates() {
                roots.add(certificate.clone()).map_err(|error| {
                    AdapterError::invalid_request(format!(
                        "property \"caFile\" has a certificate that cannot be trusted ({error}); it \
                         needs the certificates of authorities, in PEM form"
                    ))
                })?;
            }
            let made = config_with(roots)
                .map_err(|error| AdapterError::new(Kind::Internal, error.to_string()))?;
            config.get_or_init(|| made);
        }
        Ok(Self { config })
    }

    fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(made) = self.config.get() {
            return Ok(Arc::clone(made));
        }
        let made = config_with(usual_roots())?;
        Ok(Arc::clone(self.config.get_or_init(|| made)))
    }
}

fn usual_roots() -> RootCertStore {
    RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    }
}

/// TLS 1.2 and 1.3. The provider is named: rustls' own choice fails where a host's build has two.
fn config_with(roots: RootCertStore) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(NoCertificate));
    Ok(Arc::new(config))
}

/// Has no certificate to show, and notes that one was asked for.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        exchange::mark(|marks| marks.certificate_wanted = true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, Tls>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(inner) = chained else {
            return Ok(None);
        };
        if !details.needs_tls() || inner.is_tls() {
            return Ok(Some(Either::A(inner)));
        }
        let host = details.uri.host().unwrap_or_default();
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(io::Error::other)?;
        let mut tls = Tls {
            inner: Box::new(inner),
            connection: self
                .config()
                .and_then(|config| ClientConnection::new(config, name))
                .map_err(io::Error::other)?,
            buffers: LazyBuffers::new(BUFFER_BYTES, BUFFER_BYTES),
            record_left: 0,
            is_used: false,
        };
        exchange::mark(|marks| marks.shaking_hands = true);
        tls.shake_hands(details.timeout)?;
        if exchange::wants_certificate() {
            tls.await_consent(details.timeout)?;
        }
        exchange::mark(|marks| marks.shaking_hands = false);
        Ok(Some(Either::B(tls)))
    }
}

/// One TLS connection.
pub(super) struct Tls {
    inner: Box<dyn Transport>,
    connection: ClientConnection,
    buffers: LazyBuffers,
    /// What is still to come of a record that rustls has the beginning of. It gets no byte of the next one
    /// before it is asked for: what lies in its own buffers nobody sees.
    record_left: usize,
    /// A request has been written to it.
    is_used: bool,
}

impl Tls {
    fn shake_hands(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        loop {
            self.flush(timeout)?;
            if !self.connection.is_handshaking() {
                return Ok(());
            }
            if !self.receive(timeout)? {
                return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    /// Under TLS 1.3 the handshake is over here before the server has seen that there is no certificate.
    /// One that insists on it refuses now; a request that leaves before that could not be told from one
    /// that was taken. A server that goes without says nothing, or sends its tickets.
    fn await_consent(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let patience = CONSENT_MAX.min(exchange::time_left() / 2);
        let came = exchange::with_patience(patience, || self.receive(timeout));
        match came {
            Ok(true) => self.flush(timeout),
            Ok(false) => Err(Error::Io(io::ErrorKind::UnexpectedEof.into())),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Hands the records that are ready to the transport below.
    fn flush(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        while self.connection.wants_write() {
            let mut output = self.inner.buffers().output();
            let amount = self.connection.write_tls(&mut output)?;
            self.inner.transmit_output(amount, timeout)?;
        }
        Ok(())
    }

    /// Takes in what has come, a record at most; `false` at the end of the stream.
    fn receive(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        while self.record_left == 0 {
            let input = self.inner.buffers().input();
            if let Some(&[_, _, _, high, low]) = input.first_chunk::<RECORD_HEAD>() {
                self.record_left = RECORD_HEAD + usize::from(u16::from_be_bytes([high, low]));
            } else if !self.inner.await_input(timeout)? {
                return Ok(false);
            }
        }
        if self.inner.buffers().input().is_empty() && !self.inner.await_input(timeout)? {
            return Ok(false);
        }
        let input = self.inner.buffers().input();
        let mut record = input.get(..self.record_left).unwrap_or(input);
        let amount = self.connection.read_tls(&mut record)?;
        self.inner.buffers().input_consume(amount);
        self.record_left = self.record_left.saturating_sub(amount);
        self.process(timeout)?;
        Ok(true)
    }

    fn process(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        if let Err(error) = self.connection.process_new_packets() {
            // The alert that says why; whether it arrives does not matter any more.
            let _ = self.flush(timeout);
            return Err(Error::Io(io::Error::other(error)));
        }
        Ok(())
    }

    /// Whether nothing is held in any layer that could be read, and the server has not said its goodbye.
    fn is_silent(&mut self) -> bool {
        let state = self.connection.process_new_packets();
        let is_silent = state
            .is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed());
        is_silent && self.buffers.input().is_empty()
    }

    /// Takes in what is there, without waiting: a server may send tickets before it is asked anything.
    fn drain(&mut self) -> bool {
        exchange::with_patience(Duration::ZERO, || {
            while self.is_silent() {
                match self.receive(exchange::NO_TIMEOUT) {
                    Ok(true) => {}
                    Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                        return true;
                    }
                    _ => return false,
                }
            }
            false
        })
    }

    /// Whether more came than what was asked for, and not only the end.
    fn is_left_over(&mut self) -> bool {
        let state = self.connection.process_new_packets();
        state.is_ok_and(|state| state.plaintext_bytes_to_read() > 0)
    }

    /// Takes in the records that lie below, without reading from there.
    fn take_in(&mut self) -> bool {
        loop {
            let input = self.inner.buffers().input();
            if input.is_empty() && self.record_left == 0 {
                return self.is_silent();
            }
            let whole = match input.first_chunk::<RECORD_HEAD>() {
                _ if self.record_left > 0 => false,
                Some(&[_, _, _, high, low]) => {
                    input.len() >= RECORD_HEAD + usize::from(u16::from_be_bytes([high, low]))
                }
                None => false,
            };
            if !whole || !self.receive(exchange::NO_TIMEOUT).unwrap_or(false) {
                return false;
            }
        }
    }
}

impl Transport for Tls {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.is_used = true;
        let output = self.buffers.output();
        let output = output.get(..amount).unwrap_or(output);
        self.connection.writer().write_all(output)?;
        self.flush(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        loop {
            match self.connection.reader().read(room(&mut self.buffers)?) {
                Ok(amount) => {
                    self.buffers.input_appended(amount);
                    return Ok(amount > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(Error::Io(error)),
            }
            self.process(timeout)?;
            if !self.receive(timeout)? {
                // Cut off, not closed: rustls tells the two apart once it knows of the end.
                self.connection.read_tls(&mut io::empty())?;
            }
            self.flush(timeout)?;
        }
    }

    fn is_open(&mut self) -> bool {
        // A ticket may still be on its way to a connection that has just been opened.
        if !self.is_used {
            return self.drain();
        }
        if !self.take_in() {
            let more = self.is_left_over();
            exchange::mark(|marks| marks.left_over |= more);
            return false;
        }
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}
