//! What an answer repeats of a message: a customer's number and words do not get into error messages.

use serde_json::Value;

use super::message::{Content, Recipient};
use crate::customer;

/// Stands for what was cut out, as it does for secrets.
const CUT: &str = "***";
/// A shorter one would be cut out of words that are not the message's.
const SHORTEST: usize = 5;

/// `told` without the recipient and without the texts of `content`.
pub(super) fn cut_out(told: &str, recipient: &Recipient<'_>, content: &Content) -> String {
    let mut private = Vec::new();
    match recipient {
        Recipient::Number(number) => {
            private.push(number.to_string());
            private.push(number.chars().filter(char::is_ascii_digit).collect());
            private.push(customer::canonical(number).into_owned());
        }
        Recipient::User(id) | Recipient::Group(id) => private.push(id.to_string()),
    }
    let is_template = content.kind() == "template";
    push_texts(content.to_value(), is_template, &mut private);
    // The longest first: one may be a part of another.
    private.sort_unstable_by_key(|text| std::cmp::Reverse(text.len()));
    let mut told = told.to_owned();
    for text in private.iter().filter(|text| text.len() >= SHORTEST) {
        told = told.replace(text.as_str(), CUT);
    }
    match recipient {
        Recipient::Number(number) => without_number(&told, number),
        Recipient::User(_) | Recipient::Group(_) => told,
    }
}

/// So many digits at a number's end are that number, with or without its country's and its network's.
const SUBSCRIBER_DIGITS: usize = 7;
/// Into so many groups nobody breaks a number.
const MOST_GROUPS: usize = 20;

/// `told` without `number` in any form in which people write it: with blanks, dashes, brackets, without
/// its country code, with a zero in the place of that.
fn without_number(told: &str, number: &str) -> String {
    let number: Vec<u8> = number.chars().filter_map(digit).collect();
    let mut rest = told;
    let mut cut = String::with_capacity(told.len());
    while let Some(at) = rest.find(|c| digit(c).is_some()) {
        let (before, from) = rest.split_at(at);
        cut.push_str(before);
        let groups = groups_of(from);
        let end = groups.last().map_or(from.len(), |(_, end)| *end);
        let run = from.get(..end).unwrap_or(from);
        cut.push_str(&without_number_in(run, &groups, &number));
        rest = from.get(end..).unwrap_or_default();
    }
    cut + rest
}

/// Where the groups of digits lie with which `text` begins, as far as nothing but what stands inside a
/// written number lies between them.
fn groups_of(text: &str) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let mut is_inside = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match (digit(c), groups.last_mut()) {
            (Some(_), Some(last)) if is_inside => last.1 = end,
            (Some(_), _) => groups.push((at, end)),
            (None, _) if stands_in_numbers(c) => {}
            (None, _) => break,
        }
        is_inside = digit(c).is_some();
    }
    groups
}

/// `run`, which has these groups of digits, without those that are `number`.
fn without_number_in(run: &str, groups: &[(usize, usize)], number: &[u8]) -> String {
    let (mut cut, mut kept_to, mut from) = (String::new(), 0, 0);
    while let Some((begin, _)) = groups.get(from) {
        // The longest first.
        let most = groups.len().min(from + MOST_GROUPS);
        let found = (from..most).rev().find_map(|to| {
            let (_, end) = groups.get(to)?;
            let span = run.get(*begin..*end)?;
            let digits: Vec<u8> = span.chars().filter_map(digit).collect();
            is_number(&digits, number).then_some((to, *end))
        });
        if let Some((to, end)) = found {
            cut.push_str(run.get(kept_to..*begin).unwrap_or_default());
            cut.push_str(CUT);
            (kept_to, from) = (end, to);
        }
        from += 1;
    }
    cut + run.get(kept_to..).unwrap_or_default()
}

