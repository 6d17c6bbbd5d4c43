//! The key with which webhooks are signed: the sender's proof that it knows the secret.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::whatsapp::{RAW_SECRET, RAW_SECRET_DIGITS};

/// A rule of this host, whatever the adapter: a shorter key can be guessed, or is a part of a secret.
const SHORTEST: usize = 16;

/// The secret that a sender and its receiver share.
pub(crate) struct Key(Vec<u8>);

impl Key {
    /// The key in the form that the specification gives an *Authentication Key*: the secret's
    /// characters, encoded as Base64.
    ///
    /// # Errors
    /// It is empty, no Base64, or not encoded at all; the message does not show it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_raw =
            text.len() == RAW_SECRET_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_raw {
            // Such a text is Base64 as well, and would silently never fit.
            return Err(RAW_SECRET.to_owned());
        }
        if text.chars().any(char::is_whitespace) {
            return Err(
                "it has a line break or a blank in it; Base64 of a secret is one word \
                        (printf %s SECRET | base64 -w0)"
                    .to_owned(),
            );
        }
        match BASE64_STANDARD.decode(text) {
            Ok(key) if is_text(&key) && key.iter().any(u8::is_ascii_whitespace) => Err(
                "the secret that is encoded in it has a line break or a blank in it: encode it \
                     without (printf %s SECRET | base64, not echo)"
                    .to_owned(),
            ),
            Ok(key) if !key.is_empty() => Ok(Self(key)),
            _ => Err("it is no Base64 of a secret (printf %s SECRET | base64)".to_owned()),
        }
    }

    /// The same, for a key of the configuration: the whole of a secret.
    ///
    /// # Errors
    /// As [`Key::parse`], and if it is too short.
    pub(crate) fn whole(text: &str) -> Result<Self, String> {
        let key = Self::parse(text)?;
        match key.0.len() {
            SHORTEST.. => Ok(key),
            length => Err(format!(
                "the secret that is encoded in it has {length} characters, and must have {SHORTEST} \
                 or more: encode the whole of it (printf %s SECRET | base64)"
            )),
        }
    }

    /// A secret as an adapter's property has it.
    ///
    /// # Errors
    /// It is too short to be one.
    pub(crate) fn of_property(secret: &str) -> Result<Self, String> {
        match secret.len() {
            SHORTEST.. => Ok(Self(secret.as_bytes().to_vec())),
            length => Err(format!(
                "a secret must have at least {SHORTEST} characters, and this one has {length}"
            )),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Whether a key is one that people write, and not one of random bytes, which may hold any.
fn is_text(key: &[u8]) -> bool {
    key.iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn h08_a_key_of_random_bytes_is_a_key() {
        let key = Key::whole("8lLuNlCfgISGPRPymKQ1I5L8ogXvAQZAarsj0lv/LU8=").unwrap();
        assert_eq!(key.bytes().len(), 32);
    }
}
