//! A JSON value that knows its path, so that every refusal can name the member it is about.
//!
//! Graph refuses in two shapes. What its own reading of parameters finds (a member that is missing,
//! unknown, or of the wrong JSON type) is code 100 with the text in `message`, paths in brackets
//! and no `error_data`. What WhatsApp finds in a value is 131008, 131009 or another code of its
//! own, with the text in `error_data.details`.

use serde_json::{Map, Value};

use crate::graph_error::GraphError;

/// What a check says: nothing, or why the message is refused.
pub(crate) type Check<T = ()> = Result<T, GraphError>;

/// A value inside the request's body.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    pub(crate) fn new(value: &'a Value, path: &str) -> Self {
        Self {
            value,
            path: path.to_owned(),
        }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The member of this name, if it is there and not null.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'a>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Node {
            value,
            path: self.child(name),
        })
    }

    /// The member of this name, if it says something: Graph takes an empty text as an absent one.
    pub(crate) fn filled(&self, name: &str) -> Option<Node<'a>> {
        self.get(name).filter(|member| !member.is_empty())
    }

    /// The member of this name; Graph's refusal without it, and if it is an empty text.
    pub(crate) fn required(&self, name: &str) -> Check<Node<'a>> {
        self.filled(name)
            .ok_or_else(|| GraphError::required(&self.child(name)))
    }

    /// The member of this name, which may be an empty text.
    pub(crate) fn present(&self, name: &str) -> Check<Node<'a>> {
        self.get(name)
            .ok_or_else(|| GraphError::required(&self.child(name)))
    }

    /// Refuses this object if it lacks one of these members, in the words of Graph's JSON schemas, which
    /// name all that is missing.
    pub(crate) fn has_all(&self, names: &[&str]) -> Check {
        let missing: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| self.filled(name).is_none())
            .collect();
        if self.value.is_object() && !missing.is_empty() {
            return Err(GraphError::schema_required(&self.dotted(), &missing));
        }
        Ok(())
    }

    /// This value as one of these words, in the words of Graph's JSON schemas.
    pub(crate) fn schema_word(&self, words: &[&'static str]) -> Check<&'static str> {
        let given = self.value.as_str().unwrap_or_default();
        let found = words.iter().find(|word| **word == given).copied();
        found.ok_or_else(|| GraphError::schema_enum(&self.dotted(), words, self.value))
    }

    fn is_empty(&self) -> bool {
        self.value.as_str() == Some("")
    }

    /// This value as an object that has no members but these.
    pub(crate) fn only(&self, names: &[&str]) -> Check<&'a Map<String, Value>> {
        let object = self.object()?;
        match object.keys().find(|key| !names.contains(&key.as_str())) {
            Some(key) if self.path.is_empty() => {
                Err(GraphError::parameter(&format!("Unexpected key \"{key}\".")))
            }
            Some(key) => Err(GraphError::parameter(&format!(
                "Unexpected key \"{key}\" on param \"{}\".",
                self.path
            ))),
            None => Ok(object),
        }
    }

    pub(crate) fn object(&self) -> Check<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.not_a("a JSON object"))
    }

    /// This value as an array of so many elements.
    pub(crate) fn items(&self, least: usize, most: usize) -> Check<Vec<Node<'a>>> {
        let array = self
            .value
            .as_array()
            .ok_or_else(|| self.not_a("an array"))?;
        if array.len() < least || array.len() > most {
            return Err(GraphError::value(format!(
                "Param {} must have {least} to {most} elements, has {}",
                self.path,
                array.len()
            )));
        }
        let element = |(index, value)| Node {
            value,
            path: format!("{}[{index}]", self.path),
        };
        Ok(array.iter().enumerate().map(element).collect())
    }

    /// This value as a string.
    pub(crate) fn string(&self) -> Check<&'a str> {
        self.value.as_str().ok_or_else(|| self.not_a("a string"))
    }

    /// This value as a string of so many characters.
    pub(crate) fn text(&self, least: usize, most: usize) -> Check<&'a str> {
        let text = self.string()?;
        let count = text.chars().count();
        if count < least || count > most {
            return Err(GraphError::value(format!(
                "Param {} must be {least} to {most} characters long, is {count}",
                self.path
            )));
        }
        Ok(text)
    }

    /// The same for a text that Meta's refusal calls by a name of its own.
    pub(crate) fn labelled_text(&self, label: &str, least: usize, most: usize) -> Check<&'a str> {
        let text = self.string()?;
        if (least..=most).contains(&text.chars().count()) {
            return Ok(text);
        }
        Err(GraphError::value(format!(
            "{label} length invalid. Min length: {least}, Max length: {most}"
        )))
    }

    /// A text of at most so many characters, and not empty, with Meta's refusal for rows.
    pub(crate) fn short_text(&self, label: &str, most: usize) -> Check<&'a str> {
        let text = self.string()?;
        match text.chars().count() {
            0 => Err(GraphError::value(format!("{label} is required"))),
            count if count > most => Err(GraphError::value(format!(
                "{label} is too long. Max length is {most}"
            ))),
            _ => Ok(text),
        }
    }

    /// A member that, if present and not empty, is a string of so many characters.
    pub(crate) fn optional_text(&self, name: &str, least: usize, most: usize) -> Check {
        self.filled(name)
            .map_or(Ok(()), |member| member.text(least, most).map(drop))
    }

    /// Members that, if present, are strings.
    pub(crate) fn optional_strings(&self, names: &[&str]) -> Check {
        let mut members = names.iter().filter_map(|name| self.get(name));
        members.try_for_each(|member| member.string().map(drop))
    }

    /// A member that, if present, is a Boolean.
    pub(crate) fn optional_bool(&self, name: &str) -> Check {
        match self.get(name) {
            Some(member) if !member.value.is_boolean() => Err(member.not_a("a boolean")),
            _ => Ok(()),
        }
    }

    /// This value as one of these words.
    pub(crate) fn word(&self, words: &[&'static str]) -> Check<&'static str> {
        self.one_of(words, |word, text| word == text)
    }

    /// This value as one of these words, in upper or in lower case.
    pub(crate) fn word_of_any_case(&self, words: &[&'static str]) -> Check<&'static str> {
        self.one_of(words, str::eq_ignore_ascii_case)
    }

    fn one_of(
        &self,
        words: &[&'static str],
        same: impl Fn(&str, &str) -> bool,
    ) -> Check<&'static str> {
        let text = self.string()?;
        let found = words.iter().find(|word| same(word, text)).copied();
        found.ok_or_else(|| self.not_one_of(words, text))
    }

    /// The refusal of a text that is none of these words: Graph lists them in capitals, in order.
    fn not_one_of(&self, words: &[&str], text: &str) -> GraphError {
        let mut names: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
        names.sort();
        GraphError::parameter(&format!(
            "Param {} must be one of {{{}}} - got \"{text}\".",
            self.path,
            names.join(", ")
        ))
    }

    /// This value as a number, written as a number or as a string.
    pub(crate) fn number(&self) -> Check<f64> {
        let number = match self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number| number.is_finite())
            .ok_or_else(|| self.not_a("a number"))
    }

    /// This value as a whole number that is not negative, written as a number or as a string.
    pub(crate) fn index(&self) -> Check<u64> {
        let index = match self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        index.ok_or_else(|| self.not_a("an integer"))
    }

    /// This value as text, written as a string, a number or a Boolean.
    pub(crate) fn scalar(&self) -> Check<String> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(flag) => Ok(flag.to_string()),
            _ => Err(self.not_a("a string")),
        }
    }

    /// This value as an `http` or `https` address.
    pub(crate) fn web_address(&self) -> Check<&'a str> {
        let text = self.text(1, 2048)?;
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        match rest {
            Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !text.contains(' ') => {
                Ok(text)
            }
            _ => Err(GraphError::parameter(&format!(
                "Param {} is not a valid URI.",
                self.path
            ))),
        }
    }

    fn child(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}['{name}']", self.path)
        }
    }

    /// The path as Graph's JSON schemas write it: `template.components.0`.
    fn dotted(&self) -> String {
        self.path
            .replace("']", "")
            .replace("['", ".")
            .replace('[', ".")
            .replace(']', "")
    }

    fn not_a(&self, what: &str) -> GraphError {
        GraphError::parameter(&format!("Param {} must be {what}.", self.path))
    }
}

