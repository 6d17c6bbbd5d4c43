//! The same event more than once: at the same time, in another envelope, among its like.

use std::collections::HashMap;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

use serde_json::json;
use whatsapp_adapter::Verdict;

use super::{batch, is_new};
use crate::webhook_attacks::sender::{
    Host, Received, SECRET, message, notification, signature, status, unsigned_properties,
};

#[test]
fn a_duplicate_that_comes_while_the_first_is_in_the_callback_waits_for_its_verdict() {
    for (first_verdict, third) in [
        (Verdict::Retry, [1, 0, 0, 0, 0]),
        (Verdict::Accepted, [0, 0, 0, 1, 0]),
        (Verdict::Dropped, [0, 0, 0, 1, 0]),
    ] {
        let (host, body) = (Host::secured(), batch(1));
        let (entered, leave) = (Barrier::new(2), Barrier::new(2));
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(|| {
                let header = signature(SECRET, body.as_bytes());
                host.post_to(body.as_bytes(), Some(header.as_bytes()), |_| {
                    entered.wait();
                    leave.wait();
                    first_verdict
                })
            });
            entered.wait();
            let second = host.post_signed(body.as_bytes());
            leave.wait();
            (first.join().unwrap(), second)
        });
        assert_eq!(
            second.result, "EVENT_NOT_ACCEPTED",
            "if the first is refused nothing is lost"
        );
        assert_eq!(second.counts(), [0, 1, 0, 0, 0]);
        assert!(second.events.is_empty());
        let refused = first_verdict == Verdict::Retry;
        assert_eq!(first.result == "EVENT_NOT_ACCEPTED", refused);
        assert_eq!(
            host.post_signed(body.as_bytes()).counts(),
            third,
            "{first_verdict:?}"
        );
        assert_eq!(host.post_signed(body.as_bytes()).counts(), [0, 0, 0, 1, 0]);
    }
}

#[test]
fn a_delivery_in_the_callback_holds_back_nobody_elses_events() {
    let (host, body) = (Host::secured(), batch(1));
    let (entered, leave) = (Barrier::new(2), Barrier::new(2));
    let other = thread::scope(|scope| {
        scope.spawn(|| {
            let header = signature(SECRET, body.as_bytes());
            host.post_to(body.as_bytes(), Some(header.as_bytes()), |_| {
                entered.wait();
                leave.wait();
                Verdict::Accepted
            })
        });
        entered.wait();
        let other = host.post_signed(batch(3).as_bytes());
        leave.wait();
        other
    });
    assert_eq!(other.counts(), [2, 1, 0, 0, 0]);
}

#[test]
fn many_senders_of_the_same_notifications_deliver_each_event_once() {
    const EVENTS: usize = 200;
    let host = Host::secured();
    let accepted = Mutex::new(HashMap::new());
    let all_at_once = Barrier::new(4);
    let began = Instant::now();
    thread::scope(|scope| {
        for sender in 0..4 {
            let (host, accepted, all_at_once) = (&host, &accepted, &all_at_once);
            scope.spawn(move || {
                all_at_once.wait();
                for n in 0..EVENTS {
                    let body = notification(&[message(&format!("wamid.{n}"))], &[]);
                    let header = signature(SECRET, body.as_bytes());
                    let mut tries = 0;
                    // A sender repeats a notification until it is answered with success.
                    while host
                        .post_to(body.as_bytes(), Some(header.as_bytes()), |event| {
                            tries += 1;
                            // Refuse now and then, at places that differ by sender.
                            if (n + sender) % 7 == 0 && tries == 1 {
                                return Verdict::Retry;
                            }
                            let mut accepted = accepted.lock().unwrap();
                            *accepted.entry(event.json().to_owned()).or_insert(0) += 1;
                            Verdict::Accepted
                        })
                        .result
                        != "OK"
                    {
                        assert!(began.elapsed().as_secs() < 60, "{n} never ends");
                        thread::yield_now();
                    }
                }
            });
        }
    });
    let accepted = accepted.into_inner().unwrap();
    assert_eq!(accepted.len(), EVENTS);
    assert!(accepted.values().all(|times| *times == 1));
    assert_eq!(host.remembered(), EVENTS as u64);
}

