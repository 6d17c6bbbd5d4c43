//! The page of operations: what it says a command covers is what leaves for that command.

use std::collections::BTreeSet;

use super::read;
use crate::commands::examples;

const PAGE: &str = "docs/graph-operations.md";
/// Operations of Meta's description v23.0.
const DESCRIBED: usize = 112;

/// Method, path, command and reason of each row.
fn rows() -> Vec<[String; 4]> {
    let page = read(PAGE);
    let rows = page.lines().filter(|line| line.contains("| `/"));
    let cells = |line: &str| {
        let cells = line
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().replace('`', ""));
        cells.collect::<Vec<_>>().try_into().unwrap()
    };
    rows.map(cells).collect()
}

/// Whether `path`, as it left, is one of `pattern`.
fn is_of(path: &str, pattern: &str) -> bool {
    let path: Vec<&str> = path.split('/').skip(2).collect();
    let pattern: Vec<&str> = pattern.split('/').skip(1).collect();
    let same = |(part, pattern): (&&str, &&str)| pattern.starts_with('{') || part == pattern;
    path.len() == pattern.len() && path.iter().zip(&pattern).all(same)
}

#[test]
fn every_operation_has_a_command_or_a_reason() {
    let rows = rows();
    assert!(rows.len() > 100, "{} rows", rows.len());
    // The second list is of commands, each with where its operation is described.
    for [method, path, command, reason] in rows.into_iter().take(DESCRIBED) {
        assert_ne!(command.is_empty(), reason.is_empty(), "{method} {path}");
    }
}

#[test]
fn what_a_command_covers_is_what_leaves_for_it() {
    let commands: BTreeSet<String> = examples::commands().into_iter().collect();
    for [method, path, named, _] in rows() {
        // The one path of all messages, and the one that is no path of Graph's.
        if named.is_empty() || named.starts_with("all ") || named == "downloadMedia" {
            continue;
        }
        for command in named.split(", ") {
            covers(&commands, &method, &path, command);
        }
    }
}

fn covers(commands: &BTreeSet<String>, method: &str, path: &str, command: &str) {
    assert!(
        commands.contains(command),
        "{command} of {PAGE} is no command"
    );
    if path.ends_with("/marketing_messages") {
        return;
    }
    let golden = read(&format!("tests/golden/commands/{command}.txt"));
    let sent = golden
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{method} ")));
    let sent = sent.unwrap_or_else(|| panic!("{command} sends no {method}"));
    let sent = sent.split('?').next().unwrap();
    assert!(is_of(sent, path), "{command} sends {sent}, not {path}");
}

#[test]
fn every_command_that_asks_graph_is_on_the_page() {
    let page = read(PAGE);
    for command in examples::commands() {
        let golden = read(&format!("tests/golden/commands/{command}.txt"));
        let first = golden.lines().next().unwrap();
        // One that asks nobody.
        if first.starts_with('{') {
            continue;
        }
        let message = first.starts_with("POST ") && first.ends_with("/messages");
        assert!(
            message || page.contains(&format!("`{command}`")),
            "{command} is not in {PAGE}"
        );
    }
}
