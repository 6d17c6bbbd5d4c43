//! The program as its users meet it: arguments, output, exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{
    echo_arguments, here, ids, others, own_arguments, own_plugin, report, succeed, template,
    validator,
};
use tempfile::TempDir;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn own(more: &[&str]) -> std::process::Output {
    let arguments = own_arguments();
    let all: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect();
    validator(&own_plugin(), &all)
}

/// A library that is no plugin.
fn stranger(folder: &TempDir) -> PathBuf {
    let source = folder.path().join("stranger.c");
    let library = folder.path().join("libstranger.so");
    fs::write(&source, "int wfa_entrance(void) { return 0; }\n").unwrap();
    succeed(
        std::process::Command::new("cc")
            .args(["-shared", "-fPIC"])
            .arg(&source)
            .arg("-o")
            .arg(&library),
    );
    library
}

#[test]
fn there_are_enough_checks_and_their_ids_are_kebab_case() {
    let ids = ids();
    assert!(ids.len() >= 60, "{}", ids.len());
    for id in &ids {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.contains('-') && id.chars().all(kebab), "{id}");
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{id}");
    }
    let listed = validator(Path::new("--list"), &[]);
    assert_eq!(listed.status.code(), Some(0));
    let listed = text(&listed.stdout);
    assert!(ids.iter().all(|id| listed.contains(id)));
}

#[test]
fn only_runs_what_it_names() {
    let output = own(&["--only", "create-null-out", "--only", "library-loads"]);
    assert_eq!(output.status.code(), Some(0));
    let table = text(&output.stdout);
    assert!(
        table.contains("library-loads") && table.contains("create-null-out"),
        "{table}"
    );
    assert!(!table.contains("entry-is-exported"), "{table}");
    assert!(table.contains("conforms: 2 passed, 0 failed"), "{table}");
    assert!(!table.contains('\u{1b}'), "colours in a pipe: {table}");
}

#[test]
fn the_report_has_its_shape() {
    let arguments = own_arguments();
    let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
    all.extend(["--only", "library-loads"]);
    let report = report(&own_plugin(), &all);
    assert_eq!(report["conforms"], true);
    assert_eq!(report["summary"]["pass"], 1);
    for count in ["warn", "skip", "fail", "crash", "timeout"] {
        assert_eq!(report["summary"][count], 0);
    }
    assert!(
        report["durationMs"].is_u64() && Path::new(report["plugin"].as_str().unwrap()).is_file()
    );
    let row = &report["checks"][0];
    assert_eq!(row["group"], "scanning");
    assert_eq!(row["id"], "library-loads");
    assert_eq!(row["outcome"], "pass");
    assert!(row["description"].is_string() && row["message"].is_string());
    assert!(row["durationMs"].is_u64());
}

#[test]
fn a_library_that_is_no_plugin_fails_once_and_says_why() {
    let folder = TempDir::new().unwrap();
    let library = stranger(&folder);
    assert_eq!(validator(&library, &[]).status.code(), Some(1));
    let report = report(&library, &[]);
    assert_eq!(report["conforms"], false);
    assert_eq!(report["summary"]["pass"], 1); // library-loads
    assert_eq!(report["summary"]["fail"], 1); // entry-is-exported
    assert_eq!(report["summary"]["skip"], 0); // there is nothing to say of the others
}

#[test]
fn a_file_that_is_no_library_fails_once_and_says_why() {
    let report = report(&here("README.md"), &[]);
    assert_eq!(report["conforms"], false);
    assert_eq!(report["summary"]["pass"], 0);
    assert_eq!(report["summary"]["fail"], 1);
    assert_eq!(report["checks"].as_array().unwrap().len(), 1);
    let printed = text(&validator(&here("README.md"), &[]).stdout);
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let row = &report["checks"][0];
    assert!(
        row["message"].as_str().unwrap().contains("README.md"),
        "{row}"
    );
}

