//! A recipient as a list names it.

use super::digits;
use crate::customer::{Identity, visible};
use crate::store::Key;

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
        let digits = digits::of(&text)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h10_what_is_no_phone_number_is_named_as_what_it_is() {
        for (written, words) in [
            ("+49 (0) 151 12345678", "trunk prefix"),
            ("+49(0)15112345678", "trunk prefix"),
            ("+49 (0151) 12345678", "trunk prefix"),
            ("+16505551234 (2)", "more digits"),
            ("+1 650 555 1234 - 12", "more digits"),
            ("+1 650 555 1234 12", "more digits"),
            ("+4420794609 58-60", "more digits"),
            ("+44 20 7946 0958-60", "more digits"),
            ("1650555 1234567", "more digits"),
            ("+49 30 123456 - 12", "more digits"),
            ("+4915112345678 4915112345679", "7 to 15 digits"),
            ("+1234567890123456", "7 to 15 digits"),
            ("2026-11-30", "a date"),
            ("30.11.2026", "a date"),
            ("11-30-2026", "a date"),
            ("30 11 2026", "a date"),
            ("16505551234.00", "decimal"),
            ("16505551234.0", "decimal"),
            ("1650555123.50", "decimal"),
            ("192.168.10.20", "address"),
            ("16.505.551.234", "thousands"),
            ("-16505551234", "not a phone number"),
            ("16505551234-", "not a phone number"),
            ("+1 650..555.1234", "not a phone number"),
            ("+1--650-555-1234", "not a phone number"),
            ("+1 (650 555-1234", "not a phone number"),
            ("+1 650) 555-1234", "not a phone number"),
            ("+1 650 555 1234 +1 650 555 1235", "not a phone number"),
            ("++16505551234", "not a phone number"),
            ("11/30/2026 10", "not a phone number"),
        ] {
            let why = Recipient::read(written).unwrap_err();
            assert!(why.contains(words), "{written}: {why}");
        }
    }

    #[test]
    fn h10_numbers_as_people_write_them_are_numbers() {
        for written in [
            "+16505551234",
            "16505551234",
            "+1 650 555 1234",
            "+1 (650) 555-1234",
            "+1(650)555-1234",
            "(+1) 650 555 1234",
            "+1.650.555.1234",
            "1-650-555-1234",
            "+33 6 12 34 56 78",
            "+33.6.12.34.56.78",
            "+33 6-12-34-56-78",
            "+7 (495) 123-45-67",
            "+380 44 123 45-67",
            "+49 151 12345678",
            "+49 30 123456-78",
            "+49 151 - 12345678",
            "+39 (06) 1234 5678",
            "+54 (11) 2345-6789",
            "+55 11 98765-4321",
            "+52 1 55 1234 5678",
            "+91 98765 43210",
            "+852 9123 4567",
            "+44 20 7946 0958",
            "+30 210 123 4567",
        ] {
            assert!(
                Recipient::read(written).is_ok(),
                "{written}: {:?}",
                Recipient::read(written)
            );
        }
    }
}
