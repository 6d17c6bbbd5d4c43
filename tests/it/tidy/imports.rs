//! Imports go downwards only: which part of `src/` may know which.

use super::files::{File, rust_files};
use super::report;
use super::source::without_comments_and_texts;

/// Each part, and what it may import: another part, or one item of it.
const ALLOWED: [(&str, &[&str]); 20] = [
    (
        "lib",
        &["abi", "adapter", "descriptor", "error", "event", "log"],
    ),
    (
        "abi",
        &[
            "adapter",
            "clock",
            "cloud_api::Cancel",
            "cloud_api::Limits",
            "descriptor",
            "error",
            "event",
            "log",
            "memory",
            "spawn",
        ],
    ),
    (
        "adapter",
        &[
            "clock",
            "cloud_api::Cancel",
            "cloud_api::Client",
            "cloud_api::Limits",
            "command",
            "descriptor",
            "error",
            "event",
            "log",
            "metrics",
            "properties",
            "secret",
            "webhook",
        ],
    ),
    (
        "command",
        &[
            "app_secret::AppSecret",
            "clock::Now",
            "cloud_api",
            "customer",
            "descriptor",
            "error",
            "event",
            "json",
            "log",
            "media_directory",
            "members",
            "memory",
            "metrics",
            "properties",
            "webhook",
        ],
    ),
    (
        "cloud_api",
        &[
            "customer",
            "error",
            "json",
            "letters",
            "log",
            "metrics",
            "properties",
            "random",
            "secret",
            "spawn",
        ],
    ),
    (
        "webhook",
        &[
            "clock::Now",
            "customer",
            "descriptor",
            "error",
            "event",
            "json",
            "lock_owner",
        ],
    ),
    ("memory", &["error"]),
    ("media_directory", &["error", "lock_owner"]),
    ("lock_owner", &[]),
    // The rows are gathered from where each command, property and event is.
    ("descriptor", &["command", "properties", "webhook"]),
    (
        "properties",
        &[
            "app_secret",
            "descriptor",
            "error",
            "media_directory",
            "members",
            "secret",
            "webhook",
        ],
    ),
    ("app_secret", &["error", "secret"]),
    ("members", &["error", "json", "memory"]),
    ("metrics", &["error"]),
    ("log", &["secret"]),
    ("json", &[]),
    ("secret", &["letters"]),
    ("letters", &[]),
    ("error", &[]),
    ("event", &[]),
];

/// Parts that import nothing and are not worth a line each.
const LEAVES: [&str; 4] = ["clock", "customer", "random", "spawn"];

/// `src/abi/text.rs` belongs to `abi`, `src/log.rs` to `log`.
fn part_of(file: &File) -> Option<&str> {
    let inside = file.path.strip_prefix("src/")?;
    inside.split(['/', '.']).next()
}

/// Every path after `crate::` in `code`, with its line; braces taken apart.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, begin) in code.match_indices("crate::") {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        if code[..at].chars().next_back().is_some_and(is_name) {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        for path in expanded(&code[at + begin.len()..]) {
            found.push((line, path));
        }
    }
    found
}

/// `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expanded(code: &str) -> Vec<String> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
    let code = code.trim_start();
    let end = code.find(|c| !is_path(c)).unwrap_or(code.len());
    let (path, rest) = code.split_at(end);
    let Some(inside) = rest.strip_prefix('{') else {
        return vec![path.trim_end_matches(':').to_owned()];
    };
    let mut paths = Vec::new();
    let (mut depth, mut from) = (0, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let item = inside[from..at].trim();
                from = at + 1;
                if !item.is_empty() {
                    paths.extend(expanded(item).iter().map(|item| format!("{path}{item}")));
                }
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    paths
}

/// What is wrong with importing `path` into `part`.
fn objection(part: &str, path: &str) -> Option<String> {
    let to = path.split("::").next().unwrap_or_default();
    if to == part || to.is_empty() {
        return None;
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == part) else {
        return Some(format!("{part} is not in the table, and imports {path}"));
    };
    let covers = |item: &&str| {
        path == *item
            || path
                .strip_prefix(*item)
                .is_some_and(|rest| rest.starts_with("::"))
    };
    (!allowed.iter().any(covers)).then(|| format!("{part} may not import {path}"))
}

#[test]
fn imports_go_downwards_only() {
    let mut findings = Vec::new();
    for file in rust_files() {
        let Some(part) = part_of(&file) else { continue };
        let code = without_comments_and_texts(&file.text);
        for (line, path) in imports(&code) {
            if let Some(objection) = objection(part, &path) {
                findings.push(format!("{}:{line}: {objection}", file.path));
            }
        }
        // The way around `crate::`: from a part's own files up to another part.
        if let Some(at) = code.find("super::super") {
            let line = code[..at].matches('\n').count() + 1;
            findings.push(format!(
                "{}:{line}: write crate:: instead of super::super",
                file.path
            ));
        }
    }
    report(&findings);
}

#[test]
fn the_table_names_every_part_and_no_other() {
    let mut parts: Vec<String> = Vec::new();
    for file in rust_files() {
        parts.extend(part_of(&file).map(str::to_owned));
    }
    parts.sort();
    parts.dedup();
    let named = |part: &&String| {
        ALLOWED.iter().any(|(name, _)| name == *part) || LEAVES.contains(&part.as_str())
    };
    let unknown: Vec<&String> = parts.iter().filter(|part| !named(part)).collect();
    assert!(
        unknown.is_empty(),
        "give {unknown:?} a line in the table of this file"
    );
    for (name, _) in ALLOWED {
        assert!(
            parts.iter().any(|part| part == name),
            "{name} is gone from src/"
        );
    }
}

#[test]
fn nobody_but_the_crate_root_imports_the_border() {
    for (part, allowed) in ALLOWED {
        assert!(
            part == "lib" || !allowed.contains(&"abi"),
            "{part} imports abi"
        );
    }
}

#[test]
fn imports_are_read_in_every_form() {
    let code = "use crate::log::Log;\nuse crate::{\n  error::{Error, Kind},\n  event::*, abi};\n\
                fn f(x: crate::json::Object) {}\nuse other_crate::a;\nmacro!($crate::b);";
    let found: Vec<_> = imports(code)
        .into_iter()
        .map(|(line, path)| format!("{line} {path}"))
        .collect();
    assert_eq!(
        found,
        [
            "1 log::Log",
            "2 error::Error",
            "2 error::Kind",
            "2 event",
            "2 abi",
            "5 json::Object"
        ]
    );
    assert_eq!(
        objection("json", "error::Error").as_deref(),
        Some("json may not import error::Error")
    );
    assert_eq!(objection("adapter", "cloud_api::Client"), None);
    assert!(objection("adapter", "cloud_api::Content").is_some());
    assert!(objection("cloud_api", "abi").is_some());
    assert!(objection("new_part", "log").is_some());
}
