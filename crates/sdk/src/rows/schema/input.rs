//! The schema of what the reader takes: of an object, the cases that it comes in, and the values of its
//! members, which may be objects again.

use super::keywords::{
    DECIMAL, changeable, document, form, head, in_any_case, is_open, properties, range, string,
    strings, text_or_empty, words_and,
};
use super::{digits, rule};
use crate::json::{ObjectText, array};
use crate::rows::forms::Words;
use crate::rows::row::{Cases, Field, Object, Others, Rule};

/// The schema of what the reader takes for an object.
pub fn of_request(object: &Object) -> String {
    let schema = members(document(), object, false);
    unstated(schema, object.rules, &[OF_THE_TEXT]).end()
}

/// What no schema can state, because it is lost when a text is parsed.
const OF_THE_TEXT: &str = "each name of an object is given once; no text has half of a surrogate pair, no \
                           number is beyond 1.8e308, and what is passed on has at most 127 levels";

/// The members, cases and rules of an object. Of a value that may be null they hold if it is none.
fn members(schema: ObjectText, object: &Object, or_null: bool) -> ObjectText {
    let own = object.fields().map(|row| (row.name, input(row)));
    let schema = schema.object("properties", properties(own.chain(of_all_cases(object))));
    let mut required = object.fields().filter(|row| row.required).peekable();
    let schema = match required.peek() {
        Some(_) => schema.raw("required", &strings(required.map(|row| row.name))),
        None => schema,
    };
    let schema = match object.others {
        Others::Refused => schema.raw("additionalProperties", "false"),
        Others::Ignored => schema,
        Others::Named(row) => schema.object("propertyNames", form(ObjectText::new(), row, &[])),
    };
    let rules = object.rules.iter();
    let rules = rules.filter_map(|rule| rule::schema(rule, &[object]));
    let all = rules.chain(by_case(object));
    let all: Vec<String> = all.map(ObjectText::end).collect();
    match (all.is_empty(), or_null) {
        (true, _) => schema,
        (false, false) => schema.raw("allOf", &array(all)),
        (false, true) => schema
            .object("if", ObjectText::new().text("type", "object"))
            .object("then", ObjectText::new().raw("allOf", &array(all))),
    }
}

/// Names the rules that a schema cannot state, for whoever trusts in it.
fn unstated(schema: ObjectText, rules: &[Rule], more: &[&str]) -> ObjectText {
    let demands = rules.iter().filter_map(|rule| match rule {
        Rule::Check(check) => Some(check.demands.to_owned()),
        Rule::Distinct(path) => Some(format!("{} differ from each other", path.join("[]."))),
        _ => None,
    });
    let more = more.iter().map(|demand| (*demand).to_owned());
    let demands: Vec<String> = demands.chain(more).collect();
    if demands.is_empty() {
        return schema;
    }
    schema.text(
        "$comment",
        &format!("not stated here: {}", demands.join("; ")),
    )
}

/// The members of all cases, which the cases describe; those of an object that takes any members stand
/// nowhere else.
fn of_all_cases(object: &Object) -> impl Iterator<Item = (&'static str, ObjectText)> {
    let names = if is_open(object.others) {
        Vec::new()
    } else {
        names(object)
    };
    names.into_iter().map(|name| (name, ObjectText::new()))
}

/// Which members each case has.
fn by_case(object: &Object) -> Option<ObjectText> {
    let cases: Vec<_> = object.cases.all().collect();
    let (last, others) = cases.split_last()?;
    let mut schema = of_case(object, last.1);
    for (when, case) in others.iter().rev() {
        let condition = condition(object, (*when)?);
        schema = ObjectText::new()
            .object("if", condition)
            .object("then", of_case(object, case))
            .object("else", schema);
    }
    Some(schema)
}

fn condition(object: &Object, when: &Words) -> ObjectText {
    let Cases::ByWord { member, .. } = object.cases else {
        return rule::given(when.list);
    };
    let mut rows = object.fields();
    let row = rows.find(|row| row.name == member && !row.required);
    let is_default = row
        .and_then(|row| row.default)
        .is_some_and(|word| when.has(word));
    let word = match (when.folded, is_default) {
        (true, true) => ObjectText::new().text("pattern", &in_any_case(when, "?")),
        (true, false) => {
            let text = ObjectText::new().text("type", "string");
            text.text("pattern", &in_any_case(when, ""))
        }
        (false, true) => ObjectText::new().raw("enum", &words_and(when.list, rule::NOTHING)),
        (false, false) => ObjectText::new().raw("enum", &words_and(when.list, &[])),
    };
    let schema = ObjectText::new().object("properties", ObjectText::new().object(member, word));
    match row {
        Some(_) if !is_default => schema.raw("required", &strings([member].into_iter())),
        _ => schema,
    }
}

