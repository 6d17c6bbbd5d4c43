//! Redacts recipient and text from server responses: a customer's number and texts, a PIN, a location and
//! secrets do not get into error messages. Texts are shortened only afterwards, because half a secret or
//! half a number would no longer be recognised.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use memchr::memmem;
use serde_json::Value;

use super::report::CallReport;
use crate::letters::{self, Letter, Places, RUN, Runs};
use crate::secret::Redactor;

/// Shorter texts are not redacted: they occur in words that are not the request's.
const SHORTEST_BYTES: usize = 5;
/// This many digits in a row are a code or a number.
const CODE_DIGITS: usize = 4;
/// The last digits that identify a number, with or without its country and network codes.
const SUBSCRIBER_DIGITS: usize = 7;
/// This many other digits may precede them, such as a country code in another form.
const MOST_DIGITS_BEFORE: usize = 4;
/// A number is never written in more groups than this.
const MOST_GROUPS: usize = 20;
/// Meta's error texts have a sentence or two; longer ones are cut.
const MAX_TEXT_BYTES: usize = 4096;

/// Removes from `report` what the server repeats of the request, secrets, and characters that a log or a
/// terminal would interpret.
pub(super) fn redact(
    report: &mut CallReport,
    redactor: &Redactor,
    private: impl FnOnce() -> Private,
) {
    let failed = report.failed.as_mut().map(|failed| &mut failed.message);
    let told = failed.into_iter().chain(&mut report.warnings);
    let mut told = told.chain(&mut report.fbtrace_id).peekable();
    if told.peek().is_none() {
        return;
    }
    let private = private();
    for told in told {
        let cut = private.cut_out(&redactor.redact(told));
        *told = bounded(printable(&cut));
    }
}

/// Texts and numbers of a request that errors must not repeat.
#[derive(Default)]
pub(super) struct Private {
    /// Long texts, of which also a part is recognised.
    long: Vec<String>,
    /// The runs of all long texts, computed on first use.
    runs: OnceCell<Runs>,
    /// The letters of shorter texts.
    short: HashSet<String>,
    /// Texts without a letter.
    signs: HashSet<String>,
    /// Codes, without zeros at their beginning.
    codes: HashSet<Vec<u8>>,
    /// Longer numbers, by their last digits.
    numbers: HashMap<Vec<u8>, HashSet<Vec<u8>>>,
}

