//! Values that must not leave: they print as `***`, are wiped when dropped, and are cut out of every
//! outgoing text by value.

use std::borrow::Cow;
use std::fmt;
use std::sync::RwLock;

use base16ct::lower::encode_string;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::letters::{self, Runs};
use crate::lock::unpoisoned;

/// A configured secret.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps `value` secret.
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself: for the place that needs it, never for a text that leaves.
    pub fn expose(&self) -> &str {
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
/// Of a long one, which nobody wrote by hand, it cuts every part as well: an answer may repeat it broken
/// off or broken up.
///
/// It keeps the last few sets of secrets: after a rotation, calls that run may still meet the old one.
#[derive(Default)]
pub struct Redactor {
    generations: RwLock<Vec<Generation>>,
}

#[derive(Default)]
struct Generation {
    needles: Vec<Zeroizing<String>>,
    parts: Runs,
}

/// A shorter secret may be words that are in other texts as well: it is cut out whole.
const LONG_SECRET: usize = 20;

/// Sets of secrets that are kept.
const GENERATIONS: usize = 4;

impl Redactor {
    /// Cuts these out as well from now on.
    pub fn add(&self, secrets: &[Secret]) {
        let Generation {
            mut needles,
            mut parts,
        } = Generation::default();
        for secret in secrets {
            let value = secret.expose();
            if value.len() >= LONG_SECRET {
                add_parts(&mut parts, value);
            }
            let base64 = Zeroizing::new(STANDARD.encode(value));
            let unpadded = base64.trim_end_matches('=').to_owned();
            let forms = [
                value.to_owned(),
                json_escaped(value),
                utf8_percent_encode(value, RESERVED).to_string(),
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
        let mut generations = unpoisoned(self.generations.write());
        if generations.iter().any(|known| known.needles == needles) {
            return;
        }
        if generations.len() == GENERATIONS {
            generations.remove(0);
        }
        generations.push(Generation { needles, parts });
    }

    /// `text` with `***` in the place of every secret; borrowed if there is none.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        let generations = unpoisoned(self.generations.read());
        for generation in generations.iter() {
            for needle in &generation.needles {
                if holds(out.as_bytes(), needle.as_bytes()) {
                    out = Cow::Owned(out.replace(needle.as_str(), letters::CUT));
                }
            }
            let parts = generation.parts.places(&out);
            if !parts.is_empty() {
                out = Cow::Owned(letters::without(&out, parts).into_owned());
            }
        }
        out
    }

    /// `error` with `***` in the place of every secret in its message.
    pub(crate) fn cut(&self, error: Error) -> Error {
        error.map_message(|message| self.redact(message).into_owned())
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

/// The parts of a secret in the forms that an answer may give it.
fn add_parts(parts: &mut Runs, value: &str) {
    parts.add(value);
    parts.add(&Zeroizing::new(value.chars().rev().collect::<String>()));
    parts.add(&Zeroizing::new(encode_string(value.as_bytes())));
    // What stands before it moves its Base64.
    for before in ["", " ", "  "] {
        let moved = Zeroizing::new(format!("{before}{value}"));
        parts.add(&Zeroizing::new(STANDARD.encode(moved.as_bytes())));
    }
}

fn json_escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Characters that URLs percent-encode everywhere.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_secret_is_cut_out() {
        let secret = Secret::new("TKNG|to\"ken/with+signs==".to_owned());
        let redactor = Redactor::default();
        redactor.add(std::slice::from_ref(&secret));
        for form in [
            "TKNG|to\"ken/with+signs==",
            "TKNG|to\\\"ken/with+signs==",
            "TKNG%7Cto%22ken%2Fwith%2Bsigns%3D%3D",
            &STANDARD.encode("TKNG|to\"ken/with+signs=="),
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
    fn a_part_of_a_long_secret_is_cut_out_in_every_form() {
        let value = "TKNGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQ";
        let redactor = Redactor::default();
        redactor.add(&[
            Secret::new(value.to_owned()),
            Secret::new("Quince7".to_owned()),
        ]);
        for form in [
            &value[..30],
            &value[9..],
            &value.to_uppercase(),
            "TKNGq7Xw\u{a0}2m9Zk\u{200b}T4vLp8RsY3dNfB6hJ1cU5eQ",
            &value.chars().rev().collect::<String>(),
            &encode_string(value.as_bytes()),
            &STANDARD.encode(format!("Bearer {value}")),
            "TKNG&#113;7Xw2m9ZkT4v%4cp8RsY3d",
        ] {
            let text = format!("Malformed access token {form}...");
            let redacted = redactor.redact(&text);
            assert!(
                redacted.starts_with("Malformed access token "),
                "{redacted}"
            );
            assert!(
                redacted.len() <= "Malformed access token ***...".len() + 12,
                "{redacted}"
            );
        }
        assert_eq!(redactor.redact("Quince7 in quince 7"), "*** in quince 7");
    }

    #[test]
    fn a_secret_prints_as_stars() {
        assert_eq!(
            format!("{:?}", Secret::new("hunter2hunter2hunter2".to_owned())),
            "***"
        );
    }
}
