//! What the reader says of requests that are wrong in several places.

use super::{
    Case, Cases, Except, Field, Given, Leniency, Members, Object, Others, Pattern, Rule, Words,
};
use crate::error::Error;
use crate::pattern;

const CODE: Pattern = pattern!("^[0-9]*$", "must be digits only");

const ITEM: Object = Object::of(&[
    Field::string("id", "", "")
        .required()
        .length(1, 8)
        .most_may_change(),
    Field::string("kind", "", "")
        .required()
        .words(&Words::only(&["small", "large"])),
])
.cases(Cases::ByWord {
    member: "kind",
    cases: &[Case {
        when: Words::only(&["large"]),
        object: &Object::of(&[Field::integer("size", "", "").required().value(10, 99)]),
    }],
    otherwise: &Object::of(&[]),
});

const OBJECT: Object = Object::of(&[
    Field::string("recipient", "", "").required(),
    Field::string("code", "", "")
        .length(2, 4)
        .pattern(&CODE)
        .secret(),
    Field::integer("count", "", "").value(1, 10).default("3"),
    Field::array("items", "", "").items(1, 2, &Field::object_item(&ITEM)),
    Field::object("more", "", "").members(&Object::of(&[]).others(Others::Named(
        &Field::text_item().required().except(&Except {
            words: &["own"],
            says: "is written by the adapter itself",
        }),
    ))),
])
.rules(&[
    Rule::Needs("code", "count"),
    Rule::Distinct(&["items", "id"]),
]);

fn read<'a>(json: &'a str, leniency: &mut Leniency) -> Result<Members<'a>, Error> {
    Given::parse(json)?.read("member", &OBJECT, leniency)
}

fn said(json: &str) -> String {
    let refused = read(json, &mut Leniency::new(true)).unwrap_err();
    refused.message().to_owned()
}

#[test]
fn every_finding_is_told_at_once_with_its_place() {
    let said = said(
        r#"{"code":"1","count":11,"items":[{"id":"","kind":"larg"},{"kind":"large","size":5},7],
            "more":{"own":1},"recipent":"x"}"#,
    );
    let findings: Vec<&str> = said.split("; member").collect();
    assert_eq!(
        findings,
        [
            "member \"recipient\" is missing; it is required (string)",
            " \"code\" has 1 characters; the minimum is 2",
            " \"count\" must be a whole number from 1 to 10, not 11",
            " \"items\" has 3 elements; the maximum is 2",
            " \"items[0].id\" must not be empty",
            " \"items[0].kind\" must be one of: small, large; did you mean large?",
            " \"items[1].id\" is missing; it is required (string)",
            " \"items[1].size\" must be a whole number from 10 to 99, not 5",
            " \"items[2]\" must be an object, not a number",
            " \"more.own\" is written by the adapter itself; unknown member \"recipent\"; did you mean recipient?",
        ]
    );
}

