//! The command `describe`: the plugin's own JSON, a table for people, and two entry points to both.

use std::fs;

use serde_json::Value;
use workflow_adapter_loader::Plugin;

use crate::foreign::build;
use crate::program::{Ended, plugin, program, run};

fn describe(arguments: &[&str]) -> Ended {
    run(program().arg("describe").arg(plugin()).args(arguments))
}

#[test]
fn the_json_is_the_plugins_own() {
    let ended = describe(&["--json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let own = Plugin::load(plugin()).unwrap().descriptor_json();
    assert_eq!(ended.stdout, format!("{own}\n"));
    let json: Value = serde_json::from_str(own).unwrap();
    assert_eq!(json["id"], "whatsapp");
}

#[test]
fn both_entry_points_lead_to_the_same_descriptor() {
    for arguments in [&["--json"][..], &[]] {
        let entry = describe(&[arguments, &["--via", "entry"]].concat());
        let abi_stable = describe(&[arguments, &["--via", "abi-stable"]].concat());
        assert_eq!(abi_stable.code, 0, "{}", abi_stable.stderr);
        assert_eq!(abi_stable.stdout, entry.stdout);
        assert_eq!(
            describe(arguments).stdout,
            entry.stdout,
            "the default entry point"
        );
    }
}

#[test]
fn the_table_names_everything_that_the_json_names() {
    let json = Plugin::load(plugin()).unwrap().descriptor_json();
    let json: Value = serde_json::from_str(json).unwrap();
    let text = describe(&[]).stdout;
    for pointer in ["/properties", "/extensions/properties"] {
        for property in json.pointer(pointer).unwrap().as_array().unwrap() {
            let name = property["name"].as_str().unwrap();
            assert!(text.contains(&format!("\n  {name} ")), "{name}");
        }
    }
    for (pointer, title) in [("/commands", "Command"), ("/events", "Event")] {
        for row in json.pointer(pointer).unwrap().as_array().unwrap() {
            let (name, display) = (
                row["name"].as_str().unwrap(),
                row["display"].as_str().unwrap(),
            );
            let traits = row["traits"].as_array().into_iter().flatten();
            let traits: Vec<_> = traits.map(|it| it.as_str().unwrap()).collect();
            let traits = match traits.join(", ").replace("longRunning", "long-running") {
                none if none.is_empty() => none,
                traits => format!(" ({traits})"),
            };
            assert!(
                text.contains(&format!("\n{title} {name}: {display}{traits}\n")),
                "{name}{traits}"
            );
        }
    }
    assert!(
        text.contains("string, required, secret, length 20..1000"),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.trim_end() == line),
        "no blanks at the end"
    );
}

#[test]
fn what_a_host_goes_by_is_shown_and_nothing_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "libmail.so", "mail", "1.0.0");
    let file = folder.path().join("libmail.so");
    let text = run(program().arg("describe").arg(file)).stdout;
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for line in [
        "webhook        X-Fake-Signature, signed with secret, routed by desk",
        "Command nap (idempotent)",
        "Command sendMail (sends)",
        "Command fail",
        "Command receive (webhook)",
        "Event settled",
        "correlationId  string, correlation id",
        "outcome        string, outcome",
        "from           string, subject",
    ] {
        assert!(lines.contains(&line), "{line}:\n{text}");
    }
    assert!(!text.contains("Release history"), "it has none:\n{text}");
    assert!(!text.ends_with("\n\n"), "{text}");
    assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
}

#[test]
fn a_file_that_is_no_plugin_is_named_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("libbroken.so");
    fs::write(&file, "not a library").unwrap();
    for loader in ["entry", "abi-stable"] {
        let ended = run(program()
            .arg("describe")
            .arg(&file)
            .args(["--loader", loader]));
        assert_eq!(ended.code, 2);
        assert_eq!(ended.stdout, "");
        assert!(ended.stderr.contains("libbroken.so"), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("the system cannot load it"),
            "{}",
            ended.stderr
        );
    }
}
