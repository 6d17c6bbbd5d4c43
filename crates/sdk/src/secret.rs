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
use crate::json::{Document, Names, Outline};
use crate::letters::{self, Places, Runs};
use crate::lock::unpoisoned;
use crate::spellings;

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

/// Cuts secrets, in every spelling of JSON and in the forms they take in URLs and Base64, out of outgoing
/// text.
///
/// Of a long one, which nobody wrote by hand, it cuts every part as well: an answer may repeat it broken
/// off or broken up.
///
/// It keeps the last few sets of secrets: after a rotation, calls that run may still meet the old one.
#[derive(Default)]
pub struct Redactor {
    generations: RwLock<Vec<Generation>>,
    /// Responses that may leave as they are: those to webhooks are nearly always the same.
    fit: RwLock<Vec<String>>,
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

/// Responses that are kept, and how long they are at most.
const FIT: usize = 8;
const FIT_BYTES: usize = 512;

/// Stands around the first and the last line of a key.
const DASHES: &str = "-----";

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
                // A key's last line end is often left out.
                value.trim().to_owned(),
                utf8_percent_encode(value, RESERVED).to_string(),
                unpadded,
            ];
            for form in forms.map(Zeroizing::new) {
                if !form.is_empty() && !needles.contains(&form) {
                    needles.push(form);
                }
            }
        }
        let mut generations = unpoisoned(self.generations.write());
        if generations.iter().any(|known| known.needles == needles) {
            return;
        }
        if generations.len() == GENERATIONS {
            generations.remove(0);
        }
        generations.push(Generation { needles, parts });
        unpoisoned(self.fit.write()).clear();
    }

    /// `text` with `***` in the place of every secret; borrowed if there is none.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        letters::without(text, places(&unpoisoned(self.generations.read()), text))
    }

    /// `json`, one valid JSON text, with `***` in the place of every secret in its values, which stay
    /// values; borrowed if there is none. Its names are the adapter's own words, and stay, unless one is a
    /// secret that nobody wrote by hand.
    pub(crate) fn redact_json<'t>(&self, json: &'t str) -> Cow<'t, str> {
        // Nearly always there is none, which a search says sooner than a reader.
        if places(&unpoisoned(self.generations.read()), json).is_empty() {
            return Cow::Borrowed(json);
        }
        let value = |text: &str| match self.redact(text) {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        };
        let name = |text: &str| value(text).filter(|_| self.has_long(text));
        Cow::Owned(spellings::change(json, name, value))
    }

    /// A response as it may leave; none if it is no JSON object. With `recurs`, the same response is
    /// expected again and then not read again.
    pub(crate) fn response(&self, response: String, recurs: bool) -> Option<String> {
        if recurs && unpoisoned(self.fit.read()).contains(&response) {
            return Some(response);
        }
        if !is_object(&response) {
            return None;
        }
        if let Cow::Owned(redacted) = self.redact_json(&response) {
            return Some(redacted);
        }
        if recurs && response.len() <= FIT_BYTES {
            self.remember(&response);
        }
        Some(response)
    }

    fn remember(&self, response: &str) {
        // No secret comes while it is looked at once more and kept.
        let generations = unpoisoned(self.generations.read());
        if places(&generations, response).is_empty() {
            let mut fit = unpoisoned(self.fit.write());
            if fit.len() == FIT {
                fit.remove(0);
            }
            fit.push(response.to_owned());
        }
    }

    /// `error` with `***` in the place of every secret in its message.
    pub(crate) fn cut(&self, error: Error) -> Error {
        error.map_message(|message| self.redact(message).into_owned())
    }

    /// Whether `text` has a long secret in it, whole.
    fn has_long(&self, text: &str) -> bool {
        let generations = unpoisoned(self.generations.read());
        let mut needles = generations.iter().flat_map(|it| &it.needles);
        needles.any(|needle| needle.len() >= LONG_SECRET && text.contains(needle.as_str()))
    }
}

