//! The schema of an object that comes in several cases.

use super::rule::{given, nothing, schema as schema_of_rule};
use super::value::{in_any_case, input, is_open};
use super::{strings, unstated};
use crate::json::{ObjectText, array};
use crate::rows::forms::Words;
use crate::rows::object::{Cases, Object};

/// The members of all cases, which the cases describe; those of an object that takes any members stand
/// nowhere else.
pub(super) fn properties(object: &Object) -> impl Iterator<Item = (&'static str, ObjectText)> {
    let names = if is_open(object.others) {
        Vec::new()
    } else {
        names(object)
    };
    names.into_iter().map(|name| (name, ObjectText::new()))
}

/// Which members each case has.
pub(super) fn schema(object: &Object) -> Option<ObjectText> {
    let cases: Vec<_> = object.cases.all().collect();
    let (last, others) = cases.split_last()?;
    let mut schema = of_case(object, last.1);
    for (when, case) in others.iter().rev() {
        let condition = condition(&object.cases, (*when)?);
        schema = ObjectText::new()
            .object("if", condition)
            .object("then", of_case(object, case))
            .object("else", schema);
    }
    Some(schema)
}

fn condition(cases: &Cases, when: &Words) -> ObjectText {
    let Cases::ByWord { member, .. } = cases else {
        return given(when.list);
    };
    let word = if when.folded {
        ObjectText::new().text("pattern", &in_any_case(when))
    } else {
        ObjectText::new().raw("enum", &strings(when.list.iter().copied()))
    };
    ObjectText::new().object("properties", ObjectText::new().object(member, word))
}

fn of_case(object: &Object, case: &'static Object) -> ObjectText {
    let mut members = ObjectText::new();
    for row in case.members {
        members = members.object(row.name, input(row));
    }
    for (name, schema) in properties(case) {
        members = members.object(name, schema);
    }
    // A case may refuse what others of an open object take.
    let is_closed = is_open(object.others) && !is_open(case.others);
    if is_closed {
        for row in object.fields() {
            members = members.object(row.name, ObjectText::new());
        }
    }
    if is_closed || !is_open(object.others) {
        let has = |name: &&str| case.members.iter().any(|row| row.name == *name);
        for name in names(object).into_iter().filter(|name| !has(name)) {
            members = members.object(name, nothing());
        }
    }
    let mut schema = ObjectText::new().object("properties", members);
    let required: Vec<&str> = required(case).collect();
    if !required.is_empty() {
        schema = schema.raw("required", &strings(required.into_iter()));
    }
    if is_closed {
        schema = schema.raw("additionalProperties", "false");
    }
    let rules = case.rules.iter().filter_map(schema_of_rule);
    let all: Vec<String> = rules
        .chain(self::schema(case))
        .map(ObjectText::end)
        .collect();
    if !all.is_empty() {
        schema = schema.raw("allOf", &array(all));
    }
    unstated(schema, case.rules)
}

fn required(case: &Object) -> impl Iterator<Item = &'static str> {
    case.members
        .iter()
        .filter(|row| row.required)
        .map(|row| row.name)
}

fn names(object: &Object) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for row in object.cases.all().flat_map(|(_, case)| case.members) {
        if !names.contains(&row.name) {
            names.push(row.name);
        }
    }
    names
}
