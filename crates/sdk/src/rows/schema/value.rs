//! The schema of one value.

use super::{members, string, strings};
use crate::json::{ObjectText, array};
use crate::rows::field::Field;
use crate::rows::forms::Words;
use crate::rows::object::Others;

/// What the reader takes for a member.
pub(super) fn input(field: &Field) -> ObjectText {
    let is_absent_too = !field.required;
    let schema = match field.or {
        None => typed(head(field), field, is_absent_too),
        Some(other) => {
            let ways = [field, other].map(|way| typed(ObjectText::new(), way, is_absent_too).end());
            head(field).raw("anyOf", &array(ways))
        }
    };
    match (field.default, field.kind) {
        (None, _) => schema,
        (Some(default), "string") => schema.text("default", default),
        (Some(default), _) => schema.raw("default", default),
    }
}

/// What the reader takes for an element of a list, which cannot be absent.
fn item(field: &Field) -> ObjectText {
    match field.or {
        None => typed(head(field), field, false),
        Some(other) => {
            let ways = [field, other].map(|way| typed(ObjectText::new(), way, false).end());
            head(field).raw("anyOf", &array(ways))
        }
    }
}

/// What a response or an event has.
pub(super) fn output(field: &Field) -> ObjectText {
    let schema = head(field).text("type", field.kind);
    let schema = match field.words {
        Some(words) => schema.raw("enum", &strings(words.list.iter().copied())),
        None => schema,
    };
    let schema = match field.items {
        Some(items) => schema.object("items", output(items)),
        None => schema,
    };
    match field.object {
        Some(object) => {
            let rows = object.fields().map(|row| (row.name, output(row)));
            schema.object("properties", super::properties(rows))
        }
        None => schema,
    }
}

/// What a name that is given freely must be.
pub(super) fn name(field: &Field) -> ObjectText {
    form(ObjectText::new(), field)
}

/// What people read.
pub(super) fn head(field: &Field) -> ObjectText {
    let mut schema = ObjectText::new();
    if !field.display.is_empty() {
        schema = schema.text("title", field.display);
    }
    if !field.description.is_empty() {
        schema = schema.text("description", field.description);
    }
    if field.secret {
        schema = schema.raw("writeOnly", "true");
    }
    schema
}

/// `is_absent_too`: whether a value is taken that means the same as none.
fn typed(schema: ObjectText, field: &Field, is_absent_too: bool) -> ObjectText {
    let null = is_absent_too && !field.refuses_null;
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
            let schema = if is_absent_too && !field.means_empty {
                text_or_empty(schema, field, null)
            } else {
                form(schema, field)
            };
            changeable(schema, field)
        }
        "integer" => {
            let digits = if is_absent_too {
                r"^(\+?[0-9]+)?$"
            } else {
                r"^\+?[0-9]+$"
            };
            let schema = schema.raw("type", &types(&["integer", "string"]));
            range(schema, field, Some(0)).text("pattern", digits)
        }
        "number" => {
            let schema = schema.raw("type", &types(&["number", "string"]));
            range(schema, field, None).text("pattern", DECIMAL)
        }
        "boolean" => {
            let nothing = if null { r#","",null"# } else { "" };
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
                Some(items) => schema.object("items", item(items)),
                None => schema,
            };
            changeable(schema, field)
        }
        _ => {
            let schema = schema.raw("type", &types(&["object"]));
            match field.object {
                Some(object) => members(schema, object, null),
                None => schema,
            }
        }
    }
}

/// As the reader parses a decimal number that is given as a text.
const DECIMAL: &str = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$";

fn range(schema: ObjectText, field: &Field, least: Option<i64>) -> ObjectText {
    let least = field.min_value.or(least).map(|least| least.to_string());
    let most = field.max_value.filter(|most| *most < i64::MAX);
    let most = most.map(|most| most.to_string());
    schema
        .maybe_raw("minimum", least.as_deref())
        .maybe_raw("maximum", most.as_deref())
}

