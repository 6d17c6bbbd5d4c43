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
pub(super) const DECIMAL: &str = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?";

pub(super) fn range(schema: ObjectText, least: Option<i64>, most: Option<i64>) -> ObjectText {
    let [least, most] = [least, most].map(|limit| limit.map(|limit| limit.to_string()));
    schema
        .maybe_raw("minimum", least.as_deref())
        .maybe_raw("maximum", most.as_deref())
}

/// The length and the form of a text that is there; `nothing` is JSON that is taken beside its words.
pub(super) fn form(schema: ObjectText, field: &Field, nothing: &[&str]) -> ObjectText {
    let least = (field.least > 0).then(|| field.least.to_string());
    let schema = schema.maybe_raw("minLength", least.as_deref());
    shape(words_and_most(schema, field, nothing), field)
}

/// The same for a text in whose place an empty one is taken as none.
pub(super) fn text_or_empty(schema: ObjectText, field: &Field, nothing: &[&str]) -> ObjectText {
    let schema = words_and_most(schema, field, nothing);
    let least = (field.least > 1).then(|| field.least.to_string());
    let given = ObjectText::new().maybe_raw("minLength", least.as_deref());
    let given = shape(given, field).end();
    if given == "{}" {
        return schema;
    }
    let empty = ObjectText::new().raw("maxLength", "0").end();
    schema.raw("anyOf", &array([empty, given]))
}

fn words_and_most(schema: ObjectText, field: &Field, nothing: &[&str]) -> ObjectText {
    let most = (field.most < usize::MAX).then(|| field.most.to_string());
    let schema = schema.maybe_raw("maxLength", most.as_deref());
    match field.words.filter(|words| !words.folded) {
        Some(words) => schema.raw("enum", &words_and(words.list, nothing)),
        None => schema,
    }
}

/// An array of words and of JSON that is taken beside them.
pub(super) fn words_and(words: &[&str], nothing: &[&str]) -> String {
    let words = words.iter().map(|word| string(word));
    array(words.chain(nothing.iter().map(|json| (*json).to_owned())))
}

fn shape(schema: ObjectText, field: &Field) -> ObjectText {
    let except = field
        .except
        .map(|except| ObjectText::new().raw("enum", &words_and(except.words, &[])));
    let schema = schema.maybe_object("not", except);
    let folded = field.words.filter(|words| words.folded);
    let folded = folded.map(|words| in_any_case(words, ""));
    let own = field.pattern.map(|pattern| pattern.regex);
    match (folded, own) {
        (Some(words), Some(own)) => {
            let both = [words.as_str(), own].map(|it| ObjectText::new().text("pattern", it));
            schema.objects("allOf", both)
        }
        (words, own) => schema.maybe_text("pattern", words.as_deref().or(own)),
    }
}

/// A pattern for the words in upper or lower case, `times` as often.
pub(super) fn in_any_case(words: &Words, times: &str) -> String {
    let any = |letter: char| match (letter.to_ascii_lowercase(), letter.to_ascii_uppercase()) {
        (lower, upper) if lower != upper => format!("[{lower}{upper}]"),
        _ if r"\^$.*+?()[]{}|/".contains(letter) => format!("\\{letter}"),
        _ => letter.to_string(),
    };
    let words = words
        .list
        .iter()
        .map(|word| word.chars().map(any).collect());
    let words: Vec<String> = words.collect();
    format!("^({}){times}$", words.join("|"))
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
        field
            .words
            .filter(|words| words.may_change || !words.perhaps.is_empty())
            .map(|_| "enum"),
        field
            .pattern
            .filter(|pattern| pattern.may_change)
            .map(|_| "pattern"),
    ];
    let limits: Vec<&str> = limits.into_iter().flatten().collect();
    let unstated = match field.kind {
        "number" => Some("the range of a number that is given as a text"),
        _ => field.check.map(|check| check.demands),
    };
    let unstated = unstated.map(|demands| format!("not stated here: {demands}"));
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
