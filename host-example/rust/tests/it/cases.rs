//! `tests/HOST_CASES.md`: every row names tests that exist, and every numbered test has its row.

use std::fs;
use std::path::{Path, PathBuf};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The names of all functions in the Rust files below `folder`.
fn functions(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, names);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            for line in fs::read_to_string(path).unwrap().lines() {
                let line = line.trim_start();
                let line = line.strip_prefix("async ").unwrap_or(line);
                if let Some((name, _)) = line
                    .strip_prefix("fn ")
                    .and_then(|rest| rest.split_once('('))
                {
                    names.push(name.to_owned());
                }
            }
        }
    }
}

/// The names of the page's tests, which are sentences: `test("H13: …", …)`.
fn sentences(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let tests = text.lines().filter_map(|line| line.strip_prefix("test(\""));
        names.extend(
            tests
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned),
        );
    }
}

/// The number that a test's name begins with: `H01` of `h01_a_second_host_is_refused`, `H13` of
/// `H13: a long address wraps`.
fn number_of(test: &str) -> Option<String> {
    let (number, _) = test.split_once(": ").or_else(|| test.split_once('_'))?;
    let number = number.to_lowercase();
    let (kind, digits) = number.split_at_checked(1)?;
    let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && "hrwx".contains(kind)).then(|| number.to_uppercase())
}

#[test]
fn every_row_of_the_list_names_existing_tests_and_every_numbered_test_has_its_row() {
    let list = fs::read_to_string(repository("tests/HOST_CASES.md")).unwrap();
    let mut tests = Vec::new();
    for folder in ["host-example/rust/tests", "host-example/rust/src"] {
        functions(&repository(folder), &mut tests);
    }
    sentences(&repository("tools/page-test/tests"), &mut tests);
    // Python proofs may stand in a row; only what begins with a number is looked for here.
    let (mut rows, mut listed) = (0, Vec::new());
    for line in list.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let number = cells[1];
        if number == "case" {
            continue;
        }
        rows += 1;
        let named: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{number} names no test");
        for test in named {
            if let Some(own) = number_of(test) {
                assert_eq!(own, number, "{test} is in the row of another case");
                assert!(tests.iter().any(|name| name == test), "{test} is no test");
                listed.push(test.to_owned());
            }
        }
    }
    assert!(rows > 0, "the list has no rows");
    for test in tests.iter().filter(|test| number_of(test).is_some()) {
        assert!(listed.contains(test), "{test} is in no row");
    }
}