#[test]
fn one_reason_that_many_checks_share_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let stranger = folder.path().join("libstranger.so");
    fs::copy(own_plugin(), &stranger).unwrap();
    let printed = text(
        &validator(
            &stranger,
            &["--only", "create-makes-adapters", "--only", "destroy-twice"],
        )
        .stdout,
    );
    assert_eq!(printed.matches("--properties").count(), 1, "{printed}");
    assert!(printed.contains("(as above)"), "{printed}");
}

#[test]
fn arguments_that_make_no_sense_end_with_2() {
    let plugin = own_plugin();
    let readme = here("README.md").display().to_string();
    let cases: [(&Path, &[&str], &str); 8] = [
        (Path::new("/nowhere/libx.so"), &[], "/nowhere/libx.so"),
        (Path::new("/"), &[], "no file"),
        (&plugin, &["--only", "no-such-check"], "no-such-check"),
        (&plugin, &["--properties", "/nowhere.json"], "/nowhere.json"),
        (&plugin, &["--properties", &readme], "no JSON object"),
        (&plugin, &["--raise-command", "x"], "--raise-request"),
        (&plugin, &["--timeout-s", "0"], "--timeout-s"),
        (&plugin, &["--unknown"], "--unknown"),
    ];
    for (plugin, arguments, word) in cases {
        let output = validator(plugin, arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

#[test]
fn without_properties_that_create_takes_checks_are_skipped_with_its_words() {
    // Under another name, for which the validator has no sample.
    let folder = tempfile::tempdir().unwrap();
    let stranger = folder.path().join("libstranger.so");
    std::fs::copy(own_plugin(), &stranger).unwrap();
    let only = ["--only", "create-makes-adapters"];
    let report = report(&stranger, &only);
    // Nothing speaks against the plugin, and nothing for it.
    assert_eq!(report["conforms"], false);
    let printed = validator(&stranger, &only);
    assert_eq!(printed.status.code(), Some(3));
    let table = text(&printed.stdout);
    assert!(
        table.contains("cannot tell whether it conforms: 0 passed"),
        "{table}"
    );
    let row = &report["checks"][0];
    assert_eq!(row["outcome"], "skip");
    let message = row["message"].as_str().unwrap();
    assert!(
        message.contains("--properties") && message.contains("apiVersion"),
        "{message}"
    );
}

#[test]
fn the_plugin_of_this_repository_needs_no_arguments() {
    let report = report(&own_plugin(), &["--only", "event-reaches-callback"]);
    assert_eq!(report["checks"][0]["outcome"], "pass", "{report}");
}

#[test]
fn given_properties_that_create_refuses_are_a_failure() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("properties.json");
    fs::write(&file, r#"{"nobody":"knows"}"#).unwrap();
    let file = file.display().to_string();
    let report = report(
        &own_plugin(),
        &["--properties", &file, "--only", "create-makes-adapters"],
    );
    assert_eq!(report["checks"][0]["outcome"], "fail");
}

#[test]
fn without_a_command_that_raises_events_their_checks_are_skipped() {
    let file = here("fixtures/whatsapp.properties.json")
        .display()
        .to_string();
    let report = report(
        &own_plugin(),
        &["--properties", &file, "--only", "event-reaches-callback"],
    );
    let row = &report["checks"][0];
    assert_eq!(row["outcome"], "skip");
    assert!(
        row["message"].as_str().unwrap().contains("--raise-command"),
        "{row}"
    );
}

#[test]
fn all_checks_can_share_a_process() {
    let folder = TempDir::new().unwrap();
    let arguments = echo_arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The source of the first template is NULL; the second one has no command that raises an event.
    for (name, arguments) in [("minimal", &arguments[..4]), ("ticking", &arguments[4..])] {
        let arguments = [arguments, &["--in-process"]].concat();
        let report = report(&template(name, folder.path()), &arguments);
        let bad = others(&report, &["pass", "skip"]);
        assert!(bad.is_empty(), "\n{name}: {}", bad.join("\n"));
    }
}
