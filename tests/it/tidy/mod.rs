//! Rules of this repository that no compiler checks; each finding is named by file and line.

mod commands;
mod files;
mod imports;
mod source;
mod words;

use files::{File, is_in, rust_files, text_files};
use source::without_comments_and_texts;

/// Fails with every finding, one a line.
fn report(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

/// What `finding` says of each line of code, comments and texts cut out.
fn in_code(files: &[File], finding: impl Fn(&File, &str) -> Option<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        let code = without_comments_and_texts(&file.text);
        for (number, line) in code.lines().enumerate() {
            if let Some(what) = finding(file, line) {
                findings.push(format!("{}:{}: {what}", file.path, number + 1));
            }
        }
    }
    findings
}

/// Whether `word` stands in `line` with nothing of a name around it.
fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let mut findings = Vec::new();
    for file in rust_files() {
        let first = file.text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") && !first.starts_with("#![doc = include_str!(") {
            findings.push(format!("{}:1: it does not open with `//!`", file.path));
        }
    }
    report(&findings);
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let mut findings = Vec::new();
    for file in rust_files() {
        let lines = file.text.lines().count();
        if lines > 400 {
            findings.push(format!("{}:401: it has {lines} lines", file.path));
        }
    }
    report(&findings);
}

/// Columns of code; rustfmt keeps to them but where a text is in the way.
const COLUMNS: usize = 100;
/// Columns of a comment, which rustfmt does not touch.
const COMMENT_COLUMNS: usize = 107;

#[test]
fn no_line_is_longer_than_its_columns() {
    let mut findings = Vec::new();
    for file in rust_files() {
        let code = without_comments_and_texts(&file.text);
        for (number, (line, code)) in file.text.lines().zip(code.lines()).enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            let columns = if is_comment { COMMENT_COLUMNS } else { COLUMNS };
            let has_text = !is_comment && line != code;
            // The C header has these comments without the indentation of their block.
            let is_declaration = is_comment && file.path.starts_with("crates/contract/src/exports");
            let columns = columns + if is_declaration { 4 } else { 0 };
            let width = line.chars().count();
            if width > columns && !has_text {
                findings.push(format!("{}:{}: {width} columns", file.path, number + 1));
            }
        }
    }
    report(&findings);
}

#[test]
fn no_file_is_a_box_of_leftovers() {
    let mut findings = Vec::new();
    for file in rust_files() {
        let parts = file.path.trim_end_matches(".rs").split(['/', '_']);
        if let Some(part) = parts
            .into_iter()
            .find(|part| ["util", "utils", "helper", "helpers", "common", "misc"].contains(part))
        {
            findings.push(format!("{}:1: {part} says nothing", file.path));
        }
    }
    report(&findings);
}

#[test]
fn unsafe_code_is_allowed_at_the_ffi_boundary_only() {
    let (word, lint) = (concat!("un", "safe"), concat!("un", "safe_code"));
    report(&in_code(&rust_files(), |file, line| {
        // The FFI boundary, and tools that call C themselves. The fuzz targets' folder has no lints.
        let boundary = ["crates/contract/", "crates/loader/", "crates/sdk/src/ffi/"]
            .iter()
            .any(|part| is_in(file, part));
        let calls_c = ["tools/validator/src/ffi.rs", "fuzz/targets/c_table.rs"];
        let elsewhere = !boundary && !calls_c.contains(&file.path.as_str());
        let lifts = has_word(line, lint) && !line.contains("deny(") && !line.contains("forbid(");
        let used = is_in(file, "fuzz/") && has_word(line, word);
        (elsewhere && (lifts || used)).then(|| format!("{word} code is allowed here"))
    }));
}

