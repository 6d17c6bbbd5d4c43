//! The minimum work of any receiver: verify the signature, and parse the body as JSON. Results are
//! reported as multiples of it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::de::IgnoredAny;
use sha2::Sha256;

use crate::{Body, Outcome};

/// HMAC-SHA256 with the key schedule made once, and a JSON parser that keeps nothing.
#[derive(Debug)]
pub struct Floor {
    key: Hmac<Sha256>,
}

impl Floor {
    /// A floor for bodies signed with `secret`.
    ///
    /// # Errors
    /// Never: HMAC takes a key of any length.
    pub fn new(secret: &[u8]) -> Outcome<Self> {
        let key = Hmac::new_from_slice(secret)?;
        Ok(Self { key })
    }

    /// Does it once.
    ///
    /// # Errors
    /// The signature does not fit, or the body is no JSON.
    pub fn run(&self, body: &Body) -> Outcome<()> {
        self.verify(body)?;
        serde_json::from_slice::<IgnoredAny>(body.bytes())?;
        Ok(())
    }

    /// The first half: for receivers that leave it to their caller.
    ///
    /// # Errors
    /// The signature does not fit.
    pub fn verify(&self, body: &Body) -> Outcome<()> {
        let mut digest = [0; 32];
        let hex = body.signature().strip_prefix("sha256=").unwrap_or_default();
        for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = pair
                .iter()
                .fold(0, |value, digit| value << 4 | nibble(*digit));
        }
        let mut mac = self.key.clone();
        mac.update(body.bytes());
        mac.verify_slice(&digest)?;
        Ok(())
    }
}

/// Without a branch: the digits are random, so every second guess of the processor would be wrong.
const fn nibble(digit: u8) -> u8 {
    (digit & 0x0f) + 9 * (digit >> 6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Corpus, Shape};

    #[test]
    fn it_takes_what_is_signed_and_nothing_else() {
        let corpus = Corpus::new(Shape::Message, 1, b"secret", 1).unwrap();
        let [body] = corpus.bodies() else { panic!() };
        Floor::new(b"secret").unwrap().run(body).unwrap();
        Floor::new(b"other").unwrap().run(body).unwrap_err();
    }
}