/// Where `text` has a secret.
fn places(generations: &[Generation], text: &str) -> Places {
    let mut places = spellings::places(text, |text, places| {
        for needle in generations.iter().flat_map(|it| &it.needles) {
            add_places(places, text, needle);
        }
    });
    for generation in generations {
        let parts = generation.parts.places(text).into_iter();
        places.extend(parts.map(|(from, to)| {
            let before = text.get(..from).unwrap_or_default();
            let after = text.get(to..).unwrap_or_default();
            let from = before.strip_suffix(DASHES).map_or(from, str::len);
            (
                from,
                to + after.strip_prefix(DASHES).map_or(0, |_| DASHES.len()),
            )
        }));
    }
    places
}

fn is_object(json: &str) -> bool {
    const OUTLINE: Outline = Outline {
        levels: 0,
        names: Names::none(),
        arrays: &[],
        lists: &[],
        room: 2,
        decodes: false,
    };
    let read = Document::read(json, &OUTLINE);
    read.is_ok_and(|document| document.root().is_object())
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

/// Adds where `needle` is in `text`. Texts are short and mostly hold none, so nothing is prepared.
fn add_places(places: &mut Places, text: &str, needle: &str) {
    let Some(first) = needle.as_bytes().first() else {
        return;
    };
    let text = text.as_bytes();
    for at in memchr::memchr_iter(*first, text) {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(needle.as_bytes()) {
            places.push((at, at + needle.len()));
        }
    }
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

    fn redactor(secret: &str) -> Redactor {
        let redactor = Redactor::default();
        redactor.add(&[Secret::new(secret.to_owned())]);
        redactor
    }

    #[test]
    fn redacted_json_is_json_with_the_same_names() {
        for (secret, json, redacted) in [
            (
                r#"text":"hi"#,
                r#"{"text":"hi","code":""}"#,
                r#"{"text":"hi","code":""}"#,
            ),
            ("text", r#"{"text":"a text"}"#, r#"{"text":"a ***"}"#),
            (
                "pass\tword1",
                r#"{"a":"pass\tword1","b":"x\u0070ass\u0009word1\n"}"#,
                r#"{"a":"***","b":"x***\n"}"#,
            ),
            (
                "Quince7",
                r#"{"a":"{\"b\":\"\\u0051uince7\"}"}"#,
                r#"{"a":"{\"b\":\"***\"}"}"#,
            ),
            ("1234567", r#"{"a":12345678}"#, r#"{"a":"***8"}"#),
            (
                "TKNGq7Xw2m9ZkT4vLp8RsY3d",
                r#"{"TKNGq7Xw2m9ZkT4vLp8RsY3d":1}"#,
                r#"{"***":1}"#,
            ),
        ] {
            assert_eq!(redactor(secret).redact_json(json), redacted, "{secret}");
        }
    }

    #[test]
    fn a_key_goes_with_the_dashes_around_it() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----\n";
        let redactor = redactor(key);
        for text in [
            key.trim().to_owned(),
            key.trim().replace('\n', "\r\n"),
            key.trim().replace('\n', "\\n"),
        ] {
            assert_eq!(redactor.redact(&format!("of {text}!")), "of ***!", "{text}");
        }
        assert_eq!(redactor.redact("MIIEvQIBADANB-----"), "***");
    }

    #[test]
    fn a_response_that_was_fit_is_not_fit_for_a_new_secret() {
        let redactor = redactor("Quince7");
        let response = || Some(r#"{"a":"Medlar8"}"#.to_owned());
        for _ in 0..2 {
            assert_eq!(redactor.response(response().unwrap(), true), response());
        }
        redactor.add(&[Secret::new("Medlar8".to_owned())]);
        let redacted = redactor.response(response().unwrap(), true);
        assert_eq!(redacted.as_deref(), Some(r#"{"a":"***"}"#));
        for no_object in ["", "[]", "{", "{}}", r#"{"a":***}"#, "\"a\""] {
            assert_eq!(redactor.response(no_object.to_owned(), true), None);
        }
    }

    #[test]
    fn a_secret_prints_as_stars() {
        assert_eq!(
            format!("{:?}", Secret::new("hunter2hunter2hunter2".to_owned())),
            "***"
        );
    }
}
