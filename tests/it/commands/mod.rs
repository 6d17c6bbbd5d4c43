//! The commands beyond the specification, and what the specification's take beyond it.

mod calls;
mod conversation;
mod echoed;
mod evidence;
pub(crate) mod examples;
mod files;
mod flow_endpoint;
mod flows;
mod graph_calls;
mod groups;
pub(crate) mod limits;
mod media;
mod setup;
mod shapes;
mod uploads;

use std::path::Path;

use crate::plugin;

/// The Rust code below `folder`.
fn code_below(folder: &Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            code_below(&path, code);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            code.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_case_of_the_list_names_tests_that_exist() {
    let list = std::fs::read_to_string(plugin::repository("tests/COMMAND_CASES.md")).unwrap();
    let mut code = String::new();
    for folder in ["tests/it/commands", "src", "crates/sdk/src"] {
        code_below(&plugin::repository(folder), &mut code);
    }
    let rows = list
        .lines()
        .filter(|line| line.starts_with("| M") || line.starts_with("| S"));
    let mut count = 0;
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap();
        let tests: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row}");
        for test in tests {
            assert!(code.contains(&format!("fn {test}()")), "{test}");
            count += 1;
        }
    }
    assert!(count >= 15, "{count}");
}
