//! The static type of an expression's value: its kind, and the members it can have.

use std::collections::BTreeMap;

use serde_json::Value;

/// The static type of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Unknown.
    Any,
    Bool,
    Number,
    Text,
    List(Box<Shape>),
    Object(Members),
}

/// The members of an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Members {
    pub(crate) known: BTreeMap<String, Shape>,
    /// Whether it may have others.
    pub(crate) is_open: bool,
}

impl Members {
    pub(crate) fn open() -> Self {
        Self {
            known: BTreeMap::new(),
            is_open: true,
        }
    }

    /// Adds what a descriptor's row says: a path such as `messages[0].from`, and a type. What lies below
    /// the first name may have other members: rows name those that are promised, and services add some.
    pub(crate) fn row(&mut self, path: &str, kind: &str) {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let (name, is_list) = match first.split_once('[') {
            Some((name, _)) => (name, true),
            None => (first, false),
        };
        let Some(rest) = rest else {
            let shape = Shape::of_type(kind);
            let known = self.known.entry(name.to_owned()).or_insert(Shape::Any);
            if *known == Shape::Any {
                *known = shape;
            }
            return;
        };
        let known = self.known.entry(name.to_owned()).or_insert(Shape::Any);
        if is_list {
            if !matches!(known, Shape::List(_)) {
                *known = Shape::List(Box::new(Shape::Any));
            }
            if let Shape::List(item) = known {
                item.row(rest, kind);
            }
        } else {
            known.row(rest, kind);
        }
    }

    /// What either of two objects can have.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.is_open |= other.is_open;
        for (name, shape) in &other.known {
            match self.known.get_mut(name) {
                None => {
                    self.known.insert(name.clone(), shape.clone());
                }
                Some(known) => known.merge(shape),
            }
        }
    }
}

impl Shape {
    /// A type's name in a descriptor.
    pub(crate) fn of_type(kind: &str) -> Self {
        match kind {
            "string" | "password" => Self::Text,
            "integer" | "number" => Self::Number,
            "boolean" => Self::Bool,
            "array" => Self::List(Box::new(Self::Any)),
            "object" => Self::Object(Members::open()),
            _ => Self::Any,
        }
    }

    /// That of a value that is there.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Any,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List(Box::new(Self::Any)),
            Value::Object(members) => Self::Object(Members {
                known: members
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::of(value)))
                    .collect(),
                is_open: false,
            }),
        }
    }

    /// What it is called in a message.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Object(members), Self::Object(others)) => members.merge(others),
            (Self::List(item), Self::List(other)) => item.merge(other),
            (one, other) if *one == *other => {}
            _ => *self = Self::Any,
        }
    }

    /// Adds a row of an object that it is from now on.
    fn row(&mut self, path: &str, kind: &str) {
        let mut members = match std::mem::replace(self, Self::Any) {
            Self::Object(members) => members,
            _ => Members::open(),
        };
        members.row(path, kind);
        *self = Self::Object(members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h08_rows_make_the_shape_of_an_event() {
        let mut event = Members::default();
        event.row("messages", "array");
        event.row("messages[0].from", "string");
        event.row("messages[0].errors[0].error_data.details", "string");
        event.row("rank", "integer");
        assert!(!event.is_open, "an event has what the rows say");
        let Some(Shape::List(message)) = event.known.get("messages") else {
            panic!("{event:?}")
        };
        let Shape::Object(message) = &**message else {
            panic!("{message:?}")
        };
        assert!(message.is_open, "and below that also what a service adds");
        assert_eq!(message.known.get("from"), Some(&Shape::Text));
        assert!(matches!(message.known.get("errors"), Some(Shape::List(_))));
        assert_eq!(event.known.get("rank"), Some(&Shape::Number));
    }
}
