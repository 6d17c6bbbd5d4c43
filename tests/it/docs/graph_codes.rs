//! The Graph codes of docs/result-codes.md: all that the plugin knows, and what it makes of each.

use cloud_api_emulator::{Emulator, Fault};
use serde_json::{Value, json};

use super::read;
use super::rust_texts::item;
use crate::rig::{self, EntryPoint, Ran};

const PAGE: &str = "docs/result-codes.md";

/// One row of the tables below `## Graph codes`.
#[derive(Debug)]
struct Row {
    /// The heading above it.
    class: String,
    first: u32,
    last: u32,
    wait_ms: Option<u64>,
    hint: Option<String>,
}

fn rows(page: &str) -> Vec<Row> {
    let (_, section) = page.split_once("\n## Graph codes\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let (mut class, mut columns, mut rows) = ("", Vec::new(), Vec::new());
    for line in section.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            class = heading;
        }
        let Some(cells) = line
            .strip_prefix("| ")
            .and_then(|row| row.strip_suffix(" |"))
        else {
            continue;
        };
        let cells: Vec<&str> = cells.split(" | ").collect();
        if cells[0] == "code" {
            columns = cells;
            continue;
        }
        let cell = |name: &str| {
            let at = columns.iter().position(|column| *column == name)?;
            cells.get(at).copied()
        };
        let (first, last) = cells[0].split_once('–').unwrap_or((cells[0], cells[0]));
        let hint = cell("what to do").unwrap();
        rows.push(Row {
            class: class.to_owned(),
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            wait_ms: cell("wait").and_then(milliseconds),
            hint: hint
                .strip_prefix('“')
                .and_then(|hint| hint.strip_suffix('”'))
                .map(str::to_owned),
        });
    }
    rows
}

fn milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ')?;
    let number: u64 = number.parse().unwrap();
    Some(match unit {
        "s" => number * 1_000,
        "h" => number * 3_600_000,
        _ => panic!("{text}"),
    })
}

/// Every code that the plugin's source names: the numbers left of what each line makes of them.
fn codes_of_the_source() -> Vec<u32> {
    let mut codes = Vec::new();
    for (source, opening) in [
        ("src/cloud_api/codes.rs", "const fn of_code("),
        (
            "src/cloud_api/graph_error.rs",
            "pub(super) const fn hint_for(",
        ),
    ] {
        let source = read(source);
        for line in item(&source, opening).lines().skip(1) {
            // A text, a wait, a subcode: not a code.
            let end = ["=>", "Some(", "const ", "\""]
                .iter()
                .filter_map(|what| line.find(what))
                .min();
            let is_digit = |c: char| c.is_ascii_digit() || c == '_';
            let numbers = line[..end.unwrap_or(line.len())].split(|c| !is_digit(c));
            codes.extend(numbers.filter_map(|number| number.replace('_', "").parse::<u32>().ok()));
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn every_code_that_the_plugin_names_is_in_one_row() {
    let rows = rows(&read(PAGE));
    let codes = codes_of_the_source();
    assert!(codes.len() > 70, "{codes:?}");
    for code in codes {
        let matching: Vec<_> = rows
            .iter()
            .filter(|row| (row.first..=row.last).contains(&code))
            .collect();
        assert_eq!(matching.len(), 1, "{PAGE}: {code} is in {matching:?}");
    }
}

#[test]
fn every_code_is_answered_as_the_catalogue_says() {
    let page = read(PAGE);
    let rows = rows(&page);
    let emulator = rig::emulator();
    let named = codes_of_the_source();
    for row in &rows {
        let inside = named
            .iter()
            .copied()
            .filter(|code| (row.first..=row.last).contains(code));
        for code in inside.chain([row.first, row.last]) {
            let ran = answered_with(code, &emulator);
            check(row, code, &ran);
        }
    }
    assert!(rows.len() > 60, "{} rows", rows.len());
    let unnamed = answered_with(999_999, &emulator);
    assert_eq!(unnamed.result(), "OUTCOME_UNKNOWN", "a code in no table");
}

/// Sends a text that the emulator answers with `code`. The status is one at which a code that has
/// no class of its own would leave the outcome unknown.
fn answered_with(code: u32, emulator: &Emulator) -> Ran {
    // Each code has an adapter of its own: one that was refused sends nothing for a while.
    let adapter = rig::online(EntryPoint::Loaded, emulator);
    emulator.inject(Fault::Graph {
        code,
        status: Some(500),
        transient: None,
        retry_after: None,
    });
    let request = r#"{"phoneNumber":"+16505551234","message":"Hello"}"#;
    adapter.execute_with("sendMessageText", request, Some("order"))
}

fn check(row: &Row, code: u32, ran: &Ran) {
    let (result, reason) = match row.class.as_str() {
        "Throttled" => ("UNAVAILABLE", json!("throttled")),
        "Uncertain" => ("OUTCOME_UNKNOWN", json!("server_error")),
        "Penalised" => ("COMMAND_FAILED", json!("do_not_repeat")),
        "Auth" | "Permission" => ("COMMAND_FAILED", json!("auth")),
        "Rejected" => ("COMMAND_FAILED", Value::Null),
        other => panic!("{code} is under {other:?}"),
    };
    let response = ran.json();
    let details = &response["details"];
    assert_eq!(ran.result(), result, "{code}: {response}");
    assert_eq!(details["reason"], reason, "{code}: {response}");
    assert_eq!(details["retryAfterMs"].as_u64(), row.wait_ms, "{code}");
    let retryable = row.class == "Throttled";
    assert_eq!(details["retryable"], retryable, "{code}: {response}");
    let hint = details["hint"].as_str();
    if row.class == "Uncertain" {
        assert!(hint.is_some_and(|hint| hint.starts_with("do not send it again")));
    } else {
        assert_eq!(hint, row.hint.as_deref(), "{code}: {response}");
    }
}

#[test]
fn the_tables_are_read_as_they_stand() {
    let page = "x\n## Graph codes\n\n### Throttled\n\n| code | Meta says | wait | what to do |\n\
                |---|---|---|---|\n| 4 | a | 300 s | “b” |\n| 5–6 | c | — | d |\n\n\
                ### Auth\n\n| code | Meta says | what to do |\n|---|---|---|\n| 0 | e | f |\n\n\
                ## Next\n\n| 7 | g |\n";
    let told: Vec<String> = rows(page)
        .iter()
        .map(|row| {
            let (wait, hint) = (row.wait_ms, row.hint.as_deref());
            format!("{} {} {} {wait:?} {hint:?}", row.class, row.first, row.last)
        })
        .collect();
    assert_eq!(
        told,
        [
            "Throttled 4 4 Some(300000) Some(\"b\")",
            "Throttled 5 6 None None",
            "Auth 0 0 None None"
        ]
    );
}
