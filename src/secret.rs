//! Values that must not leave: they print as `***`, are wiped when dropped, and are cut out of every
//! outgoing text by value.

use std::borrow::Cow;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A configured secret.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself: for the place that needs it, never for a text that leaves.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Cuts secrets, and the forms they take in JSON, URLs and Base64, out of outgoing text.
///
/// It keeps the last few sets of secrets: after a rotation, calls that run may still meet the old one.
#[derive(Default)]
pub(crate) struct Redactor {
    generations: RwLock<Vec<Vec<Zeroizing<String>>>>,
}

/// Sets of secrets that are kept.
const GENERATIONS: usize = 4;

impl Redactor {
    /// Cuts these out as well from now on.
    pub(crate) fn add(&self, secrets: &[Secret]) {
        let mut needles: Vec<Zeroizing<String>> = Vec::new();
        for secret in secrets {
            let value = secret.expose();
            let base64 = Zeroizing::new(STANDARD.encode(value));
            let unpadded = base64.trim_end_matches('=').to_owned();
            let forms = [
                value.to_owned(),
                json_escaped(value),
                percent_encoded(value),
                unpadded,
            ];
            for form in forms.map(Zeroizing::new) {
                if !form.is_empty() && !needles.contains(&form) {
                    needles.push(form);
                }
            }
        }
        // A form that contains another goes first, or a part of it would stay behind.
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        let mut generations = self
            .generations
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if generations.len() == GENERATIONS {
            generations.remove(0);
        }
        generations.push(needles);
    }

    /// `text` with `***` in the place of every secret; borrowed if there is none.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        let generations = self
            .generations
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for needle in generations.iter().flatten() {
            if holds(out.as_bytes(), needle.as_bytes()) {
                out = Cow::Owned(out.replace(needle.as_str(), "***"));
            }
        }
        out
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

/// Whether `needle` is in `text`. Texts are short and mostly hold none, so nothing is prepared.
fn holds(text: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else {
        return false;
    };
    memchr::memchr_iter(*first, text).any(|at| {
        let rest = text.get(at..).unwrap_or_default();
        rest.starts_with(needle)
    })
}

fn json_escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"")
}

fn percent_encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                use std::fmt::Write as _;
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_secret_is_cut_out() {
        let secret = Secret::new("EAAG|to\"ken/with+signs==".to_owned());
        let redactor = Redactor::default();
        redactor.add(std::slice::from_ref(&secret));
        for form in [
            "EAAG|to\"ken/with+signs==",
            "EAAG|to\\\"ken/with+signs==",
            "EAAG%7Cto%22ken%2Fwith%2Bsigns%3D%3D",
            &STANDARD.encode("EAAG|to\"ken/with+signs=="),
        ] {
            let text = format!("before {form} after");
            let redacted = redactor.redact(&text);
            assert!(!redacted.contains(form.trim_end_matches('=')), "{redacted}");
            assert!(redacted.contains("***"), "{redacted}");
        }
        assert!(matches!(
            redactor.redact("nothing secret"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn a_secret_prints_as_stars() {
        assert_eq!(
            format!("{:?}", Secret::new("hunter2hunter2hunter2".to_owned())),
            "***"
        );
    }
}
