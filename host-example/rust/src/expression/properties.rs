//! A JSON value whose texts are templates, however deep they lie.

use serde_json::{Map, Value};

use super::program::Wrong;
use super::shape::{Members, Shape};
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

    /// What it would come to, and what is wrong with it, if these are the names that there are.
    pub(crate) fn check(&self, names: &Members) -> (Shape, Vec<Wrong>) {
        match self {
            Self::Text(template) => template.check(names),
            Self::List(items) => {
                let wrong = items.iter().flat_map(|item| item.check(names).1);
                (Shape::List(Box::new(Shape::Any)), wrong.collect())
            }
            Self::Object(members) => {
                let mut shape = Members::default();
                let mut wrong = Vec::new();
                for (name, value) in members {
                    let (of_member, of_it) = value.check(names);
                    shape.known.insert(name.clone(), of_member);
                    wrong.extend(of_it);
                }
                (Shape::Object(shape), wrong)
            }
            Self::Literal(value) => (Shape::of(value), Vec::new()),
        }
    }

    /// The value with something in the place of every text that is not known yet.
    pub(crate) fn with_stand_ins(&self, stand_in: &Value) -> Value {
        match self {
            Self::Text(template) if !template.is_constant() => stand_in.clone(),
            Self::Text(template) => template.value(&Scope::new()).unwrap_or(Value::Null),
            Self::List(items) => {
                let items = items.iter().map(|item| item.with_stand_ins(stand_in));
                items.collect()
            }
            Self::Object(members) => {
                let members = members.iter();
                let members =
                    members.map(|(name, value)| (name.clone(), value.with_stand_ins(stand_in)));
                Value::Object(members.collect())
            }
            Self::Literal(value) => value.clone(),
        }
    }

    /// Whether nothing in it depends on a run.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Self::Text(template) => template.is_constant(),
            Self::List(items) => items.iter().all(Self::is_constant),
            Self::Object(members) => members.iter().all(|(_, value)| value.is_constant()),
            Self::Literal(_) => true,
        }
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
