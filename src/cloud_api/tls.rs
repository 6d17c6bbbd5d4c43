//! TLS over another stream: over TCP, or over the TLS of a proxy.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use nix::unistd::{Pid, gettid};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, RootCertStore, SignatureScheme};
use ureq::Error;

use super::buffer::Buffer;
use super::exchange::Exchange;
use super::tcp::{Stream, Tcp};
use crate::error::{Error as AdapterError, Kind};
use crate::lock::unpoisoned;
use crate::properties::CaFile;

/// The head of a TLS record: type, version, and the length of the rest in two bytes.
const RECORD_HEAD: usize = 5;
/// How long to wait for the refusal of a server that has asked for a certificate.
const CONSENT_MAX: Duration = Duration::from_secs(3);

/// Opens TLS sessions.
#[derive(Debug)]
pub(super) struct TlsConnector {
    /// Created with the first connection, because many adapters never send.
    config: OnceLock<Arc<ClientConfig>>,
    certificate: Arc<NoCertificate>,
}

impl TlsConnector {
    /// Trusts the certificate authorities that browsers trust, and those in `extra`.
    ///
    /// # Errors
    /// `InvalidRequest` if one in `extra` cannot be used.
    pub(super) fn new(extra: Option<&CaFile>) -> Result<Self, AdapterError> {
        let config = OnceLock::new();
        let certificate = Arc::default();
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
            let made = config_with(roots, &certificate)
                .map_err(|error| AdapterError::new(Kind::Internal, error.to_string()))?;
            config.get_or_init(|| made);
        }
        Ok(Self {
            config,
            certificate,
        })
    }

    /// Makes a TLS connection to `host` over `inner`.
    pub(super) fn connect(
        &self,
        inner: Box<dyn Stream>,
        host: &str,
        exchange: &mut Exchange,
    ) -> Result<Tls, Error> {
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(io::Error::other)?;
        let session = self
            .config()
            .and_then(|config| ClientConnection::new(config, name))
            .map_err(io::Error::other)?;
        let mut tls = Tls {
            inner,
            session,
            records: Buffer::default(),
            output: Vec::new(),
            record_left: 0,
            is_used: false,
        };
        exchange.marks.shaking_hands = true;
        let shaken = tls.shake_hands(exchange);
        exchange.marks.certificate_wanted |= self.certificate.was_wanted();
        shaken?;
        if exchange.marks.certificate_wanted {
            tls.await_consent(exchange)?;
        }
        exchange.marks.shaking_hands = false;
        Ok(tls)
    }

    fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(made) = self.config.get() {
            return Ok(Arc::clone(made));
        }
        let made = config_with(usual_roots(), &self.certificate)?;
        Ok(Arc::clone(self.config.get_or_init(|| made)))
    }
}

fn usual_roots() -> RootCertStore {
    RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    }
}

/// TLS 1.2 and 1.3. The provider is explicit, because rustls' default fails in a host whose build has
/// two.
fn config_with(
    roots: RootCertStore,
    certificate: &Arc<NoCertificate>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::clone(certificate) as Arc<dyn ResolvesClientCert>);
    Ok(Arc::new(config))
}

/// Provides no certificate, and records in which handshake one was asked for.
///
/// rustls calls it on the thread of the handshake. A resolver for each connection would need no thread
/// id, but rustls resumes a session only with the resolver that it started with.
#[derive(Debug, Default)]
struct NoCertificate {
    wanted_by: Mutex<Vec<Pid>>,
}

impl NoCertificate {
    /// Whether a server has asked for a certificate on this thread since the last look.
    fn was_wanted(&self) -> bool {
        let thread = gettid();
        let mut wanted_by = unpoisoned(self.wanted_by.lock());
        let before = wanted_by.len();
        wanted_by.retain(|other| *other != thread);
        wanted_by.len() < before
    }
}

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let wanted_by = self.wanted_by.lock();
        unpoisoned(wanted_by).push(gettid());
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// One TLS connection.
pub(super) struct Tls {
    inner: Box<dyn Stream>,
    session: ClientConnection,
    /// Encrypted records that came.
    records: Buffer,
    /// Encrypted records that leave.
    output: Vec<u8>,
    /// How much is missing of a record that rustls has the beginning of. rustls gets no byte of the next
    /// record before it is needed, because bytes in its own buffers cannot be seen.
    record_left: usize,
    /// A request has been written to it.
    is_used: bool,
}

