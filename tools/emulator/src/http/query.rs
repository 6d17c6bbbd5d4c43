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
    fn names_and_values_are_decoded() {
        let query = Query::parse("name=a%20b+c&limit=5&websites=[\"x\"]&name=second");
        assert_eq!(query.get("name"), Some("a b c"));
        assert_eq!(query.get("none"), None);
        assert_eq!(query.members().get("websites"), Some(&json!(["x"])));
        assert_eq!(query.members().get("limit"), Some(&json!("5")));
    }
}