#[test]
fn rules_between_members_hold_as_well() {
    let with = |rest: &str| format!(r#"{{"recipient":"x",{rest}}}"#);
    assert_eq!(
        said(&with(r#""code":"12""#)),
        "member \"count\" is missing; \"code\" needs it"
    );
    assert_eq!(
        said(&with(
            r#""items":[{"id":"a","kind":"small"},{"id":"a","kind":"small"}]"#
        )),
        "member \"items[1].id\" repeats one before it; each needs one of its own"
    );
    assert_eq!(
        said(&with(r#""items":[{"id":"a","kind":"small","size":12}]"#)),
        "unknown member \"items[0].size\"; known are: id, kind"
    );
    assert_eq!(
        said(r#"{"recipient":"x","recipient":"y"}"#),
        "member \"recipient\" is given twice"
    );
}

#[test]
fn a_finding_shows_no_text_no_secret_and_no_long_number() {
    for json in [
        r#"{"recipient":"x","code":"hunter2hunter2"}"#,
        r#"{"recipient":"x","code":12345678901}"#,
        r#"{"recipient":"x","count":12345678901}"#,
        r#"{"recipient":"x","count":"12345678901"}"#,
        r#"{"recipient":"x","items":[{"id":"a","kind":"hunter2hunter2"}]}"#,
        r#"{"recipient":"x","hunter2hunter212345678901":1}"#,
        r#"{"recipient":"x","more":{"own":"12345678901hunter2"}}"#,
    ] {
        let said = said(json);
        assert!(
            !said.contains("hunter2") || said.contains("hunter…"),
            "{json}: {said}"
        );
        assert!(!said.contains("12345678901"), "{json}: {said}");
    }
}

#[test]
fn a_limit_that_may_change_becomes_a_warning() {
    let json = r#"{"recipient":"x","items":[{"id":"longer than eight","kind":"small"}]}"#;
    let mut leniency = Leniency::new(false);
    let members = read(json, &mut leniency).unwrap();
    let first = members.objects("items").next().unwrap();
    assert_eq!(first.text("id"), "longer than eight");
    assert_eq!(
        leniency.into_warnings(),
        ["member \"items[0].id\" has 17 characters; the maximum is 8"]
    );
    assert!(read(json, &mut Leniency::new(true)).is_err());
}

#[test]
fn more_findings_than_a_message_has_room_for_are_counted() {
    let many: Vec<&str> = std::iter::repeat_n("7", 100).collect();
    let said = said(&format!(
        r#"{{"recipient":"x","items":[{}]}}"#,
        many.join(",")
    ));
    assert!(said.ends_with("; and 69 more"), "{said}");
}

#[test]
fn what_is_read_has_its_type_and_its_default() {
    let json = r#"{"recipient":"\u0061b","items":[{"id":"a","kind":"large","size":"12"}],"more":{"a":[1]}}"#;
    let mut leniency = Leniency::new(true);
    let mut members = read(json, &mut leniency).unwrap();
    assert_eq!(members.text("recipient"), "ab");
    assert_eq!(members.integer("count"), Some(3));
    assert!(!members.has("code") && members.maybe_text("code").is_none());
    let first = members.objects("items").next().unwrap();
    assert_eq!(first.integer("size"), Some(12));
    let more = members.object("more").unwrap();
    assert_eq!(more.others().collect::<Vec<_>>(), [("a", "[1]")]);
    assert_eq!(members.take_text("recipient").as_deref(), Some("ab"));
}

const SIGNED: Object = Object::of(&[
    Field::integer("shift", "", "").value(-5, 5).default("-1"),
    Field::integer("count", "", ""),
]);

#[test]
fn a_negative_number_is_taken_where_its_row_allows_it_and_the_schema_says_so() {
    let read = |json| {
        Given::parse(json).and_then(|it| it.read("member", &SIGNED, &mut Leniency::new(true)))
    };
    for (json, shift) in [
        (r#"{"shift":-3}"#, -3),
        (r#"{"shift":"-3"}"#, -3),
        (r#"{"shift":"+3"}"#, 3),
        (r#"{"count":-0}"#, -1),
    ] {
        let members = read(json).unwrap();
        assert_eq!(members.signed_integer("shift"), Some(shift), "{json}");
    }
    for json in [
        r#"{"shift":-6}"#,
        r#"{"shift":"-6"}"#,
        r#"{"count":-1}"#,
        r#"{"count":"-0"}"#,
    ] {
        assert!(read(json).is_err(), "{json}");
    }
    let schema = super::of_request(&SIGNED);
    assert!(
        schema.contains(r#""minimum":-5,"maximum":5,"pattern":"^([+-]?[0-9]+)?$""#),
        "{schema}"
    );
    assert!(
        schema.contains(r#""minimum":0,"pattern":"^(\\+?[0-9]+)?$""#),
        "{schema}"
    );
}
