//! PEM, as far as private keys need it: what it holds, and under which password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// One PEM block.
pub(super) struct Pem<'a> {
    /// What stands behind `BEGIN`.
    pub(super) label: &'a str,
    /// What stands behind `DEK-Info:`, with which OpenSSL's older form says how it is encrypted.
    pub(super) encryption: Option<String>,
    pub(super) der: Zeroizing<Vec<u8>>,
    base64: Zeroizing<String>,
}

impl Pem<'_> {
    /// The Base64 of what is not public: all behind the modulus, if that can be read.
    pub(super) fn secret_part(&self, modulus: &[u8]) -> &str {
        // Behind it stands the exponent, which is public as well.
        const EXPONENT: usize = 5;
        let mut places = self.der.windows(modulus.len().max(1));
        let public = places
            .position(|place| place == modulus)
            .map_or(0, |at| at + modulus.len());
        let behind = if public == 0 {
            0
        } else {
            (public + EXPONENT).div_ceil(3) * 4
        };
        self.base64.get(behind..).unwrap_or(&self.base64)
    }
}

/// The first block of `text`. Line ends may be of any kind; a variable of an environment often has them
/// as `\n`, in two characters.
pub(super) fn parse(text: &str) -> Option<Pem<'_>> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (block, rest) = rest.split_once("-----END ")?;
    rest.strip_prefix(label)?.strip_prefix("-----")?;
    let block = Zeroizing::new(block.replace("\\r", "\n").replace("\\n", "\n"));
    let mut encryption = None;
    let mut base64 = Zeroizing::new(String::with_capacity(block.len()));
    for line in block.lines() {
        match line.split_once(':') {
            Some(("DEK-Info", how)) => encryption = Some(how.trim().to_owned()),
            Some(_) => {}
            None => base64.extend(line.chars().filter(|c| !c.is_ascii_whitespace())),
        }
    }
    let der = Zeroizing::new(STANDARD.decode(&*base64).ok()?);
    Some(Pem {
        label,
        encryption,
        der,
        base64,
    })
}

/// A public key in PEM.
pub(super) fn of_public_key(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    for line in base64.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|letter| char::from(*letter)));
        pem.push('\n');
    }
    pem + "-----END PUBLIC KEY-----\n"
}
