//! What of a notification is in no event, and so is counted by its name.

use serde_json::{Map, Value};

use super::plain::{is_empty, list, text};
use super::reading::Reading;

impl Reading {
    /// Counts what a value has beside its lists.
    pub(super) fn beside(&mut self, value: &Value) {
        let lists = ["contacts", "messages", "statuses", "errors", "user_actions"];
        let others = ["metadata", "messaging_product", "conversation_context"];
        let known = [lists.as_slice(), &others].concat();
        self.count_others(value, "value.", &known);
        for name in ["errors", "user_actions"] {
            if !value[name].is_null() && is_empty(&value[name]) {
                self.count("value.", name);
            }
        }
        let mut elements = ["messages", "statuses"]
            .iter()
            .flat_map(|it| list(&value[*it]));
        let context = &value["conversation_context"];
        if !context.is_null() && !elements.any(Value::is_object) {
            self.count("value.", "conversation_context");
        }
        self.metadata(value);
    }

    pub(super) fn metadata(&mut self, value: &Value) {
        let product = &value["messaging_product"];
        if !product.is_null() && product != "whatsapp" {
            self.count("value.", "messaging_product");
        }
        let metadata = &value["metadata"];
        if metadata.is_object() {
            let known = ["phone_number_id", "display_phone_number"];
            self.count_others(metadata, "value.metadata.", &known);
            self.count_textless(metadata, "value.metadata.", &known);
        } else if !metadata.is_null() {
            self.count("value.", "metadata");
        }
    }

    pub(super) fn count_others(&mut self, of: &Value, prefix: &str, known: &[&str]) {
        let names = of.as_object().into_iter().flat_map(Map::keys);
        for name in names.filter(|name| !known.contains(&name.as_str())) {
            self.count(prefix, name);
        }
    }

    pub(super) fn count_textless(&mut self, of: &Value, prefix: &str, names: &[&str]) {
        for name in names {
            if !of[*name].is_null() && text(&of[*name]).is_none() {
                self.count(prefix, name);
            }
        }
    }

    pub(super) fn count(&mut self, prefix: &str, name: &str) {
        let is_number = name.chars().filter(char::is_ascii_digit).count() >= 6;
        let shown = name.chars().map(|c| match c {
            '0'..='9' if is_number => '#',
            '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' | '-' => c,
            _ => '?',
        });
        let shown: String = prefix.chars().chain(shown).take(64).collect();
        let shown = if name.is_empty() {
            format!("{prefix}?")
        } else {
            shown
        };
        *self.unknown.entry(shown).or_default() += 1;
    }
}
