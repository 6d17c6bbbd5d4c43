//! How a webhook's body is signed: the header, and how its value is made of body and key, as the adapter
//! declares it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Key;

/// The header and form of a webhook that no adapter declares: those of the `WebSub` protocol.
const HEADER: &str = "X-Hub-Signature-256";
const PREFIX: &str = "sha256=";

/// How bodies are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scheme {
    /// The field that signs a body.
    pub(crate) header: String,
    encoding: Encoding,
    prefix: String,
    /// Whether the adapter's secret property holds the key in Base64.
    has_encoded_key: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Hex,
    Base64,
}

impl Default for Scheme {
    fn default() -> Self {
        Self {
            header: HEADER.to_owned(),
            encoding: Encoding::Hex,
            prefix: PREFIX.to_owned(),
            has_encoded_key: false,
        }
    }
}

impl Scheme {
    /// As an adapter declares it, e.g. `hmac-sha256-hex;prefix=sha256=`.
    ///
    /// # Errors
    /// This host does not know the scheme.
    pub(crate) fn parse(header: &str, scheme: &str) -> Result<Self, String> {
        let mut parts = scheme.split(';');
        let encoding = match parts.next().unwrap_or_default() {
            "hmac-sha256-hex" => Encoding::Hex,
            "hmac-sha256-base64" => Encoding::Base64,
            other => return Err(format!("the signature scheme {other} is unknown")),
        };
        let (mut prefix, mut has_encoded_key) = (String::new(), false);
        for part in parts {
            match part.split_once('=') {
                Some(("prefix", text)) => text.clone_into(&mut prefix),
                Some(("key", "base64")) => has_encoded_key = true,
                _ => {
                    return Err(format!(
                        "the parameter {part} of the signature scheme is unknown"
                    ));
                }
            }
        }
        if header.is_empty() || !header.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the adapter declares no signature header".to_owned());
        }
        Ok(Self {
            header: header.to_owned(),
            encoding,
            prefix,
            has_encoded_key,
        })
    }

    /// The key in the adapter's secret property.
    ///
    /// # Errors
    /// It is too short, or not in the form that the adapter declares.
    pub(crate) fn key(&self, secret: &str) -> Result<Key, String> {
        if self.has_encoded_key {
            Key::whole(secret)
        } else {
            Key::of_property(secret)
        }
    }

    /// What a right value looks like, for people.
    pub(crate) fn form(&self) -> String {
        let digits = match self.encoding {
            Encoding::Hex => "64 hexadecimal digits",
            Encoding::Base64 => "Base64 of 32 bytes",
        };
        match self.prefix.as_str() {
            "" => digits.to_owned(),
            prefix => format!("{prefix} and {digits}"),
        }
    }

    /// The signature in a header's value; none if it has not the scheme's form.
    pub(crate) fn signature(&self, value: &[u8]) -> Option<Vec<u8>> {
        let text = value.strip_prefix(self.prefix.as_bytes())?;
        let bytes = match self.encoding {
            Encoding::Hex => base16ct::mixed::decode_vec(text).ok()?,
            Encoding::Base64 => BASE64_STANDARD.decode(text).ok()?,
        };
        (bytes.len() == 32).then_some(bytes)
    }

    /// Whether `value` is the right signature of `body`. How long the answer takes does not tell how much
    /// of a wrong one was right.
    pub(crate) fn is_signed(&self, key: &Key, body: &[u8], value: &[u8]) -> bool {
        let mac = Hmac::<Sha256>::new_from_slice(key.bytes());
        let (Some(signature), Ok(mac)) = (self.signature(value), mac) else {
            return false;
        };
        mac.chain_update(body).verify_slice(&signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // printf '%s' '{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    const OPENSSL: &str = "f0546246da9e2349100c845a8561214788d75d900f3c086a72fcfa03bb1f42ab";

    fn key() -> Key {
        Key::parse("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap()
    }

    fn is_signed(body: &[u8], value: &str) -> bool {
        Scheme::default().is_signed(&key(), body, value.as_bytes())
    }

    #[test]
    fn the_signature_that_openssl_computes_is_right() {
        assert!(is_signed(b"{\"a\":1}", &format!("sha256={OPENSSL}")));
        let declared = Scheme::parse("X-Signature", "hmac-sha256-base64").unwrap();
        let value = BASE64_STANDARD.encode(base16ct::lower::decode_vec(OPENSSL).unwrap());
        assert!(declared.is_signed(&key(), b"{\"a\":1}", value.as_bytes()));
        assert_eq!(declared.header, "X-Signature");
    }

    #[test]
    fn a_secret_property_holds_the_key_or_its_base64_form_as_declared() {
        let text = "0123456789abcdef0123456789abcdef";
        let value = format!("sha256={OPENSSL}");
        for (form, secret) in [
            ("", text.to_owned()),
            (";key=base64", BASE64_STANDARD.encode(text)),
        ] {
            let scheme = Scheme::parse(HEADER, &format!("hmac-sha256-hex;prefix=sha256={form}"));
            let scheme = scheme.unwrap();
            let key = scheme.key(&secret).unwrap();
            assert!(
                scheme.is_signed(&key, b"{\"a\":1}", value.as_bytes()),
                "{form}"
            );
        }
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
        for value in wrong {
            assert!(!is_signed(b"{\"a\":1}", value), "{value}");
        }
        assert!(!is_signed(b"{\"a\":2}", &right), "another body");
    }

    #[test]
    fn a_scheme_that_is_unknown_is_refused_and_never_taken_for_another() {
        assert_eq!(
            Scheme::parse(HEADER, "hmac-sha256-hex;prefix=sha256="),
            Ok(Scheme::default())
        );
        for unknown in [
            "",
            "ed25519",
            "hmac-sha1-hex",
            "hmac-sha256-hex;encoding=x",
            "hmac-sha256-hex;key=hex",
        ] {
            assert!(Scheme::parse(HEADER, unknown).is_err(), "{unknown}");
        }
        assert!(Scheme::parse("", "hmac-sha256-hex").is_err());
    }
}