#[test]
fn the_same_message_in_another_batch_or_envelope_is_the_same_event() {
    let host = Host::secured();
    assert!(is_new(&host, "wamid.7"));
    // In a batch of ten, it is the eighth.
    let posted = host.post_signed(batch(10).as_bytes());
    assert_eq!(posted.counts(), [9, 0, 0, 1, 0]);
    assert!(posted.ids().iter().all(|id| !id.ends_with(".7")));
    // Other account and time, other contacts, other order of members, more members, white space.
    let value = json!({
        "messages": [{ "type": "text", "new_member": [1], "timestamp": 1_749_416_383,
                       "id": "wamid.7", "from": "16505551234", "text": { "body": "x" } }],
        "metadata": { "phone_number_id": 106_540_352_242_922_u64 },
    });
    let entry = json!({ "changes": [{ "value": value, "field": "messages" }], "time": 5, "id": 7 });
    let body = json!({ "entry": [entry], "object": "whatsapp_business_account" });
    let posted = host.post_signed(serde_json::to_string_pretty(&body).unwrap().as_bytes());
    assert_eq!(posted.counts(), [0, 0, 0, 1, 0]);
    // The bare change, as the dashboard shows it.
    let bare = json!({ "field": "messages", "value": body["entry"][0]["changes"][0]["value"] });
    let posted = host.post_signed(bare.to_string().as_bytes());
    assert_eq!(posted.counts(), [0, 0, 0, 1, 0]);
    // Twice in one batch.
    let posted = host.post_signed(notification(&[message("b"), message("b")], &[]).as_bytes());
    assert_eq!(posted.counts(), [1, 0, 0, 1, 0]);
}

#[test]
fn both_ways_in_share_one_memory() {
    let host = Host::secured();
    let body = batch(1);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [1, 0, 0, 0, 0]);
    let header = signature(SECRET, body.as_bytes());
    assert_eq!(host.command(&body, Some(&header)).counts(), [0, 0, 0, 1, 0]);
}

#[test]
fn a_status_is_told_from_its_message_its_other_statuses_and_other_recipients() {
    let host = Host::secured();
    assert!(is_new(&host, "wamid.S"));
    let mut other = status("wamid.S", "sent");
    other["recipient_id"] = "4915550000000".into();
    let statuses = [
        status("wamid.S", "sent"),
        status("wamid.S", "delivered"),
        status("wamid.S", "read"),
        status("wamid.S", "failed"),
        other,
        status("wamid.T", "sent"),
    ];
    let body = notification(&[], &statuses);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [6, 0, 0, 0, 0]);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [0, 0, 0, 6, 0]);
}

#[test]
fn failed_statuses_with_different_codes_are_different_events() {
    let host = Host::secured();
    let failed = |code: serde_json::Value| {
        let mut failed = status("wamid.F", "failed");
        failed["errors"] = json!([{ "code": code }]);
        host.post_signed(notification(&[], &[failed]).as_bytes())
            .counts()
    };
    assert_eq!(failed(131_047.into()), [1, 0, 0, 0, 0]);
    assert_eq!(failed(131_026.into()), [1, 0, 0, 0, 0]);
    assert_eq!(
        failed("131047".into()),
        [0, 0, 0, 1, 0],
        "a number as text is the same code"
    );
}

#[test]
fn group_statuses_that_share_an_id_are_kept_apart() {
    let of_participant = |name: &str, id: &str| {
        let mut status = status("wamid.G", "read");
        status["recipient_type"] = "group".into();
        status["recipient_id"] = "group-1".into();
        status[name] = id.into();
        status
    };
    let statuses = [
        of_participant("recipient_participant_id", "16505551001"),
        of_participant("recipient_participant_id", "16505551002"),
        of_participant("participant_recipient_id", "16505551003"),
        of_participant("recipient_participant_user_id", "US.4"),
        of_participant("participant_recipient_user_id", "US.5"),
    ];
    let host = Host::secured();
    let body = notification(&[], &statuses);
    let posted = host.post_signed(body.as_bytes());
    assert_eq!(posted.counts(), [5, 0, 0, 0, 0]);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [0, 0, 0, 5, 0]);
    // The same participant in Meta's other spelling is the same event.
    let respelled = [of_participant("participant_recipient_id", "16505551001")];
    let body = notification(&[], &respelled);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [0, 0, 0, 1, 0]);
}

