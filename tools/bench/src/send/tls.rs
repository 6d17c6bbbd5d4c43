//! Both sides of TLS on loopback, with a certificate authority created at the start.

use std::path::Path;
use std::sync::Arc;

use adapter_bench::Outcome;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// Names that other libraries have built in. They reach this server through the proxy that it also is.
const META: [&str; 2] = ["graph.facebook.com", "developers.facebook.com"];

/// The server's side; the certificate to trust is written to `ca_file`.
pub(super) fn server(ca_file: &Path) -> Outcome<Arc<ServerConfig>> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    authority
        .distinguished_name
        .push(DnType::CommonName, "adapter-bench");
    let authority_key = KeyPair::generate()?;
    std::fs::write(ca_file, authority.self_signed(&authority_key)?.pem())?;

    let key = KeyPair::generate()?;
    let names = ["localhost", "127.0.0.1"]
        .into_iter()
        .chain(META)
        .map(str::to_owned);
    let issuer = Issuer::new(authority, authority_key);
    let certificate =
        CertificateParams::new(names.collect::<Vec<_>>())?.signed_by(&key, &issuer)?;
    let private_key = PrivateKeyDer::try_from(key.serialize_der())?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private_key)?;
    Ok(Arc::new(config))
}

/// The client's side.
pub(super) fn client(ca_file: &Path) -> Outcome<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca_file)?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
