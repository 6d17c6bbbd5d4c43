//! Back-pressure: what the host's answers do to one batch and to its repetition.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use whatsapp_adapter::{CallOptions, Event, Kind, Verdict};

use super::batch;
use crate::webhook_attacks::sender::{Host, Posted, SECRET, message, notification, signature};

/// Delivers `body`, signed.
fn post(host: &Host, body: &str, verdict: impl FnMut(&Event<'_>) -> Verdict) -> Posted {
    let header = signature(SECRET, body.as_bytes());
    host.post_to(body.as_bytes(), Some(header.as_bytes()), verdict)
}

fn id_of(event: &Event<'_>) -> String {
    let value: serde_json::Value = serde_json::from_str(event.json()).unwrap();
    value["eventId"].as_str().unwrap().to_owned()
}

#[test]
fn one_refused_event_does_not_hold_the_others_back_and_comes_again_alone() {
    let (host, body) = (Host::secured(), batch(10));
    let fifth = "m|106540352242922|wamid.4";
    let posted = post(&host, &body, |event| {
        if id_of(event) == fifth {
            Verdict::Retry
        } else {
            Verdict::Accepted
        }
    });
    assert_eq!(posted.result, "EVENT_NOT_ACCEPTED");
    assert_eq!(posted.response["status"], "FAILED");
    assert_eq!(posted.counts(), [9, 1, 0, 0, 0]);
    assert_eq!(posted.events.len(), 10, "the fifth is not the last one");
    assert!(posted.message.contains("1 of 10"), "{}", posted.message);
    assert!(posted.message.contains("5xx"), "{}", posted.message);

    // Refused once more, then taken, then known.
    let again = post(&host, &body, |_| Verdict::Retry);
    assert_eq!(
        (again.counts(), again.ids()),
        ([0, 1, 0, 9, 0], vec![fifth.to_owned()])
    );
    let again = post(&host, &body, |_| Verdict::Accepted);
    assert_eq!(
        (again.counts(), again.ids()),
        ([1, 0, 0, 9, 0], vec![fifth.to_owned()])
    );
    assert_eq!(again.result, "OK");
    let again = post(&host, &body, |_| Verdict::Accepted);
    assert_eq!(
        (again.counts(), again.ids()),
        ([0, 0, 0, 10, 0], Vec::new())
    );
}

/// A slow callback must not make the sender wait for ever: the remaining events are redelivered.
#[test]
fn when_the_time_is_up_the_rest_is_refused_and_comes_again() {
    let (host, body) = (Host::secured(), batch(40));
    let request = json!({
        "whatsAppNotification": body, "signature": signature(SECRET, body.as_bytes()),
    });
    // More time on a machine that is too slow to begin.
    for ms in [1, 20, 400, 8_000] {
        let timeout = Duration::from_millis(ms);
        let options = CallOptions {
            timeout: Some(timeout),
            ..CallOptions::default()
        };
        let mut offered = 0;
        let slow = |_: &Event<'_>| {
            offered += 1;
            std::thread::sleep(timeout);
            Verdict::Accepted
        };
        let execution = host
            .adapter
            .execute("processWebhook", &request.to_string(), &options, slow)
            .unwrap();
        let failure = execution.failure.unwrap();
        if offered == 0 {
            assert_eq!(failure.kind(), Kind::Timeout, "{failure}");
            continue;
        }
        assert_eq!(failure.kind(), Kind::EventNotAccepted);
        assert!(failure.message().contains("time was up"), "{failure}");
        assert!(failure.message().contains("of 40 events"), "{failure}");
        assert!(offered < 40, "{offered} of 40");
        let again = post(&host, &body, |_| Verdict::Accepted);
        assert_eq!(again.counts(), [40 - offered, 0, 0, offered, 0]);
        return;
    }
    panic!("no time was enough to begin");
}

#[test]
fn a_call_whose_time_is_up_before_it_begins_emits_nothing() {
    let (host, body) = (Host::secured(), batch(3));
    let request = json!({
        "whatsAppNotification": body, "signature": signature(SECRET, body.as_bytes()),
    });
    let options = CallOptions {
        timeout: Some(Duration::ZERO),
        ..CallOptions::default()
    };
    let nobody = |_: &Event<'_>| panic!("an event");
    let execution = host
        .adapter
        .execute("processWebhook", &request.to_string(), &options, nobody)
        .unwrap();
    let failure = execution.failure.unwrap();
    assert_eq!(failure.kind(), Kind::Timeout);
    assert!(failure.is_retryable());
    let again = post(&host, &body, |_| Verdict::Accepted);
    assert_eq!(again.counts(), [3, 0, 0, 0, 0]);
}