#[test]
fn a_member_that_is_null_counts_as_absent() {
    let to = |numbers: &[&str], users: &[&str], id: &str| {
        let mut status = status("wamid.N", "sent");
        for name in numbers {
            status[name] = json!(null);
        }
        for name in users {
            status[name] = id.into();
        }
        status
    };
    for (number, user) in [
        ("recipient_id", "recipient_user_id"),
        ("recipient_participant_id", "participant_recipient_id"),
        ("recipient_participant_id", "recipient_participant_user_id"),
        ("participant_recipient_id", "participant_recipient_user_id"),
    ] {
        let statuses = ["US.1", "US.2"].map(|id| to(&[number], &[user], id));
        let host = Host::secured();
        let posted = host.post_signed(notification(&[], &statuses).as_bytes());
        assert_eq!(
            posted.counts(),
            [2, 0, 0, 0, 0],
            "{number} is null: {:?}",
            posted.ids()
        );
        // Said or not said, it is the same event.
        let mut unsaid = statuses[0].clone();
        unsaid.as_object_mut().unwrap().remove(number);
        let posted = host.post_signed(notification(&[], &[unsaid]).as_bytes());
        assert_eq!(posted.counts(), [0, 0, 0, 1, 0], "{number} is not there");
    }
    // Without an id and without a time there is nothing to know a message again by.
    let mut nameless = message("");
    nameless["id"] = json!(null);
    nameless["timestamp"] = json!(null);
    let (host, body) = (Host::secured(), notification(&[nameless], &[]));
    for _ in 0..2 {
        assert_eq!(host.post_signed(body.as_bytes()).counts(), [1, 0, 0, 0, 0]);
    }
}

#[test]
fn elements_without_an_id_are_never_taken_for_one_another() {
    let mut nameless = message("");
    nameless.as_object_mut().unwrap().remove("id");
    for id in [
        None,
        Some(json!(null)),
        Some(json!("")),
        Some(json!({ "a": 1 })),
    ] {
        let elements: Vec<_> = ["one", "two", "three", "four"]
            .map(|text| {
                let mut message = nameless.clone();
                message["text"]["body"] = text.into();
                if let Some(id) = &id {
                    message["id"] = id.clone();
                }
                message
            })
            .to_vec();
        let host = Host::secured();
        let body = notification(&elements[..2], &elements[2..]);
        let posted = host.post_signed(body.as_bytes());
        assert_eq!(posted.events.len(), 4, "id {id:?}: {:?}", posted.counts());
    }
}

/// A host that knows events by their ids would lose the second of two.
#[test]
fn identical_parts_of_one_notification_have_ids_of_their_own() {
    let host = Host::secured();
    let body = notification(&[json!({}), json!({}), json!(5), json!(5)], &[json!({})]);
    let ids = || {
        let events = host.post_signed(body.as_bytes()).events;
        let id = |event: &Received| {
            let json: serde_json::Value = serde_json::from_str(&event.json).unwrap();
            json["eventId"].as_str().unwrap().to_owned()
        };
        events.iter().map(id).collect::<Vec<_>>()
    };
    let first = ids();
    assert_eq!(first.len(), 5, "{first:?}");
    for (at, id) in first.iter().enumerate() {
        assert!(
            id.starts_with("x|") && !first[..at].contains(id),
            "{first:?}"
        );
    }
    assert_eq!(ids(), first, "the same notification again has the same ids");
}

#[test]
fn instances_in_one_process_remember_apart() {
    let (one, other) = (Host::secured(), Host::secured());
    assert!(is_new(&one, "wamid.1"));
    assert!(is_new(&other, "wamid.1"));
    assert!(!is_new(&one, "wamid.1"));
    // Nor does one without a secret share anything.
    let third = Host::new(&unsigned_properties());
    assert_eq!(third.command(&batch(2), None).counts(), [2, 0, 0, 0, 0]);
}
