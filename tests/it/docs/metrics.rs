//! docs/operations.md lists every metric with its members, and none that there is not.

use std::collections::BTreeSet;

use cloud_api_emulator::Fault;
use serde_json::Value;
use whatsapp_adapter::{Adapter, AdapterOptions, CallOptions, Verdict};

use super::read;
use crate::rig;

const PAGE: &str = "docs/operations.md";

/// The first cells of the page's metric tables, and the words in code of the second.
fn listed(page: &str) -> Vec<(String, BTreeSet<String>)> {
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.strip_suffix('`')?;
        let shape = cells.next()?;
        let words = shape.split('`').skip(1).step_by(2).map(str::to_owned);
        Some((name.to_owned(), words.collect()))
    });
    rows.filter(|(name, _)| name.contains('.')).collect()
}

/// The member names that a metric's value has: fixed ones, not those that are data.
fn members(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => members.keys().cloned().collect(),
        Value::Array(items) => items.iter().flat_map(members).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn every_metric_is_on_the_page_with_its_members() {
    let emulator = rig::emulator();
    let properties = rig::properties(&emulator).to_string();
    let adapter = Adapter::new(&properties, AdapterOptions::default()).unwrap();
    let send = || {
        let request = r#"{"phoneNumber":"+16505551234","message":"Hello"}"#;
        let options = CallOptions::default();
        adapter
            .execute("sendMessageText", request, &options, |_| Verdict::Accepted)
            .unwrap();
    };
    send();
    emulator.inject(Fault::TooManyRequests { retry_after: None });
    send();
    let metrics: Value = serde_json::from_str(&adapter.metrics().unwrap()).unwrap();
    let listed = listed(&read(PAGE));
    let names: BTreeSet<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
    let answered = metrics.as_object().unwrap();
    let found: BTreeSet<&str> = answered.keys().map(String::as_str).collect();
    assert_eq!(names, found, "{PAGE}");
    for (name, words) in &listed {
        let value = &answered[name];
        // Where a name is data, the page says what it stands for.
        let keyed = ["error.type", "wfa.throttled"];
        let is_keyed = |kind: &&str| name.contains(kind);
        let data =
            keyed.contains(&name.as_str()) || ["resend", "wfa.webhooks."].iter().any(is_keyed);
        if !data {
            assert_eq!(*words, members(value), "{PAGE}: {name}: {value}");
        }
    }
}

#[test]
fn h16_every_metric_has_its_kind_and_what_it_means_in_the_descriptor() {
    let emulator = rig::emulator();
    let properties = rig::properties(&emulator).to_string();
    let adapter = Adapter::new(&properties, AdapterOptions::default()).unwrap();
    let metrics: Value = serde_json::from_str(&adapter.metrics().unwrap()).unwrap();
    let descriptor: Value =
        serde_json::from_str(&whatsapp_adapter::descriptor().to_json()).unwrap();
    let rows = descriptor["extensions"]["metrics"].as_array().unwrap();
    let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
    for metric in metrics.as_object().unwrap().keys() {
        let row = rows.iter().find(|row| name(row) == *metric);
        assert!(row.is_some(), "{metric} has no row");
    }
    for row in rows {
        let known = |metric: &String| {
            let rest = name(row);
            rest == *metric
                || rest
                    .strip_prefix(metric.as_str())
                    .is_some_and(|it| it.starts_with('.'))
        };
        assert!(
            metrics.as_object().unwrap().keys().any(known),
            "{row} is no metric"
        );
        assert!(
            ["counter", "gauge"].contains(&row["type"].as_str().unwrap()),
            "{row}"
        );
        assert!(!row["description"].as_str().unwrap().is_empty(), "{row}");
    }
}
