//! Rules of this repository that no compiler checks; each finding is named by file and line.

mod boundary;
mod commands;
mod files;
mod imports;
mod source;
mod words;

use files::{File, is_in, rust_files, text_files};
use source::{lines_of, lines_of_code};

/// Fails with every finding, one a line.
fn report(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

/// What `finding` says of each line of code, comments and texts cut out.
fn in_code(files: &[File], finding: impl Fn(&File, &str) -> Option<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        for (number, line) in lines_of_code(file).iter().enumerate() {
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
        let lines = file.text.lines().zip(lines_of_code(file));
        for (number, (line, code)) in lines.enumerate() {
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
    report(&in_code(rust_files(), |_, line| {
        let mut all = unfinished.iter();
        let found = all.find(|name| has_word(line, name) && line.contains(&format!("{name}!")))?;
        Some(format!("{found}!"))
    }));
}

/// Attributes that keep a test from running; Miri, which loads no libraries, may leave one out.
const SWITCHED_OFF: [&str; 6] = [
    "[ ignore",
    ", ignore )",
    ", ignore =",
    "cfg ( any ( )",
    "cfg ( not ( all ( )",
    "cfg ( false )",
];

fn switched_off(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        let lines = |off: &&str| lines_of(file.tokens(), off);
        let by_miri = lines(&"( miri , ignore");
        let always = SWITCHED_OFF.iter().flat_map(lines);
        for line in always.filter(|line| !by_miri.contains(line)) {
            findings.push(format!("{}:{line}: it never runs", file.path));
        }
    }
    findings
}

#[test]
fn no_test_is_switched_off() {
    report(&switched_off(rust_files()));
    for off in [
        "#[ignore]",
        "#[ignore = \"later\"]",
        "#[cfg_attr(all(), ignore)]",
        "#[cfg_attr(\n  all(),\n  ignore = \"later\",\n)]",
        "#[cfg(any())]",
        "#[cfg(not(all()))]",
        "#[cfg(false)]",
    ] {
        let file = File::of("src/a.rs", &format!("{off}\n#[test]\nfn a() {{}}"));
        assert_eq!(switched_off(&[file]).len(), 1, "{off}");
    }
}

#[test]
fn each_outside_library_has_one_place() {
    let places = [
        ("ureq", "src/cloud_api/"),
        ("ureq_proto", "src/cloud_api/"),
        ("hmac", "src/webhook/"),
    ];
    report(&in_code(rust_files(), |file, line| {
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
    report(&in_code(rust_files(), |file, line| {
        let mut words = words.iter().filter(|_| is_in(file, "src/webhook/"));
        let word = words.find(|word| has_word(line, word))?;
        Some(format!("{word} in src/webhook/"))
    }));
}

#[test]
fn the_example_host_knows_the_plugin_by_the_contract_only() {
    report(&in_code(rust_files(), |file, line| {
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
