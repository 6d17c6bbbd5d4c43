//! The reader against `serde_json`, on sound and on damaged text.

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;

/// Opens everything down to so many levels.
fn outline(levels: u32) -> Outline {
    const KNOWN: [&str; 4] = ["open", "list", "a", "b"];
    Outline {
        levels,
        names: Names {
            number_of: |name| {
                KNOWN
                    .iter()
                    .position(|known| *known == name)?
                    .try_into()
                    .ok()
            },
            name_of: |number| KNOWN[usize::from(number)],
        },
        arrays: &[super::outline::NAMELESS, OPEN],
        lists: &[LIST],
        room: 40,
        decodes: false,
    }
}

const OPEN: u8 = 0;
const LIST: u8 = 1;
const A: u8 = 2;
const B: u8 = 3;

fn takes_at(text: &str, levels: u32) -> bool {
    Document::read(text, &outline(levels)).is_ok()
}

/// Whether `text` is taken; the same whatever is opened.
fn takes(text: &str) -> bool {
    let taken = takes_at(text, 0);
    for levels in [1, 2, 9] {
        assert_eq!(takes_at(text, levels), taken, "{text}");
    }
    taken
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
    for (text, is_json) in [
        (
            format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
            true,
        ),
        ("[".repeat(100_000), false),
        (r#"{"":"#.repeat(100_000), false),
    ] {
        assert_eq!(takes(&text), is_json);
    }
}

#[test]
fn escapes_are_noticed() {
    for (text, escapes) in [
        (r#""\ud83d""#, Escapes::Any),
        (r#"["x\n\uDE00"]"#, Escapes::Any),
        (r#"{"\ud83d":1}"#, Escapes::Any),
        (r#""\ud7ff\ue000\\ud83d\u00e4""#, Escapes::OfCharacters),
        (r#"{"x":["\/"]}"#, Escapes::OfCharacters),
        (r#"{"x":["/",1]}"#, Escapes::None),
    ] {
        for levels in [0, 9] {
            let text = format!(r#"{{"a":"\ud83d","open":{text}}}"#);
            let document = Document::read(&text, &outline(levels + 1)).unwrap();
            let value = document.root().get(OPEN).unwrap();
            assert_eq!(value.escapes(), escapes, "{text}");
        }
    }
}

#[test]
fn what_is_opened_is_found_and_the_rest_is_counted() {
    let text =
        r#" { "\u0061" : 1, "a":null, "open":[ {"b":"x"},[7] ], "shut":[{},2,[]], "c\n":{ } } "#;
    let document = Document::read(text, &outline(3)).unwrap();
    let root = document.root();
    assert_eq!((root.raw(), root.count()), (text.trim(), 5));
    let names: Vec<_> = root.children().map(Value::name).collect();
    assert_eq!(names, ["a", "a", "open", "shut", "c\n"]);
    assert_eq!(root.get(A).unwrap().text().unwrap(), "1");
    assert!(root.all(A).nth(1).unwrap().is_null());
    let open: Vec<_> = root.get(OPEN).unwrap().children().collect();
    assert_eq!(open[0].get(B).unwrap().raw(), r#""x""#);
    assert_eq!((open[1].raw(), open[1].count(), open.len()), ("[7]", 1, 2));
    let shut = root.children().nth(3).unwrap();
    assert_eq!((shut.count(), shut.children().count()), (3, 0));
    assert!(root.children().last().unwrap().is_object() && root.get(B).is_none());
}

#[test]
fn of_a_list_known_members_are_kept_as_long_as_there_is_room() {
    for (elements, is_kept) in [(0, true), (6, true), (8, false), (1_000, false)] {
        let element = r#"{"x":[{"a":0}],"a":[1],"\u0062":"\n","":{}}"#;
        let text = format!(
            "{{\"list\":[{}]}}",
            [element, "7"].repeat(elements / 2).join(",")
        );
        let outline = Outline {
            room: 4 + 3 * 6,
            ..outline(9)
        };
        let document = Document::read(&text, &outline).unwrap();
        let list = document.root().get(LIST).unwrap();
        assert_eq!((list.count(), list.is_open()), (elements, is_kept));
        for kept in list.children().step_by(2) {
            let names: Vec<_> = kept.children().map(Value::name).collect();
            assert_eq!((kept.raw(), names), (element, vec!["a".into(), "b".into()]));
            assert_eq!(kept.get(A).unwrap().count(), 1);
            assert_eq!(kept.get(B).unwrap().text().unwrap(), "\n");
        }
    }
}

#[test]
fn the_first_string_with_escapes_is_decoded_if_it_has_characters_only() {
    for (text, decoded) in [
        (r#"{"a":"x","b":"\n","c":"\t"}"#, Some((1, "\n"))),
        (r#"{"a":"\ud83d","b":"\""}"#, Some((1, "\""))),
        (r#"{"a":{"b":"\n"}}"#, None),
        (r#"{"a\n":"x"}"#, None),
    ] {
        let outline = Outline {
            decodes: true,
            ..outline(1)
        };
        let mut document = Document::read(text, &outline).unwrap();
        let wanted = decoded.map(|(at, text)| (at, text.to_owned()));
        assert_eq!(document.take_decoded(), wanted, "{text}");
    }
    let unsound = r#"{"a":"\x"}"#;
    let outline = Outline {
        decodes: true,
        ..outline(1)
    };
    assert_eq!(
        Document::read(unsound, &outline).unwrap_err(),
        Unread::NotJson
    );
}
