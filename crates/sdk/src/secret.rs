//! Values that must not leave: they print as `***`, are wiped when dropped, and are cut out of every
//! outgoing text by value.

use std::borrow::Cow;
use std::fmt;
use std::sync::RwLock;

use base16ct::lower::encode_string;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::json::is_object;
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
/// It keeps the last few sets of secrets: after a change of the properties, calls that run may still meet
/// the old ones.
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

impl Generation {
    fn add(&mut self, secrets: &[Secret]) {
        for secret in secrets {
            let value = secret.expose();
            if value.len() >= LONG_SECRET {
                add_parts(&mut self.parts, value);
            }
            for form in forms(value).map(Zeroizing::new) {
                if !form.is_empty() && !self.needles.contains(&form) {
                    self.needles.push(form);
                }
            }
        }
    }
}

/// A secret as a whole, in the forms in which others write it.
fn forms(value: &str) -> [String; 8] {
    let unpadded = |base64: String| base64.trim_end_matches('=').to_owned();
    [
        value.to_owned(),
        // A key's last line end is often left out.
        value.trim().to_owned(),
        utf8_percent_encode(value, RESERVED).to_string(),
        utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
        unpadded(STANDARD.encode(value)),
        unpadded(URL_SAFE.encode(value)),
        encode_string(value.as_bytes()),
        base16ct::upper::encode_string(value.as_bytes()),
    ]
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
    /// Cuts these out as well from now on, beside all that are in force.
    pub fn add(&self, secrets: &[Secret]) {
        let mut generations = unpoisoned(self.generations.write());
        if generations.is_empty() {
            generations.push(Generation::default());
        }
        if let Some(current) = generations.last_mut() {
            current.add(secrets);
        }
        unpoisoned(self.fit.write()).clear();
    }

    /// From now on these are in force, in place of all others: after a change of the properties. Those
    /// before are cut out as well, until there were three more changes.
    pub fn replace(&self, secrets: &[Secret]) {
        let mut new = Generation::default();
        new.add(secrets);
        let mut generations = unpoisoned(self.generations.write());
        // The same set again is the newest one, and no other is pushed out for it.
        generations.retain(|known| known.needles != new.needles);
        let too_many = (generations.len() + 1).saturating_sub(GENERATIONS);
        generations.drain(..too_many);
        generations.push(new);
        unpoisoned(self.fit.write()).clear();
    }

    /// `text` with `***` in the place of every secret; borrowed if there is none.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        letters::without(text, places(&unpoisoned(self.generations.read()), text))
    }

    /// `json`, one valid JSON text, with `***` in the place of every secret in its values, which stay
    /// values; borrowed if there is none. Its names are the adapter's own words, and stay, unless one has
    /// a secret that nobody wrote by hand, or a part of it.
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

    /// Whether `text` has a long secret in it, or a part of one.
    fn has_long(&self, text: &str) -> bool {
        let generations = unpoisoned(self.generations.read());
        let mut needles = generations.iter().flat_map(|it| &it.needles);
        needles.any(|needle| needle.len() >= LONG_SECRET && text.contains(needle.as_str()))
            || (generations.iter()).any(|known| !known.parts.places(text).is_empty())
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
mod tests;
