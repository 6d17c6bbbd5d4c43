//! A recipient as a list names it.

use crate::customer::{Identity, is_separator, visible};
use crate::store::Key;

/// E.164: the longest number, and what is shorter than any with its country code.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A recipient.
#[derive(Debug, PartialEq)]
pub(super) struct Recipient {
    /// As it is written, without what is no part of it.
    pub(super) sent_to: String,
    /// The same for every spelling.
    pub(super) key: Key,
    /// The keys that earlier versions gave to the spellings of the same number.
    pub(super) former: Vec<Key>,
}

impl Recipient {
    /// Reads a phone number, or a business-scoped user id.
    ///
    /// # Errors
    /// What is wrong with it, to be read after the column's name; it does not show the number.
    pub(super) fn read(written: &str) -> Result<Self, String> {
        let text = visible(unquoted(written));
        if is_user_id(&text) {
            return Ok(Self::of_id(&text));
        }
        let mantissa = text.to_ascii_uppercase().replace(',', ".");
        if let Some((before, after)) = mantissa.split_once('E')
            && before.parse::<f64>().is_ok()
            && after.parse::<i32>().is_ok()
        {
            return Err(
                "was shortened by a spreadsheet, as in 1.65E+10: format the column as text and enter \
                 the numbers again"
                    .to_owned(),
            );
        }
        if text.ends_with(".0") && text.matches('.').count() == 1 {
            return Err(
                "was made a decimal number, with .0 at its end: format the column as text"
                    .to_owned(),
            );
        }
        let is_number = |c: char| c.is_ascii_digit() || is_separator(c);
        let before = text.split(|c: char| c.is_ascii_digit()).next();
        let signs = before.unwrap_or_default().matches('+').count();
        if !text.chars().all(is_number) || signs > 1 || text.matches('+').count() > signs {
            return Err("is not a phone number such as +16505551234".to_owned());
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !DIGITS.contains(&digits.len()) {
            let (least, most) = (DIGITS.start(), DIGITS.end());
            return Err(format!(
                "has no {least} to {most} digits: write the country code and the whole number"
            ));
        }
        if digits.starts_with('0') {
            return Err(
                "begins with 0: write the country code first, as in +4915112345678".to_owned(),
            );
        }
        let Some(Identity::Number(canonical)) = Identity::parse(&digits) else {
            return Err("is not a phone number such as +16505551234".to_owned());
        };
        let former = spellings(&canonical).into_iter().chain([digits]);
        let former = former.filter(|digits| *digits != canonical);
        Ok(Self {
            former: former.map(|digits| key(&digits)).collect(),
            key: key(&canonical),
            sent_to: text,
        })
    }

    /// An id, which is only itself.
    pub(super) fn of_id(id: &str) -> Self {
        let letters: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
        Self {
            sent_to: id.to_owned(),
            key: Key::of(&["recipient", "id", id]),
            former: vec![key(&letters)],
        }
    }
}

/// The longer spellings that have this one as their canonical form.
fn spellings(canonical: &str) -> Vec<String> {
    let places = [(2, '1'), (2, '9'), (4, '9')];
    let longer = places.into_iter().filter_map(|(at, digit)| {
        let (before, after) = canonical.split_at_checked(at)?;
        Some(format!("{before}{digit}{after}"))
    });
    let same = |digits: &String| crate::customer::canonical(digits) == canonical;
    longer.filter(same).collect()
}

fn key(digits: &str) -> Key {
    Key::of(&["recipient", digits])
}

/// Without the marks by which spreadsheets keep a number a text: `'+1650` and `="+1650"`.
fn unquoted(written: &str) -> &str {
    let text = written.trim();
    let formula = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    formula.unwrap_or_else(|| text.strip_prefix('\'').unwrap_or(text))
}

/// `US.13491208655302741918`, `US.ENT.…`
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let id = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
