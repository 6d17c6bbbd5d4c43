//! Parts of a template and of a message, as JSON: found by type, counted, and their variables.

use std::collections::BTreeSet;

use serde_json::Value;

pub(super) fn parts_of(components: &Value) -> impl Iterator<Item = &Value> {
    components.as_array().into_iter().flatten()
}

pub(super) fn is(part: &Value, member: &str, word: &str) -> bool {
    part[member]
        .as_str()
        .is_some_and(|given| given.eq_ignore_ascii_case(word))
}

/// The variables of a template's text: what stands between double braces.
pub(super) fn variables_of(text: &str) -> BTreeSet<String> {
    let ends = text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"));
    ends.map(|(name, _)| name.trim().to_owned()).collect()
}

/// A number, or its digits as a text.
pub(super) fn number(value: &Value) -> Option<usize> {
    let digits = || value.as_str()?.parse().ok();
    let value = value.as_u64().or_else(digits)?;
    usize::try_from(value).ok()
}

pub(super) fn part<'a>(components: &'a Value, kind: &str) -> Option<&'a Value> {
    parts_of(components).find(|part| is(part, "type", kind))
}
