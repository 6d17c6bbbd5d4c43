//! Changes of a request that is right: around every limit, with every word and of every type.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::raw;

fn long(letter: &str, length: u64) -> Value {
    letter.repeat(usize::try_from(length).unwrap()).into()
}

/// Every number that a schema names as a limit, and every word.
fn edges(schema: &Value, numbers: &mut BTreeSet<u64>, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("enum", Value::Array(values)) => {
                        words.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    (_, Value::Number(number)) => numbers.extend(number.as_u64()),
                    (_, value) => edges(value, numbers, words),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| edges(value, numbers, words)),
        _ => {}
    }
}

/// Values for anything: around each limit, of each type, each word.
fn values(schema: &Value) -> BoxedStrategy<Value> {
    let (mut numbers, mut words) = (BTreeSet::new(), BTreeSet::new());
    edges(schema, &mut numbers, &mut words);
    let numbers: Vec<u64> = numbers.into_iter().chain([1]).collect();
    let lengths: Vec<u64> = numbers
        .iter()
        .copied()
        .filter(|number| *number <= 5000)
        .collect();
    let words: Vec<String> = words.into_iter().chain(["x".to_owned()]).collect();
    let around = |all: Vec<u64>| {
        let near = prop::sample::select(all);
        (near, -1_i64..=1).prop_map(|(number, by)| number.saturating_add_signed(by))
    };
    let texts = vec![
        "",
        " ",
        "1",
        "a_b",
        "A-1",
        "https://example.com/a",
        "http://",
        "https://a b",
        "2024-01-31",
        "US.1",
        "image/jpeg",
        "v27.0",
        "/tmp/a",
        "true",
        "EUR",
        "\u{e9}",
        "a\u{2028}b",
        "https://e\u{a0}",
    ];
    prop_oneof![
        4 => around(lengths.clone()).prop_map(|length| long("1", length)),
        1 => around(lengths).prop_map(|length| long("\u{e9}", length)),
        2 => around(numbers).prop_map(Value::from),
        4 => prop::sample::select(words).prop_map(Value::from),
        4 => prop::sample::select(texts).prop_map(Value::from),
        4 => prop::sample::select(vec![
            Value::Null, json!(true), json!(false), json!(-1), json!(0), json!(1.5),
            json!([]), json!({}),
            json!([1]), json!(["a"]), json!([null]), json!([""]), json!({ "a": 1 }),
        ]),
        6 => (0..raw::COUNT).prop_map(raw::marked),
    ]
    .boxed()
}

/// Every place in a value, as a JSON pointer.
pub(super) fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                places(member, &format!("{at}/{name}"), all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

/// Every name of a member that a schema has.
fn names(schema: &Value, all: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                all.extend(properties.keys().cloned());
            }
            members.values().for_each(|member| names(member, all));
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, all)),
        _ => {}
    }
}

/// One change of a request.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Set(prop::sample::Index, Value),
    Remove(prop::sample::Index),
    Add(prop::sample::Index, String, Value),
    Repeat(prop::sample::Index, usize),
    Twice(prop::sample::Index, prop::sample::Index, Value),
}

pub(super) fn changes(schema: &Value) -> impl Strategy<Value = Vec<Change>> + use<> {
    let mut all = BTreeSet::from(["zzz".to_owned()]);
    names(schema, &mut all);
    let all: Vec<String> = all.into_iter().collect();
    let values = values(schema);
    let change = prop_oneof![
        4 => (any::<prop::sample::Index>(), values.clone())
            .prop_map(|(at, value)| Change::Set(at, value)),
        1 => any::<prop::sample::Index>().prop_map(Change::Remove),
        4 => (any::<prop::sample::Index>(), prop::sample::select(all), values.clone())
            .prop_map(|(at, name, value)| Change::Add(at, name, value)),
        1 => (any::<prop::sample::Index>(), any::<prop::sample::Index>(), values)
            .prop_map(|(at, name, value)| Change::Twice(at, name, value)),
        1 => (any::<prop::sample::Index>(), 0_usize..40)
            .prop_map(|(at, times)| Change::Repeat(at, times)),
    ];
    prop::collection::vec(change, 0..4)
}

pub(super) fn apply(request: &mut Value, change: Change) {
    let mut all = Vec::new();
    places(request, "", &mut all);
    match change {
        Change::Set(at, value) => *request.pointer_mut(at.get::<String>(&all)).unwrap() = value,
        Change::Remove(at) => {
            let Some((parent, name)) = at.get::<String>(&all).rsplit_once('/') else {
                return;
            };
            if let Some(Value::Object(members)) = request.pointer_mut(parent) {
                members.remove(name);
            }
        }
        Change::Add(at, name, value) => {
            if let Some(Value::Object(members)) = request.pointer_mut(at.get::<String>(&all)) {
                members.insert(name, value);
            }
        }
        Change::Repeat(at, times) => {
            if let Some(Value::Array(items)) = request.pointer_mut(at.get::<String>(&all)) {
                let item = items.first().cloned();
                items.extend(item.into_iter().cycle().take(times));
            }
        }
        Change::Twice(at, name, value) => {
            if let Some(Value::Object(members)) = request.pointer_mut(at.get::<String>(&all))
                && !members.is_empty()
            {
                let names: Vec<&String> = members.keys().collect();
                let name = raw::again(name.get::<&String>(&names));
                members.insert(name, value);
            }
        }
    }
}
