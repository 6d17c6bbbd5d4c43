//! What schemas are put together from: the keywords for the limits of one value.

use crate::json::{ObjectText, array, push_string};
use crate::rows::forms::Words;
use crate::rows::row::{Field, Others};

/// The draft that all schemas are written in.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A schema of its own, of an object.
pub(super) fn document() -> ObjectText {
    ObjectText::new()
        .text("$schema", DRAFT)
        .text("type", "object")
}

/// The schemas of members by their names.
pub(super) fn properties<'n>(all: impl Iterator<Item = (&'n str, ObjectText)>) -> ObjectText {
    all.fold(ObjectText::new(), |properties, (name, schema)| {
        properties.object(name, schema)
    })
}

/// A JSON array of texts.
pub(super) fn strings<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    array(texts.map(string))
}

pub(super) fn string(text: &str) -> String {
    let mut json = String::new();
    push_string(&mut json, text);
    json
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

/// As the reader parses a decimal number that is given as a text.
pub(super) const DECIMAL: &str = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$";

pub(super) fn range(schema: ObjectText, field: &Field, least: Option<i64>) -> ObjectText {
    let least = field.min_value.or(least).map(|least| least.to_string());
    let most = field.max_value.filter(|most| *most < i64::MAX);
    let most = most.map(|most| most.to_string());
    schema
        .maybe_raw("minimum", least.as_deref())
        .maybe_raw("maximum", most.as_deref())
}

/// The length and the form of a text that is there.
pub(super) fn form(schema: ObjectText, field: &Field) -> ObjectText {
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
pub(super) fn text_or_empty(schema: ObjectText, field: &Field, null: bool) -> ObjectText {
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
pub(super) fn changeable(schema: ObjectText, field: &Field) -> ObjectText {
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
