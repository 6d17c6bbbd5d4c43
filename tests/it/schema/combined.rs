//! The same of rows that no command has: every limit with every other, so that an adapter may write any
//! row.

use serde_json::{Value, json};
use whatsapp_adapter::rows::{self, Case, Cases, Except, Field, Object, Pattern, Rule, Words};
use workflow_adapter_sdk::pattern;

use super::compared::difference;
use super::{raw, validator};

const PLAIN: Words = Words::only(&["ab", "abc"]);
const KNOWN: Words = Words::known(&["ab"]).perhaps(&["x"]);
const FOLDED: Words = Words::only(&["Ab", "a.c"]).in_any_case();
const NOT_X: Except = Except {
    words: &["x", "ab"],
    says: "is not x",
};
const LETTERS: Pattern = pattern!("^[a-z]*$", "must be letters");

/// Each of `ways` done to each of `rows`.
fn each(rows: Vec<Field>, ways: &[fn(Field) -> Field]) -> Vec<Field> {
    let done = |row: Field| ways.iter().map(move |way| way(row));
    rows.into_iter().flat_map(done).collect()
}

const AS_IT_IS: fn(Field) -> Field = |row| row;

/// Rows of every type with every combination of limits.
fn all_rows() -> Vec<Field> {
    let texts = each(
        vec![Field::string("a", "", "")],
        &[
            AS_IT_IS,
            |row| row.words(&PLAIN),
            |row| row.words(&KNOWN),
            |row| row.words(&FOLDED),
        ],
    );
    let texts = each(texts, &[AS_IT_IS, |row| row.pattern(&LETTERS)]);
    let texts = each(texts, &[AS_IT_IS, |row| row.except(&NOT_X)]);
    let texts = each(texts, &[AS_IT_IS, Field::means_empty]);
    let texts = each(
        texts,
        &[
            AS_IT_IS,
            |row| row.length(0, 2),
            |row| row.length(2, 3).most_may_change(),
        ],
    );
    let integers = each(
        vec![Field::integer("a", "", "")],
        &[
            AS_IT_IS,
            |row| row.value(1, 100),
            |row| row.value(-5, 5),
            |row| row.value(-100, -1),
            // Beyond it the validator's parser has doubles, which the least number is as well.
            |row| row.value(1 - i64::MAX, i64::MAX),
        ],
    );
    let numbers = each(
        vec![Field::number("a", "", "")],
        &[AS_IT_IS, |row| row.value(-90, 90)],
    );
    let lists = each(
        vec![Field::array("a", "", "")],
        &[
            AS_IT_IS,
            |row| row.count(1, 2),
            |row| row.items(0, 2, const { &Field::text_item() }),
            |row| row.items(1, 2, const { &Field::text_item().length(0, 2) }),
            |row| row.items(0, 2, const { &Field::integer("", "", "").value(0, 100) }),
            |row| row.items(0, 2, const { &Field::number("", "", "") }),
            |row| row.items(0, 2, const { &Field::boolean("", "", "") }),
            Field::passed_on,
        ],
    );
    let others = vec![
        Field::boolean("a", "", ""),
        Field::object("a", "", ""),
        Field::object("a", "", "").passed_on(),
        Field::string("a", "", "")
            .length(1, 2)
            .or(const { &Field::object("", "", "") }),
        Field::string("a", "", "")
            .length(1, 2)
            .or(const { &Field::integer("", "", "").value(0, 100) }),
        Field::string("a", "", "").or(const { &Field::boolean("", "", "") }),
        Field::integer("a", "", "").or(const { &Field::string("", "", "").pattern(&LETTERS) }),
        Field::array("a", "", "").or(const { &Field::number("", "", "").value(-90, 90) }),
        Field::boolean("a", "", "").or(const { &Field::array("", "", "").count(1, 1) }),
    ];
    let rows = [texts, integers, numbers, lists, others].concat();
    let rows = each(rows, &[AS_IT_IS, Field::required]);
    each(rows, &[AS_IT_IS, Field::refuses_null])
}

/// Values for any row.
fn values() -> Vec<Value> {
    let plain = [
        Value::Null,
        json!(""),
        json!("a"),
        json!("ab"),
        json!("AB"),
        json!("abc"),
        json!("a.c"),
        json!("axc"),
        json!("abcd"),
        json!("x"),
        json!("1"),
        json!("-5"),
        json!("true"),
        json!(true),
        json!(1),
        json!(-5),
        json!(101),
        json!(1.5),
        json!([]),
        json!([null]),
        json!([""]),
        json!(["abc"]),
        json!(["1", "-1", 0]),
        json!([1, 101]),
        json!([true, "false"]),
        json!({}),
        json!({ "a": 1 }),
    ];
    plain
        .into_iter()
        .chain((0..raw::COUNT).map(raw::marked))
        .collect()
}

