//! `limit`, `after` and `before`: lists in pages, with Graph's cursors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Call;
use crate::graph_error::GraphError;

/// Default number of elements on a page.
const LIMIT: usize = 25;
/// Maximum number of elements on a page.
const MOST: usize = 1000;

/// One page of a list as Graph shows it: `data` and `paging`, and `summary` if it is asked for.
pub(crate) fn page(call: &Call<'_>, all: Vec<Value>) -> Result<Value, GraphError> {
    page_with(call, all, &Map::new())
}

/// The same for a list whose summary knows more than how many there are.
pub(crate) fn page_with(
    call: &Call<'_>,
    all: Vec<Value>,
    known: &Map<String, Value>,
) -> Result<Value, GraphError> {
    let summary = summary(call, all.len(), known)?;
    let mut page = one_page(call, all)?;
    if let (Some(summary), Some(members)) = (summary, page.as_object_mut()) {
        members.insert("summary".to_owned(), Value::Object(summary));
    }
    Ok(page)
}

/// What `summary=total_count,…` asks for; `summary=true` asks for all of it.
fn summary(
    call: &Call<'_>,
    total: usize,
    known: &Map<String, Value>,
) -> Result<Option<Map<String, Value>>, GraphError> {
    let Some(names) = call.query.list("summary") else {
        return Ok(None);
    };
    let mut all = known.clone();
    all.insert("total_count".to_owned(), json!(total));
    match names.as_slice() {
        [one] if one == "true" || one == "1" => return Ok(Some(all)),
        [one] if one == "false" || one == "0" => return Ok(None),
        _ => {}
    }
    let mut summary = Map::new();
    for name in names {
        let value = all.get(&name).cloned().ok_or_else(|| {
            GraphError::parameter(&format!(
                "Tried accessing nonexisting summary field ({name})"
            ))
        })?;
        summary.insert(name, value);
    }
    Ok(Some(summary))
}

fn one_page(call: &Call<'_>, all: Vec<Value>) -> Result<Value, GraphError> {
    let limit = match call.query.get("limit") {
        Some(limit) => limit
            .parse()
            .ok()
            .filter(|limit| *limit > 0)
            .ok_or_else(|| GraphError::parameter("Param limit must be a positive number"))?,
        None => LIMIT,
    }
    .min(MOST);
    let total = all.len();
    let start = match (call.query.get("after"), call.query.get("before")) {
        (Some(after), _) => position(after)? + 1,
        (None, Some(before)) => position(before)?.saturating_sub(limit),
        (None, None) => 0,
    };
    let data: Vec<Value> = all.into_iter().skip(start).take(limit).collect();
    let Some(last) = data.len().checked_sub(1).map(|count| start + count) else {
        return Ok(json!({"data": data}));
    };
    let mut paging = json!({"cursors": {"before": cursor(start), "after": cursor(last)}});
    if let Some(members) = paging.as_object_mut() {
        if last + 1 < total {
            members.insert("next".to_owned(), link(call, "after", &cursor(last), limit));
        }
        if start > 0 {
            members.insert(
                "previous".to_owned(),
                link(call, "before", &cursor(start), limit),
            );
        }
    }
    Ok(json!({"data": data, "paging": paging}))
}

/// The address of another page, with the access token left out.
fn link(call: &Call<'_>, direction: &str, cursor: &str, limit: usize) -> Value {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in call.query.pairs() {
        if !["after", "before", "limit", "access_token"].contains(&name) {
            query.append_pair(name, value);
        }
    }
    query.append_pair("limit", &limit.to_string());
    query.append_pair(direction, cursor);
    let (base, path) = (call.state.base_url(), call.path());
    json!(format!("{base}{path}?{}", query.finish()))
}

/// The position in Base64, with Meta's stand-in for the equals sign.
fn cursor(position: usize) -> String {
    STANDARD.encode(position.to_string()).replace('=', "ZD")
}

fn position(cursor: &str) -> Result<usize, GraphError> {
    let invalid = || GraphError::parameter("Invalid cursors values");
    let bytes = STANDARD
        .decode(cursor.replace("ZD", "="))
        .map_err(|_| invalid())?;
    String::from_utf8(bytes)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_looks_like_metas_and_leads_back() {
        assert_eq!(
            (cursor(24), cursor(0)),
            ("MjQZD".to_owned(), "MAZDZD".to_owned())
        );
        for number in [0, 7, 24, 100, 999] {
            assert_eq!(position(&cursor(number)).unwrap(), number);
        }
        assert!(position("nonsense").is_err());
    }
}
