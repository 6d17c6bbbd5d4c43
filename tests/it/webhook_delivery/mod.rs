//! What becomes of deliveries that are genuine: every event once, none lost, whatever is repeated, late,
//! out of order, damaged or refused.

mod contacts;
mod contradictions;
mod damage;
mod destroyed;
mod duplicates;
mod fields;
mod identities;
mod known_again;
mod listed;
mod memory;
mod nothing;
mod odd;
mod registrations;
mod statuses;
mod unknown;
mod verdicts;

use serde_json::{Value, json};

use crate::plugin;
use crate::webhook_attacks::sender::{Host, message, notification};

/// A batch of `count` messages: `wamid.0`, `wamid.1`, …
fn batch(count: usize) -> String {
    let messages: Vec<_> = (0..count).map(|n| message(&format!("wamid.{n}"))).collect();
    notification(&messages, &[])
}

/// One entry with this `value`; `time` is its own unless it is `null`.
fn body(field: &str, value: &Value, time: &Value) -> String {
    let mut entry = json!({ "id": "9", "changes": [{ "field": field, "value": value }] });
    if !time.is_null() {
        entry["time"] = time.clone();
    }
    json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string()
}

/// Delivers one message; answers whether it was emitted.
fn is_new(host: &Host, id: &str) -> bool {
    let posted = host.post_signed(notification(&[message(id)], &[]).as_bytes());
    assert_eq!(posted.result, "OK", "{posted:?}");
    match posted.counts() {
        [1, 0, 0, 0, 0] => true,
        [0, 0, 0, 1, 0] => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_odd_notification_of_the_list_has_its_test_and_every_test_its_row() {
    let list = std::fs::read_to_string(plugin::repository("tests/WEBHOOK_CASES.md")).unwrap();
    let (_, list) = list.split_once("# Genuine notifications").unwrap();
    let mut code = String::new();
    for file in std::fs::read_dir(plugin::repository("tests/it/webhook_delivery")).unwrap() {
        code += &std::fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let tests = code
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("fn w"));
    let tests = tests.filter_map(|rest| Some(format!("w{}", rest.split_once('(')?.0)));
    let mut tests: Vec<_> = tests
        .filter(|test| test[1..3].parse::<u8>().is_ok())
        .collect();
    let named = list
        .split('`')
        .filter(|part| part.starts_with('w') && part.contains('_'));
    let mut named: Vec<_> = named
        .filter(|test| test[1..3].parse::<u8>().is_ok())
        .collect();
    tests.sort();
    named.sort_unstable();
    assert_eq!(tests, named);
    for test in named {
        let row = format!("| W{} |", &test[1..3]);
        let mut rows = list.lines().filter(|line| line.starts_with(&row));
        assert!(rows.any(|row| row.contains(test)), "{test}");
    }
}
