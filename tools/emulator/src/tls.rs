//! TLS with the emulator's own certificate authority, and invalid certificates for the TLS faults.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::weak::{self, Weak};

/// How to listen with TLS. The certificate authority is made at the start;
/// [`Emulator::ca_pem`](crate::Emulator::ca_pem) shows what clients must trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The names and addresses that the certificate is for.
    pub names: Vec<String>,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            names: vec![
                "localhost".to_owned(),
                "127.0.0.1".to_owned(),
                "::1".to_owned(),
            ],
        }
    }
}

/// Which certificate a client is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Good,
    /// The good one; the client must show one, too.
    GoodAndAsks,
    Expired,
    WrongName,
    UnknownCa,
    Sha1,
    ShortKey,
}

/// One acceptor per certificate that a client can be shown.
pub(crate) struct Certificates {
    pub(crate) ca_pem: String,
    good: TlsAcceptor,
    client_certificate: TlsAcceptor,
    expired: TlsAcceptor,
    wrong_name: TlsAcceptor,
    unknown_ca: TlsAcceptor,
    sha1: TlsAcceptor,
    short_key: TlsAcceptor,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Certificates")
            .finish_non_exhaustive()
    }
}

impl Certificates {
    /// Makes all keys and certificates.
    pub(crate) fn new(tls: &Tls) -> io::Result<Self> {
        let ours = Authority::new("Cloud API emulator")?;
        let unknown = Authority::new("Cloud API emulator, not to be trusted")?;
        let wrong = Tls {
            names: vec!["wrong.example".to_owned()],
        };
        Ok(Self {
            good: ours.acceptor(tls, Validity::Now)?,
            client_certificate: ours.demanding(tls)?,
            expired: ours.acceptor(tls, Validity::Past)?,
            wrong_name: ours.acceptor(&wrong, Validity::Now)?,
            unknown_ca: unknown.acceptor(tls, Validity::Now)?,
            sha1: signed_weakly(&weak::SHA1)?,
            short_key: signed_weakly(&weak::SHORT_KEY)?,
            ca_pem: ours.pem,
        })
    }

    /// The server's side of the handshake.
    pub(crate) async fn accept(
        &self,
        socket: TcpStream,
        shown: Shown,
    ) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = match shown {
            Shown::Good => &self.good,
            Shown::GoodAndAsks => &self.client_certificate,
            Shown::Expired => &self.expired,
            Shown::WrongName => &self.wrong_name,
            Shown::UnknownCa => &self.unknown_ca,
            Shown::Sha1 => &self.sha1,
            Shown::ShortKey => &self.short_key,
        };
        acceptor.accept(socket).await
    }
}

#[derive(Clone, Copy)]
enum Validity {
    Now,
    Past,
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> io::Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let pem = params.self_signed(&key).map_err(io::Error::other)?.pem();
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
        })
    }

    fn acceptor(&self, tls: &Tls, validity: Validity) -> io::Result<TlsAcceptor> {
        let (chain, key) = self.certificate(tls, validity)?;
        acceptor(chain, key)
    }

    /// Wants a certificate of the client's that this authority has signed.
    fn demanding(&self, tls: &Tls) -> io::Result<TlsAcceptor> {
        let (chain, key) = self.certificate(tls, Validity::Now)?;
        let mut roots = RootCertStore::empty();
        let der = CertificateDer::from_pem_slice(self.pem.as_bytes()).map_err(io::Error::other)?;
        roots.add(der).map_err(io::Error::other)?;
        let provider = Arc::new(ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let verifier = verifier.build().map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_client_cert_verifier(verifier)
                    .with_single_cert(chain, key)
            })
            .map_err(io::Error::other)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn certificate(
        &self,
        tls: &Tls,
        validity: Validity,
    ) -> io::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let mut params = CertificateParams::new(tls.names.clone()).map_err(io::Error::other)?;
        if matches!(validity, Validity::Past) {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params
            .signed_by(&key, &self.issuer)
            .map_err(io::Error::other)?;
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        Ok((chain, key))
    }
}

fn signed_weakly(certificate: &Weak) -> io::Result<TlsAcceptor> {
    let (chain, key) = certificate.chain()?;
    acceptor(chain, key)
}

/// Shows this certificate.
fn acceptor(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> io::Result<TlsAcceptor> {
    // The provider is named, so that another one in the same build cannot make it ambiguous.
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
