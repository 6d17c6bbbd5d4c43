//! The command `broadcast`: everybody on the list once, whatever happens on the way.

use std::fs;

use cloud_api_emulator::Fault;

use crate::program::{Ended, run};
use crate::served::Site;

fn broadcast(site: &Site, list: &str, more: &[&str]) -> Ended {
    let path = site.folder.path().join("list.csv");
    fs::write(&path, list).unwrap();
    let mut command = site.program();
    command
        .args(["broadcast", "hello_world"])
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

fn outcomes(site: &Site) -> Vec<String> {
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

#[test]
fn a_mistake_in_the_list_or_the_arguments_is_named_and_nothing_is_sent() {
    let site = Site::new("");
    for (list, more, words) in [
        (
            "number\n1\n",
            &[][..],
            "list.csv:1: there is no column phoneNumber",
        ),
        (
            "phoneNumber,callbackData\n1,campaign\n",
            &[],
            "list.csv:1: callbackData is no column of a list; it may have phoneNumber, ",
        ),
        (
            "phoneNumber\n1\n1\n",
            &[],
            "list.csv:3: phoneNumber is the same as in line 2",
        ),
        (
            "phoneNumber\n1\n",
            &["--instance", "nobody"],
            "there is sales",
        ),
        ("phoneNumber\n1\n", &["--rate", "0"], "--rate"),
    ] {
        let ended = broadcast(&site, list, more);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (2, ""),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    assert_eq!(site.emulator.ledger().complete(), 0);
}
