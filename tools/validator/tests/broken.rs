//! Every check fails on a plugin that breaks what it checks, and passes on the same plugin whole.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use serde_json::Value;
use support::{cc, echo_arguments, here, ids, others, report, succeed, template, try_to};
use tempfile::TempDir;

/// Checks whose broken plugin stands still: for them, and for no other, running out of time counts.
const STAND_STILL: [&str; 5] = [
    "callback-unregisters-itself",
    "destroy-without-waiting",
    "fork-beside-running-calls",
    "log-may-call-nothing",
    "unregister-without-waiting",
];

/// The group of what hosts like and the contract does not ask for.
const MANNERS: &str = "good manners";

/// The sources of the echo plugin, and its objects as they are when nothing is broken.
struct Echo {
    folder: TempDir,
    sources: Vec<Source>,
}

struct Source {
    path: PathBuf,
    text: String,
}

impl Echo {
    fn new() -> Self {
        let mut paths = ["hmac", "json", "text"]
            .map(|name| here(&format!("checks/{name}.c")))
            .to_vec();
        for entry in fs::read_dir(here("broken")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "c") {
                paths.push(path);
            }
        }
        let sources = paths.into_iter().map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path,
        });
        let echo = Self {
            folder: TempDir::new().unwrap(),
            sources: sources.collect(),
        };
        for source in &echo.sources {
            succeed(
                cc().arg("-c")
                    .arg(&source.path)
                    .arg("-o")
                    .arg(echo.object(source)),
            );
        }
        echo
    }

    fn object(&self, source: &Source) -> PathBuf {
        let name = source.path.with_extension("o");
        self.folder.path().join(name.file_name().unwrap())
    }

    /// The plugin with one promise broken: only the sources that know of it are compiled again.
    fn broken(&self, id: &str) -> Result<PathBuf, String> {
        let name = macro_name(id);
        let everywhere = header().contains(&format!("BREAK_{name}\n"));
        let mut objects = Vec::new();
        for (number, source) in self.sources.iter().enumerate() {
            let knows = source.text.contains(&format!("BROKEN({name})"))
                || source.text.contains(&format!("BREAK_{name}\n"));
            if knows || everywhere {
                let object = self.folder.path().join(format!("{id}-{number}.o"));
                let mut cc = cc();
                cc.arg(format!("-DBREAK_{name}")).arg("-c");
                try_to(cc.arg(&source.path).arg("-o").arg(&object))?;
                objects.push(object);
            } else {
                objects.push(self.object(source));
            }
        }
        self.link(id, &objects)
    }

    /// The plugin with one source compiled with one more flag.
    fn with(&self, flag: &str, file: &str) -> PathBuf {
        let objects: Vec<_> = self
            .sources
            .iter()
            .map(|source| {
                if !source.path.ends_with(file) {
                    return self.object(source);
                }
                let object = self.folder.path().join("with.o");
                succeed(
                    cc().arg(flag)
                        .arg("-c")
                        .arg(&source.path)
                        .arg("-o")
                        .arg(&object),
                );
                object
            })
            .collect();
        self.link("with", &objects).unwrap()
    }

    fn whole(&self) -> PathBuf {
        let objects: Vec<_> = self
            .sources
            .iter()
            .map(|source| self.object(source))
            .collect();
        self.link("whole", &objects).unwrap()
    }

    fn link(&self, name: &str, objects: &[PathBuf]) -> Result<PathBuf, String> {
        let library = self.folder.path().join(format!("lib{name}.so"));
        let mut cc = cc();
        cc.arg("-shared").args(objects).arg("-lpthread");
        try_to(cc.arg("-o").arg(&library))?;
        Ok(library)
    }
}

fn header() -> String {
    fs::read_to_string(here("broken/plugin.h")).unwrap()
}

fn macro_name(id: &str) -> String {
    id.to_ascii_uppercase().replace('-', "_")
}

fn run(plugin: &Path, more: &[&str]) -> Value {
    let arguments = echo_arguments();
    let all: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect();
    report(plugin, &all)
}

/// Runs the check `id` on the plugin that breaks it; returns a finding unless the check notices.
fn finding(echo: &Echo, id: &str) -> Option<String> {
    let plugin = match echo.broken(id) {
        Ok(plugin) => plugin,
        Err(said) => return Some(format!("{id}: {said}")),
    };
    let stands_still = STAND_STILL.contains(&id);
    let limit = if stands_still { "3" } else { "60" };
    let report = run(&plugin, &["--only", id, "--timeout-s", limit]);
    let row = &report["checks"][0];
    let outcome = row["outcome"].as_str().unwrap();
    let seen = match outcome {
        "fail" | "crash" => true,
        "warn" => row["group"] == MANNERS,
        "timeout" => stands_still,
        _ => false,
    };
    (!seen).then(|| format!("{id}: {outcome} {}", row["message"]))
}

