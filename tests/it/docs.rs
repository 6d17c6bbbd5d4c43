//! The documents: code quoted in them is the code of the file it names, and what they list is all
//! there is.
//!
//! A block is quoted if the line before it is `<!-- file: path -->`, with the path from the
//! repository's root. `BLESS=1 cargo test` writes the file's text into the block.

mod commands;
mod graph_codes;
mod graph_operations;
mod metrics;
mod result_codes;
mod rust_texts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::plugin;

/// README.md and every page of docs/.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = fs::read_dir(plugin::repository("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.push(plugin::repository("README.md"));
    pages.sort();
    pages
}

/// The text of a page or a source.
fn read(path: &str) -> String {
    fs::read_to_string(plugin::repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn quoted_code_is_the_code_of_its_file() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut findings = String::new();
    for path in pages() {
        let text = fs::read_to_string(&path).unwrap();
        let file = |name: &str| fs::read_to_string(plugin::repository(name)).ok();
        let name = path.strip_prefix(plugin::repository("")).unwrap();
        let checked = check(&name.display().to_string(), &text, file);
        if bless && checked.blessed != text {
            fs::write(&path, &checked.blessed).unwrap();
        }
        for finding in &checked.findings {
            if !(bless && finding.can_be_blessed) {
                writeln!(findings, "{}", finding.what).unwrap();
            }
        }
    }
    assert!(
        findings.is_empty(),
        "\n{findings}If the files are right: BLESS=1 cargo test, then read the diff."
    );
}

#[test]
fn the_pages_for_authors_quote_every_file_that_is_to_be_copied() {
    const HOST: [&str; 4] = [
        "host-example/minimal/host.c",
        "host-example/minimal/host.cpp",
        "host-example/minimal/host.rs",
        "host-example/minimal/host.py",
    ];
    const ADAPTER: [&str; 5] = [
        "crates/echo-adapter/build.rs",
        "crates/echo-adapter/src/lib.rs",
        "crates/echo-adapter/tests/command.rs",
        "tools/validator/fixtures/echo.properties.json",
        "tools/validator/fixtures/echo.request.json",
    ];
    for (page, files) in [
        ("docs/write-a-host.md", &HOST[..]),
        ("docs/write-an-adapter.md", &ADAPTER[..]),
    ] {
        let text = read(page);
        for file in files {
            let marker = format!("\n<!-- file: {file} -->\n```");
            assert!(text.contains(&marker), "{page} does not quote {file}");
        }
    }
}

#[test]
fn the_code_map_names_everything_there_is_and_nothing_else() {
    let page = read("ARCHITECTURE.md");
    let map = page.split("## Code map").nth(1).unwrap();
    let rows = map.lines().take_while(|line| !line.starts_with("## "));
    let first = rows.filter_map(|row| row.strip_prefix("| `")?.split(" | ").next());
    let named = first.flat_map(|cell| cell.split('`').filter(|path| path.contains('/')));
    let named: BTreeSet<&str> = named.collect();
    for path in &named {
        assert!(plugin::repository(path).exists(), "{path} is not there");
    }
    for folder in ["src", "crates", "tools", "tests"] {
        for entry in fs::read_dir(plugin::repository(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with("_CASES.md") {
                continue;
            }
            // A module's folder is named by its file.
            let name = name.strip_suffix(".rs").unwrap_or(&name);
            let is_named = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/")];
            let is_named = is_named.iter().any(|path| named.contains(path.as_str()));
            assert!(is_named, "the code map lacks {folder}/{name}");
        }
    }
}

/// The findings of a page.
#[derive(Debug)]
struct Finding {
    what: String,
    can_be_blessed: bool,
}

/// A page that was looked through.
#[derive(Debug)]
struct Checked {
    findings: Vec<Finding>,
    /// The page as it should be.
    blessed: String,
}

/// Compares each quoted block of `page` with its file, whose text `file` gives.
fn check(page: &str, text: &str, file: impl Fn(&str) -> Option<String>) -> Checked {
    let mut checked = Checked {
        findings: Vec::new(),
        blessed: String::new(),
    };
    let mut lines = text.split_inclusive('\n').enumerate();
    while let Some((number, line)) = lines.next() {
        checked.blessed.push_str(line);
        if !line.contains("<!-- file:") {
            continue;
        }
        let mut complain = |what: &str| {
            checked.findings.push(Finding {
                what: format!("{page}:{}: {what}", number + 1),
                can_be_blessed: false,
            });
        };
        let inside = line.strip_prefix("<!-- file:");
        let inside = inside.and_then(|rest| rest.trim_end().strip_suffix("-->"));
        let Some(name) = inside.map(str::trim) else {
            complain("a line of its own must hold nothing but <!-- file: path -->");
            continue;
        };
        let opening = lines.next().map_or("", |(_, line)| line);
        checked.blessed.push_str(opening);
        let fence: String = opening.chars().take_while(|c| *c == '`').collect();
        if fence.len() < 3 {
            complain(&format!("no block follows that quotes {name}"));
            continue;
        }
        let Some(wanted) = file(name) else {
            complain(&format!("there is no file {name}"));
            continue;
        };
        if wanted.lines().any(|line| line.starts_with(&fence)) {
            complain(&format!(
                "{name} holds {fence}: quote it between more of them"
            ));
            continue;
        }
        let mut quoted = String::new();
        let mut closing = None;
        for (_, line) in lines.by_ref() {
            if line.trim_end() == fence {
                closing = Some(line);
                break;
            }
            quoted.push_str(line);
        }
        let Some(closing) = closing else {
            complain(&format!("the block that quotes {name} has no end"));
            continue;
        };
        if let Some((at, difference)) = first_difference(&quoted, &wanted) {
            checked.findings.push(Finding {
                what: format!(
                    "{page}:{}: not line {at} of {name}\n{difference}",
                    number + 2 + at
                ),
                can_be_blessed: true,
            });
        }
        checked.blessed.push_str(&wanted);
        checked.blessed.push_str(closing);
    }
    checked
}

/// The first line that differs, counted from 1, and both sides of it.
fn first_difference(quoted: &str, wanted: &str) -> Option<(usize, String)> {
    if quoted == wanted {
        return None;
    }
    let mut pairs = quoted.lines().zip(wanted.lines());
    let same = pairs
        .by_ref()
        .take_while(|(one, other)| one == other)
        .count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(end)").to_owned();
    Some((
        same + 1,
        format!("  page: {}\n  file: {}", line(quoted), line(wanted)),
    ))
}

#[test]
fn a_block_that_differs_is_named_and_can_be_blessed() {
    let file = |name: &str| (name == "a/b.c").then(|| "one\ntwo\nthree\n".to_owned());
    let page = |inside: &str| format!("text\n<!-- file: a/b.c -->\n```c\n{inside}```\n\nmore\n");
    let right = page("one\ntwo\nthree\n");
    assert!(check("p.md", &right, file).findings.is_empty());
    for (inside, line, shown) in [
        ("one\nzwei\nthree\n", 5, "  page: zwei\n  file: two"),
        ("one\ntwo\n", 6, "  page: (end)\n  file: three"),
        ("one\ntwo\nthree\nfour\n", 7, "  page: four\n  file: (end)"),
        ("", 4, "  page: (end)\n  file: one"),
    ] {
        let checked = check("p.md", &page(inside), file);
        let [finding] = &checked.findings[..] else {
            panic!("{checked:?}");
        };
        let wanted = format!("p.md:{line}: not line {} of a/b.c\n{shown}", line - 3);
        assert_eq!(finding.what, wanted);
        assert!(finding.can_be_blessed);
        assert_eq!(checked.blessed, right);
    }
}

#[test]
fn a_quotation_that_cannot_be_checked_is_a_finding() {
    let file = |name: &str| (name == "a").then(|| "```\n".to_owned());
    for (page, what) in [
        ("<!-- file: b -->\n```\n```\n", "p.md:1: there is no file b"),
        (
            "<!-- file: a -->\n\n",
            "p.md:1: no block follows that quotes a",
        ),
        (
            "\n<!-- file: a -->",
            "p.md:2: no block follows that quotes a",
        ),
        (
            "x <!-- file: a -->\n",
            "p.md:1: a line of its own must hold",
        ),
        ("<!-- file: a\n-->\n", "p.md:1: a line of its own must hold"),
        ("<!-- file: a -->\n```\n", "p.md:1: a holds ```: quote it"),
        (
            "<!-- file: a -->\n````\nx\n",
            "p.md:1: the block that quotes a has no end",
        ),
    ] {
        let checked = check("p.md", page, file);
        let [finding] = &checked.findings[..] else {
            panic!("{page}: {checked:?}");
        };
        assert!(finding.what.starts_with(what), "{page}: {finding:?}");
        assert!(!finding.can_be_blessed, "{page}");
    }
}
