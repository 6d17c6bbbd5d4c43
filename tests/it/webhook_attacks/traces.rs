//! W45 and W46: what refused deliveries leave behind, one by one and by the thousand.

use std::fmt::Write as _;
use std::time::Instant;

use super::sender::{BODY, Host, Posted, SECRET, SIGNATURE, properties, signature};

/// Stands in every place of a body and of a header where content can be.
const CANARY: &str = "canary7f3a";

fn marked_body() -> String {
    let body = BODY
        .replace("wamid.W00", CANARY)
        .replace("16505551234", CANARY);
    body.replace("15550783881", CANARY)
        .replace("https:", CANARY)
}

/// Every way to be refused, with the canary in body and header.
fn refusals(host: &Host) -> Vec<Posted> {
    let body = marked_body();
    let wrong = signature("another secret", body.as_bytes());
    let headers = [
        "",
        CANARY,
        "sha256=",
        &format!("sha256={CANARY}"),
        &format!("{SIGNATURE}{CANARY}"),
        &format!("sha1={CANARY}"),
        SIGNATURE,
        &wrong,
    ];
    let mut all = vec![host.post(body.as_bytes(), None), host.command(&body, None)];
    for header in headers {
        all.push(host.post(body.as_bytes(), Some(header.as_bytes())));
        all.push(host.command(&body, Some(header)));
    }
    let spaced = body.replace(":[", ": [");
    all.push(host.post(spaced.as_bytes(), Some(wrong.as_bytes())));
    let large = format!("{body}{}", CANARY.repeat(400_000));
    all.push(host.post(large.as_bytes(), Some(wrong.as_bytes())));
    all.push(host.command(&large, Some(&wrong)));
    all.push(host.post(CANARY.as_bytes(), Some(wrong.as_bytes())));
    all
}

#[test]
fn w45_a_refused_body_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let mut properties = properties();
    properties["dedupJournal"] = journal.to_str().unwrap().into();
    let host = Host::new(&properties);
    let empty = std::fs::read(&journal).unwrap();

    for posted in refusals(&host) {
        assert_ne!(posted.result, "OK");
        assert!(posted.events.is_empty());
        assert!(!format!("{posted:?}").contains(CANARY), "{posted:?}");
    }
    assert_eq!(host.remembered(), 0);
    assert_eq!(std::fs::read(&journal).unwrap(), empty);
    assert!(!host.log().contains(CANARY), "{}", host.log());
    let metrics = host.metrics();
    assert!(!metrics.to_string().contains(CANARY), "{metrics}");
    assert_eq!(metrics["wfa.events"]["accepted"], 0);
    assert_eq!(metrics["wfa.events"]["duplicates"], 0);

    // The genuine delivery of the same message is a new one.
    let posted = host.post_signed(marked_body().as_bytes());
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
    assert!(posted.events[0].json.contains(CANARY));
}

#[test]
fn w45_what_was_taken_is_not_logged_either() {
    let host = Host::secured();
    host.post_signed(marked_body().as_bytes());
    host.post_signed(CANARY.as_bytes());
    host.command(
        &marked_body(),
        Some(&signature(SECRET, marked_body().as_bytes())),
    );
    let log = host.log();
    assert!(log.contains("notification processed"), "{log}");
    assert!(!log.contains(CANARY), "{log}");
}

#[test]
fn w45_secrets_and_signatures_are_never_shown() {
    let host = Host::secured();
    let encoded = super::sender::base64(SECRET);
    let mut shown = String::new();
    for posted in refusals(&host) {
        writeln!(shown, "{posted:?}").unwrap();
    }
    shown += &host.log();
    shown += &host.adapter.metrics().unwrap();
    write!(shown, "{:?}", host.adapter).unwrap();
    for secret in [
        SECRET,
        encoded.trim_end_matches('='),
        super::sender::TOKEN,
        // The right digest for a body is what a forger needs.
        signature(SECRET, marked_body().as_bytes()).trim_start_matches("sha256="),
    ] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
}

#[test]
fn w46_a_thousand_bad_deliveries_write_ten_records_a_second() {
    let host = Host::secured();
    let began = Instant::now();
    for n in 0..1_000 {
        let body = BODY.replace("wamid.W00", &format!("wamid.{n}"));
        let header = [None, Some("sha256=00"), Some("x"), Some(SIGNATURE)][n % 4];
        let posted = host.post(body.as_bytes(), header.map(str::as_bytes));
        assert_eq!(posted.result, "UNAUTHENTIC");
    }
    // A new allowance begins with the first delivery of each second, however long this took.
    let allowances = began.elapsed().as_secs() + 1;
    let records = u64::try_from(host.log().lines().count()).unwrap();
    assert!(
        (10..=10 * allowances).contains(&records),
        "{records} in {allowances} s"
    );

    // The counters have all of them.
    let refused = &host.metrics()["wfa.webhooks.refused"];
    for reason in [
        "signature_missing",
        "signature_wrong_length",
        "signature_malformed",
        "signature_wrong_key",
    ] {
        assert_eq!(refused[reason], 250, "{refused}");
    }
    assert_eq!(host.remembered(), 0);
}