#[test]
fn every_check_fails_on_a_plugin_that_breaks_it() {
    let echo = Echo::new();
    let ids = Mutex::new(ids());
    let findings = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = ids.lock().unwrap().pop();
            let Some(id) = next else { return };
            if let Some(finding) = finding(&echo, &id) {
                findings.lock().unwrap().push(finding);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let findings = findings.into_inner().unwrap();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn every_check_passes_on_the_same_plugin_whole() {
    let echo = Echo::new();
    let report = run(&echo.whole(), &[]);
    let others = others(&report, &["pass"]);
    assert!(others.is_empty(), "\n{}", others.join("\n"));
}

/// The ids of the checks of good manners.
fn manners() -> Vec<String> {
    let list = report(Path::new("--list"), &[]);
    let rows = list.as_array().unwrap().clone();
    rows.into_iter()
        .filter(|row| row["group"] == MANNERS)
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_the_contract_allows_conforms_whatever_hosts_would_like_better() {
    let echo = Echo::new();
    let manners = manners();
    assert!(manners.len() >= 5, "{manners:?}");
    for id in manners {
        let report = run(&echo.broken(&id).unwrap(), &[]);
        let others = others(&report, &["pass"]);
        assert_eq!(others.len(), 1, "{id}:\n{}", others.join("\n"));
        assert_eq!(report["conforms"], true, "{id}");
    }
}

#[test]
fn members_are_looked_at_in_the_events_of_calls_and_of_sources() {
    let echo = Echo::new();
    let all = echo_arguments();
    for (id, outcome) in [
        ("event-has-its-id", "fail"),
        ("event-members-have-rows", "warn"),
    ] {
        let broken = echo.broken(id).unwrap();
        for raised in [&all[..4], &all[4..]] {
            let arguments: Vec<&str> = raised.iter().map(String::as_str).collect();
            let report = report(&broken, &[&arguments[..], &["--only", id]].concat());
            assert_eq!(report["checks"][0]["outcome"], outcome, "{report}");
        }
    }
}

#[test]
fn a_plugin_whose_commands_take_300_ms_conforms() {
    let echo = Echo::new();
    let slow = echo.with("-DSLOW_COMMANDS_MS=300", "echo.c");
    let report = run(&slow, &["--timeout-s", "120"]);
    let others = others(&report, &["pass"]);
    assert!(others.is_empty(), "\n{}", others.join("\n"));
}

#[test]
fn every_break_has_its_check() {
    let known: BTreeSet<String> = ids().iter().map(|id| macro_name(id)).collect();
    let mut broken = BTreeSet::new();
    for source in Echo::new().sources {
        for (before, end) in [("BROKEN(", ')'), ("BREAK_", '\n')] {
            for rest in source.text.split(before).skip(1) {
                broken.insert(rest.split(end).next().unwrap().to_owned());
            }
        }
    }
    let unknown: Vec<_> = broken.difference(&known).collect();
    assert!(unknown.is_empty(), "no check is called {unknown:?}");
    let more = header();
    let whole: Vec<_> = known
        .difference(&broken)
        .filter(|name| !more.contains(&format!("BREAK_{name}\n")))
        .collect();
    assert!(whole.is_empty(), "nothing breaks {whole:?}");
}

/// X3, X10: F80 to F82 of `tests/c/cases/CASES.md`.
#[test]
fn a_plugin_whose_events_come_from_its_own_thread_conforms() {
    let folder = TempDir::new().unwrap();
    let report = report(&template("ticking", folder.path()), &["--raise-outside"]);
    let bad = others(&report, &["pass", "skip"]);
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
    let rows = report["checks"].as_array().unwrap();
    let sources = rows
        .iter()
        .filter(|row| row["group"] == "events outside calls");
    let passed = sources.filter(|row| row["outcome"] == "pass").count();
    assert_eq!(passed, 9, "{report}");
}

#[test]
fn the_template_conforms_and_is_short() {
    let folder = TempDir::new().unwrap();
    // Its source raises nothing: it is NULL.
    let arguments: Vec<String> = echo_arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let report = report(&template("minimal", folder.path()), &arguments[..4]);
    let bad = others(&report, &["pass", "skip"]);
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
    let skipped = others(&report, &["pass"]);
    // Only checks of features that it does not offer are skipped.
    for line in &skipped {
        let reasons = [
            "WFA_ERR_UNSUPPORTED",
            "the plugin has no ",
            "the plugin asks",
            "the plugin logs nothing",
            "fewer than two events",
            "no property has a range",
            "--raise-outside",
            "the plugin declares no webhook",
            "the descriptor has no schemas",
            "no row of the events that came is marked",
        ];
        assert!(reasons.iter().any(|reason| line.contains(reason)), "{line}");
    }
    let text = fs::read_to_string(here("template/minimal.c")).unwrap();
    assert!(
        text.lines().count() <= 150,
        "{} lines",
        text.lines().count()
    );
}
