//! Templates: what one consists of, and those that exist from the start.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A template of the emulated business account, in the shape of Meta's template node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its id: digits. One without an id is given one.
    #[serde(default)]
    pub id: String,
    /// Its name, as `template.name` gives it.
    pub name: String,
    /// Its language, as `template.language.code` gives it.
    pub language: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED` or `DISABLED`.
    #[serde(default = "approved")]
    pub status: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// `POSITIONAL` or `NAMED`.
    #[serde(default = "positional")]
    pub parameter_format: String,
    /// Header, body, footer, buttons and so on, as Meta's `components`.
    pub components: Vec<Value>,
    /// What else the template node has: `quality_score`, `library_template_name`, `bid_spec` and so on.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Template {
    /// An approved utility template whose body has this number of positional parameters.
    pub fn new(name: &str, language: &str, body_parameters: usize) -> Self {
        let variables: Vec<_> = (1..=body_parameters)
            .map(|it| format!("{{{{{it}}}}}"))
            .collect();
        let text = format!("A template with [{}].", variables.join(" "));
        Self {
            id: String::new(),
            name: name.to_owned(),
            language: language.to_owned(),
            status: approved(),
            category: "UTILITY".to_owned(),
            parameter_format: positional(),
            components: vec![json!({"type": "BODY", "text": text})],
            more: Map::new(),
        }
    }

    /// The templates of `src/seeds/templates.json`: one for each kind of component and status.
    pub fn seeds() -> Vec<Self> {
        serde_json::from_str(include_str!("seeds/templates.json")).unwrap_or_default()
    }

    /// The score of its quality; nobody knows it at first.
    pub(crate) fn quality(&self) -> &str {
        let score = self
            .more
            .get("quality_score")
            .and_then(|it| it.get("score"));
        score.and_then(Value::as_str).unwrap_or("UNKNOWN")
    }

    pub(crate) fn is_named(&self) -> bool {
        self.parameter_format == "NAMED"
    }
}

/// What stands in double braces in a template's text, in order, without repetition.
pub(crate) fn variables(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for piece in text.split("{{").skip(1) {
        if let Some((name, _)) = piece.split_once("}}")
            && !found.contains(&name.trim())
        {
            found.push(name.trim());
        }
    }
    found
}

/// The component of this type, whatever the case of its letters.
pub(crate) fn component<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    let is_kind = |component: &&Value| {
        let given = component.get("type").and_then(Value::as_str);
        given.is_some_and(|given| given.eq_ignore_ascii_case(kind))
    };
    components.iter().find(is_kind)
}

/// A member that is a string; empty without one.
pub(crate) fn text_of<'a>(component: &'a Value, name: &str) -> &'a str {
    component
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A member that is an array; empty without one.
pub(crate) fn list_of<'a>(component: &'a Value, name: &str) -> &'a [Value] {
    component
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn approved() -> String {
    "APPROVED".to_owned()
}

fn positional() -> String {
    "POSITIONAL".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_can_be_read_and_no_two_have_one_name() {
        let seeds = Template::seeds();
        assert!(seeds.len() >= 10);
        let names: std::collections::HashSet<_> =
            seeds.iter().map(|it| (&it.name, &it.language)).collect();
        assert_eq!(names.len(), seeds.len());
    }

    #[test]
    fn variables_are_found_once_and_in_order() {
        assert_eq!(variables("{{2}} a {{ 1 }} b {{2}} {c} {{d"), ["2", "1"]);
        let body = Template::new("a", "b", 3);
        assert_eq!(
            variables(text_of(&body.components[0], "text")),
            ["1", "2", "3"]
        );
    }
}
