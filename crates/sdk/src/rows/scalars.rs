//! Values without parts, compared with their rows: texts, numbers and flags.

use std::borrow::Cow;

use super::findings::Say;
use super::names;
use super::row::{Field, Value};
use crate::error::Error;
use crate::json::{Raw, characters};
use crate::memory;

pub(super) fn has_kind(raw: Raw<'_>, kind: &str) -> bool {
    match raw.0.as_bytes().first() {
        Some(b'{') => kind == "object",
        Some(b'[') => kind == "array",
        Some(b'"') => kind == "string",
        _ => false,
    }
}

/// What messages call a value of this type.
pub(super) fn type_name(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

pub(super) fn must_be(wanted: &str, raw: Raw<'_>, say: &mut Say<'_, '_>) {
    let what = format!("must be {wanted}, not {}", type_name(raw.0));
    say.refuse("", &what);
}

/// The characters of a string; none if it is no string.
pub(super) fn text_of<'a>(
    raw: Raw<'a>,
    text: Option<String>,
    say: &mut Say<'_, '_>,
) -> Result<Option<Cow<'a, str>>, Error> {
    if let Some(text) = text {
        return Ok(Some(Cow::Owned(text)));
    }
    if !raw.0.starts_with('"') {
        must_be("a string", raw, say);
        return Ok(None);
    }
    let text = characters(raw.0);
    if text.is_none() {
        memory::ask_for(raw.0.len())?;
        say.refuse("", HALF_A_PAIR);
    }
    Ok(text)
}

const HALF_A_PAIR: &str =
    "contains half of a surrogate pair (\\ud800 to \\udfff), which is not a character";

pub(super) fn of_text<'a>(text: Cow<'a, str>, field: &Field, say: &mut Say<'_, '_>) -> Value<'a> {
    if text.is_empty() && field.least > 0 {
        if !field.required && !field.means_empty {
            return Value::Absent;
        }
        say.refuse("", "must not be empty");
        return Value::Wrong;
    }
    if length(&text, field, say) {
        form(&text, field, say);
    }
    Value::Text(text)
}

/// Whether the text has an allowed length.
fn length(text: &str, field: &Field, say: &mut Say<'_, '_>) -> bool {
    // Counting is needed only when the byte length alone does not settle it.
    if text.len() <= field.most && text.len() / 4 >= field.least {
        return true;
    }
    let count = text.chars().count();
    if count < field.least {
        let least = field.least;
        say.refuse(
            "",
            &format!("has {count} characters; the minimum is {least}"),
        );
    } else if count > field.most {
        let what = format!("has {count} characters; the maximum is {}", field.most);
        over(&what, field, say);
        // The form of a text holds, however long the service lets it be.
        return field.most_may_change;
    } else {
        return true;
    }
    false
}

pub(super) fn over(what: &str, field: &Field, say: &mut Say<'_, '_>) {
    if field.most_may_change {
        say.limit("", what);
    } else {
        say.refuse("", what);
    }
}

fn form(text: &str, field: &Field, say: &mut Say<'_, '_>) {
    if let Some(words) = field.words.filter(|words| !words.has(text)) {
        let meant = names::nearest(text, words.list.iter().copied());
        let advice = meant.map(|meant| format!("; did you mean {meant}?"));
        let advice = advice.unwrap_or_default();
        let what = format!("must be one of: {}{advice}", words.list.join(", "));
        if words.may_change {
            say.limit("", &what);
        } else {
            say.refuse("", &what);
        }
    }
    if let Some(except) = field.except.filter(|except| except.words.contains(&text)) {
        say.refuse("", except.says);
        return;
    }
    match field.pattern.filter(|pattern| !pattern.holds(text)) {
        Some(pattern) if pattern.may_change => say.limit("", pattern.says),
        Some(pattern) => say.refuse("", pattern.says),
        None => {
            if let Some(check) = field.check {
                (check.find)(text, say);
            }
        }
    }
}

/// Digits in a string are understood as well, because many designers hand every value over as text.
pub(super) fn integer<'a>(raw: Raw<'_>, field: &Field, say: &mut Say<'_, '_>) -> Value<'a> {
    let digits = raw.0.trim_matches('"');
    if digits.is_empty() {
        return Value::Absent;
    }
    let least = field.min_value.unwrap_or(0);
    let most = field.max_value.unwrap_or(i64::MAX);
    // The schema takes a text with a minus sign only where negative numbers are allowed.
    let has_needless_sign = raw.0.starts_with("\"-") && least >= 0;
    let value = digits.parse::<i64>().ok().filter(|_| !has_needless_sign);
    if let Some(value) = value.filter(|value| (least..=most).contains(value)) {
        return Value::Integer(value);
    }
    let range = match most {
        i64::MAX => format!("of at least {least}"),
        most => format!("from {least} to {most}"),
    };
    say.refuse("", &format!("must be a whole number {range}{}", not(raw)));
    Value::Wrong
}

/// A decimal number, as a number or as a text.
#[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
pub(super) fn number<'a>(raw: Raw<'_>, field: &Field, say: &mut Say<'_, '_>) -> Value<'a> {
    let least = field.min_value.unwrap_or(i64::MIN) as f64;
    let most = field.max_value.unwrap_or(i64::MAX) as f64;
    match raw.0.trim_matches('"').parse::<f64>() {
        Ok(value) if value >= least && value <= most => Value::Json,
        _ => {
            say.refuse(
                "",
                &format!("must be a number from {least} to {most}{}", not(raw)),
            );
            Value::Wrong
        }
    }
}

/// The end of a message about a number: a short one is shown, a long one may be a customer's number.
fn not(raw: Raw<'_>) -> String {
    let is_number = matches!(raw.0.as_bytes().first(), Some(b'-' | b'0'..=b'9'));
    match (is_number, raw.0.len()) {
        (true, ..=6) => format!(", not {}", raw.0),
        (true, _) => String::new(),
        (false, _) => format!(", not {}", type_name(raw.0)),
    }
}

pub(super) fn flag<'a>(raw: Raw<'_>, say: &mut Say<'_, '_>) -> Value<'a> {
    match raw.0.trim_matches('"') {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        "" => Value::Absent,
        _ => {
            must_be("true or false", raw, say);
            Value::Wrong
        }
    }
}

/// Whether the JSON can be passed on: a parser that only skims it does not see everything.
pub(super) fn is_sound(raw: Raw<'_>, say: &mut Say<'_, '_>) -> bool {
    let sound = serde_json::from_str::<serde_json::Value>(raw.0).is_ok();
    if !sound {
        let what = format!("{HALF_A_PAIR}, or more than 127 levels");
        say.refuse("", &what);
    }
    sound
}
