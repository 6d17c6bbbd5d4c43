//! TLS on the listener.

use std::sync::Arc;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::config::Tls;

/// Reads certificate and key.
///
/// # Errors
/// Which file is wrong, and why.
pub(crate) fn acceptor(tls: &Tls) -> Result<TlsAcceptor, String> {
    let wrong = |file: &std::path::Path, why: String| format!("{}: {why}", file.display());
    let certificates = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(&tls.certificate, error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong(
            &tls.certificate,
            "it holds no certificate".to_owned(),
        ));
    }
    let key = PrivateKeyDer::from_pem_file(&tls.key)
        .map_err(|error| wrong(&tls.key, error.to_string()))?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| wrong(&tls.key, error.to_string()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
