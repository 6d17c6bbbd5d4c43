//! Certificate authorities beyond those that browsers trust: a company's own, or a test's.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::Error;

/// The certificates of one PEM file, read once.
#[derive(Debug, Clone)]
pub(crate) struct CaFile {
    certificates: Vec<CertificateDer<'static>>,
}

impl CaFile {
    /// # Errors
    /// `InvalidRequest` if the file cannot be read, or it holds no
    /// certificate.
    pub(super) fn read(path: &str) -> Result<Self, Error> {
        let refuse = |what: &str| {
            Err(Error::invalid_request(format!(
                "property \"caFile\" {what}"
            )))
        };
        let pem = match std::fs::read(path) {
            Ok(pem) => pem,
            Err(error) => return refuse(&format!("names a file that cannot be read ({error})")),
        };
        match CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>() {
            Ok(certificates) if certificates.is_empty() => refuse(
                "names a file without a certificate; it needs PEM, -----BEGIN CERTIFICATE-----",
            ),
            Ok(certificates) => Ok(Self { certificates }),
            Err(error) => refuse(&format!("names a file that is no sound PEM ({error})")),
        }
    }

    pub(crate) fn certificates(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        self.certificates.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_of_certificates_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let path = file.to_str().unwrap();
        let refused = |expected: &str| {
            let error = CaFile::read(path).unwrap_err();
            assert!(error.message().contains(expected), "{error}");
        };
        refused("cannot be read");
        std::fs::write(&file, "no certificate").unwrap();
        refused("without a certificate");
        std::fs::write(
            &file,
            "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n",
        )
        .unwrap();
        refused("no sound PEM");
    }
}