/// The length and the form of a text that is there.
fn form(schema: ObjectText, field: &Field) -> ObjectText {
    let schema = length(schema, field);
    let schema = match field.words {
        Some(words) => words_of(schema, words, &[]),
        None => schema,
    };
    shape(schema, field)
}

fn length(mut schema: ObjectText, field: &Field) -> ObjectText {
    if field.least > 0 {
        schema = schema.raw("minLength", &field.least.to_string());
    }
    most(schema, field)
}

fn most(schema: ObjectText, field: &Field) -> ObjectText {
    match field.most {
        usize::MAX => schema,
        most => schema.raw("maxLength", &most.to_string()),
    }
}

fn shape(schema: ObjectText, field: &Field) -> ObjectText {
    let except = field.except.map(|except| {
        let words = strings(except.words.iter().copied());
        ObjectText::new().raw("enum", &words)
    });
    let pattern = field.pattern.map(|pattern| pattern.regex);
    schema
        .maybe_object("not", except)
        .maybe_text("pattern", pattern)
}

/// The same for a text in whose place an empty one is taken as none.
fn text_or_empty(schema: ObjectText, field: &Field, null: bool) -> ObjectText {
    if let Some(words) = field.words {
        let nothing: &[&str] = if null { &[r#""""#, "null"] } else { &[r#""""#] };
        return words_of(most(schema, field), words, nothing);
    }
    let schema = most(schema, field);
    if field.least < 2 && field.pattern.is_none() && field.except.is_none() {
        return schema;
    }
    let least = (field.least > 1).then(|| field.least.to_string());
    let given = ObjectText::new().maybe_raw("minLength", least.as_deref());
    let ways = [
        ObjectText::new().raw("maxLength", "0").end(),
        shape(given, field).end(),
    ];
    schema.raw("anyOf", &array(ways))
}

/// The words as an enumeration, with values that mean nothing; in any case they are a pattern.
fn words_of(schema: ObjectText, words: &Words, nothing: &[&str]) -> ObjectText {
    if words.folded {
        return schema.text("pattern", &in_any_case(words));
    }
    let words = words.list.iter().map(|word| string(word));
    let nothing = nothing.iter().map(|json| (*json).to_owned());
    schema.raw("enum", &array(words.chain(nothing)))
}

/// A pattern for the words in upper or lower case.
pub(super) fn in_any_case(words: &Words) -> String {
    let any = |letter: char| match (letter.to_ascii_lowercase(), letter.to_ascii_uppercase()) {
        (lower, upper) if lower == upper => letter.to_string(),
        (lower, upper) => format!("[{lower}{upper}]"),
    };
    let words = words
        .list
        .iter()
        .map(|word| word.chars().map(any).collect());
    let words: Vec<String> = words.collect();
    format!("^({})$", words.join("|"))
}

/// Says which limits are not for ever.
fn changeable(schema: ObjectText, field: &Field) -> ObjectText {
    let is_list = field.kind == "array";
    let limits = [
        (field.most_may_change && field.most < usize::MAX).then_some(if is_list {
            "maxItems"
        } else {
            "maxLength"
        }),
        field.words.filter(|words| words.may_change).map(|_| "enum"),
        field
            .pattern
            .filter(|pattern| pattern.may_change)
            .map(|_| "pattern"),
    ];
    let limits: Vec<&str> = limits.into_iter().flatten().collect();
    let unstated = field
        .check
        .map(|check| format!("not stated here: {}", check.demands));
    let may_change =
        (!limits.is_empty()).then(|| format!("the service may change {}", limits.join(" and ")));
    let comments: Vec<String> = [may_change, unstated].into_iter().flatten().collect();
    if comments.is_empty() {
        return schema;
    }
    schema.text("$comment", &comments.join("; "))
}

/// Whether unnamed members are taken, so that those of another case are as well.
pub(super) const fn is_open(others: Others) -> bool {
    !matches!(others, Others::Refused)
}
