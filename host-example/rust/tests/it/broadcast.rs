//! The command `broadcast`: everybody on the list once, whatever happens on the way.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use cloud_api_emulator::Fault;

use crate::program::{Ended, run};
use crate::served::Site;

pub(crate) fn broadcast(site: &Site, list: &str, more: &[&str]) -> Ended {
    broadcast_of(site, "hello_world", list, more)
}

pub(crate) fn broadcast_of(site: &Site, template: &str, list: &str, more: &[&str]) -> Ended {
    let path = site.folder.path().join("list.csv");
    fs::write(&path, list).unwrap();
    let mut command = site.program();
    command
        .args(["broadcast", template])
        .arg(path)
        .arg("--config")
        .arg(site.file());
    run(command.args(["--rate", "1000"]).args(more))
}

fn report(site: &Site) -> Vec<Vec<String>> {
    let text = fs::read_to_string(site.folder.path().join("list.report.csv")).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

pub(crate) fn outcomes(site: &Site) -> Vec<String> {
    report(site)
        .into_iter()
        .map(|fields| fields[2].clone())
        .collect()
}

#[test]
fn everybody_gets_the_message_once_also_if_it_is_begun_again() {
    let site = Site::new("");
    let list = "phoneNumber\n+16505550001\n+16505550002\n+16505550003\n";
    for _ in 0..2 {
        let ended = broadcast(&site, list, &[]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(
            ended
                .stdout
                .starts_with("accepted 3, rejected 0, not_sent 0, unknown 0")
        );
        assert_eq!(site.emulator.ledger().complete(), 3);
        assert!(
            report(&site)
                .iter()
                .all(|fields| fields[3].starts_with("wamid."))
        );
    }
}

#[test]
fn each_outcome_is_reported_and_an_unknown_one_is_not_sent_again_but_resolved() {
    let site = Site::new("");
    let list =
        "phoneNumber,languageCode\n+16505550001,en_US\n+16505550002,xx\n+16505550003,en_US\n";
    // One after the other, so that the second request of the three meets no fault.
    site.emulator.inject(Fault::ResetAfterBody.accepted());
    let ended = broadcast(&site, list, &["--parallel", "1"]);
    assert_eq!(ended.code, 1);
    assert_eq!(
        outcomes(&site),
        ["unknown", "rejected", "accepted"],
        "{}",
        ended.stderr
    );
    assert_eq!(report(&site)[1][4], "132001");
    let sent = site.emulator.ledger().complete();
    let served = site.serve();
    site.wait_until("the statuses have come", |site| {
        site.runs_of("process").len() >= 6
    });
    site.wait_until("and are processed", |site| {
        site.runs_of("process")
            .iter()
            .all(|run| run["state"] == "done")
    });
    assert_eq!(served.terminate(), 0);
    let ended = broadcast(&site, list, &["--parallel", "1"]);
    assert_eq!(
        outcomes(&site),
        ["accepted", "rejected", "accepted"],
        "{}",
        ended.stderr
    );
    assert_eq!(
        site.emulator.ledger().complete(),
        sent,
        "nothing was sent again"
    );
}

#[test]
fn a_changed_list_is_sent_only_to_who_is_new_on_it() {
    let site = Site::new("");
    site.emulator.inject(Fault::ResetAfterBody.not_accepted());
    let list = "phoneNumber\n+16505550001\n+16505550002\n+16505550003\n";
    broadcast(&site, list, &["--parallel", "1"]);
    assert_eq!(outcomes(&site), ["unknown", "accepted", "accepted"]);
    assert_eq!(site.emulator.ledger().complete(), 3);
    // Somebody new at the top, so that every line is another; the third number was wrong; the others
    // are written in another way. And the language was wrong as well.
    let changed =
        "phoneNumber\n+16505550009\n1 650 555 0001\n\"+1 (650) 555-0002\"\n+16505550004\n";
    for told in ["2 sent now", "0 sent now"] {
        let ended = broadcast(&site, changed, &["--parallel", "1"]);
        assert_eq!(
            outcomes(&site),
            ["accepted", "unknown", "accepted", "accepted"],
            "{}",
            ended.stderr
        );
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
        assert_eq!(site.emulator.ledger().complete(), 5, "the two that are new");
    }
    broadcast(&site, changed, &["--parallel", "1", "--language", "xx"]);
    assert_eq!(site.emulator.ledger().complete(), 5);
    // Another name is another broadcast.
    let ended = broadcast(&site, changed, &["--name", "next month"]);
    assert!(ended.stdout.contains("4 sent now"), "{}", ended.stdout);
    assert_eq!(site.emulator.ledger().complete(), 9);
}

/// A list of so many recipients.
fn many(count: usize) -> String {
    (0..count).fold("phoneNumber\n".to_owned(), |list, number| {
        format!("{list}1650556{number:04}\n")
    })
}

/// Starts a broadcast of one message a second, and ends it with this signal once some are on their way.
fn interrupted(site: &Site, list: &str, signal: &str) -> Ended {
    let path = site.folder.path().join("list.csv");
    fs::write(&path, list).unwrap();
    let mut command = site.program();
    command.args(["broadcast", "hello_world"]).arg(path);
    command.arg("--config").arg(site.file());
    command.args(["--rate", "1", "--parallel", "8"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    assert!(site.emulator.wait_for_requests(2, Duration::from_secs(60)));
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status();
    assert!(sent.unwrap().success());
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn h04_an_interrupted_broadcast_leaves_nobody_out_and_sends_to_nobody_twice() {
    let site = Site::new("");
    let ended = interrupted(&site, &many(40), "-INT");
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let sent = site.emulator.ledger().complete();
    assert!((2..40).contains(&sent), "{sent}");
    let said = format!("stopped at {sent}/40; run again to resume");
    assert!(ended.stderr.contains(&said), "{said}: {}", ended.stderr);
    let begun = |outcome: &str| outcomes(&site).iter().filter(|it| *it == outcome).count();
    assert_eq!((begun("accepted"), begun("not_tried")), (sent, 40 - sent));
    let ended = broadcast(&site, &many(40), &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended
            .stdout
            .starts_with("accepted 40, rejected 0, not_sent 0, unknown 0; ")
    );
    assert_eq!(site.emulator.ledger().complete(), 40, "each once");
}

#[test]
fn h04_a_terminal_that_goes_ends_a_broadcast_as_an_interrupt_does() {
    let site = Site::new("");
    let ended = interrupted(&site, &many(40), "-HUP");
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("run again to resume"),
        "{}",
        ended.stderr
    );
    let sent = site.emulator.ledger().complete();
    let accepted = outcomes(&site)
        .iter()
        .filter(|it| *it == "accepted")
        .count();
    assert_eq!(accepted, sent);
}

#[test]
fn h04_a_broadcast_that_is_being_sent_is_not_begun_a_second_time() {
    let site = Site::new("");
    let path = site.folder.path().join("list.csv");
    fs::write(&path, many(40)).unwrap();
    let mut first = site.program();
    first.args(["broadcast", "hello_world"]).arg(path);
    first.arg("--config").arg(site.file()).args(["--rate", "1"]);
    let mut first = first
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert!(site.emulator.wait_for_requests(1, Duration::from_secs(60)));
    let ended = broadcast(&site, &many(40), &["--report", "/dev/null"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (1, ""),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("is being sent by another process"),
        "{}",
        ended.stderr
    );
    first.kill().unwrap();
    first.wait().unwrap();
    let ended = broadcast(&site, &many(40), &[]);
    assert!(ended.stdout.contains("accepted"), "{}", ended.stderr);
}

#[test]
fn h04_a_report_that_cannot_be_written_is_named_before_anything_is_sent() {
    let site = Site::new("");
    let list = site.folder.path().join("list.csv");
    let folder = site.folder.path().to_str().unwrap();
    let (absent, same) = (
        format!("{folder}/none/report.csv"),
        format!("{folder}/plugins/../list.csv"),
    );
    for report in [
        folder,
        absent.as_str(),
        same.as_str(),
        list.to_str().unwrap(),
    ] {
        let ended = broadcast(&site, &many(2), &["--report", report]);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (2, ""),
            "{report}: {}",
            ended.stderr
        );
        assert!(ended.stderr.contains("--report"), "{}", ended.stderr);
        assert_eq!(fs::read_to_string(&list).unwrap(), many(2));
    }
    assert_eq!(site.emulator.ledger().complete(), 0);
}

#[test]
fn h04_a_killed_broadcast_loses_sight_of_nobody_who_was_still_waiting() {
    let site = Site::new("");
    interrupted(&site, &many(40), "-KILL");
    let ended = broadcast(&site, &many(40), &[]);
    let unknown = outcomes(&site).iter().filter(|it| *it == "unknown").count();
    // Only whose message was on its way in that moment: seven more wait for their turn.
    assert!(unknown <= 3, "{unknown}: {}", ended.stdout);
    let complete = site.emulator.ledger().complete();
    assert!(
        (40 - unknown..=40).contains(&complete),
        "{complete} of 40, {unknown} unknown"
    );
}

#[test]
fn h11_a_refusal_of_everybody_stops_the_broadcast_and_those_are_sent_to_later() {
    let site = Site::new("");
    let path = site.folder.path().join("list.csv");
    fs::write(&path, many(10)).unwrap();
    let mut command = site.program();
    command.args(["broadcast", "hello_world"]).arg(path);
    command.arg("--config").arg(site.file());
    command.env("TEST_TOKEN", "an-access-token-that-is-not-known-any-more");
    let ended = run(command.args(["--rate", "1000"]));
    assert_eq!(ended.code, 1);
    assert!(
        ended
            .stderr
            .contains("stopped at 0/10; run again to resume"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("190"), "{}", ended.stderr);
    let tried = outcomes(&site)
        .iter()
        .filter(|it| *it == "not_sent")
        .count();
    assert_eq!(tried, 1, "nobody else was tried: {:?}", outcomes(&site));
    let ended = broadcast(&site, &many(10), &["--language", "xx"]);
    assert!(
        ended.stderr.contains("132001"),
        "an unknown template: {}",
        ended.stderr
    );
    let ended = broadcast(&site, &many(10), &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.starts_with("accepted 10, "),
        "{}",
        ended.stdout
    );
}

#[test]
fn h18_a_report_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new("");
    let report = site.folder.path().join("list.report.csv");
    fs::write(&report, "of before").unwrap();
    fs::set_permissions(&report, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(broadcast(&site, &many(1), &[]).code, 0);
    assert_eq!(
        fs::metadata(report).unwrap().permissions().mode() & 0o777,
        0o600
    );
}
