//! A JSON value whose texts are templates, however deep they lie.

use serde_json::{Map, Value};

use super::{Scope, Template};

/// A JSON value whose texts are templates.
#[derive(Debug)]
pub(crate) enum PropertyValue {
    Text(Template),
    List(Vec<PropertyValue>),
    Object(Vec<(String, PropertyValue)>),
    Literal(Value),
}

impl PropertyValue {
    /// Compiles every text in `json`.
    ///
    /// # Errors
    /// The first text that is wrong, with the path to it.
    pub(crate) fn parse(json: &Value) -> Result<Self, String> {
        Ok(match json {
            Value::String(text) => Self::Text(Template::parse(text)?),
            Value::Array(items) => Self::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(at, item)| Self::parse(item).map_err(|why| format!("[{at}]: {why}")))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| match Self::parse(value) {
                        Ok(value) => Ok((name.clone(), value)),
                        Err(why) => Err(format!("{name}: {why}")),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            literal => Self::Literal(literal.clone()),
        })
    }

    /// The value with every expression replaced by what it stands for.
    ///
    /// # Errors
    /// The first expression that has no value, with the path to it.
    pub(crate) fn value(&self, scope: &Scope) -> Result<Value, String> {
        Ok(match self {
            Self::Text(template) => template.value(scope)?,
            Self::List(items) => items
                .iter()
                .enumerate()
                .map(|(at, item)| item.value(scope).map_err(|why| format!("[{at}]: {why}")))
                .collect::<Result<Value, _>>()?,
            Self::Object(members) => members
                .iter()
                .map(|(name, value)| match value.value(scope) {
                    Ok(value) => Ok((name.clone(), value)),
                    Err(why) => Err(format!("{name}: {why}")),
                })
                .collect::<Result<Map<_, _>, _>>()?
                .into(),
            Self::Literal(value) => value.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_replaced_at_every_depth_and_errors_name_the_path() {
        let request = json!({"to": "{name}", "list": [1, "{n}"], "deep": {"text": "x{n}"}});
        let properties = json!({"name": "Ada", "n": 3});
        let scope = Scope::of(properties.as_object().unwrap());
        let parsed = PropertyValue::parse(&request).unwrap();
        assert_eq!(
            parsed.value(&scope).unwrap(),
            json!({"to": "Ada", "list": [1, 3], "deep": {"text": "x3"}})
        );
        let error = parsed.value(&Scope::new()).unwrap_err();
        assert!(error.starts_with("deep: text: "), "{error}");
        let error = PropertyValue::parse(&json!({"a": ["{"]})).unwrap_err();
        assert!(error.starts_with("a: [0]: "), "{error}");
    }
}
