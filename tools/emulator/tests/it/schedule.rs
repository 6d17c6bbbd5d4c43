//! Faults at random: repeatable, and the ledger stays right.

use std::io::Write as _;
use std::time::Duration;

use cloud_api_emulator::{Fault, FaultSchedule};
use serde_json::{Value, json};

use crate::support::{counts, quiet, read_rest, text_message};

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends messages under a schedule; which fault each met, and whether it was accepted.
fn run(seed: u64) -> Vec<(Option<String>, bool)> {
    let (emulator, client) = quiet();
    let mild = Fault::catalogue()
        .into_iter()
        .filter(|fault| !matches!(fault, Fault::EndlessBody | Fault::GzipBomb { .. }));
    let schedule = FaultSchedule::random(seed)
        .percent(70)
        .among(mild.map(Into::into).collect());
    emulator.set_schedule(Some(schedule));
    for number in 0..60 {
        let mut message = text_message("hello");
        message["biz_opaque_callback_data"] = json!(number.to_string());
        let mut stream = client.connect();
        stream
            .set_read_timeout(Some(Duration::from_secs(2)))
            .unwrap();
        let bytes = client.send_bytes(&message);
        let bytes =
            String::from_utf8(bytes)
                .unwrap()
                .replacen("\r\n", "\r\nConnection: close\r\n", 1);
        // A reset can come before everything is sent.
        let _ = stream.write_all(bytes.as_bytes());
        let _ = read_rest(&mut stream);
        assert!(emulator.ledger().accepted_with(&number.to_string()) <= 1);
    }
    let ledger = emulator.ledger();
    ledger
        .requests
        .iter()
        .map(|record| (record.fault.clone(), record.accepted))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let first = run(11);
    assert_eq!(first, run(11));
    let faults: std::collections::HashSet<_> = first.iter().map(|(fault, _)| fault).collect();
    assert!(faults.len() > 10 && faults.contains(&None), "{faults:?}");
}

#[test]
fn injected_faults_go_before_the_schedule_and_it_can_be_taken_away() {
    let (emulator, client) = quiet();
    let always = FaultSchedule::random(1).percent(100);
    emulator.set_schedule(Some(
        always.among(vec![Fault::Html { status: 502 }.accepted()]),
    ));
    emulator.inject(Fault::Empty { status: 200 });
    let statuses: Vec<_> = (0..3)
        .map(|_| client.send(&text_message("x")).status)
        .collect();
    assert_eq!(statuses, [200, 502, 502]);
    emulator.set_schedule(None);
    assert_ne!(client.send(&text_message("x")).json(), Value::Null);
    assert_eq!(counts(&emulator), (4, 3));
}

#[test]
fn a_schedule_strikes_connections_too() {
    let (emulator, client) = quiet();
    let always = FaultSchedule::random(1).percent(100);
    emulator.set_schedule(Some(always.among(vec![Fault::AcceptReset.into()])));
    let mut stream = client.connect();
    // The reset can come before everything is sent.
    let _ = stream.write_all(&client.send_bytes(&text_message("x")));
    assert!(read_rest(&mut stream).0.is_empty());
    assert!(emulator.settle(PATIENCE));
    assert_eq!(emulator.ledger().faults[0].fault, "accept_reset");
    emulator.set_schedule(None);
    assert_eq!(client.send(&text_message("x")).status, 200);
    assert_eq!(counts(&emulator), (1, 1));
}

#[test]
fn what_was_left_on_closed_connections_has_been_read_once_all_is_settled() {
    let (emulator, client) = quiet();
    for round in 1..=50 {
        let mut stream = client.connect();
        stream
            .write_all(&client.send_bytes(&text_message("gone before the answer")))
            .unwrap();
        drop(stream);
        assert!(emulator.settle(PATIENCE));
        assert_eq!(emulator.ledger().complete(), round);
    }
    // A connection that stays open can still bring something.
    let open = client.connect();
    assert!(!emulator.settle(Duration::from_millis(30)));
    drop(open);
    assert!(emulator.settle(PATIENCE));
}

#[test]
fn a_closed_port_is_settled_and_waiting_faults_can_be_seen() {
    let (emulator, _) = quiet();
    emulator.inject(Fault::Bom);
    emulator.inject(Fault::Refuse { ms: 60_000 });
    assert!(emulator.settle(PATIENCE));
    assert_eq!(emulator.waiting_faults(), [Fault::Bom.into()]);
}
