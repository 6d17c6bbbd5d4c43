//! TLS between ureq and the socket: rustls over the buffers of the transport below, without a layer of
//! copies in between.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::{Arc, OnceLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
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
        .with_no_client_auth();
    Ok(Arc::new(config))
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
        };
        exchange::mark(|marks| marks.shaking_hands = true);
        tls.shake_hands(details.timeout)?;
        exchange::mark(|marks| marks.shaking_hands = false);
        Ok(Some(Either::B(tls)))
    }
}

/// One TLS connection.
pub(super) struct Tls {
    inner: Box<dyn Transport>,
    connection: ClientConnection,
    buffers: LazyBuffers,
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

    /// Hands the records that are ready to the transport below.
    fn flush(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        while self.connection.wants_write() {
            let mut output = self.inner.buffers().output();
            let amount = self.connection.write_tls(&mut output)?;
            self.inner.transmit_output(amount, timeout)?;
        }
        Ok(())
    }

    /// Takes in what has come; `false` at the end of the stream.
    fn receive(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.inner.buffers().input().is_empty() && !self.inner.await_input(timeout)? {
            return Ok(false);
        }
        let mut input = self.inner.buffers().input();
        let amount = self.connection.read_tls(&mut input)?;
        self.inner.buffers().input_consume(amount);
        if let Err(error) = self.connection.process_new_packets() {
            // The alert that says why; whether it arrives does not matter any more.
            let _ = self.flush(timeout);
            return Err(Error::Io(io::Error::other(error)));
        }
        Ok(true)
    }
}

impl Transport for Tls {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
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
            if !self.receive(timeout)? {
                // Cut off, not closed: rustls tells the two apart once it knows of the end.
                self.connection.read_tls(&mut io::empty())?;
            }
            self.flush(timeout)?;
        }
    }

    fn is_open(&mut self) -> bool {
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
