//! The scanner against `serde_json`, on sound text, and on nonsense.

use proptest::prelude::*;

use super::*;

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        r#"[a-z"\\{}\[\],: é\n]{0,6}"#.prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Into::into),
            prop::collection::btree_map("[a-z]{0,3}", inner, 0..3)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_finds_what_a_parser_finds(
        members in prop::collection::btree_map("[a-z]{0,4}", value(), 0..5),
        pretty in any::<bool>(),
    ) {
        let object = serde_json::Value::Object(members.into_iter().collect());
        let text = if pretty {
            serde_json::to_string_pretty(&object).unwrap()
        } else {
            object.to_string()
        };
        let found: serde_json::Value = Object::of(&text)
            .unwrap()
            .members()
            .map(|(name, value)| (name.to_owned(), serde_json::from_str(value).unwrap()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        prop_assert_eq!(found, object);
    }

    #[test]
    fn it_finds_the_elements_that_a_parser_finds(
        elements in prop::collection::vec(value(), 0..5),
        pretty in any::<bool>(),
    ) {
        let array = serde_json::Value::Array(elements.clone());
        let text = if pretty {
            serde_json::to_string_pretty(&array).unwrap()
        } else {
            array.to_string()
        };
        let found: Vec<serde_json::Value> = Elements::of(&text)
            .unwrap()
            .map(|element| serde_json::from_str(element).unwrap())
            .collect();
        prop_assert_eq!(&found, &elements);
        let mut list = Elements::of(&text).unwrap();
        let mut members = 0;
        let with_members = || list.next_with(|_, _| members += 1);
        let found: Vec<serde_json::Value> = std::iter::from_fn(with_members)
            .map(|element| serde_json::from_str(element).unwrap())
            .collect();
        let objects = elements.iter().filter_map(|element| element.as_object());
        prop_assert_eq!(members, objects.map(serde_json::Map::len).sum::<usize>());
        prop_assert_eq!(found, elements);
    }

    #[test]
    fn it_finds_every_name_that_a_parser_finds(value in value(), pretty in any::<bool>()) {
        fn names(value: &serde_json::Value, found: &mut Vec<(String, String)>) {
            match value {
                serde_json::Value::Object(members) => {
                    for (name, value) in members {
                        let shown = value.to_string();
                        let is_nested = value.is_object() || value.is_array();
                        let shown = if is_nested { &shown[..1] } else { &shown };
                        found.push((name.clone(), shown.to_owned()));
                        names(value, found);
                    }
                }
                serde_json::Value::Array(elements) => {
                    for element in elements {
                        names(element, found);
                    }
                }
                _ => {}
            }
        }
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let mut wanted = Vec::new();
        names(&value, &mut wanted);
        let found: Vec<_> = AllNames::of(&text, "")
            .map(|it| (it.name.into_owned(), it.value.to_owned()))
            .collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn nonsense_is_survived(text in ".{0,40}") {
        for text in [format!("[{text}"), format!("{{{text}"), text] {
            let members = Object::of(&text).map(Object::members);
            assert!(members.into_iter().flatten().count() <= text.len());
            assert!(AllNames::of(&text, "").count() <= text.len());
            assert!(Elements::of(&text).into_iter().flatten().count() <= text.len());
            let mut elements = Elements::of(&text);
            let with_members = || elements.as_mut()?.next_with(|_, _| {});
            assert!(std::iter::from_fn(with_members).count() <= text.len());
        }
    }
}

#[test]
fn a_name_is_within_the_member_that_holds_it() {
    let text = r#"[{"a":{"b":[1,{"c":2},"d"],"e":[[{"f":3}]],"g":4},"h":"}","i":{}}]"#;
    let found: Vec<_> = AllNames::of(text, "root")
        .map(|it| format!("{} {} {}", it.within, it.name, it.depth))
        .collect();
    let wanted = [
        "root a 1", "a b 2", "b c 3", "a e 2", "e f 3", "a g 2", "root h 1", "root i 1",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_name_may_have_escapes() {
    let object = Object::of(r#"{"a":1 , "\u0069\"d" : "\\"}"#).unwrap();
    let found: Vec<_> = object.members().collect();
    assert_eq!(found, [("a", "1"), (r#"\u0069\"d"#, r#""\\""#)]);
    assert_eq!(object.text("i\"d").as_deref(), Some("\\"));
}

#[test]
fn a_member_that_is_asked_for_keeps_its_text() {
    let text = r#"{"a":1e3, "b":"x\ud83d\ude00", "c": null,"d":[ 1,{"e":2} ],"a":4}"#;
    let object = Object::of(text).unwrap();
    assert_eq!(object.get("a"), Some("1e3"));
    assert_eq!(object.all("a").collect::<Vec<_>>(), ["1e3", "4"]);
    assert_eq!(object.text("a").as_deref(), Some("1e3"));
    assert_eq!(object.text("b").as_deref(), Some("x😀"));
    assert_eq!(object.get("c"), None);
    let elements = Elements::of(object.get("d").unwrap()).unwrap();
    assert_eq!(elements.collect::<Vec<_>>(), ["1", r#"{"e":2}"#]);
    assert!(Object::of("[]").is_none() && Elements::of("1").is_none());
}

#[test]
fn half_a_surrogate_pair_does_not_cost_the_other_members() {
    let object = Object::of(r#"{"\ud83d":1,"\u0061":2}"#).unwrap();
    let damaged = object.get("\u{fffd}\u{fffd}\u{fffd}");
    assert_eq!(damaged.or(object.get("\u{fffd}")), Some("1"));
    assert_eq!(object.get("a"), Some("2"));
}
