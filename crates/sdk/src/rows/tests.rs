//! What the reader says of requests that are wrong in several places.

use super::{
    Case, Cases, Check, Except, Field, Given, Leniency, Members, Object, Others, Pattern, Rule,
    Words,
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
            "unknown member \"recipent\"; did you mean recipient?",
            " \"recipient\" is missing; it is required (string)",
            " \"code\" has 1 characters; the minimum is 2",
            " \"count\" must be a whole number from 1 to 10, not 11",
            " \"items\" has 3 elements; the maximum is 2",
            " \"items[0].id\" must not be empty",
            " \"items[0].kind\" must be one of: small, large; did you mean large?",
            " \"items[1].id\" is missing; it is required (string)",
            " \"items[1].size\" must be a whole number from 10 to 99, not 5",
            " \"items[2]\" must be an object, not a number",
            " \"more.own\" is written by the adapter itself",
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
        said(
            r#"{"recipient":"x","count":1,"recipient":"y","code":"12","recipient":1,"count":"2"}"#
        ),
        "member \"count\" is given twice; member \"recipient\" is given twice"
    );
}

#[test]
fn a_rule_is_silent_only_where_it_cannot_be_known_whether_it_holds() {
    const KINDS: Object = Object::of(&[
        Field::string("kind", "", "").words(&Words::only(&["street", "locker"])),
        Field::string("name", "", "").length(1, 3),
        Field::boolean("isLarge", "", ""),
        Field::integer("size", "", "").value(1, 9),
        Field::array("items", "", "").items(1, 9, &Field::object_item(&ITEM)),
    ])
    .rules(&[
        Rule::Only("name", "kind", &["street"]),
        Rule::NeedsTrue("size", "isLarge"),
        Rule::Distinct(&["items", "id"]),
        Rule::Check(&Check {
            name: "short",
            demands: "",
            find: |members, say| {
                say.refuse("name", &format!("is {:?}", members.maybe_text("name")));
            },
        }),
    ]);
    let said = |json| {
        let read = Given::parse(json)
            .and_then(|given| given.read("member", &KINDS, &mut Leniency::new(true)));
        read.unwrap_err().message().replace("member ", "")
    };
    assert_eq!(
        said(
            r#"{"kind":"locker","name":"long","size":"0","items":[{"id":"a"},{"id":"a","kind":"tiny"},7]}"#
        ),
        "\"name\" has 4 characters; the maximum is 3; \"size\" must be a whole number from 1 to 9, not a \
         string; \"items[0].kind\" is missing; it is required (string); \"items[1].kind\" must be one of: \
         small, large; \"items[2]\" must be an object, not a number; \"name\" is not for \"kind\" locker; \
         \"size\" needs \"isLarge\": true beside it; \"items[1].id\" repeats one before it; each needs one of \
         its own; \"name\" is None"
    );
    assert_eq!(
        said(r#"{"kind":"sreet","name":"abc","size":1,"isLarge":"yes"}"#),
        "\"kind\" must be one of: street, locker; did you mean street?; \"isLarge\" must be true or false, \
         not a string; \"name\" is Some(\"abc\")"
    );
    assert!(said(r#"{"kind":"streat"}"#).contains("did you mean street?"));
    assert!(
        self::said(r#"{"items":[{"id":"a","kind":"lrage","sise":12}]}"#)
            .ends_with("unknown member \"items[0].sise\"; did you mean size?")
    );
}

#[test]
fn a_whole_number_may_be_written_with_a_fraction_of_zeros_or_an_exponent() {
    let count = |literal: &str| {
        let json = format!(r#"{{"count":{literal}}}"#);
        let read = Given::parse(&json)
            .and_then(|given| given.read("member", &ANY_NUMBER, &mut Leniency::new(true)));
        read.ok()?.signed_integer("count")
    };
    for (literal, number) in [
        ("100.0", 100),
        ("1E0", 1),
        ("-0", 0),
        ("-0.0e7", 0),
        ("12.50e1", 125),
        ("1200e-2", 12),
        ("-7.0", -7),
        ("0e99999999999999999999", 0),
        ("9223372036854775807.000", i64::MAX),
        ("-9.223372036854775808e18", i64::MIN),
    ] {
        assert_eq!(count(literal), Some(number), "{literal}");
    }
    for literal in [
        "0.5",
        "1e-1",
        "125e-1",
        "1.00000000000000000001",
        "9223372036854775808.0",
        "1e19",
        "1e999",
        "1e-99999999999999999999",
        "1e99999999999999999999",
    ] {
        assert_eq!(count(literal), None, "{literal}");
    }
}

const ANY_NUMBER: Object = Object::of(&[Field::integer("count", "", "").value(i64::MIN, i64::MAX)]);

#[test]
fn a_range_is_told_as_its_row_has_it() {
    const NUMBERS: Object = Object::of(&[
        Field::integer("a", "", "").value(i64::MIN, 5),
        Field::integer("b", "", ""),
        Field::number("c", "", ""),
        Field::number("d", "", "").value(-90, 90),
    ]);
    let read = Given::parse(r#"{"a":true,"b":-1,"c":1e999,"d":"91"}"#)
        .and_then(|given| given.read("member", &NUMBERS, &mut Leniency::new(true)));
    assert_eq!(
        read.unwrap_err().message(),
        "member \"a\" must be a whole number from -9223372036854775808 to 5, not a boolean; member \"b\" must \
         be a whole number of at least 0, not -1; member \"c\" is beyond 1.8e308, which few parsers take; member \"d\" must \
         be a number from -90 to 90, not a string"
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
    let said = self::said(&format!(
        r#"{{"recipent":"x","items":[{}],"cuont":1}}"#,
        many.join(",")
    ));
    let first = "unknown member \"recipent\"; did you mean recipient?; unknown member \"cuont\"; did you mean \
                 count?; member \"recipient\" is missing";
    assert!(
        said.starts_with(first) && said.ends_with("; and 72 more"),
        "{said}"
    );
}

#[test]
fn why_json_cannot_be_passed_on_is_told_in_full() {
    const PASSED_ON: Object = Object::of(&[Field::object("json", "", "").passed_on()]);
    let said = |inner: &str| {
        let json = format!(r#"{{"json":{{"a":{inner}}}}}"#);
        let read = Given::parse(&json)
            .and_then(|given| given.read("member", &PASSED_ON, &mut Leniency::new(true)));
        let said = read.err().map(|error| error.message().to_owned());
        said.map(|said| said.replace("member \"json\" ", ""))
    };
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let half = "contains half of a surrogate pair (\\ud800 to \\udfff), which is not a character";
    let beyond = "contains a number beyond 1.8e308, which few parsers take";
    let deep = "has more than 127 levels";
    for (inner, expected) in [
        (r#""\ud83d\ude00 1e999 [""#, None),
        ("1e308", None),
        (&nested(126), None),
        (&nested(127), Some(deep.to_owned())),
        ("-1e999", Some(beyond.to_owned())),
        (r#"{"\ud800":1}"#, Some(half.to_owned())),
        (
            &format!(r#"["\udc00",[1E400],{}]"#, nested(200)),
            Some(format!("{half}; {beyond}; {deep}")),
        ),
    ] {
        assert_eq!(said(inner), expected, "{inner}");
    }
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
        schema.contains(r#""minimum":-5,"maximum":5,"pattern":"^(\\+?0*([0-5])|-0*([0-5]))?$""#),
        "{schema}"
    );
    assert!(
        schema.contains(
            r#""minimum":0,"maximum":9223372036854775807,"pattern":"^(\\+?0*([0-9]|[1-9]"#
        ),
        "{schema}"
    );
}
