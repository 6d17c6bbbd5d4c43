//! Who a customer is: phone numbers that differ only in a digit that networks add or drop are the same
//! customer; a business-scoped id is only itself. Nothing is ever rewritten for sending.

/// One text for all forms of a customer's number, or the id itself.
pub(crate) fn canonical(customer: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || "+-(). ".contains(c);
    if !customer.chars().all(is_number) {
        return customer.to_owned();
    }
    let digits: String = customer.chars().filter(char::is_ascii_digit).collect();
    // Thirteen digits with the extra one, twelve without.
    match (digits.len(), digits.as_str()) {
        // Mexico: the 1 before mobile numbers is gone since 2019, WhatsApp's ids still have it.
        (13, number) if number.starts_with("521") => without(number, 2),
        // Argentina: the 9 before mobile numbers from abroad.
        (13, number) if number.starts_with("549") => without(number, 2),
        // Brazil: the ninth digit of mobile numbers. A number whose next digit is below 6 was a fixed line
        // before it was a mobile one, and both exist.
        (13, number) if number.starts_with("55") && is_mobile_of_brazil(number) => {
            without(number, 4)
        }
        _ => digits,
    }
}

fn is_mobile_of_brazil(number: &str) -> bool {
    let subscriber = number.as_bytes().get(4..6);
    matches!(subscriber, Some([b'9', b'6'..=b'9']))
}

fn without(number: &str, at: usize) -> String {
    let digits = number.char_indices();
    digits
        .filter(|(index, _)| *index != at)
        .map(|(_, digit)| digit)
        .collect()
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
