//! Compares phone numbers: those that differ only in a digit that networks add or drop belong to one
//! customer, and a business-scoped id equals only itself. Numbers are sent as the caller wrote them.

use std::borrow::Cow;

/// Whether `text` names a customer at all: a number has digits, an id letters. Meta writes "there is none"
/// as an empty text, too.
pub(crate) fn is_somebody(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// One text for all forms of a customer's number, or the id itself.
pub(crate) fn canonical(customer: &str) -> Cow<'_, str> {
    if customer.bytes().all(|byte| byte.is_ascii_digit()) {
        return match superfluous(customer) {
            Some(at) => Cow::Owned(without(customer, at)),
            None => Cow::Borrowed(customer),
        };
    }
    let is_number = |c: char| c.is_ascii_digit() || "+-(). ".contains(c);
    if !customer.chars().all(is_number) {
        return Cow::Borrowed(customer);
    }
    let digits: String = customer.chars().filter(char::is_ascii_digit).collect();
    Cow::Owned(match superfluous(&digits) {
        Some(at) => without(&digits, at),
        None => digits,
    })
}

/// The place of the digit that not every form of a number has: thirteen digits with it, twelve without.
fn superfluous(digits: &str) -> Option<usize> {
    if digits.len() != 13 {
        return None;
    }
    // Mexico: the 1 before mobile numbers is gone since 2019, WhatsApp's ids still have it.
    // Argentina: the 9 before mobile numbers from abroad.
    if digits.starts_with("521") || digits.starts_with("549") {
        return Some(2);
    }
    // Brazil: the ninth digit of mobile numbers. A number whose next digit is below 6 was a fixed line
    // before it was a mobile one, and both exist.
    (digits.starts_with("55") && is_mobile_of_brazil(digits)).then_some(4)
}

fn is_mobile_of_brazil(number: &str) -> bool {
    let subscriber = number.as_bytes().get(4..6);
    matches!(subscriber, Some([b'9', b'6'..=b'9']))
}

/// `digits` without the one at `at`.
fn without(digits: &str, at: usize) -> String {
    let (before, from) = digits.split_at_checked(at).unwrap_or((digits, ""));
    [before, from.get(1..).unwrap_or_default()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_number_are_one_customer() {
        for (one, other) in [
            ("+55 11 98765-4321", "551187654321"),
            ("5215512345678", "+52 55 1234 5678"),
            ("5491123456789", "+54 (11) 2345-6789"),
            ("+1 (650) 555-1234", "16505551234"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one}");
        }
    }

    #[test]
    fn different_numbers_stay_different() {
        for (one, other) in [
            // A mobile number of Brazil, and the fixed line that its last eight digits are.
            ("5511932345678", "551132345678"),
            ("5515512345678", "555512345678"),
            ("16505551234", "116505551234"),
            ("US.1", "1"),
            ("US.521", "US.52"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one}");
        }
    }
}
