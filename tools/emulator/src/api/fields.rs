//! `fields=…`: which members of an object an answer shows.

use serde_json::{Map, Value};

use super::Call;
use crate::graph_error::GraphError;

/// What a kind of object has, and what it shows when nobody asks for more.
#[derive(Debug)]
pub(crate) struct NodeType {
    /// Its name in Graph's errors.
    pub(crate) name: &'static str,
    /// Shown without `fields`; `id` always is.
    pub(crate) default: &'static [&'static str],
    /// Shown if asked for.
    pub(crate) more: &'static [&'static str],
}

impl NodeType {
    /// The members of `object` that the query asks for. What the object does not have is left out.
    pub(crate) fn shown(
        &self,
        call: &Call<'_>,
        object: &Map<String, Value>,
    ) -> Result<Value, GraphError> {
        let names: Vec<&str> = match call.query.get("fields") {
            Some(fields) => top_level(fields),
            None => self.default.to_vec(),
        };
        let mut shown = Map::new();
        for name in names.into_iter().chain(["id"]) {
            let known = name == "id" || self.default.contains(&name) || self.more.contains(&name);
            if !known {
                return Err(GraphError::parameter(&format!(
                    "Tried accessing nonexisting field ({name}) on node type ({})",
                    self.name
                )));
            }
            if let Some(value) = object.get(name) {
                shown.insert(name.to_owned(), value.clone());
            }
        }
        Ok(Value::Object(shown))
    }
}

/// The names of a list such as `a,b{c,d},e`, without what is nested.
fn top_level(fields: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, symbol) in fields.char_indices() {
        match symbol {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                names.extend(fields.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.extend(fields.get(start..));
    names
        .into_iter()
        .filter_map(|name| name.split(['{', '(', '.']).next())
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_are_no_names() {
        assert_eq!(
            top_level("a, health_status{x,y{z}},b.limit(3), ,c"),
            ["a", "health_status", "b", "c"]
        );
    }
}
