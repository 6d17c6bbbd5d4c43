//! The reader against `serde_json`, on sound and on damaged text.

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;

fn takes(text: &str) -> bool {
    let mut reader = Reader::of(text);
    reader.range().is_some() && reader.end().is_some()
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        r#"[a-z"\\/{}\[\],: é\n\u{1}😀]{0,20}"#.prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[a-z\"]{0,12}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_takes_what_a_parser_takes_and_nothing_else(
        value in json(),
        pretty in any::<bool>(),
        at in any::<prop::sample::Index>(),
        with in prop_oneof![Just(String::new()), r#"["\\{}\[\],:0-9eE.+u ntf\n\x01\u{e9}-]"#],
    ) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        prop_assert!(takes(&text), "{}", text);
        // The same with one character taken out or another in its place.
        let mut symbols: Vec<_> = text.chars().map(String::from).collect();
        let at = at.index(symbols.len());
        symbols[at] = with;
        let damaged = symbols.concat();
        let parsed = serde_json::from_str::<IgnoredAny>(&damaged).is_ok();
        prop_assert_eq!(takes(&damaged), parsed, "{}", damaged);
    }
}

#[test]
fn numbers_words_and_escapes_are_checked() {
    for text in [
        "0",
        "-0",
        "1e5",
        "-1.5E+07",
        "0.1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "0x1",
        "tru",
        "true",
        "nulll",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "\"\\u12G4\"",
        "\"\\u12a4\"",
        "\"\\x\"",
        "\"\\\"",
        "\"\t\"",
        "",
        " ",
        "[1]]",
        "\u{a0}1",
        "1\u{c}",
    ] {
        let parsed = serde_json::from_str::<IgnoredAny>(text).is_ok();
        assert_eq!(takes(text), parsed, "{text}");
    }
    assert!(takes(&format!("{}1{}", "[".repeat(64), "]".repeat(64))));
    assert!(!takes(&"[".repeat(100_000)));
}

#[test]
fn a_text_is_read_again_from_a_place_and_escapes_are_noticed() {
    for (text, escapes) in [
        (r#""\ud83d""#, Escapes::Any),
        (r#"["x\n\uDE00"]"#, Escapes::Any),
        (r#""\ud7ff\ue000\\ud83d\u00e4""#, Escapes::OfCharacters),
        (r#"{"x":["\/"]}"#, Escapes::OfCharacters),
        (r#"{"x":["/",1]}"#, Escapes::None),
    ] {
        let (mut reader, whole) = (Reader::of(text), 0..text.len());
        let begin = reader.place().unwrap();
        for _ in 0..2 {
            reader.range().unwrap();
            assert_eq!(reader.since(begin), whole);
            assert_eq!(reader.escapes_since(begin), escapes, "{text}");
            reader.back(begin);
            assert_eq!(reader.escapes_since(begin), Escapes::None);
        }
    }
}

#[test]
fn objects_and_arrays_are_read_in_order() {
    let mut found = Vec::new();
    let text = r#" { "a" : [1, "x"] , "b":{ } } "#;
    let mut reader = Reader::of(text);
    let read = reader.object(|reader, name| {
        let mut value = |reader: &mut Reader<'_>| {
            let range = reader.range()?;
            found.push(&text[range]);
            Some(())
        };
        if name == "a" {
            return reader.array(value);
        }
        value(reader)
    });
    assert!(read.is_some() && reader.end().is_some());
    assert_eq!(found, ["1", "\"x\"", "{ }"]);
    assert!(
        Reader::of(r#"{"\u0061":1}"#)
            .object(|r, _| r.range().map(drop))
            .is_none()
    );
}
