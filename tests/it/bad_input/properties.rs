//! Properties that must be refused, and properties at the edge that must not.

use serde_json::{Value, json};

use super::documents::documents;
use super::members::{not_text, with, with_twice, without};
use crate::plugin;

/// A valid token, which no message may show.
pub(crate) const TOKEN: &str = "EAAGbadinputbadinputbadinput";

/// A valid App Secret, which no message may show: the Base64 form of 32 hexadecimal digits.
pub(crate) const SECRET: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// One text for `create`.
pub(crate) struct Bad {
    pub(crate) name: String,
    pub(crate) json: String,
    /// The result's name without `WFA_ERR_`.
    pub(crate) result: &'static str,
    /// What the message must name.
    pub(crate) says: String,
}

fn bad(name: impl Into<String>, json: String, says: &str) -> Bad {
    Bad {
        name: name.into(),
        json,
        result: "INVALID_REQUEST",
        says: says.to_owned(),
    }
}

pub(crate) fn base() -> Value {
    json!({
        "authenticationToken": TOKEN, "apiVersion": "v26.0", "phoneNumberId": "106540352242922",
        "baseUrl": "http://127.77.0.1:9",
    })
}

/// The specification's properties with their lengths.
const SPECIFIED: [(&str, usize, usize); 3] = [
    ("authenticationToken", 20, 1000),
    ("apiVersion", 1, 100),
    ("phoneNumberId", 1, 100),
];

/// Everything that must be refused.
pub(crate) fn cases() -> Vec<Bad> {
    let mut cases: Vec<Bad> = documents()
        .into_iter()
        .map(|(name, json, result)| Bad {
            name: format!("properties: {name}"),
            json,
            result,
            says: String::new(),
        })
        .collect();
    cases.extend(specified());
    cases.extend(injections());
    cases.extend(beyond_the_specification());
    for name in [
        "accessToken",
        "AuthenticationToken",
        "phoneNumberID",
        "",
        " apiVersion",
        "a\nb\u{202e}c",
    ] {
        let says = if name.contains('\n') { "a\\n" } else { name };
        cases.push(bad(
            format!("unknown property {name:?}"),
            with(&base(), name, "x"),
            says,
        ));
    }
    cases
}

fn specified() -> Vec<Bad> {
    let base = base();
    let mut cases = Vec::new();
    for (name, min, max) in SPECIFIED {
        let mut add = |what: &str, json| cases.push(bad(format!("{name}: {what}"), json, name));
        add("missing", without(&base, name));
        add("null", with(&base, name, Value::Null));
        add("empty", with(&base, name, ""));
        add("twice", with_twice(&base, name));
        add("too short", with(&base, name, "1".repeat(min - 1)));
        add("too long", with(&base, name, long(name, max + 1)));
        add("far too long", with(&base, name, "1".repeat(1_000_000)));
        add(
            "half a surrogate pair",
            with(&base, name, "?").replace('?', "\\ud83d"),
        );
        for (what, value) in not_text() {
            add(what, with(&base, name, value));
        }
    }
    cases
}

/// A valid value of this length.
fn long(name: &str, length: usize) -> String {
    match name {
        "apiVersion" if length > 3 => format!("v{}.0", "1".repeat(length - 3)),
        _ => "1".repeat(length),
    }
}

