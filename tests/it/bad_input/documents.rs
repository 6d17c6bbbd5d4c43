//! Texts that are no JSON object, wherever one is asked for: properties and requests alike.

/// A text, and the result's name without `WFA_ERR_`.
pub(crate) fn documents() -> Vec<(&'static str, String, &'static str)> {
    let (not_json, no_object) = ("INVALID_ARGUMENT", "INVALID_REQUEST");
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let text = str::to_owned;
    vec![
        ("nothing", text(""), not_json),
        ("spaces", text(" \n\t "), not_json),
        ("a word", text("hello"), not_json),
        ("an open object", text("{"), not_json),
        ("an open text", text(r#"{"a":"b"#), not_json),
        ("single quotes", text("{'a':'b'}"), not_json),
        ("a comma too many", text(r#"{"a":"b",}"#), not_json),
        ("a comment", text(r#"{"a":"b"} // c"#), not_json),
        ("two documents", text("{}{}"), not_json),
        ("a byte order mark", text("\u{feff}{}"), not_json),
        ("a NUL behind it", text("{}\0"), not_json),
        ("NaN", text(r#"{"a":NaN}"#), not_json),
        (
            "a raw line break in a text",
            text("{\"a\":\"\n\"}"),
            not_json,
        ),
        ("a broken escape", text(r#"{"a":"\x"}"#), not_json),
        (
            "a broken Unicode escape",
            text(r#"{"a":"\u12g4"}"#),
            not_json,
        ),
        ("deep arrays never closed", "[".repeat(100_000), not_json),
        (
            "deep objects never closed",
            r#"{"a":"#.repeat(100_000),
            not_json,
        ),
        ("null", text("null"), no_object),
        ("true", text("true"), no_object),
        ("a number", text("5"), no_object),
        ("a text", text(r#""{}""#), no_object),
        ("an array", text("[{}]"), no_object),
        ("deep arrays", deep("[", "]"), no_object),
        (
            "deep objects",
            deep(r#"{"a":"#, "}").replace(":}", ":1}"),
            no_object,
        ),
        (
            "half a surrogate pair as a name",
            text(r#"{"\ud83d":1}"#),
            no_object,
        ),
    ]
}