fn of_case(object: &Object, case: &'static Object) -> ObjectText {
    let mut members = ObjectText::new();
    for row in case.members {
        members = members.object(row.name, input(row));
    }
    for (name, schema) in of_all_cases(case) {
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
            members = members.object(name, rule::nothing());
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
    let rules = case.rules.iter();
    let rules = rules.filter_map(|rule| rule::schema(rule, &[object, case]));
    let all: Vec<String> = rules.chain(by_case(case)).map(ObjectText::end).collect();
    if !all.is_empty() {
        schema = schema.raw("allOf", &array(all));
    }
    unstated(schema, case.rules, &[])
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

/// What the reader takes for a member.
fn input(field: &Field) -> ObjectText {
    let schema = value(field, !field.required);
    match (field.default, field.kind) {
        (None, _) => schema,
        (Some(default), "string") => schema.text("default", default),
        (Some(default), _) => schema.raw("default", default),
    }
}

/// What the reader takes for a member, or for an element of a list, which cannot be absent.
/// `is_absent_too`: whether a value is taken that means the same as none.
fn value(field: &Field, is_absent_too: bool) -> ObjectText {
    let null = is_absent_too && !field.refuses_null;
    let typed = |schema, way| typed(schema, way, is_absent_too, null);
    match field.or {
        None => typed(head(field), field),
        Some(other) => {
            // A text is compared with the row of texts if there is one, otherwise with the first row.
            let texts = if other.kind == "string" { other } else { field };
            let ways = [field, other].map(|way| {
                let schema = typed(ObjectText::new(), way);
                let is_text_too = matches!(way.kind, "integer" | "number" | "boolean");
                let no_text = (is_text_too && !std::ptr::eq(way, texts))
                    .then(|| ObjectText::new().text("type", "string"));
                schema.maybe_object("not", no_text).end()
            });
            head(field).raw("anyOf", &array(ways))
        }
    }
}

fn typed(schema: ObjectText, field: &Field, is_absent_too: bool, null: bool) -> ObjectText {
    let types = |names: &[&str]| {
        let null = null.then_some("null");
        match (names, null) {
            ([one], None) => string(one),
            _ => strings(names.iter().copied().chain(null)),
        }
    };
    match field.kind {
        "string" => {
            let schema = schema.raw("type", &types(&["string"]));
            let nothing = if null { rule::NOTHING } else { &[r#""""#] };
            let schema = if is_absent_too && !field.means_empty && field.least > 0 {
                text_or_empty(schema, field, nothing)
            } else {
                form(schema, field, if null { &["null"] } else { &[] })
            };
            changeable(schema, field)
        }
        "integer" => {
            let least = field.min_value.unwrap_or(0);
            let most = field.max_value.unwrap_or(i64::MAX);
            let schema = schema.raw("type", &types(&["integer", "string"]));
            let schema = range(schema, Some(least), Some(most));
            schema.text("pattern", &digits::pattern(least, most, is_absent_too))
        }
        "number" => {
            let times = if is_absent_too { "?" } else { "" };
            let schema = schema.raw("type", &types(&["number", "string"]));
            let schema = range(schema, field.min_value, field.max_value);
            let schema = schema.text("pattern", &format!("^({DECIMAL}){times}$"));
            changeable(schema, field)
        }
        "boolean" => {
            let nothing = match (is_absent_too, null) {
                (true, true) => r#","",null"#,
                (true, false) => r#","""#,
                _ => "",
            };
            let values = format!(r#"[true,false,"true","false"{nothing}]"#);
            let schema = schema.raw("type", &types(&["boolean", "string"]));
            schema.raw("enum", &values)
        }
        "array" => {
            let mut schema = schema.raw("type", &types(&["array"]));
            if field.least > 0 {
                schema = schema.raw("minItems", &field.least.to_string());
            }
            if field.most < usize::MAX {
                schema = schema.raw("maxItems", &field.most.to_string());
            }
            let schema = match field.items {
                Some(items) => schema.object("items", value(items, false)),
                None => schema,
            };
            changeable(schema, field)
        }
        _ => {
            let schema = schema.raw("type", &types(&["object"]));
            match field.object {
                Some(object) => unstated(members(schema, object, null), object.rules, &[]),
                None => schema,
            }
        }
    }
}
