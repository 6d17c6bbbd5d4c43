//! `X-Hub-Signature-256`.

use base16ct::HexDisplay;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The field's value: `sha256=` and the lower-case hex HMAC-SHA256 of the raw body, keyed with the
/// App Secret's bytes as they are (not decoded from hex).
///
/// ```
/// let value = cloud_api_emulator::sign("secret", b"{}");
/// assert!(value.starts_with("sha256="));
/// assert_eq!(value.len(), 71);
/// ```
pub fn sign(app_secret: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length, so there is no error to report.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    format!("sha256={:x}", HexDisplay(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // printf '%s' '{"body":"\u00e4 \/"}' |
    //     openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    const OPENSSL: &str = "a558b52574f08d81084fc73bc39761254ca3b3baa65b39825b314648d7baefe2";

    #[test]
    fn the_signature_is_the_one_openssl_computes() {
        let value = sign(
            "0123456789abcdef0123456789abcdef",
            br#"{"body":"\u00e4 \/"}"#,
        );
        assert_eq!(value, format!("sha256={OPENSSL}"));
    }
}