impl Private {
    /// Adds every leaf of `value` except those that help to understand an error: types, languages, a
    /// template's name.
    fn add_value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add(text),
            Value::Number(number) => self.add_digits(&number.to_string()),
            Value::Array(elements) => elements.iter().for_each(|element| self.add_value(element)),
            Value::Object(members) => {
                let is_template = members.contains_key("language");
                let members = members.iter().filter(|(name, _)| *name != "language");
                for (name, value) in members {
                    self.add_member(name, value, is_template);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn add_member(&mut self, name: &str, value: &Value, is_template: bool) {
        let explains = match name {
            "messaging_product" | "category" | "status" => true,
            "name" => is_template,
            name => ["type", "format", "_seconds"]
                .iter()
                .any(|end| name.ends_with(end)),
        };
        if !explains || value.is_object() || value.is_array() {
            self.add_value(value);
        }
    }

    /// One text of a request.
    pub(super) fn of(text: &str) -> Self {
        let mut private = Self::default();
        private.add(text);
        private
    }

    /// Adds a member of a request, whose value is this JSON.
    pub(super) fn add_json(&mut self, name: &str, json: &str) {
        if let Ok(value) = serde_json::from_str(json) {
            self.add_member(name, &value, false);
        }
    }

    pub(super) fn add(&mut self, text: &str) {
        self.add_digits(text);
        let said: String = letters::letters(text).map(|letter| letter.c).collect();
        if said.is_empty() {
            if text.len() >= SHORTEST_BYTES {
                self.signs.insert(text.to_owned());
            }
        } else if said.chars().count() >= RUN {
            self.add_parts_of_url(text);
            self.long.push(text.to_owned());
        } else if text.len() >= SHORTEST_BYTES && said.len() > 1 {
            self.short.insert(said);
        }
    }

    /// A link's user, password and query values are private on their own.
    fn add_parts_of_url(&mut self, text: &str) {
        let Some((_, rest)) = text.split_once("://") else {
            return;
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let values = query
            .split('&')
            .filter_map(|pair| Some(pair.split_once('=')?.1));
        for part in user.split(':').chain(values) {
            self.add(part);
        }
    }

    fn add_digits(&mut self, text: &str) {
        let all: Vec<Letter> = letters::letters(text).collect();
        for run in digits_of(&all) {
            let whole = run.iter().flat_map(|group| &group.digits).copied();
            self.add_number(whole.collect());
            for group in run {
                self.add_number(group.digits);
            }
        }
    }

    fn add_number(&mut self, digits: Vec<u8>) {
        if digits.len() < CODE_DIGITS {
            return;
        }
        if let Some(key) = end_of(&digits) {
            self.numbers.entry(key.to_vec()).or_default().insert(digits);
        } else {
            self.codes.insert(without_zeros(&digits).to_vec());
        }
    }

    /// `told` without any of these texts.
    fn cut_out(&self, told: &str) -> String {
        let all: Vec<Letter> = letters::letters(told).collect();
        let mut places = if all.len() < RUN {
            Places::new()
        } else {
            self.runs().places(told)
        };
        self.short_places(&all, &mut places);
        self.number_places(told, &all, &mut places);
        for signs in &self.signs {
            let found = memmem::find_iter(told.as_bytes(), signs);
            places.extend(found.map(|from| (from, from + signs.len())));
        }
        letters::without(told, places).into_owned()
    }

    fn runs(&self) -> &Runs {
        self.runs.get_or_init(|| {
            let mut runs = Runs::default();
            self.long.iter().for_each(|text| runs.add(text));
            runs
        })
    }

    /// Where the short texts occur as whole words.
    fn short_places(&self, all: &[Letter], places: &mut Places) {
        if self.short.is_empty() {
            return;
        }
        let (mut said, mut begins) = (String::new(), Vec::new());
        for letter in all {
            begins.push(said.len());
            said.push(letter.c);
        }
        let touch = |one: Option<&Letter>, other: Option<&Letter>| {
            one.zip(other).is_some_and(|(one, other)| {
                one.to == other.from && one.c.is_ascii() && other.c.is_ascii()
            })
        };
        for short in &self.short {
            for at in memmem::find_iter(said.as_bytes(), short) {
                let Ok(first) = begins.binary_search(&at) else {
                    continue;
                };
                let end = begins.partition_point(|begin| *begin < at + short.len());
                let (before, last) = (first.checked_sub(1), end.saturating_sub(1));
                let is_word = !touch(before.and_then(|at| all.get(at)), all.get(first))
                    && !touch(all.get(last), all.get(end));
                if let Some((first, last)) = all.get(first).zip(all.get(last)).filter(|_| is_word) {
                    places.push((first.from, last.to));
                }
            }
        }
    }

    /// Where numbers occur, in any form in which people write them: with blanks, dashes, brackets,
    /// without the country code, with a zero in place of it.
    fn number_places(&self, told: &str, all: &[Letter], places: &mut Places) {
        if self.codes.is_empty() && self.numbers.is_empty() {
            return;
        }
        for run in digits_of(all) {
            let mut first = 0;
            while let Some(begin) = run.get(first) {
                let (mut digits, mut found) = (Vec::new(), None);
                for (at, group) in run.iter().enumerate().skip(first).take(MOST_GROUPS) {
                    digits.extend_from_slice(&group.digits);
                    if self.has_number(&digits) {
                        // The longest.
                        found = Some((at, group.to));
                    }
                }
                if let Some((last, to)) = found {
                    let before = told.get(..begin.from).unwrap_or_default();
                    places.push((before.trim_end_matches('+').len(), to));
                    first = last;
                }
                first += 1;
            }
        }
    }

    /// Whether `digits` are one of the numbers, with leading zeros, or enough of its last digits.
    fn has_number(&self, digits: &[u8]) -> bool {
        let Some(end) = end_of(digits) else {
            let is_long = digits.len() >= CODE_DIGITS;
            return is_long && self.codes.contains(without_zeros(digits));
        };
        if self.codes.contains(without_zeros(digits)) {
            return true;
        }
        let numbers = self.numbers.get(end).into_iter().flatten();
        numbers.into_iter().any(|number| {
            let pairs = digits.iter().rev().zip(number.iter().rev());
            let common = pairs.take_while(|(one, other)| one == other).count();
            let before = digits.len() - common;
            let zeros = digits.iter().take(before).all(|digit| *digit == 0);
            (common == number.len() && zeros)
                || (before <= MOST_DIGITS_BEFORE && digits.len() <= number.len())
        })
    }
}

/// A group of adjacent digits.
struct Group {
    to: usize,
    from: usize,
    digits: Vec<u8>,
}

/// The groups of digits among `all`; groups without a letter between them form one run.
fn digits_of(all: &[Letter]) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut last_was_digit = false;
    for letter in all {
        let Some(digit) = letters::digit(letter.c) else {
            last_was_digit = false;
            continue;
        };
        if !last_was_digit {
            runs.push(Vec::new());
        }
        last_was_digit = true;
        let Some(run) = runs.last_mut() else { continue };
        match run.last_mut() {
            Some(group) if group.to == letter.from => {
                group.to = letter.to;
                group.digits.push(digit);
            }
            _ => run.push(Group {
                from: letter.from,
                to: letter.to,
                digits: vec![digit],
            }),
        }
    }
    runs
}

/// The last digits of a number, if it has as many.
fn end_of(digits: &[u8]) -> Option<&[u8]> {
    digits.get(digits.len().checked_sub(SUBSCRIBER_DIGITS)?..)
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.get(zeros..).unwrap_or_default()
}

/// `told` in one line, without control characters and without marks that change the writing direction.
fn printable(told: &str) -> String {
    let harmless = |c: char| match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
            '\u{fffd}'
        }
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    told.chars().map(harmless).collect()
}

/// Shortens a long text so that it does not end in half of a number.
fn bounded(mut text: String) -> String {
    if text.len() > MAX_TEXT_BYTES {
        let most = MAX_TEXT_BYTES - '…'.len_utf8();
        let ends = text.char_indices().map(|(at, _)| at);
        let end = ends.take_while(|at| *at <= most).last();
        text.truncate(end.unwrap_or(0));
        text.truncate(text.trim_end_matches(|c: char| !c.is_alphabetic()).len());
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
