//! Text in which `{…}` stands for a value.

use serde_json::Value;

use super::Scope;
use super::program::{Expression, Wrong};
use super::shape::{Members, Shape};

/// Text in which `{…}` stands for a value; `{{` and `}}` stand for the braces themselves.
#[derive(Debug)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Expression(Expression),
}

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// A brace that has no partner, or what is wrong between two of them.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else if let Some(inside) = from.strip_prefix('{') {
                let end = end_of(inside)
                    .ok_or("a `{` has no `}`; for the character itself write `{{`")?;
                let (source, after) = inside.split_at(end);
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Expression(Expression::parse(source)?));
                rest = after.strip_prefix('}').unwrap_or(after);
            } else {
                return Err("a `}` has no `{`; for the character itself write `}}`".to_owned());
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// What it would come to, and what is wrong with it, if these are the names that there are.
    pub(crate) fn check(&self, names: &Members) -> (Shape, Vec<Wrong>) {
        if let [Part::Expression(expression)] = self.0.as_slice() {
            return expression.check(names, false);
        }
        let mut wrong = Vec::new();
        for part in &self.0 {
            if let Part::Expression(expression) = part {
                wrong.extend(expression.check(names, false).1);
            }
        }
        (Shape::Text, wrong)
    }

    /// Whether there is an expression in it.
    pub(crate) fn is_constant(&self) -> bool {
        !self
            .0
            .iter()
            .any(|part| matches!(part, Part::Expression(_)))
    }

    /// The value: a lone `{…}` keeps its type, everything else is text.
    ///
    /// # Errors
    /// Which expression has no value, and why.
    pub(crate) fn value(&self, scope: &Scope) -> Result<Value, String> {
        if let [Part::Expression(expression)] = self.0.as_slice() {
            return expression.value(scope);
        }
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Expression(expression) => push(&mut text, &expression.value(scope)?),
            }
        }
        Ok(Value::String(text))
    }

    /// The value as text.
    ///
    /// # Errors
    /// As [`Template::value`].
    pub(crate) fn text(&self, scope: &Scope) -> Result<String, String> {
        let mut text = String::new();
        push(&mut text, &self.value(scope)?);
        Ok(text)
    }
}

/// Text as it is, null as nothing, everything else as JSON.
fn push(text: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(value) => text.push_str(value),
        other => text.push_str(&other.to_string()),
    }
}

/// Where the expression ends: at the first `}` outside of its own braces and texts.
fn end_of(inside: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Result<Value, String> {
        let properties = json!({
            "name": "Ada", "n": 3, "list": [1, "b"], "nothing": null,
            "wfglobal": {"company": "Lucky Shrub"},
        });
        Template::parse(text)?.value(&Scope::of(properties.as_object().unwrap()))
    }

    #[test]
    fn expressions_become_their_values() {
        for (text, expected) in [
            ("", json!("")),
            ("plain", json!("plain")),
            ("{name}", json!("Ada")),
            ("{n}", json!(3)),
            ("{list}", json!([1, "b"])),
            (
                "Hello {name}, {n} of {list}{nothing}!",
                json!("Hello Ada, 3 of [1,\"b\"]!"),
            ),
            ("{wfglobal.company}", json!("Lucky Shrub")),
            ("{{name}} }}{{", json!("{name} }{")),
            (r#"{name == "}" ? "{" : '}' + name}"#, json!("}Ada")),
            (r#"{{"a": name}}"#, json!(r#"{"a": name}"#)),
            (r#"{ {"a": name} }"#, json!({"a": "Ada"})),
        ] {
            assert_eq!(value(text).as_ref(), Ok(&expected), "{text}");
        }
    }

    #[test]
    fn a_brace_without_a_partner_is_an_error() {
        for text in ["{name", "name}", "{\"}", "{}", "{name} {"] {
            assert!(value(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_property_that_is_not_there_is_named() {
        assert!(value("Hello {nobody}").unwrap_err().contains("nobody"));
    }
}