fn injections() -> Vec<Bad> {
    let base = base();
    let mut cases = Vec::new();
    for text in [
        "v26.0/../me",
        "v26.0/x",
        "v26",
        "26.0",
        "v26.0?a=b",
        "v26.0#",
        "v26.0%2f..",
        "v26.0@evil",
        "v 26.0",
        "v26.0\r\nX: y",
        "v26.0\n",
        "v26.0\0",
        "v２６.０",
        "v.0",
        "v26.",
        "v26.0.1",
        "V26.0",
        "v26.0\\",
        "é",
    ] {
        cases.push(bad(
            format!("apiVersion {text:?}"),
            with(&base, "apiVersion", text),
            "apiVersion",
        ));
    }
    for text in [
        "../1",
        "1/2",
        "1%2e%2e",
        "1?x",
        "1#x",
        "1@x",
        "1\\2",
        "1\r\nX: y",
        "1\0",
        " 1",
        "1 ",
        "１２",
        "+1",
        "-1",
        "1.0",
        "1e3",
        "0x1",
        "é",
    ] {
        let json = with(&base, "phoneNumberId", text);
        cases.push(bad(
            format!("phoneNumberId {text:?}"),
            json,
            "phoneNumberId",
        ));
    }
    for text in ["\r\nX-Evil: 1", "\n", "\0", "é", " ", "\t", "\u{7f}", "😀"] {
        let json = with(&base, "authenticationToken", format!("{TOKEN}{text}"));
        cases.push(bad(
            format!("token and {text:?}"),
            json,
            "authenticationToken",
        ));
    }
    // Twenty characters, but none that a token can have: characters are counted, not bytes.
    let letters = with(&base, "authenticationToken", "é".repeat(20));
    cases.push(bad(
        "a token of twenty letters é",
        letters,
        "authenticationToken",
    ));
    let letters = with(&base, "authenticationToken", "é".repeat(10));
    cases.push(bad("a token of twenty bytes", letters, "has 10 characters"));
    for text in [
        "graph.facebook.com",
        "ftp://graph.facebook.com",
        "http://graph.facebook.com",
        "https://u:p@host",
        "https://host?x=1",
        "https://host/#f",
        "https://",
        "https://host:0",
        "https://host:99999",
        "https://ho st",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "https://host/..%2f",
        "https://[::1",
        "https://host:",
        "https://host/a/../b",
        "https://host\r\nX: y",
        "HTTPS://host\0",
        "file:///etc/passwd",
    ] {
        cases.push(bad(
            format!("baseUrl {text:?}"),
            with(&base, "baseUrl", text),
            "baseUrl",
        ));
    }
    cases
}

/// Every property beyond the specification, as the descriptor has it: wrong types and limits.
fn beyond_the_specification() -> Vec<Bad> {
    let base = base();
    let mut cases = Vec::new();
    for field in plugin::loaded().descriptor().extension_properties() {
        let name = field.name();
        let mut add = |what: &str, value: Value| {
            cases.push(bad(
                format!("{name}: {what}"),
                with(&base, name, value),
                name,
            ));
        };
        add("an object", json!({}));
        add("an array", json!([1]));
        if field.kind() != "boolean" {
            add("a boolean", true.into());
        }
        if field.kind() == "string" {
            add("a number", 5.into());
        } else {
            add("a word", "many".into());
            add("a fraction", 1.5.into());
        }
        if field.is_secret() {
            add("empty", "".into());
        }
        if let Some(max) = field.max_length() {
            let length = usize::try_from(max).unwrap() + 1;
            add("too long", "x".repeat(length).into());
        }
        if let Some(min) = field.min_value() {
            add("too small", (min - 1).into());
        }
        if let Some(max) = field.max_value() {
            add("too large", (max + 1).into());
            add("too large, as text", (max + 1).to_string().into());
        }
        let valid = field.default_value().unwrap_or("1");
        let twice = with_twice(
            &serde_json::from_str(&with(&base, name, valid)).unwrap(),
            name,
        );
        cases.push(bad(format!("{name}: twice"), twice, name));
    }
    cases
}

/// Properties at the limits of what is allowed.
pub(crate) fn good() -> Vec<(String, String)> {
    let base = base();
    let mut cases = Vec::new();
    for (name, min, max) in SPECIFIED {
        // The shortest version there is has four characters: v1.0.
        let min = if name == "apiVersion" { 4 } else { min };
        for length in [min, min + 1, max - 1, max] {
            let json = with(&base, name, long(name, length));
            cases.push((format!("{name} of {length} characters"), json));
        }
    }
    for field in plugin::loaded().descriptor().extension_properties() {
        let name = field.name();
        // Absent, null and empty all mean: not given. An empty secret is a mistake: see above. So is
        // an App Secret that is null (W62): what fills in nothing must not turn verification off.
        if name != "appSecret" {
            cases.push((format!("{name}: null"), with(&base, name, Value::Null)));
        }
        if !field.is_secret() {
            cases.push((format!("{name}: empty"), with(&base, name, "")));
        }
        if let Some(default) = field.default_value() {
            cases.push((format!("{name}: its default"), with(&base, name, default)));
        }
        for edge in [field.min_value(), field.max_value()].into_iter().flatten() {
            // No memory is taken for what a test only sets.
            if !["dedupEntries"].contains(&name) || edge < 1_000_000 {
                cases.push((format!("{name}: {edge}"), with(&base, name, edge)));
                cases.push((
                    format!("{name}: {edge} as text"),
                    with(&base, name, edge.to_string()),
                ));
            }
        }
    }
    cases.push((
        "escapes in names".to_owned(),
        base.to_string().replace("\"api", "\"\\u0061pi"),
    ));
    cases.push(("spaces around it".to_owned(), format!(" \r\n\t{base}\n ")));
    cases
}
