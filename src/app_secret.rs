//! The App Secret in the form the specification's trigger has it: Base64 of the secret's characters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use zeroize::Zeroizing;

use crate::secret::Secret;

/// One App Secret.
#[derive(Debug, Clone)]
pub(crate) struct AppSecret {
    configured: Secret,
    decoded: Secret,
}

impl AppSecret {
    /// Parses the text of a property.
    ///
    /// # Errors
    /// It is not standard Base64, or not encoded at all; the message says what to do and never shows the
    /// value.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let bytes = STANDARD.decode(text).map(Zeroizing::new);
        let configured = Secret::new(text.to_owned());
        let decoded = bytes.as_ref().map_or(b"".as_slice(), |bytes| bytes);
        if is_placeholder(text.as_bytes()) || is_placeholder(decoded) {
            return Err(
                "is the placeholder of a template that filled in nothing, or zeros: leave it out, or give \
                 the App Secret encoded as Base64",
            );
        }
        if looks_raw(text) {
            // Such a text is valid Base64 as well, and would silently never fit.
            return Err(
                "looks like the App Secret itself: encode its 32 characters as Base64 first \
                 (printf %s SECRET | base64)",
            );
        }
        let decoded = str::from_utf8(decoded).ok().map(str::to_owned);
        match decoded {
            Some(decoded) if !decoded.is_empty() => {
                let decoded = Secret::new(decoded);
                Ok(Self {
                    configured,
                    decoded,
                })
            }
            _ => Err(
                "is not standard Base64 of a text, with padding and without spaces or line breaks \
                 (printf %s SECRET | base64)",
            ),
        }
    }

    /// The key of the HMAC: the secret's characters.
    pub(crate) fn key(&self) -> &[u8] {
        self.decoded.expose().as_bytes()
    }

    /// Whether the decoded text has the form of Meta's App Secrets.
    pub(crate) fn looks_right(&self) -> bool {
        looks_raw(self.decoded.expose())
    }

    /// What must not leave.
    pub(crate) fn secrets(&self) -> [&Secret; 2] {
        [&self.configured, &self.decoded]
    }
}

/// Meta's App Secrets are 32 lower-case hexadecimal digits.
fn looks_raw(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether `text` as a whole is what stands in a configuration where a variable was not set. As a
/// secret it is one that everybody can guess.
fn is_placeholder(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let is_between = |begin: &[u8], end: &[u8]| {
        text.strip_prefix(begin)
            .is_some_and(|rest| rest.ends_with(end))
    };
    let is_word = [&b"null"[..], b"undefined", b"None"].contains(&text);
    let has_zeros_only = !text.is_empty() && text.iter().all(|byte| *byte == 0);
    is_word || has_zeros_only || is_between(b"${", b"}") || is_between(b"{{", b"}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AppSecret, &'static str> {
        AppSecret::parse(text)
    }

    #[test]
    fn the_key_is_the_decoded_text() {
        // printf %s 0123456789abcdef0123456789abcdef | base64
        let secret = parse("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap();
        assert_eq!(secret.key(), b"0123456789abcdef0123456789abcdef");
        assert!(secret.looks_right());
        assert!(!parse("c2VjcmV0").unwrap().looks_right());
    }

    #[test]
    fn what_cannot_be_a_secret_is_refused_and_not_shown() {
        for (text, why) in [
            ("0123456789abcdef0123456789abcdef", "encode"),
            (" MDEyMw==", "Base64"),
            ("MDEyMw==\n", "Base64"),
            ("MDEyMw", "Base64"),
            ("_-_-", "Base64"),
            ("gICA", "Base64"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