/// Refuses a value that stands twice among those of one member.
pub(crate) fn distinct(member: &str, of: &str, values: &[&str]) -> Check {
    for (index, value) in values.iter().enumerate() {
        if values.iter().take(index).any(|earlier| earlier == value) {
            return Err(GraphError::value(format!(
                "Duplicated {member} of {of} found: {value}. The {member} must be unique"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_have_brackets_and_schemas_have_dots() {
        let body = json!({"a": {"b": [{"c": 1}]}});
        let root = Node::new(&body, "");
        let items = root.required("a").unwrap().required("b").unwrap();
        let inner = items.items(1, 1).unwrap()[0].required("c").unwrap();
        assert_eq!(inner.path(), "a['b'][0]['c']");
        assert_eq!(inner.dotted(), "a.b.0.c");
    }

    #[test]
    fn null_and_empty_are_absent() {
        let body = json!({"null": null, "empty": "", "blank": " "});
        let root = Node::new(&body, "");
        assert!(root.get("null").is_none() && root.get("empty").is_some());
        assert!(root.filled("empty").is_none() && root.filled("blank").is_some());
        assert_eq!(root.required("empty").unwrap_err().code, 100);
        assert!(root.present("empty").is_ok() && root.present("null").is_err());
        assert!(root.optional_text("empty", 1, 2).is_ok());
    }
}
