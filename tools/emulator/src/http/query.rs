//! The parameters behind the question mark, and of forms.

use serde_json::{Map, Value};

/// Names and values, decoded, in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(encoded: &str) -> Self {
        let pairs = form_urlencoded::parse(encoded.as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// The first value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
    }

    /// The first value of this name as a list: a JSON array, or words with commas between them.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        let given = self.get(name).filter(|given| !given.is_empty())?;
        let words: Vec<String> = match serde_json::from_str(given) {
            Ok(Value::Array(items)) => items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect(),
            Ok(Value::String(word)) => vec![word],
            _ => given
                .split(',')
                .map(|word| word.trim().to_owned())
                .collect(),
        };
        Some(words.into_iter().filter(|word| !word.is_empty()).collect())
    }

    /// These names and values.
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Names and values.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All of them as the members of an object; a value that is JSON itself is taken as JSON, as
    /// Graph does with objects and arrays.
    pub(crate) fn members(&self) -> Map<String, Value> {
        let member = |(name, value): &(String, String)| {
            let nested = value.starts_with(['{', '[']);
            let json = nested.then(|| serde_json::from_str(value).ok()).flatten();
            let value = json.unwrap_or_else(|| Value::String(value.clone()));
            (name.clone(), value)
        };
        self.0.iter().map(member).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_json_or_words_with_commas() {
        for written in ["[\"A\",\"B\"]", "A,B", " A , B,", "[ \"A\", \"B\" ]"] {
            let query = Query::of(vec![("x".to_owned(), written.to_owned())]);
            assert_eq!(query.list("x").unwrap(), ["A", "B"], "{written}");
        }
        assert_eq!(Query::default().list("x"), None);
        assert_eq!(Query::parse("x=").list("x"), None);
        assert_eq!(Query::parse("x=%22A%22").list("x").unwrap(), ["A"]);
    }

    #[test]
    fn names_and_values_are_decoded() {
        let query = Query::parse("name=a%20b+c&limit=5&websites=[\"x\"]&name=second");
        assert_eq!(query.get("name"), Some("a b c"));
        assert_eq!(query.get("none"), None);
        assert_eq!(query.members().get("websites"), Some(&json!(["x"])));
        assert_eq!(query.members().get("limit"), Some(&json!("5")));
    }
}
