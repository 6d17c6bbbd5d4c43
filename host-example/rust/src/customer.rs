//! Who a customer is: a phone number, however it is written, or an id that is only itself.
//!
//! Numbers that differ only in a digit that networks add or drop are one customer, as the adapter has it:
//! Mexico's 1, Argentina's 9, the ninth digit of Brazil's mobile numbers.

use std::fmt;

use crate::whatsapp::{ADAPTER_TYPE, NUMBER_PREFIXES};

/// A customer's identity; two spellings of one number are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    /// The digits of a phone number, without those that not every form has.
    Number(String),
    /// A business-scoped user id, or a group's id.
    Id(String),
}

impl Identity {
    /// Reads one; none if there is nothing in it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = visible(text);
        if text.is_empty() {
            return None;
        }
        let is_number = |c: char| c.is_ascii_digit() || is_separator(c);
        if !text.chars().all(is_number) {
            return Some(Self::Id(text));
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then(|| Self::Number(canonical(&digits)))
    }

    /// Whether `text` is a spelling of it.
    pub(crate) fn is(&self, text: &str) -> bool {
        Self::parse(text).as_ref() == Some(self)
    }

    /// What every spelling without separators contains.
    pub(crate) fn core(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Number(digits) => {
                let from = digits.len().saturating_sub(8);
                digits.get(from..).unwrap_or(digits)
            }
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(digits) => write!(f, "+{digits}"),
            Self::Id(id) => f.write_str(id),
        }
    }
}

/// The one text by which a subject of this adapter type is known again. Only the adapter whose subjects
/// are phone numbers has several spellings of one: digits of any other adapter may be an order, and two
/// texts are two subjects.
pub(crate) fn known_as(adapter_type: &str, text: &str) -> String {
    if adapter_type == ADAPTER_TYPE {
        same(text)
    } else {
        text.to_owned()
    }
}

/// The one text by which a customer is known again, however the name is written; a text that names nobody
/// stays as it is.
fn same(text: &str) -> String {
    match Identity::parse(text) {
        Some(Identity::Number(name) | Identity::Id(name)) => name,
        None => text.to_owned(),
    }
}

/// The text without characters that nobody sees, around it or in it, and without a prefix that says only
/// that it is a number.
pub(crate) fn visible(text: &str) -> String {
    let hidden = |c: char| {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
            || c.is_control()
    };
    let shown = |c: char| match c {
        // Spaces and dashes of other alphabets and of word processors.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{ff0b}' => '+',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    let spaced = text.replace('\t', " ");
    let text: String = spaced.chars().filter(|c| !hidden(*c)).map(shown).collect();
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let prefix = NUMBER_PREFIXES
        .into_iter()
        .find(|prefix| lower.starts_with(prefix));
    let text = text.get(prefix.map_or(0, str::len)..).unwrap_or(text);
    text.trim().to_owned()
}

/// What may stand between the digits of a number.
pub(crate) fn is_separator(c: char) -> bool {
    "+-(). ".contains(c)
}

/// One text for all forms of a number.
pub(crate) fn canonical(digits: &str) -> String {
    match superfluous(digits).and_then(|at| digits.split_at_checked(at)) {
        Some((before, from)) => [before, from.get(1..).unwrap_or_default()].concat(),
        None => digits.to_owned(),
    }
}

/// The place of the digit that not every form of a number has: thirteen digits with it, twelve without.
fn superfluous(digits: &str) -> Option<usize> {
    if digits.len() != 13 {
        return None;
    }
    if digits.starts_with("521") || digits.starts_with("549") {
        return Some(2);
    }
    // Where the next digit is below 6, the number without the 9 is a fixed line, and both exist.
    let subscriber = digits.as_bytes().get(4..6);
    let is_mobile = matches!(subscriber, Some([b'9', b'6'..=b'9']));
    (digits.starts_with("55") && is_mobile).then_some(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h02_a_number_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("+49 151 12345678", "4915112345678"),
            ("+1 (650) 555-1234", "16505551234"),
            (
                "\u{202a}+1\u{a0}650\u{a0}555\u{2011}1234\u{202c}",
                "16505551234",
            ),
            ("whatsapp:+16505551234", "tel:+1.650.555.1234"),
            ("+55 11 98765-4321", "551187654321"),
            ("5215512345678", "+52 55 1234 5678"),
            ("5491123456789", "+54 (11) 2345-6789"),
            (" US.123 ", "US.123"),
        ] {
            let (one, other) = (Identity::parse(one), Identity::parse(other));
            assert!(one.is_some() && one == other, "{one:?} {other:?}");
        }
    }

    #[test]
    fn h02_a_part_of_an_identity_is_another_identity() {
        for (one, other) in [
            ("165055", "16505551234"),
            ("16505551234", "116505551234"),
            ("5511932345678", "551132345678"),
            ("US.1", "US.12"),
            ("US.1", "1"),
            ("us.1", "US.1"),
            ("abc", "US.abc"),
        ] {
            assert_ne!(Identity::parse(one), Identity::parse(other), "{one}");
        }
        for nobody in ["", "+", " ( ) ", "\u{200b}"] {
            assert_eq!(Identity::parse(nobody), None, "{nobody}");
        }
    }
}