#[test]
fn a_failed_delivery_says_that_it_can_be_repeated() {
    let body = batch(1);
    let header = signature(SECRET, body.as_bytes());
    let host = Host::secured();
    let ended = host
        .adapter
        .process_webhook(body.as_bytes(), Some(header.as_bytes()), |_| Verdict::Retry);
    assert!(ended.unwrap().failure.unwrap().is_retryable());
}

#[test]
fn a_dropped_event_is_not_emitted_again() {
    let (host, body) = (Host::secured(), batch(3));
    let posted = post(&host, &body, |_| Verdict::Dropped);
    assert_eq!((posted.result, posted.counts()), ("OK", [0, 0, 3, 0, 0]));
    let posted = post(&host, &body, |_| Verdict::Accepted);
    assert_eq!((posted.result, posted.counts()), ("OK", [0, 0, 0, 3, 0]));
    assert!(posted.events.is_empty());
}

#[test]
fn a_dead_letter_that_is_refused_comes_again() {
    let host = Host::secured();
    let posted = post(&host, "not JSON", |_| Verdict::Retry);
    assert_eq!(posted.result, "EVENT_NOT_ACCEPTED");
    assert_eq!(posted.events[0].name, "dead_letter");
    let posted = post(&host, "not JSON", |_| Verdict::Accepted);
    assert_eq!((posted.result, posted.counts()), ("OK", [1, 0, 0, 0, 0]));
}

#[test]
fn an_event_that_nobody_has_a_verdict_for_follows_its_kind() {
    let body = notification(&[message("wamid.A"), 7.into()], &[]);
    let posted = post(&Host::secured(), &body, |_| Verdict::Unhandled);
    // The message waits for a receiver; the dead letter of the number is not waited for.
    assert_eq!(posted.counts(), [0, 1, 0, 0, 1]);
    assert_eq!(posted.result, "EVENT_NOT_ACCEPTED");
}

#[test]
fn a_panic_of_the_receiver_loses_nothing() {
    let (host, body) = (Host::secured(), batch(3));
    let mut left = 2;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        post(&host, &body, |_| {
            left -= 1;
            assert!(left > 0, "the receiver's own mistake");
            Verdict::Accepted
        })
    }));
    assert!(panicked.is_err());
    let posted = post(&host, &body, |_| Verdict::Accepted);
    // The first had been accepted; the second was in the receiver's hands, the third was never offered.
    assert_eq!(posted.counts(), [2, 0, 0, 1, 0]);
    assert_eq!(host.metrics()["wfa.commands.in_flight"], 0);
}

#[test]
fn a_receiver_may_deliver_from_within() {
    let (host, outer, inner) = (Host::secured(), batch(2), batch(3));
    let mut counts = Vec::new();
    let posted = post(&host, &outer, |_| {
        counts.push(post(&host, &inner, |_| Verdict::Accepted).counts());
        Verdict::Accepted
    });
    // While `wamid.0` is being emitted it is in flight; the inner deliveries take the others first.
    assert_eq!(counts, [[2, 1, 0, 0, 0]]);
    assert_eq!(posted.counts(), [1, 0, 0, 1, 0]);
    assert_eq!(
        post(&host, &inner, |_| Verdict::Retry).counts(),
        [0, 0, 0, 3, 0]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The sender repeats a notification until it is answered with success; the host answers as it likes.
    #[test]
    fn whatever_the_host_answers_each_event_is_settled_exactly_once(
        verdicts in proptest::collection::vec(0..3_u8, 1..60),
        count in 1..8_usize,
    ) {
        let (host, body) = (Host::secured(), batch(count));
        let mut answers = verdicts.into_iter();
        let (mut settled, mut deliveries) = (Vec::new(), 0);
        loop {
            deliveries += 1;
            prop_assert!(deliveries <= 61, "at most 60 answers refuse something");
            let posted = post(&host, &body, |event| {
                let verdict = match answers.next() {
                    Some(0) => Verdict::Retry,
                    Some(1) => Verdict::Dropped,
                    _ => Verdict::Accepted,
                };
                if verdict != Verdict::Retry {
                    settled.push(id_of(event));
                }
                verdict
            });
            let [accepted, refused, dropped, duplicates, ignored] = posted.counts();
            prop_assert_eq!(accepted + refused + dropped + duplicates + ignored, count as u64);
            prop_assert_eq!(posted.result == "OK", refused == 0);
            if posted.result == "OK" {
                break;
            }
        }
        settled.sort();
        let wanted: Vec<_> = (0..count).map(|n| format!("m|106540352242922|wamid.{n}")).collect();
        prop_assert_eq!(settled, wanted);
    }
}
