//! No circles: the modules of each crate, and its files, have an order in which imports only go down.
//! The order is computed from the imports themselves; code of tests does not count.

mod order;
mod plain;
mod syntax;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use super::files::{File, rust_files};
use super::report;
use order::{Graph, loops};
use tree::{Crate, Import};

/// Loops between files that remain, each with its reason in ARCHITECTURE.md; at most two.
const REMAINING: [&[&str]; 1] = [&[
    "host-example/rust/src/engine/restate/customer.rs",
    "host-example/rust/src/engine/restate/lane.rs",
    "host-example/rust/src/engine/restate/run.rs",
    "host-example/rust/src/engine/restate/step.rs",
]];

/// Who must not import what, beyond the order: the module, the path, and why.
const FORBIDDEN: [(&str, &str, &str); 4] = [
    (
        "webhook",
        "cloud_api",
        "a notification is processed without a request",
    ),
    (
        "cloud_api",
        "webhook",
        "a request knows nothing of notifications",
    ),
    (
        "properties",
        "cloud_api",
        "properties are read before there is a client",
    ),
    ("webhook", "command", "an event knows nothing of commands"),
];

/// Every crate of the repository, named by its first file.
fn crates(files: &[File]) -> Vec<(&str, Crate<'_>)> {
    let is_root = |file: &&File| {
        ["src/lib.rs", "src/main.rs"].iter().any(|root| {
            let folder = file.path.strip_suffix(root);
            folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        })
    };
    let roots = files.iter().filter(is_root);
    roots
        .map(|root| (root.path.as_str(), Crate::read(root, files)))
        .collect()
}

/// What a module's loop is made of: of two modules below one parent, or of a parent's own file and
/// one below it, who imports whom.
#[derive(Default)]
struct Level {
    graph: Graph,
    /// An import for each pair.
    sites: BTreeMap<(String, String), String>,
}

impl Level {
    fn add(&mut self, from: &str, to: &str, import: &Import<'_>) {
        self.graph.entry(to.to_owned()).or_default();
        let imported = self.graph.entry(from.to_owned()).or_default();
        imported.insert(to.to_owned());
        let site = format!("{}:{} imports {}", import.from, import.line, import.path);
        self.sites
            .entry((from.to_owned(), to.to_owned()))
            .or_insert(site);
    }

    /// Each loop as a text, with the nodes that reach one another.
    fn loops(&self) -> Vec<(String, BTreeSet<&str>)> {
        let mut found = Vec::new();
        for (way, nodes) in loops(&self.graph) {
            let mut text = way.join(" → ");
            for pair in way.windows(2) {
                let site = &self.sites[&(pair[0].to_owned(), pair[1].to_owned())];
                text.push_str("\n    ");
                text.push_str(site);
            }
            found.push((text, nodes));
        }
        found
    }
}

/// The graph of the files.
fn between_files(imports: &[Import<'_>]) -> Level {
    let mut files = Level::default();
    for import in imports {
        files.add(import.from, import.to, import);
    }
    files
}

/// The graphs of the modules: one for each module that has children, named by its path.
fn between_modules(imports: &[Import<'_>]) -> BTreeMap<String, Level> {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for import in imports {
        let has_both =
            |files: &&&[&str]| [import.from, import.to].iter().all(|it| files.contains(it));
        if REMAINING.iter().any(|files| has_both(&files)) {
            continue;
        }
        let (from, to) = (import.from_module, import.to_module);
        let shared = from
            .iter()
            .zip(to)
            .take_while(|(one, other)| one == other)
            .count();
        let node = |path: &[String]| {
            path.get(shared)
                .cloned()
                .unwrap_or_else(|| "its own file".to_owned())
        };
        let level = levels.entry(from[..shared].join("::")).or_default();
        level.add(&node(from), &node(to), import);
    }
    levels
}

#[test]
fn the_modules_of_each_crate_have_an_order() {
    let mut findings = Vec::new();
    for (root, read) in crates(rust_files()) {
        findings.extend(read.missing.iter().cloned());
        for (module, level) in between_modules(&read.imports()) {
            for (text, _) in level.loops() {
                findings.push(format!("{root}: a loop in crate::{module}: {text}"));
            }
        }
    }
    report(&findings);
}

#[test]
fn no_files_import_one_another_but_those_named() {
    let mut findings = Vec::new();
    let mut met = BTreeSet::new();
    for (root, read) in crates(rust_files()) {
        let imports = read.imports();
        for (text, nodes) in between_files(&imports).loops() {
            let named = |files: &&&[&str]| nodes == files.iter().copied().collect();
            if let Some(files) = REMAINING.iter().find(named) {
                met.insert(files.to_vec());
            } else {
                let number = nodes.len();
                findings.push(format!("{root}: a loop among {number} files: {text}"));
            }
        }
    }
    for files in REMAINING.iter().filter(|files| !met.contains(**files)) {
        findings.push(format!(
            "{files:?} is no loop any more: take it from the list"
        ));
    }
    assert!(REMAINING.len() <= 2);
    report(&findings);
}

#[test]
fn the_adapter_s_modules_import_nothing_that_is_forbidden_to_them() {
    let files = rust_files();
    let root = files.iter().find(|file| file.path == "src/lib.rs").unwrap();
    let read = Crate::read(root, files);
    let imports = read.imports();
    let mut findings = Vec::new();
    for (from, to, why) in FORBIDDEN {
        for module in [from, to] {
            let is_known = read.modules().any(|known| known == [module]);
            assert!(is_known, "{module} is gone: mend the list of this file");
        }
        for import in &imports {
            let begins =
                |path: &[String], module: &str| path.first().is_some_and(|it| it == module);
            if begins(import.from_module, from) && begins(import.to_module, to) {
                let place = format!("{}:{}", import.from, import.line);
                findings.push(format!(
                    "{place}: {from} may not import {}: {why}",
                    import.path
                ));
            }
        }
    }
    report(&findings);
}