#[test]
fn the_sdk_has_no_word_of_whatsapp() {
    let words = ["graph", "meta", "hub"];
    let parts = ["whatsapp", "wamid", "phone", "facebook"];
    let mut findings = Vec::new();
    let sdk = ["crates/sdk/", "crates/echo-adapter/"];
    for file in text_files() {
        if !sdk.iter().any(|place| is_in(&file, place)) {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.to_lowercase();
            let word = words.iter().find(|word| has_word(&line, word));
            if let Some(word) = word.or_else(|| parts.iter().find(|part| line.contains(**part))) {
                findings.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    report(&findings);
}

/// The FFI boundary is the SDK's: an adapter is safe Rust that knows no pointer and no function of C.
#[test]
fn the_adapter_has_no_c_type() {
    let words = [
        "CStr",
        "CString",
        "c_char",
        "c_int",
        "c_void",
        "c_long",
        "extern",
        "no_mangle",
        "workflow_adapter_contract",
        "abi_stable",
    ];
    let sources = rust_files();
    let findings = in_code(&sources, |file, line| {
        let is_adapter = is_in(file, "src/") || is_in(file, "crates/echo-adapter/");
        let pointer = line.contains("*const ") || line.contains("*mut ");
        let word = words.iter().find(|word| has_word(line, word));
        let name = line.contains("wfa_").then_some(&"wfa_");
        let what = word.or(name).or(pointer.then_some(&"a pointer"));
        what.filter(|_| is_adapter)
            .map(|what| format!("{what} belongs to the SDK"))
    });
    report(&findings);
    for root in ["src/lib.rs", "crates/echo-adapter/src/lib.rs"] {
        let root = sources.iter().find(|file| file.path == root).unwrap();
        assert!(
            root.text.contains("#![forbid(unsafe_code)]"),
            "{}",
            root.path
        );
    }
    let manifest = text_files()
        .into_iter()
        .find(|file| file.path == "Cargo.toml")
        .unwrap();
    let dependency = manifest
        .text
        .lines()
        .find(|line| line.starts_with("abi_stable = { version"));
    assert_eq!(dependency, None, "abi_stable is a feature of the SDK");
}

/// What an author has to write is little.
#[test]
fn the_echo_adapter_has_at_most_150_lines() {
    let sources = rust_files();
    let own = sources
        .iter()
        .filter(|file| is_in(file, "crates/echo-adapter/src/"));
    let lines: usize = own.map(|file| file.text.lines().count()).sum();
    assert!((1..=150).contains(&lines), "{lines} lines");
}

#[test]
fn nothing_is_left_unfinished() {
    let unfinished = ["todo", "unimplemented", "dbg"];
    report(&in_code(&rust_files(), |_, line| {
        let mut all = unfinished.iter();
        let found = all.find(|name| has_word(line, name) && line.contains(&format!("{name}!")))?;
        Some(format!("{found}!"))
    }));
}

#[test]
fn no_test_is_switched_off() {
    report(&in_code(&rust_files(), |_, line| {
        let line: String = line.split_whitespace().collect();
        (line.contains("#[ignore") || line.contains(",ignore)]"))
            .then(|| "an ignored test".to_owned())
    }));
}

#[test]
fn each_outside_library_has_one_place() {
    let places = [
        ("ureq", "src/cloud_api/"),
        ("ureq_proto", "src/cloud_api/"),
        ("hmac", "src/webhook/"),
    ];
    report(&in_code(&rust_files(), |file, line| {
        if !is_in(file, "src/") {
            return None;
        }
        let mut all = places.iter();
        let (name, place) =
            all.find(|(name, place)| has_word(line, name) && !is_in(file, place))?;
        Some(format!("{name} belongs to {place}"))
    }));
}

/// The caller tells the time.
#[test]
fn notifications_are_processed_without_a_socket_and_without_a_clock() {
    let words = ["Clock", "SystemTime", "TcpStream", "UnixStream"];
    report(&in_code(&rust_files(), |file, line| {
        let mut words = words.iter().filter(|_| is_in(file, "src/webhook/"));
        let word = words.find(|word| has_word(line, word))?;
        Some(format!("{word} in src/webhook/"))
    }));
}

#[test]
fn the_example_host_knows_the_plugin_by_the_contract_only() {
    report(&in_code(&rust_files(), |file, line| {
        let knows = is_in(file, "host-example/") && has_word(line, "whatsapp_adapter");
        knows.then(|| "it uses the plugin's crate".to_owned())
    }));
}

#[test]
fn no_text_names_a_path_of_the_machine_it_was_written_on() {
    // Put together here, so that this file does not name them either.
    let foreign = [
        concat!("/", "work"),
        concat!("/", "root"),
        concat!("../", "shared"),
    ];
    let mut findings = Vec::new();
    for file in text_files() {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = foreign.iter().find(|path| names_path(line, path)) {
                findings.push(format!("{}:{}: it names {path}", file.path, number + 1));
            }
        }
    }
    report(&findings);
}

/// Whether a path begins here with `start`, and not merely a name that begins alike.
fn names_path(line: &str, start: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    line.match_indices(start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + start.len()..].chars().next();
        !before.is_some_and(of_name) && !after.is_some_and(|c| of_name(c) && c != '.')
    })
}

#[test]
fn a_foreign_path_is_told_from_a_name_that_begins_alike() {
    let root = concat!("/", "root");
    for line in [
        root.to_owned(),
        format!("see {root}/x"),
        format!("(\"{root}\")"),
        format!("{root}."),
    ] {
        assert!(names_path(&line, root), "{line}");
    }
    for line in [
        format!("{root}s"),
        format!("a{root}/b"),
        format!("{root}-module"),
        "root".to_owned(),
    ] {
        assert!(!names_path(&line, root), "{line}");
    }
    assert!(has_word("use ureq::Agent;", "ureq") && !has_word("my_ureq", "ureq"));
}
