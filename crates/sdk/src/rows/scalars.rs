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
        Some(b't' | b'f') => kind == "boolean",
        _ => matches!(kind, "integer" | "number"),
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

pub(super) const HALF_A_PAIR: &str =
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
        let is_perhaps = words.perhaps.contains(&text);
        let advice = match names::nearest(text, words.list.iter().copied()) {
            _ if is_perhaps => format!("; the service does not take {text} here"),
            Some(meant) => format!("; did you mean {meant}?"),
            None => String::new(),
        };
        let what = format!("must be one of: {}{advice}", words.list.join(", "));
        if words.may_change || is_perhaps {
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
pub(super) fn integer<'a>(
    raw: Raw<'_>,
    text: Option<String>,
    field: &Field,
    say: &mut Say<'_, '_>,
) -> Value<'a> {
    let literal = literal(raw, text);
    let least = field.min_value.unwrap_or(0);
    let value = if raw.0.starts_with('"') {
        // The schema takes a text with a minus sign only where negative numbers are allowed.
        let has_needless_sign = literal.starts_with('-') && least >= 0;
        literal.parse().ok().filter(|_| !has_needless_sign)
    } else {
        whole(&literal)
    };
    let most = field.max_value.unwrap_or(i64::MAX);
    match value {
        Some(value) if (least..=most).contains(&value) => Value::Integer(value),
        _ if literal.is_empty() => Value::Absent,
        _ => not_in_range("a whole number", Some(least), field.max_value, raw, say),
    }
}

/// The whole number that a JSON number is: it may be written with a fraction of zeros, or an exponent.
fn whole(number: &str) -> Option<i64> {
    if let Ok(value) = number.parse() {
        return Some(value);
    }
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (whole, is_negative) = whole
        .strip_prefix('-')
        .map_or((whole, false), |it| (it, true));
    let far = if exponent.starts_with('-') { -FAR } else { FAR };
    // How many of the digits stand before the point.
    let before = i64::try_from(whole.len()).ok()? + exponent.parse().unwrap_or(far);
    let mut digits = whole.bytes().chain(fraction.bytes());
    let mut value = 0_i64;
    for at in 0.. {
        let digit = match digits.next() {
            Some(byte @ b'0'..=b'9') => i64::from(byte - b'0'),
            Some(_) => return None,
            None if value == 0 || at >= before => break,
            None => 0,
        };
        if at < before {
            value = value.checked_mul(10)?.checked_sub(digit)?;
        } else if digit != 0 {
            return None;
        }
    }
    // The least number has no positive counterpart.
    if is_negative {
        Some(value)
    } else {
        value.checked_neg()
    }
}

/// Beyond every number of digits that a text has.
const FAR: i64 = i64::MAX / 2;

/// A decimal number, as a number or as a text.
#[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
pub(super) fn number<'a>(
    raw: Raw<'_>,
    text: Option<String>,
    field: &Field,
    say: &mut Say<'_, '_>,
) -> Value<'a> {
    let literal = literal(raw, text);
    let (least, most) = (field.min_value, field.max_value);
    let is_in_range = |value: f64| {
        let is_small_enough = most.is_none_or(|most| value <= most as f64);
        value.is_finite() && is_small_enough && least.is_none_or(|least| value >= least as f64)
    };
    match literal.parse() {
        Ok(value) if is_in_range(value) => Value::Json,
        Ok(value) if value.is_infinite() && !raw.0.starts_with('"') => {
            say.refuse("", "is beyond 1.8e308, which few parsers take");
            Value::Wrong
        }
        _ if literal.is_empty() => Value::Absent,
        _ => not_in_range("a number", least, most, raw, say),
    }
}

/// The characters of a text, or the value as it is written; an empty text means none.
fn literal(raw: Raw<'_>, text: Option<String>) -> Cow<'_, str> {
    let is_text = raw.0.starts_with('"');
    let characters = || is_text.then(|| characters(raw.0)).flatten();
    let text = text.map(Cow::Owned).or_else(characters);
    text.unwrap_or(Cow::Borrowed(raw.0))
}

fn not_in_range<'a>(
    kind: &str,
    least: Option<i64>,
    most: Option<i64>,
    raw: Raw<'_>,
    say: &mut Say<'_, '_>,
) -> Value<'a> {
    let range = match (least, most.filter(|most| *most < i64::MAX)) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    };
    say.refuse("", &format!("must be {kind}{range}{}", not(raw)));
    Value::Wrong
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

pub(super) fn flag<'a>(raw: Raw<'_>, text: Option<String>, say: &mut Say<'_, '_>) -> Value<'a> {
    match literal(raw, text).as_ref() {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        "" => Value::Absent,
        _ => {
            must_be("true or false", raw, say);
            Value::Wrong
        }
    }
}
