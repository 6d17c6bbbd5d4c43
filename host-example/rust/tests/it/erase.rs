//! The command `erase`: exactly one customer, after a question.

use cloud_api_emulator::inbound;

use crate::program::{Ended, run};
use crate::served::{Site, holds};

fn erase(site: &Site, arguments: &[&str]) -> Ended {
    let mut command = site.program();
    command.arg("erase").args(arguments).arg("--config");
    run(command.arg(site.file()))
}

/// A store with what these customers wrote.
fn site(customers: &[&str]) -> Site {
    let site = Site::new("");
    let served = site.serve();
    for customer in customers {
        let text = format!("text of {customer}");
        site.emulator.customer_sends(inbound::text(customer, &text));
    }
    site.wait_until("all are processed", |site| {
        site.are("process", customers.len(), "done")
    });
    assert_eq!(served.terminate(), 0);
    site
}

fn has(site: &Site, customer: &str) -> bool {
    holds(&site.store(), &format!("text of {customer}"))
}

#[test]
fn h02_only_a_whole_identity_is_a_customer() {
    let all = ["16505551234", "4915112345678", "165055512345"];
    let site = site(&all);
    for nobody in ["165055", "abc", "5551234", "text", "US.1", "messages"] {
        let ended = erase(&site, &[nobody, "--yes"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{nobody}");
        assert!(
            ended.stderr.contains("nothing is stored"),
            "{}",
            ended.stderr
        );
    }
    for nothing in ["", "+", "()"] {
        assert_eq!(erase(&site, &[nothing, "--yes"]).code, 2);
    }
    assert!(all.iter().all(|customer| has(&site, customer)));
    let ended = erase(&site, &["+49 151 12345678", "--yes"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.starts_with("erased 1 events"),
        "{}",
        ended.stdout
    );
    assert_eq!(
        all.map(|customer| has(&site, customer)),
        [true, false, true]
    );
    assert_eq!(
        erase(&site, &["+49 151 12345678", "--yes"]).code,
        1,
        "nobody any more"
    );
}

#[test]
fn h02_it_says_what_it_would_erase_and_does_not_without_being_told() {
    let site = site(&["16505551234"]);
    let ended = erase(&site, &["16505551234", "--dry-run"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.starts_with("would erase 1 events"),
        "{}",
        ended.stdout
    );
    // Nobody is at a terminal who could agree.
    let ended = erase(&site, &["16505551234"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("--yes"), "{}", ended.stderr);
    assert!(has(&site, "16505551234"));
    assert_eq!(erase(&site, &["16505551234", "--yes"]).code, 0);
    assert!(!has(&site, "16505551234"));
}

#[test]
fn h03_what_is_on_a_server_is_not_said_to_be_erased() {
    let site = Site::new("");
    for arguments in [
        &["1650", "--yes", "--engine", "restate"][..],
        &["1650", "--yes"],
    ] {
        let ended = erase(&site, arguments);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (1, ""),
            "{arguments:?}"
        );
        assert!(
            ended.stderr.contains("nothing was erased"),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains("restate"), "{}", ended.stderr);
        assert!(!site.store().exists(), "no empty store is made");
    }
}