/// What reader and schema of an object say differently of these requests.
fn differences(object: &Object, requests: &[Value]) -> Vec<String> {
    let schema = serde_json::from_str(&rows::of_request(object)).unwrap();
    let validator = validator(&schema);
    let differences = requests
        .iter()
        .filter_map(|it| difference(object, &validator, it));
    differences.map(|it| format!("{it}: {schema}")).collect()
}

#[test]
fn the_reader_and_the_schema_of_any_row_agree() {
    let requests = values().into_iter().map(|value| json!({ "a": value }));
    let requests: Vec<Value> = requests.chain([json!({})]).collect();
    let rows = all_rows();
    assert!(rows.len() > 400, "{}", rows.len());
    for row in rows {
        let object = Object::of(Box::leak(Box::new([row])));
        let differences = differences(&object, &requests);
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
}

/// Members with which rules and cases decide, in every combination of what matters.
fn decided() -> Vec<Value> {
    let kinds = [
        None,
        Some(json!("ab")),
        Some(json!("AB")),
        Some(json!("abc")),
        Some(json!("x")),
        Some(json!("")),
        Some(Value::Null),
        Some(json!(1)),
    ];
    let values = [
        None,
        Some(json!("1")),
        Some(json!("")),
        Some(Value::Null),
        Some(json!([])),
        Some(json!(true)),
    ];
    let mut all = Vec::new();
    for kind in &kinds {
        for one in &values {
            for other in &values {
                let members = [("kind", kind), ("one", one), ("other", other)];
                let given = members
                    .into_iter()
                    .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
                all.push(Value::Object(given.collect()));
            }
        }
    }
    all
}

#[test]
fn the_reader_and_the_schema_of_any_rule_and_case_agree() {
    const ONE: Object = Object::of(&[Field::integer("one", "", "").required()]);
    const OTHER: Object = Object::of(&[Field::string("other", "", "").length(1, 3)]);
    const PLAIN_CASES: Cases = Cases::ByWord {
        member: "kind",
        cases: &[Case {
            when: Words::only(&["ab"]),
            object: &ONE,
        }],
        otherwise: &OTHER,
    };
    const FOLDED_CASES: Cases = Cases::ByWord {
        member: "kind",
        cases: &[Case {
            when: Words::only(&["ab"]).in_any_case(),
            object: &ONE,
        }],
        otherwise: &OTHER,
    };
    const BY_MEMBER: Cases = Cases::ByMember {
        cases: &[Case {
            when: Words::only(&["one"]),
            object: &ONE,
        }],
        otherwise: &OTHER,
    };
    const RULES: &[&[Rule]] = &[
        &[Rule::One(&["one", "other"])],
        &[Rule::Any(&["one", "other"])],
        &[Rule::NotBoth(&["one", "other"])],
        &[Rule::Alone("one", &["other"])],
        &[Rule::Together(&["one", "other"])],
        &[Rule::Needs("one", "other")],
        &[Rule::NeedsTrue("one", "other")],
        &[Rule::Only("one", "kind", &["ab"])],
    ];
    let requests = decided();
    let kinds = each(
        vec![Field::string("kind", "", "")],
        &[
            AS_IT_IS,
            Field::required,
            |row| row.default("ab"),
            |row| row.default("x"),
            |row| row.words(&PLAIN),
            |row| row.length(1, 3),
            |row| row.length(1, 3).required(),
            |row| row.length(1, 3).means_empty(),
            Field::refuses_null,
        ],
    );
    for kind in kinds {
        let kinds: &[Field] = Box::leak(Box::new([kind]));
        for cases in [PLAIN_CASES, FOLDED_CASES, BY_MEMBER] {
            let differences = differences(&Object::of(kinds).cases(cases), &requests);
            assert!(differences.is_empty(), "{}", differences.join("\n"));
        }
        for second in [
            const { &[Field::string("one", "", ""), Field::string("other", "", "")] },
            const {
                &[
                    Field::boolean("one", "", ""),
                    Field::boolean("other", "", ""),
                ]
            },
            const { &[Field::string("one", "", ""), Field::array("other", "", "")] },
            const {
                &[
                    Field::string("one", "", "").length(1, 2),
                    Field::string("other", "", "").length(0, 2),
                ]
            },
            const {
                &[
                    Field::string("one", "", "").length(1, 2).means_empty(),
                    Field::string("other", "", "").length(1, 2).refuses_null(),
                ]
            },
            const {
                &[
                    Field::integer("one", "", ""),
                    Field::boolean("other", "", ""),
                ]
            },
        ] {
            for rules in RULES {
                let object = Object::of(kinds).and(second).rules(rules);
                let differences = differences(&object, &requests);
                assert!(
                    differences.is_empty(),
                    "{rules:?}: {}",
                    differences.join("\n")
                );
            }
        }
    }
}
