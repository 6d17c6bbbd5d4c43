//! The signature of a webhook: HMAC-SHA256 over the raw bytes, as hexadecimal digits behind a prefix,
//! compared in constant time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

type Keyed = Hmac<Sha256>;

/// The secrets of one adapter, keyed once: the current one, and one that is being rotated out.
#[derive(Clone)]
pub struct Verifier {
    prefix: &'static str,
    keys: Vec<Keyed>,
}

/// Why a webhook is not authentic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no signature.
    Missing,
    /// It has another prefix, or something else than hexadecimal digits.
    Malformed,
    /// It has not 64 digits.
    WrongLength,
    /// It is not that of these bytes with any of the secrets.
    WrongKey,
    /// The adapter has no secret to check with.
    NoSecret,
}

impl Verifier {
    /// A verifier for signatures with `prefix`; one of `secrets` must fit.
    pub fn new<'a>(prefix: &'static str, secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        // HMAC takes a key of any length.
        let keyed = |secret: &'a [u8]| Keyed::new_from_slice(secret).ok();
        Self {
            prefix,
            keys: secrets.into_iter().filter_map(keyed).collect(),
        }
    }

    /// Whether `header` is the signature of exactly these bytes.
    ///
    /// # Errors
    /// Why not. The header's syntax is looked at before the body is hashed.
    pub fn verify(&self, body: &[u8], header: Option<&[u8]>) -> Result<(), Refusal> {
        let digest = digest_of(header.unwrap_or_default(), self.prefix)?;
        // Every key is tried, so that the time does not tell which one fits.
        let mut fits = false;
        for key in &self.keys {
            let mut mac = key.clone();
            mac.update(body);
            fits |= mac.verify_slice(&digest).is_ok();
        }
        match (fits, self.keys.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => Err(Refusal::NoSecret),
            (false, false) => Err(Refusal::WrongKey),
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({} keys)", self.keys.len())
    }
}

/// The 32 bytes of the prefix and 64 hexadecimal digits; upper and lower case digits mean the same.
fn digest_of(header: &[u8], prefix: &str) -> Result<[u8; 32], Refusal> {
    if header.is_empty() {
        return Err(Refusal::Missing);
    }
    let hex = header
        .strip_prefix(prefix.as_bytes())
        .ok_or(Refusal::Malformed)?;
    if hex.len() != 64 && hex.iter().all(u8::is_ascii_hexdigit) {
        return Err(Refusal::WrongLength);
    }
    let mut digest = [0; 32];
    base16ct::mixed::decode(hex, &mut digest).map_err(|_| Refusal::Malformed)?;
    Ok(digest)
}
