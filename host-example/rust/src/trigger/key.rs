//! `X-Hub-Signature-256`: the sender's proof that it knows the App Secret.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Whatever is shorter can be guessed, or is a part of a secret.
const SHORTEST: usize = 16;

/// The App Secret.
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// The key in the form that the specification gives an *Authentication Key*: the App Secret's
    /// characters, encoded as Base64.
    ///
    /// # Errors
    /// It is empty, no Base64, or not encoded at all; the message does not show it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_raw = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_raw {
            // Such a text is Base64 as well, and would silently never fit.
            return Err(
                "it looks like the App Secret itself: encode its 32 characters as Base64 \
                        (printf %s SECRET | base64)"
                    .to_owned(),
            );
        }
        if text.chars().any(char::is_whitespace) {
            return Err(
                "it has a line break or a blank in it; Base64 of a secret is one word \
                        (printf %s SECRET | base64 -w0)"
                    .to_owned(),
            );
        }
        match BASE64_STANDARD.decode(text) {
            Ok(key) if key.iter().any(|byte| *byte <= b' ' || *byte == 127) => Err(
                "the secret that is encoded in it has a line break or a blank in it: encode it \
                     without (printf %s SECRET | base64, not echo)"
                    .to_owned(),
            ),
            Ok(key) if !key.is_empty() => Ok(Self(key)),
            _ => Err("it is no Base64 of a secret (printf %s SECRET | base64)".to_owned()),
        }
    }

    /// The same, for a key of the configuration: the whole of an App Secret.
    ///
    /// # Errors
    /// As [`Key::parse`], and if it is too short.
    pub(crate) fn whole(text: &str) -> Result<Self, String> {
        let key = Self::parse(text)?;
        match key.0.len() {
            SHORTEST.. => Ok(key),
            length => Err(format!(
                "the secret that is encoded in it has {length} characters, and Meta's App Secrets have \
                 32: encode the whole of it (printf %s SECRET | base64)"
            )),
        }
    }

    /// Whether `field` is the right signature of `body`, `sha256=` and 64 hexadecimal digits. How
    /// long the answer takes does not tell how much of a wrong one was right.
    pub(crate) fn signed(&self, body: &[u8], field: &[u8]) -> bool {
        let digits = field.strip_prefix(b"sha256=").unwrap_or_default();
        let (Some(signature), Ok(mac)) = (bytes(digits), Hmac::<Sha256>::new_from_slice(&self.0))
        else {
            return false;
        };
        mac.chain_update(body).verify_slice(&signature).is_ok()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|v| u8::try_from(v).ok())
    };
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(value(*high)? << 4 | value(*low)?);
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    // printf '%s' '{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    const OPENSSL: &str = "f0546246da9e2349100c845a8561214788d75d900f3c086a72fcfa03bb1f42ab";

    fn key() -> Key {
        Key::parse("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap()
    }

    #[test]
    fn the_signature_that_openssl_computes_is_right() {
        assert!(key().signed(b"{\"a\":1}", format!("sha256={OPENSSL}").as_bytes()));
    }

    #[test]
    fn every_other_is_wrong() {
        let right = format!("sha256={OPENSSL}");
        let wrong = [
            "",
            "sha256=",
            OPENSSL,
            &right[..right.len() - 1],
            &right[..right.len() - 2],
            &format!("{right}00"),
            &right.replace("sha256", "sha1"),
            &format!("sha256={}", "0".repeat(64)),
            &format!("sha256={}", "zz".repeat(32)),
        ];
        for field in wrong {
            assert!(!key().signed(b"{\"a\":1}", field.as_bytes()), "{field}");
        }
        assert!(
            !key().signed(b"{\"a\":2}", right.as_bytes()),
            "another body"
        );
    }

    #[test]
    fn h08_a_key_that_is_no_base64_or_badly_encoded_is_refused_and_not_shown() {
        for (text, word) in [
            ("", "no Base64"),
            ("not-Base64!", "no Base64"),
            ("0123456789abcdef0123456789abcdef", "the App Secret itself"),
            // printf 's\necret' | base64; echo secret | base64; a line break in Base64 itself.
            ("cwplY3JldA==", "a line break or a blank in it: encode"),
            ("c2VjcmV0Cg==", "a line break or a blank in it: encode"),
            ("c2Vj\ncmV0", "Base64 of a secret is one word"),
        ] {
            let error = Key::parse(text).unwrap_err();
            assert!(error.contains(word), "{error}");
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
    }
}
