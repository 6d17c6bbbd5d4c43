//! The RSA key of a business's Flows.

use std::fmt;
use std::sync::Arc;

use pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, EncryptedPrivateKeyInfoRef};
use rsa::PrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::legacy::{self, Failed};
use super::pem::{self, Pem};
use crate::error::Error;
use crate::secret::Secret;

/// What Meta takes.
const LEAST_BITS: u32 = 2048;

/// A private key; a copy is the same key.
#[derive(Clone)]
pub(crate) struct FlowKey(Arc<Inner>);

struct Inner {
    private: PrivateKey,
    /// What reply keys are sealed under; see [`super::reply`].
    seed: Zeroizing<[u8; 32]>,
    secret: Secret,
}

impl fmt::Debug for FlowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl FlowKey {
    /// Parses the PEM of the property `name`: PKCS#8 or PKCS#1, with or without a password.
    ///
    /// # Errors
    /// What is wrong with it and what to do; never a part of it.
    pub(crate) fn parse(name: &str, text: &str, password: Option<&str>) -> Result<Self, Error> {
        let refuse = |why: &str| Error::invalid_request(format!("property \"{name}\" {why}"));
        let pem = pem::parse(text).ok_or_else(|| {
            refuse("is no key in PEM: give the whole file, from -----BEGIN to the last -----")
        })?;
        let private = private_key(&pem, password).map_err(refuse)?;
        if private.n().bit_width() < LEAST_BITS {
            return Err(refuse(
                "has fewer than 2,048 bits, which Meta does not take: openssl genrsa 2048 makes another",
            ));
        }
        let der = private.to_pkcs1_der().map_err(|_| refuse(NOT_RSA))?;
        let seed = Sha256::new().chain_update(b"flow reply keys\0");
        let seed = seed.chain_update(der.as_bytes()).finalize();
        Ok(Self(Arc::new(Inner {
            secret: Secret::new(pem.secret_part(&private.n().to_be_bytes()).to_owned()),
            private,
            seed: Zeroizing::new(seed.into()),
        })))
    }

    /// The public half in PEM, as Meta takes it.
    pub(crate) fn public_pem(&self) -> Option<String> {
        let der = self.0.private.to_public_key().to_public_key_der().ok()?;
        Some(pem::of_public_key(der.as_bytes()))
    }

    /// What of its text must not leave. The public half stands in the same text, and may.
    pub(crate) fn secret(&self) -> Secret {
        self.0.secret.clone()
    }

    /// The AES key in `wrapped`. What is wrong with it makes no difference in time: a text of the wrong
    /// length is replaced by one of the right length, which is decrypted as well.
    pub(super) fn unwrap(&self, wrapped: &[u8]) -> Option<Zeroizing<[u8; 16]>> {
        let stand_in;
        let bytes = self.0.private.size();
        let wrapped = if wrapped.len() == bytes {
            wrapped
        } else {
            stand_in = vec![1; bytes];
            &stand_in
        };
        let key = Zeroizing::new(self.0.private.oaep_decrypt::<Sha256>(wrapped).ok()?);
        Some(Zeroizing::new(key.as_slice().try_into().ok()?))
    }

    /// 32 bytes that only who has the private key knows, others for each purpose.
    pub(super) fn derived(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let digest = Sha256::new()
            .chain_update(*self.0.seed)
            .chain_update(purpose);
        Zeroizing::new(digest.finalize().into())
    }
}

const NOT_RSA: &str = "is no RSA key that can be read: openssl genrsa 2048 makes one";
const NEEDS_PASSWORD: &str =
    "is protected by a password: set the property flowPrivateKeyPassword as well";
const WRONG_PASSWORD: &str =
    "does not open with flowPrivateKeyPassword: it is the password of another key";
const OTHER_CIPHER: &str = "is encrypted in a way that is not known here (PBES2 and DES-EDE3-CBC are): \
                            openssl pkcs8 -topk8 -v2 aes256 -in OLD -out NEW writes one that is";

fn private_key(pem: &Pem<'_>, password: Option<&str>) -> Result<PrivateKey, &'static str> {
    match pem.label {
        "PRIVATE KEY" => PrivateKey::from_pkcs8_der(&pem.der).map_err(|_| NOT_RSA),
        "ENCRYPTED PRIVATE KEY" => {
            let password = password.ok_or(NEEDS_PASSWORD)?;
            let info = EncryptedPrivateKeyInfoRef::try_from(pem.der.as_slice());
            let info = info.map_err(|_| OTHER_CIPHER)?;
            if info.encryption_algorithm.pbes2().is_none() {
                return Err(OTHER_CIPHER);
            }
            let der = info.decrypt(password).map_err(|_| WRONG_PASSWORD)?;
            PrivateKey::from_pkcs8_der(der.as_bytes()).map_err(|_| NOT_RSA)
        }
        "RSA PRIVATE KEY" => {
            let Some(how) = &pem.encryption else {
                return PrivateKey::from_pkcs1_der(&pem.der).map_err(|_| NOT_RSA);
            };
            let password = password.ok_or(NEEDS_PASSWORD)?;
            let der = legacy::decrypt(how, &pem.der, password.as_bytes());
            let der = der.map_err(|failed| match failed {
                Failed::OtherCipher => OTHER_CIPHER,
                Failed::Password => WRONG_PASSWORD,
            })?;
            // One wrong password in 256 leaves padding that looks right.
            PrivateKey::from_pkcs1_der(&der).map_err(|_| WRONG_PASSWORD)
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => {
            Err("is the public half: give the private key, whose file begins with PRIVATE KEY")
        }
        "OPENSSH PRIVATE KEY" => {
            Err("has OpenSSH's own form: ssh-keygen -p -m PEM -f FILE changes it")
        }
        _ => Err(NOT_RSA),
    }
}
