//! `fields=…`: which members of an object an answer shows.

use serde_json::{Map, Value};

use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::http::Query;

/// The fields of a kind of object, and those shown by default.
#[derive(Debug)]
pub(crate) struct NodeType {
    /// Its name in Graph's errors.
    pub(crate) name: &'static str,
    /// Shown by default; `id` is always shown.
    pub(crate) default: &'static [&'static str],
    /// Shown only if requested.
    pub(crate) more: &'static [&'static str],
}

/// A list that hangs on an object and that `fields` can ask for: its name and who lists it.
pub(crate) type Edge = (
    &'static str,
    fn(&Call<'_>, &mut Account) -> Result<Reply, GraphError>,
);

impl NodeType {
    /// Refuses a query that asks for what no such object has, even where there is none to show.
    pub(crate) fn asked(&self, call: &Call<'_>) -> Result<(), GraphError> {
        self.shown(call, &Map::new()).map(drop)
    }

    /// The members of `object` that the query asks for. What the object does not have is left out.
    pub(crate) fn shown(
        &self,
        call: &Call<'_>,
        object: &Map<String, Value>,
    ) -> Result<Value, GraphError> {
        self.shown_with(call, object, |_| Ok(None))
    }

    /// The same for an object that has edges, too; they are shown as their own requests are answered.
    pub(crate) fn with_edges(
        &self,
        call: &Call<'_>,
        object: &Map<String, Value>,
        edges: &[Edge],
        account: &mut Account,
    ) -> Result<Value, GraphError> {
        self.shown_with(call, object, |field| {
            let edge = edges.iter().find(|(name, _)| *name == field.name);
            let Some((name, list)) = edge else {
                return Ok(None);
            };
            let reply = list(&call.of_edge(name, field.query()), account)?;
            Ok(serde_json::from_slice(&reply.response.body).ok())
        })
    }

    fn shown_with(
        &self,
        call: &Call<'_>,
        object: &Map<String, Value>,
        mut edge: impl FnMut(&Field<'_>) -> Result<Option<Value>, GraphError>,
    ) -> Result<Value, GraphError> {
        let fields = match call.query.get("fields").filter(|fields| !fields.is_empty()) {
            Some(fields) => top_level(fields),
            None => self.default.iter().map(|name| Field::plain(name)).collect(),
        };
        let mut shown = Map::new();
        for field in fields.into_iter().chain([Field::plain("id")]) {
            let name = field.name;
            if let Some(value) = edge(&field)? {
                shown.insert(name.to_owned(), value);
                continue;
            }
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

/// One element of `fields`: `name.limit(3){a,b}`.
#[derive(Debug, PartialEq, Eq)]
struct Field<'a> {
    name: &'a str,
    /// What stands in parentheses, by name.
    arguments: Vec<(&'a str, &'a str)>,
    /// What stands in braces.
    nested: Option<&'a str>,
}

impl<'a> Field<'a> {
    fn plain(name: &'a str) -> Self {
        Self {
            name,
            arguments: Vec::new(),
            nested: None,
        }
    }

    fn parse(written: &'a str) -> Self {
        let (head, nested) = match written.split_once('{') {
            Some((head, rest)) => (head, Some(rest.strip_suffix('}').unwrap_or(rest))),
            None => (written, None),
        };
        let mut parts = head.split('.').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let argument = |part: &'a str| {
            let (name, value) = part.split_once('(')?;
            Some((name, value.strip_suffix(')').unwrap_or(value)))
        };
        Self {
            name: first.split('(').next().unwrap_or_default().trim(),
            arguments: parts.filter_map(argument).collect(),
            nested,
        }
    }

    /// The same as the query of a request of its own.
    fn query(&self) -> Query {
        let nested = self.nested.map(|nested| ("fields", nested));
        let pairs = self.arguments.iter().copied().chain(nested);
        Query::of(
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }
}

/// The elements of a list such as `a,b{c,d},e`.
fn top_level(fields: &str) -> Vec<Field<'_>> {
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
        .map(|written| Field::parse(written.trim()))
        .filter(|field| !field.name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_are_no_names() {
        let found = top_level("a, health_status{x,y{z}},b.limit(3).after(M,Q), ,c");
        let names: Vec<&str> = found.iter().map(|field| field.name).collect();
        assert_eq!(names, ["a", "health_status", "b", "c"]);
        assert_eq!(found[1].nested, Some("x,y{z}"));
        assert_eq!(found[2].arguments, [("limit", "3"), ("after", "M,Q")]);
    }
}
