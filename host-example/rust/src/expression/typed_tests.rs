//! Mistakes in expressions that are seen before there is an event.

use serde_json::json;

use super::super::{Condition, Scope};
use super::*;

fn names() -> Members {
    let mut names = Members::default();
    for (path, kind) in [
        ("contacts", "array"),
        ("contacts[0].profile.name", "string"),
        ("messages", "array"),
        ("messages[0].from", "string"),
        ("messages[0].type", "string"),
        ("rank", "integer"),
    ] {
        names.row(path, kind);
    }
    let globals = Shape::of(&json!({"company": "Lucky Shrub", "open": true}));
    names.known.insert("wfglobal".to_owned(), globals);
    names
}

/// What is said of a condition.
fn said(condition: &str) -> Vec<String> {
    let wrong = Condition::parse(condition).unwrap().mistakes(&names());
    wrong.into_iter().map(|wrong| wrong.what).collect()
}

#[test]
fn h08_right_conditions_are_right() {
    for condition in [
        "true",
        "messages[0].type == 'text' && messages[0].text.body.contains('hello')",
        "has(messages[0].text) ? messages[0].text.body.matches('(?i)^yes') : false",
        "messages.exists(m, m.type == 'text' && m.from.startsWith('49'))",
        "messages.all(m, m.type in ['text', 'image'])",
        "has(messages[0].from) && messages[0].from != ''",
        "!has(wfglobal.company) || (has(contacts[0].profile) ? true : false)",
        "size(contacts) > 0 && contacts[0].profile.name != ''",
        "wfglobal.open",
        "!wfglobal.open || rank > 2",
        "contacts[0]['profile'].name.size() > 3",
        "messages.map(m, m.from).size() == 1",
        "{'a': 1}.a == 1",
        "type(rank) == int",
    ] {
        assert_eq!(said(condition), Vec::<String>::new(), "{condition}");
    }
}

#[test]
fn h08_names_kinds_and_functions_that_do_not_fit_are_named_with_what_was_meant() {
    for (condition, expected) in [
        (
            "message[0].text.body == 'x'",
            "there is no property message; did you mean messages?",
        ),
        (
            "wfglobal.compny == 'x'",
            "wfglobal has no member compny; did you mean company?",
        ),
        (
            "wfglobal.Company == 'x'",
            "wfglobal has no member Company; did you mean company?",
        ),
        (
            "has(wfglobal.compny)",
            "wfglobal has no member compny; did you mean company?",
        ),
        (
            "wfglobal['compny'] == 'x'",
            "wfglobal has no member compny; did you mean company?",
        ),
        (
            "messages[0].form == 'x'",
            "messages[0] has no member form; did you mean from?",
        ),
        (
            "messages.exists(m, m.tpye == 'x')",
            "m has no member tpye; did you mean type?",
        ),
        (
            "contacts[0].profile.nmae == 'x'",
            "contacts[0].profile has no member nmae; did you mean name?",
        ),
        (
            "messages.from == 'x'",
            "messages is a list: write messages[0].from",
        ),
        (
            "messages[0].text.body.includes('x')",
            "there is no function includes; did you mean contains?",
        ),
        (
            "messages[0].from.startswith('4')",
            "there is no function startswith; did you mean startsWith?",
        ),
        (
            "messages[0].from.length > 3",
            "messages[0].from is a text and has no member length; did you mean size(messages[0].from)?",
        ),
        (
            "len(messages) > 0",
            "there is no function len; did you mean size?",
        ),
        (
            "contains(messages[0].from, 'x')",
            "contains is called as x.contains(",
        ),
        (
            "messages.contains('x')",
            "contains is asked of a text, and messages is a list; did you mean x in messages?",
        ),
        (
            "messages",
            "it must be boolean, true or false, and messages is a list; did you mean size(messages) > 0?",
        ),
        (
            "messages[0].from",
            "it must be boolean, true or false, and messages[0].from is a text",
        ),
        ("'true'", "it must be boolean"),
        ("rank + 1", "it must be boolean"),
        (
            "rank && true",
            "it must be boolean, true or false, and rank is a number; did you mean rank != 0?",
        ),
        ("rank ? true : false", "it must be boolean"),
        (
            "wfglobal",
            "it must be boolean, true or false, and wfglobal is an object",
        ),
    ] {
        let said = said(condition);
        assert!(
            said.iter().any(|said| said.contains(expected)),
            "{condition}: {said:?}"
        );
    }
    let two = said("message[0].x && wfglobal.compny == ''");
    assert_eq!(two.len(), 2, "all at once: {two:?}");
}

#[test]
fn h08_every_function_that_is_said_to_be_there_is_there() {
    let properties = json!({"f": "x", "l": [1]});
    let scope = Scope::of(properties.as_object().unwrap());
    for (condition, holds) in [
        (
            "f.contains('x') && f.startsWith('x') && f.endsWith('x') && f.matches('x')",
            true,
        ),
        ("f.size() == 1 && size(l) == 1 && matches(f, 'y')", false),
        (
            "int('1') == 1 && uint('1') == 1u && double('1') == 1.0 && string(1) == '1'",
            true,
        ),
        (
            "bool('true') && size(bytes(f)) == 1 && dyn(1) == 1 && type(1) == int",
            true,
        ),
    ] {
        let condition = Condition::parse(condition).unwrap();
        assert_eq!(condition.holds(&scope), holds, "{condition:?}");
    }
}