/// Whether `digits` are the number, behind zeros, or so much of its end as makes a number.
fn is_number(digits: &[u8], number: &[u8]) -> bool {
    let pairs = digits.iter().rev().zip(number.iter().rev());
    let common = pairs.take_while(|(one, other)| one == other).count();
    if common == number.len() {
        let before = digits.get(..digits.len() - common).unwrap_or_default();
        return common > 0 && before.iter().all(|digit| *digit == 0);
    }
    common >= SUBSCRIBER_DIGITS && digits.len() - common <= 4 && digits.len() <= number.len()
}

/// A digit's value, in the scripts in which phone numbers are written.
fn digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}

/// What people write between the digits of a number, and what text programs put there.
fn stands_in_numbers(c: char) -> bool {
    c.is_whitespace()
        || "+-.()/[]_'".contains(c)
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{2212}' | '\u{ff0d}' | '\u{ff0b}')
}

/// Every text of a content but what explains an error: types, languages, ids, a template's name.
fn push_texts(value: Value, is_template: bool, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Object(members) => {
            for (name, value) in members {
                let explains = match name.as_str() {
                    "type" | "sub_type" | "format" | "code" | "language" | "id" => true,
                    "name" => is_template,
                    _ => false,
                };
                if !(explains && value.is_string()) {
                    push_texts(value, is_template, texts);
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                push_texts(element, is_template, texts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::ObjectText;

    #[test]
    fn numbers_and_words_are_cut_out_and_names_stay() {
        let parameter = ObjectText::new().text("text", "Sheena Nelson");
        let content = ObjectText::new()
            .text("name", "order_update")
            .objects("parameters", [parameter]);
        let content = Content::new("template", content).unwrap();
        let recipient = Recipient::Number("+1 (650) 555-1234".into());
        assert_eq!(
            cut_out(
                "order_update: Sheena Nelson at 16505551234, that is +1 (650) 555-1234",
                &recipient,
                &content
            ),
            "order_update: *** at ***, that is ***"
        );
        let place = ObjectText::new().text("name", "Quince Street 7");
        let content = Content::new("location", place).unwrap();
        let recipient = Recipient::Number("+55 11 98765-4321".into());
        assert_eq!(
            cut_out("Quince Street 7 to 551187654321", &recipient, &content),
            "*** to ***"
        );
        let content = Content::new("text", ObjectText::new().text("body", "hi")).unwrap();
        assert_eq!(cut_out("this", &recipient, &content), "this");
    }

    /// S44.
    #[test]
    fn a_number_is_cut_out_however_it_is_written() {
        let content = Content::new("text", ObjectText::new().text("body", "hi")).unwrap();
        let recipient = Recipient::Number("+1 650 555 1234".into());
        for form in [
            "650 555 1234",
            "(650) 555-1234",
            "650.555.1234",
            "1-650-555-1234",
            "16505551234",
            "555-1234",
            "00 1 650 555 1234",
            "650\u{a0}555\u{2011}1234",
            "\u{202a}+1 650 555 1234\u{202c}",
            "\u{ff16}\u{ff15}\u{ff10}5551234",
            "6 5 0 5 5 5 1 2 3 4",
            "[1] 650/555/1234",
        ] {
            let told = cut_out(
                &format!("(#131030) no {form}, said 42"),
                &recipient,
                &content,
            );
            assert!(told.contains(CUT), "{form}: {told}");
            let digits: String = told.chars().filter(|c| digit(*c).is_some()).collect();
            assert!(digits == "13103042" || digits == "131030142", "{told}");
            assert!(
                told.starts_with("(#131030) no ") && told.ends_with(", said 42"),
                "{told}"
            );
        }
        assert_eq!(
            cut_out("(#131030) 650 555 1234 650-555-1234", &recipient, &content),
            "(#131030) *** ***"
        );
        let german = Recipient::Number("+49 151 12345678".into());
        assert_eq!(cut_out("0151 12345678?", &german, &content), "***?");
        for other in ["code 131030, 132 of 5", "2026-11-30 17:00", "650 555 9999"] {
            assert_eq!(cut_out(other, &recipient, &content), other);
        }
    }
}
