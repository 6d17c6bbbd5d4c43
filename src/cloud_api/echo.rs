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
    told
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
}
