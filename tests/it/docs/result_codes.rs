//! docs/result-codes.md lists every result and flag of the header, and every reason and hint of webhooks.
//! Unit tests in `src/cloud_api/reason.rs` compare the page with the enum of the reasons of calls.

use std::collections::BTreeSet;

use super::read;
use super::rust_texts::{texts, texts_of};

const PAGE: &str = "docs/result-codes.md";

/// The sources in which reasons of webhooks are made.
const SOURCES: [&str; 3] = [
    "src/command/process_webhook.rs",
    "src/webhook/envelope/part.rs",
    "src/webhook/signature.rs",
];

/// Texts of these sources that look like a reason and are something else.
const NO_REASONS: [&str; 5] = ["file", "member", "property", "signature", "webhook"];

#[test]
fn every_result_and_flag_is_in_the_catalogue_with_its_number() {
    let page = read(PAGE);
    let header = read("include/workflow_adapter.h");
    let mut found = 0;
    for line in header.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["#define", name, number] = words[..] else {
            continue;
        };
        if name != "WFA_OK" && !name.starts_with("WFA_ERR") {
            continue;
        }
        let row = format!("\n| {number} | `{name}` |");
        assert!(
            page.contains(&row),
            "{PAGE} has no row that begins with {row}"
        );
        found += 1;
    }
    assert_eq!(found, 16 + 3, "results and flags of the header");
}

#[test]
fn every_reason_of_a_webhook_is_in_the_catalogue() {
    let page = read(PAGE);
    let missing = missing_reasons(&page);
    assert!(missing.is_empty(), "{PAGE} lacks:\n{}", missing.join("\n"));
    // The check is one that can fail.
    let without = page
        .replace("`not_json`", "")
        .replace("`no_app_secret`", "");
    assert_eq!(
        missing_reasons(&without),
        [
            "src/webhook/envelope/part.rs: `not_json`",
            "src/webhook/signature.rs: `no_app_secret`"
        ]
    );
}

/// Every word of the sources that may be a reason, a phase or an outcome, and is not in the page.
fn missing_reasons(page: &str) -> Vec<String> {
    let mut missing = BTreeSet::new();
    for source in SOURCES {
        for word in texts(&read(source))
            .into_iter()
            .filter(|text| is_word(text))
        {
            let known = page.contains(&format!("`{word}`")) || NO_REASONS.contains(&word.as_str());
            if !known {
                missing.insert(format!("{source}: `{word}`"));
            }
        }
    }
    for (source, call) in [
        ("src/webhook/envelope/walk.rs", "broken("),
        ("src/webhook/events.rs", "=> "),
    ] {
        let text = read(source);
        let calls: Vec<String> = text
            .match_indices(call)
            .filter_map(|(at, _)| text[at + call.len()..].strip_prefix('"'))
            .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
            .collect();
        assert!(
            calls.len() >= 2,
            "{source}: {} calls of {call}",
            calls.len()
        );
        for word in calls {
            if !page.contains(&format!("`{word}`")) {
                missing.insert(format!("{source}: `{word}`"));
            }
        }
    }
    missing.into_iter().collect()
}

fn is_word(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(letters)
}

#[test]
fn no_exception_to_the_list_of_reasons_is_out_of_date() {
    let mut used = BTreeSet::new();
    for source in SOURCES {
        used.extend(texts(&read(source)));
    }
    let unused: Vec<_> = NO_REASONS
        .iter()
        .filter(|word| !used.contains(**word))
        .collect();
    assert!(unused.is_empty(), "no source has {unused:?} any more");
}

#[test]
fn every_hint_is_in_the_catalogue_word_for_word() {
    let page = read(PAGE);
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut hints = Vec::new();
    for (source, opening) in [
        ("src/webhook/signature.rs", "pub(crate) const fn hint("),
        ("src/webhook/envelope/part.rs", "pub(crate) const fn hint("),
        (
            "src/cloud_api/graph_error.rs",
            "pub(super) const fn hint_for(",
        ),
        ("src/cloud_api/graph_error.rs", "const DAMAGED"),
        ("src/cloud_api/graph_error.rs", "const LISTED"),
        ("src/cloud_api/graph_error.rs", "const BEYOND_MESSAGES"),
        ("src/cloud_api/effect.rs", "const RECONCILE"),
        ("src/cloud_api/effect.rs", "const LOOK"),
    ] {
        let texts = texts_of(&read(source), opening).into_iter();
        // A hint is a sentence; one word is the reason that it belongs to.
        hints.extend(texts.filter(|text| text.contains(' ')));
    }
    assert!(hints.len() > 30, "{} hints", hints.len());
    for hint in hints {
        let quoted = format!("“{hint}”");
        assert!(page.contains(&quoted), "{PAGE} lacks the hint\n{quoted}");
    }
}
