//! Certificates that are valid except for their weak signature.
//!
//! No library of this build makes such signatures any more, so these were made once with OpenSSL 3
//! and hold until 2126. The authorities' keys were thrown away.

use std::io;

use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate for `localhost`, `127.0.0.1` and `::1`, and who signed it.
#[derive(Debug)]
pub(crate) struct Weak {
    certificate: &'static str,
    authority: &'static str,
}

/// Signed with SHA-1 and an RSA key of 2,048 bits.
pub(crate) const SHA1: Weak = Weak {
    certificate: include_str!("weak/sha1.pem"),
    authority: include_str!("weak/sha1-ca.pem"),
};

/// Signed with SHA-256 and an RSA key of 1,024 bits.
pub(crate) const SHORT_KEY: Weak = Weak {
    certificate: include_str!("weak/rsa1024.pem"),
    authority: include_str!("weak/rsa1024-ca.pem"),
};

/// The key of both certificates.
const KEY: &str = include_str!("weak/key.pem");

impl Weak {
    /// The chain that a client is shown, and the key of its first certificate.
    pub(crate) fn chain(
        &self,
    ) -> io::Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let chain = CertificateDer::from_pem_slice(self.certificate.as_bytes());
        let chain = vec![chain.map_err(io::Error::other)?];
        let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).map_err(io::Error::other)?;
        Ok((chain, key))
    }
}

/// Both authorities.
pub(crate) fn authorities() -> String {
    [SHA1.authority, SHORT_KEY.authority].concat()
}
