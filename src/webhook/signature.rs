//! `X-Hub-Signature-256`: HMAC-SHA256 over the raw bytes with the App Secret, compared in constant time
//! (D/webhooks/overview, 2026-05).

use workflow_adapter_sdk::signature::{self, Refusal as Refused};

/// The App Secrets of one adapter: the current one, and one that is being rotated out.
#[derive(Clone, Debug)]
pub(crate) struct Verifier(signature::Verifier);

/// Why a notification is not authentic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Missing,
    Malformed,
    WrongLength,
    WrongKey,
    Reserialised,
    NoSecret,
}

impl Refusal {
    /// For `details.reason`.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "signature_missing",
            Self::Malformed => "signature_malformed",
            Self::WrongLength => "signature_wrong_length",
            Self::WrongKey => "signature_wrong_key",
            Self::Reserialised => "signature_body_changed",
            Self::NoSecret => "no_app_secret",
        }
    }

    /// What was wrong and what to look at.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Missing => {
                "the signature is missing: pass the header X-Hub-Signature-256 of the same request"
            }
            Self::Malformed => {
                "the signature is not sha256=<64 hexadecimal digits>: pass X-Hub-Signature-256 \
                 unchanged, not X-Hub-Signature"
            }
            Self::WrongLength => "the signature does not have 64 hexadecimal digits after sha256=",
            Self::WrongKey => {
                "the signature does not fit: forged, or appSecret is not the secret of the app that sent it"
            }
            Self::Reserialised => {
                "the signature does not fit, and the body looks changed on its way (Meta sends no \
                 spaces, and escapes / and every non-ASCII character): pass the raw bytes"
            }
            Self::NoSecret => {
                "the adapter has no appSecret to check a signature with: set it, or check in the host \
                 and use processWebhook"
            }
        }
    }
}

impl Verifier {
    /// A verifier for `secrets`; one of them must fit.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self(signature::Verifier::new("sha256=", secrets))
    }

    /// Whether `header` is the signature of exactly these bytes.
    ///
    /// # Errors
    /// Why not. The header's syntax is looked at before the body is hashed.
    pub(crate) fn verify(&self, body: &[u8], header: Option<&[u8]>) -> Result<(), Refusal> {
        self.0
            .verify(body, header)
            .map_err(|refused| match refused {
                Refused::Missing => Refusal::Missing,
                Refused::Malformed => Refusal::Malformed,
                Refused::WrongLength => Refusal::WrongLength,
                Refused::NoSecret => Refusal::NoSecret,
                Refused::WrongKey if looks_reserialised(body) => Refusal::Reserialised,
                Refused::WrongKey => Refusal::WrongKey,
            })
    }
}

/// Whether the body is not in the form Meta sends: it escapes `/` and every non-ASCII character, and
/// puts no white space between tokens.
fn looks_reserialised(body: &[u8]) -> bool {
    let unescaped_slash = || {
        body.windows(2)
            .any(|pair| matches!(pair, [before, b'/'] if *before != b'\\'))
    };
    let spaced = || {
        body.windows(3)
            .any(|three| matches!(three, [b'"', b':', b' '] | [b'"', b',', b' ' | b'\n']))
    };
    !body.is_ascii() || body.ends_with(b"\n") || spaced() || unescaped_slash()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const BODY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    // printf '%s' '{"object":"whatsapp_business_account","entry":[]}' |
    //   openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    const SIGNATURE: &str =
        "sha256=eefab58106e73358686845848feb95c56372e7391b3dc050b6a31c8c5f347ece";

    #[test]
    fn a_signature_made_by_openssl_fits() {
        let verifier = Verifier::new([SECRET]);
        assert_eq!(verifier.verify(BODY, Some(SIGNATURE.as_bytes())), Ok(()));
        let upper = SIGNATURE.to_ascii_uppercase().replace("SHA256", "sha256");
        assert_eq!(verifier.verify(BODY, Some(upper.as_bytes())), Ok(()));
        let rotated = Verifier::new([b"another secret".as_slice(), SECRET]);
        assert_eq!(rotated.verify(BODY, Some(SIGNATURE.as_bytes())), Ok(()));
    }

    #[test]
    fn the_verdict_says_why() {
        let verifier = Verifier::new([SECRET]);
        let verdict = |header: &str| verifier.verify(BODY, Some(header.as_bytes()));
        let digits = SIGNATURE.trim_start_matches("sha256=");
        assert_eq!(verifier.verify(BODY, None), Err(Refusal::Missing));
        assert_eq!(verdict(""), Err(Refusal::Missing));
        assert_eq!(verdict("sha256="), Err(Refusal::WrongLength));
        assert_eq!(
            verdict(&SIGNATURE[..SIGNATURE.len() - 1]),
            Err(Refusal::WrongLength)
        );
        assert_eq!(verdict(&format!("{SIGNATURE}0")), Err(Refusal::WrongLength));
        assert_eq!(
            verdict(&format!("SHA256={digits}")),
            Err(Refusal::Malformed)
        );
        assert_eq!(verdict(digits), Err(Refusal::Malformed));
        assert_eq!(verdict(&format!(" {SIGNATURE}")), Err(Refusal::Malformed));
        let other = Verifier::new([b"other".as_slice()]);
        let header = Some(SIGNATURE.as_bytes());
        assert_eq!(other.verify(BODY, header), Err(Refusal::WrongKey));
        let spaced = br#"{"object": "whatsapp_business_account", "entry": []}"#;
        assert_eq!(verifier.verify(spaced, header), Err(Refusal::Reserialised));
        assert_eq!(
            Verifier::new([]).verify(BODY, header),
            Err(Refusal::NoSecret)
        );
    }
}
