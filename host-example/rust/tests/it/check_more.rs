//! The command `check`: what would lose messages although every word of it is known.

use std::fs;

use crate::check::{EXAMPLE, check, mistake};
use crate::program::run;
use crate::served::Site;

#[test]
fn h21_expressions_that_can_never_have_a_value_are_named() {
    for (from, to, said) in [
        (
            "whatsAppNotification = \"{whatsAppEvent}\"",
            "whatsAppNotification = \"{whatsAppEvnt}\"",
            "did you mean whatsAppEvent?",
        ),
        (
            "matches(\"(?i)^yes\")",
            "matches(\"(?i^yes\")",
            "\"(?i^yes\" is no regular expression: ",
        ),
        (
            "message = \"We call you back within the hour.\"",
            "message = \"{escalate.messageId}\"",
            "the step escalate cannot have run before the step promise",
        ),
        (
            "message = \"We call you back within the hour.\"",
            "message = \"{thank.messageId}\"",
            "the step thank cannot have run before the step promise",
        ),
        (
            "message = \"We call you back within the hour.\"",
            "message = \"{nosuch.messageId}\"",
            "there is no property nosuch",
        ),
        (
            "{wfglobal.company} is",
            "{wfglobal.compani} is",
            "did you mean company?",
        ),
        (
            "contains(\"hello\")",
            "kontains(\"hello\")",
            "there is no function kontains",
        ),
    ] {
        let at = EXAMPLE.find(from).unwrap();
        let line = EXAMPLE[..at].matches('\n').count() + 1;
        let ended = check(&EXAMPLE.replacen(from, to, 1));
        let place = format!("host.toml:{line}:");
        let mut lines = ended.stderr.lines();
        let found = lines.find(|found| found.contains(&place) && found.contains(said));
        assert!(ended.code == 2 && found.is_some(), "{to}: {}", ended.stderr);
    }
}

#[test]
fn h21_steps_that_nothing_leads_to_and_circles_without_an_end_are_named() {
    let unreached = EXAMPLE.replacen("otherwise = \"thank\"", "otherwise = \"promise\"", 1);
    let ended = check(&unreached);
    let said = "workflow greet, step thank: no step leads here";
    assert!(
        ended.code == 2 && ended.stderr.contains(said),
        "{}",
        ended.stderr
    );
    let steps = "[[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"a\"\nwait = \"1h\"\n\
        [[workflow.step]]\nname = \"b\"\nbranch = [{ when = \"true\", goto = \"a\" }]\notherwise = \"a\"\n";
    let ended = check(&format!("{EXAMPLE}\n{steps}"));
    let said = "workflow w, step a: from here no way leads to the end";
    assert!(
        ended.code == 2 && ended.stderr.contains(said),
        "{}",
        ended.stderr
    );
    assert_eq!(
        ended.stderr.matches("no way leads").count(),
        1,
        "{}",
        ended.stderr
    );
    let ended = check(&format!(
        "{EXAMPLE}\n{}",
        steps.replace("otherwise = \"a\"", "otherwise = \"end\"")
    ));
    assert_eq!(ended.code, 0, "a circle with a way out: {}", ended.stderr);
}

#[test]
fn h21_files_limits_and_times_that_cannot_work_are_named() {
    for (from, to, said) in [
        (
            "path = \"data/adapter-host.db\"",
            "path = \"plugins\"",
            "is a folder: name the file in it",
        ),
        (
            "path = \"data/adapter-host.db\"",
            "path = \"host.toml/host.db\"",
            "is no folder, so no file can be in it",
        ),
        (
            "retention = \"30d\"",
            "retention = \"7d\"",
            "it must be at least 8d",
        ),
        (
            "max_body_bytes = 3_145_728",
            "max_body_bytes = 10",
            "it must be 65536 or more",
        ),
        (
            "directory = \"plugins\"",
            "directory = \"plugin\"",
            "cannot read the plugin directory",
        ),
        (
            "# tls = { certificate",
            "tls = { certificate",
            "tls.certificate: ",
        ),
    ] {
        let found = mistake(from, to);
        assert!(found.contains(said), "{to}: {found}");
    }
    let site = Site::new("");
    let mut command = site.program();
    let ended = run(command
        .env("TEST_KEY", "YWJj")
        .arg("check")
        .arg(site.file()));
    let said = "authentication_key: the secret that is encoded in it has 3 characters";
    assert!(
        ended.code == 2 && ended.stderr.contains(said),
        "{}",
        ended.stderr
    );
    let wait = "[[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"a\"\nwait = \"1s\"\non_event = \"end\"\n";
    let ended = check(&format!("{EXAMPLE}\n{wait}"));
    let said = "a step with `wait` without `event` has no `on_event`";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[test]
fn h21_relative_paths_of_an_adapter_begin_at_the_configurations_file() {
    let site = Site::new("");
    let text = fs::read_to_string(site.file()).unwrap();
    fs::create_dir(site.folder.path().join("media")).unwrap();
    let paths = "timeoutMs = 5000\ndedupJournal = \"journal\"\nmediaDirectory = \"media\"";
    fs::write(site.file(), text.replacen("timeoutMs = 5000", paths, 1)).unwrap();
    let ended = run(site.program().arg("check").arg(site.file()));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let served = site.serve();
    let journal = site.folder.path().join("journal");
    assert!(
        journal.exists(),
        "beside the file, wherever the host was started"
    );
    assert_eq!(served.terminate(), 0);
}

#[test]
fn h21_texts_and_buttons_beyond_metas_limits_are_named() {
    let long = "x".repeat(5000);
    for (from, to, said) in [
        (
            "We call you back within the hour.",
            long.as_str(),
            "5000 characters",
        ),
        (
            "title = \"No, thanks\"",
            "title = \"No, thanks, not today, perhaps.\"",
            "characters",
        ),
    ] {
        let ended = check(&EXAMPLE.replacen(from, to, 1));
        let line = EXAMPLE[..EXAMPLE.find(from).unwrap()].matches('\n').count() + 1;
        assert!(
            ended.code == 2 && ended.stderr.contains(said),
            "{line} {said}: {}",
            ended.stderr
        );
    }
}
