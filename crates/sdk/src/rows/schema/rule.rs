//! The schema of a rule between members.

use super::keywords::{properties, strings, words_and};
use crate::json::{ObjectText, array};
use crate::rows::row::{Object, Rule};

/// Values that mean the same as an absent member.
pub(super) const NOTHING: &[&str] = &[r#""""#, "null"];
/// The same, where an empty list means it as well.
const NOTHING_OR_EMPTY: &[&str] = &[r#""""#, "null", "[]"];

/// Nothing for a rule that no schema can state. The members have their rows in these objects.
pub(super) fn schema(rule: &Rule, objects: &[&Object]) -> Option<ObjectText> {
    let ways = match *rule {
        Rule::One(names) => {
            let ways = names.iter().map(|name| given(&[name]).end());
            return Some(ObjectText::new().raw("oneOf", &array(ways)));
        }
        Rule::Any(names) => names.iter().map(|name| given(&[name])).collect(),
        Rule::NotBoth(names) => {
            let but = |this: &&str| {
                let others = names.iter().copied().filter(|name| name != this);
                absent(others, NOTHING)
            };
            names.iter().map(but).collect()
        }
        Rule::Alone(name, others) => vec![
            absent([name].into_iter(), NOTHING),
            absent(others.iter().copied(), NOTHING_OR_EMPTY),
        ],
        Rule::Together(names) => vec![absent(names.iter().copied(), NOTHING), given(names)],
        Rule::Needs(name, other) => vec![absent([name].into_iter(), NOTHING), given(&[other])],
        Rule::NeedsTrue(name, flag) => vec![
            absent([name].into_iter(), NOTHING),
            one_of(flag, r#"[true,"true"]"#).raw("required", &strings([flag].into_iter())),
        ],
        Rule::Only(name, member, words) => {
            let mut rows = objects.iter().flat_map(|object| object.fields());
            let row = rows.find(|row| row.name == member && !row.required);
            let other_default = row.and_then(|row| row.default);
            let other_default = other_default.filter(|default| !words.contains(default));
            let way = match (row, other_default) {
                (None, _) => one_of(member, &words_and(words, &[])),
                (_, None) => one_of(member, &words_and(words, NOTHING)),
                (_, Some(_)) => one_of(member, &words_and(words, &[]))
                    .raw("required", &strings([member].into_iter())),
            };
            vec![absent([name].into_iter(), NOTHING), way]
        }
        Rule::IfSeveral(list, member) => {
            let one = ObjectText::new().raw("maxItems", "1");
            let all = ObjectText::new().object("items", given(&[member]));
            let of_list = |schema| {
                ObjectText::new().object("properties", ObjectText::new().object(list, schema))
            };
            vec![of_list(one), of_list(all)]
        }
        Rule::Distinct(_) | Rule::Check(_) => return None,
    };
    let ways = ways.into_iter().map(ObjectText::end);
    Some(ObjectText::new().raw("anyOf", &array(ways)))
}

/// An object with these members, none of which means nothing.
pub(super) fn given(names: &[&str]) -> ObjectText {
    let each = names.iter().map(|name| (*name, something()));
    ObjectText::new()
        .raw("required", &strings(names.iter().copied()))
        .object("properties", properties(each))
}

fn something() -> ObjectText {
    ObjectText::new().object("not", nothing())
}

/// A value that means the same as none.
pub(super) fn nothing() -> ObjectText {
    ObjectText::new().raw("enum", &words_and(&[], NOTHING))
}

/// An object in which these members are absent, or mean nothing.
fn absent<'n>(names: impl Iterator<Item = &'n str>, nothing: &[&str]) -> ObjectText {
    let nothing = words_and(&[], nothing);
    let each = names.map(|name| (name, ObjectText::new().raw("enum", &nothing)));
    ObjectText::new().object("properties", properties(each))
}

fn one_of(name: &str, values: &str) -> ObjectText {
    let values = ObjectText::new().raw("enum", values);
    ObjectText::new().object("properties", ObjectText::new().object(name, values))
}
