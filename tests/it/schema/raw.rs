//! What only the text of a request shows, and no parsed value: how a number is written, escapes, halves of
//! surrogate pairs, names that are given twice, more levels than a parser follows.

use serde_json::Value;

/// Begins a text that stands for a literal, and a name that its object has already.
const MARK: char = '\u{e000}';

/// Literals for any place. Where the validator's parser refuses one, the second stands for it there.
const LITERALS: &[(&str, &str)] = &[
    // What designers fill in where nobody gave anything.
    (r#""""#, ""),
    ("null", ""),
    ("false", ""),
    ("[]", ""),
    ("{}", ""),
    (r#"[""]"#, ""),
    ("[null]", ""),
    ("[{}]", ""),
    // Whole numbers, however they are written.
    ("100.0", ""),
    ("1E0", ""),
    ("-0", ""),
    ("-0.0", ""),
    ("0e5", ""),
    ("1e2", ""),
    ("1.5e1", ""),
    ("10e-1", ""),
    ("6.0E+2", ""),
    ("1e0000000000000000000000", ""),
    // No whole ones, and too great ones.
    ("0.5", ""),
    ("1e-1", ""),
    ("-1.0", ""),
    ("90.5", ""),
    ("9007199254740993", ""),
    ("9223372036854775807", ""),
    ("9223372036854775808", ""),
    ("-9223372036854775809", ""),
    ("18446744073709551616", ""),
    ("123456789012345678901234567890", ""),
    ("1e18", ""),
    ("1e19", ""),
    ("1e300", ""),
    ("1e999", "1e300"),
    ("-1e999", "-1e300"),
    // The same as texts.
    (r#""0""#, ""),
    (r#""007""#, ""),
    (r#""91""#, ""),
    (r#""1111""#, ""),
    (r#""+5""#, ""),
    (r#""-5""#, ""),
    (r#""-0""#, ""),
    (r#""1.0""#, ""),
    (r#""1e2""#, ""),
    (r#""1e999""#, ""),
    (r#"".5""#, ""),
    (r#"" 5""#, ""),
    (r#""5 ""#, ""),
    (r#""NaN""#, ""),
    (r#""inf""#, ""),
    (r#""2592001""#, ""),
    (r#""9223372036854775807""#, ""),
    (r#""9223372036854775808""#, ""),
    (r#""00000000000000000000000000001""#, ""),
    // A word that some commands take, and others do not.
    (r#""group""#, ""),
    // Escapes, and halves of pairs.
    (r#""\u0031""#, ""),
    (r#""tr\u0075e""#, ""),
    (r#""\ud83d\ude00""#, ""),
    (r#""\ud800""#, r#""\ufffd""#),
    (r#""a\udc00b""#, r#""a\ufffdb""#),
    (r#"{"\u0061":1,"b":"\u0000"}"#, ""),
    (r#"{"\ud800":1}"#, r#"{"\ufffd":1}"#),
    (r#"{"a":["\ud800"]}"#, r#"{"a":["\ufffd"]}"#),
    (r#"{"a":1e999}"#, r#"{"a":1e300}"#),
    (r#"["\ud800"]"#, r#"["\ufffd"]"#),
    (r#"[{"a":1e999}]"#, r#"[{"a":1e300}]"#),
    ("[100.0]", ""),
];

/// The number of [`LITERALS`], and of those with more levels than are passed on.
pub(super) const COUNT: usize = LITERALS.len() + 2;

fn literal(number: usize) -> (String, String) {
    let nested = |open: &str, close: &str| open.repeat(130) + &close.repeat(130);
    match LITERALS.get(number) {
        Some((given, "")) => ((*given).to_owned(), (*given).to_owned()),
        Some((given, judged)) => ((*given).to_owned(), (*judged).to_owned()),
        None if number == LITERALS.len() => (nested("[", "]"), "[[]]".to_owned()),
        None => (
            format!("{{\"a\":{}}}", nested("[", "]")),
            r#"{"a":[]}"#.to_owned(),
        ),
    }
}

/// Stands for a literal until the request is written.
pub(super) fn marked(number: usize) -> Value {
    format!("{MARK}{number}{MARK}").into()
}

/// A name that its object has already.
pub(super) fn again(name: &str) -> String {
    format!("{MARK}{name}")
}

/// The request's text, and the one that the validator's parser gets.
pub(super) fn written(request: &Value) -> (String, String) {
    let mut given = request.to_string();
    let mut judged = given.clone();
    for number in 0..COUNT {
        let mark = marked(number).to_string();
        if !given.contains(&mark) {
            continue;
        }
        let (raw, stand_in) = literal(number);
        judged = judged.replace(&mark, &stand_in);
        given = given.replace(&mark, &raw);
    }
    (given.replace(MARK, ""), judged.replace(MARK, ""))
}

/// What the reader says of such texts, and what a text has of which it is said.
pub(super) const REASONS: [(&str, &str); 3] = [
    ("half of a surrogate pair", "\\ud"),
    ("beyond 1.8e308", "1e999"),
    ("127 levels", "[[[["),
];