impl Tls {
    fn shake_hands(&mut self, exchange: &mut Exchange) -> Result<(), Error> {
        loop {
            self.flush(exchange)?;
            if !self.session.is_handshaking() {
                return Ok(());
            }
            if !self.receive(exchange)? {
                return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    /// Under TLS 1.3 the handshake is complete here before the server knows that there is no certificate.
    /// A server that insists on one refuses now; if the request were already sent, the refusal could not
    /// be distinguished from a lost response. A server that does without says nothing, or sends its
    /// tickets.
    fn await_consent(&mut self, exchange: &mut Exchange) -> Result<(), Error> {
        let patience = CONSENT_MAX.min(exchange.time_left() / 2);
        match exchange.with_patience(patience, |exchange| self.receive(exchange)) {
            Ok(true) => self.flush(exchange),
            Ok(false) => Err(Error::Io(io::ErrorKind::UnexpectedEof.into())),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes pending records to the stream below.
    fn flush(&mut self, exchange: &mut Exchange) -> Result<(), Error> {
        while self.session.wants_write() {
            self.output.clear();
            self.session.write_tls(&mut self.output)?;
            self.inner.write(&self.output, exchange)?;
        }
        Ok(())
    }

    /// Reads at most one record; `false` at the end of the stream.
    fn receive(&mut self, exchange: &mut Exchange) -> Result<bool, Error> {
        while self.record_left == 0 {
            if let Some(bytes) = record_bytes(self.records.unread()) {
                self.record_left = bytes;
            } else if !self.fill(exchange)? {
                return Ok(false);
            }
        }
        if self.records.unread().is_empty() && !self.fill(exchange)? {
            return Ok(false);
        }
        let unread = self.records.unread();
        let mut record = unread.get(..self.record_left).unwrap_or(unread);
        let amount = self.session.read_tls(&mut record)?;
        self.records.consume(amount);
        self.record_left = self.record_left.saturating_sub(amount);
        self.process(exchange)?;
        Ok(true)
    }

    /// Waits for bytes from below; `false` at the end of the stream.
    fn fill(&mut self, exchange: &mut Exchange) -> Result<bool, Error> {
        let amount = self.inner.read(self.records.room()?, exchange)?;
        self.records.filled(amount);
        Ok(amount > 0)
    }

    fn process(&mut self, exchange: &mut Exchange) -> Result<(), Error> {
        if let Err(error) = self.session.process_new_packets() {
            // Sends the alert that says why; whether it arrives does not matter.
            let _ = self.flush(exchange);
            return Err(Error::Io(io::Error::other(error)));
        }
        Ok(())
    }

    /// Whether rustls has no decrypted bytes, and the server has not closed the session.
    fn has_nothing_to_read(&mut self) -> bool {
        let state = self.session.process_new_packets();
        state.is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
    }

    /// Reads what has arrived, without waiting: a server may send tickets before the first request.
    fn drain(&mut self, exchange: &mut Exchange) -> Result<bool, Error> {
        exchange.with_patience(Duration::ZERO, |exchange| {
            while self.has_nothing_to_read() {
                match self.receive(exchange) {
                    Ok(true) => {}
                    Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                        return Ok(true);
                    }
                    ended => return ended,
                }
            }
            Ok(false)
        })
    }

    /// Processes the records that are in the buffer, without reading from below.
    fn take_in(&mut self, exchange: &mut Exchange) -> bool {
        loop {
            let unread = self.records.unread();
            if unread.is_empty() && self.record_left == 0 {
                return self.has_nothing_to_read();
            }
            let is_whole = record_bytes(unread).is_some_and(|bytes| bytes <= unread.len());
            if self.record_left > 0 || !is_whole || !self.receive(exchange).unwrap_or(false) {
                return false;
            }
        }
    }
}

/// The length of the record that begins here, if its head has arrived.
fn record_bytes(unread: &[u8]) -> Option<usize> {
    let &[_, _, _, high, low] = unread.first_chunk::<RECORD_HEAD>()?;
    Some(RECORD_HEAD + usize::from(u16::from_be_bytes([high, low])))
}

impl Stream for Tls {
    fn write(&mut self, bytes: &[u8], exchange: &mut Exchange) -> Result<(), Error> {
        self.is_used = true;
        self.session.writer().write_all(bytes)?;
        self.flush(exchange)
    }

    fn read(&mut self, into: &mut [u8], exchange: &mut Exchange) -> Result<usize, Error> {
        loop {
            match self.session.reader().read(into) {
                Ok(amount) => return Ok(amount),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(Error::Io(error)),
            }
            self.process(exchange)?;
            if !self.receive(exchange)? {
                // Tells rustls of the end, so that it distinguishes a truncated session from a closed
                // one.
                self.session.read_tls(&mut io::empty())?;
            }
            self.flush(exchange)?;
        }
    }

    fn is_silent(&mut self, exchange: &mut Exchange) -> Result<bool, Error> {
        // The server may still send a ticket on a new connection.
        if !self.is_used {
            return self.drain(exchange);
        }
        Ok(self.take_in(exchange) && self.inner.is_silent(exchange)?)
    }

    fn is_read_to_its_end(&mut self, exchange: &mut Exchange) -> bool {
        if self.take_in(exchange) {
            return self.inner.is_read_to_its_end(exchange);
        }
        // More than the response arrived, and not only the end of the session.
        let state = self.session.process_new_packets();
        exchange.marks.left_over |= state.is_ok_and(|state| state.plaintext_bytes_to_read() > 0);
        false
    }

    fn tcp(&mut self) -> Option<&mut Tcp> {
        self.inner.tcp()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}
