//! A JSON value that knows its path, so that every refusal can name the member it is about.

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

    /// The member of this name; 131008 without it.
    pub(crate) fn required(&self, name: &str) -> Check<Node<'a>> {
        self.get(name)
            .ok_or_else(|| GraphError::missing(&self.child(name)))
    }

    /// This value as an object that has no members but these.
    pub(crate) fn only(&self, names: &[&str]) -> Check<&'a Map<String, Value>> {
        let object = self.object()?;
        match object.keys().find(|key| !names.contains(&key.as_str())) {
            Some(key) => Err(GraphError::invalid(format!(
                "Unexpected key \"{key}\" on param \"{}\"",
                self.path
            ))),
            None => Ok(object),
        }
    }

    pub(crate) fn object(&self) -> Check<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.not_a("an object"))
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

    /// A member that, if present, is a string of so many characters.
    pub(crate) fn optional_text(&self, name: &str, least: usize, most: usize) -> Check {
        self.get(name)
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
        found.ok_or_else(|| {
            GraphError::invalid(format!(
                "Param {} must be one of {{{}}} - got \"{text}\"",
                self.path,
                words.join(", ")
            ))
        })
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
        index.ok_or_else(|| self.not_a("a whole number"))
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
            _ => Err(GraphError::invalid(format!(
                "Param {} is not a valid URI.",
                self.path
            ))),
        }
    }

    fn child(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn not_a(&self, what: &str) -> GraphError {
        GraphError::invalid(format!("Param {} must be {what}", self.path))
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
