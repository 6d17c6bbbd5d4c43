//! What can go wrong with notifications between Meta and a host's listener: an emulator that misbehaves,
//! and each event once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use cloud_api_emulator::{BatchShape, Emulator, WebhookFault, inbound};

use super::listener::{DAY_MS, Host, OLD_SECRET};
use super::{PATIENCE, all_hold};
use crate::rig;

/// One way to misbehave.
pub(super) struct Misdelivery {
    pub(super) what: &'static str,
    fault: Option<WebhookFault>,
    sent: usize,
    /// So many events in a row find the host busy.
    busy_for: i64,
    /// The numbers of the texts that reach the workflow, in this order where it is certain.
    heard: Vec<usize>,
    ordered: bool,
    pub(super) then: &'static str,
}

fn case(
    what: &'static str,
    fault: Option<WebhookFault>,
    sent: usize,
    heard: Vec<usize>,
    then: &'static str,
) -> Misdelivery {
    Misdelivery {
        what,
        fault,
        sent,
        busy_for: 0,
        heard,
        ordered: true,
        then,
    }
}

const ONCE: &str = "each event once";

fn batch(size: usize, shape: BatchShape) -> WebhookFault {
    WebhookFault::Batch { size, shape }
}

/// The table.
pub(super) fn misdeliveries() -> Vec<Misdelivery> {
    let groups = [repeated(), gathered(), signed(), refused()];
    groups.into_iter().flatten().collect()
}

fn repeated() -> Vec<Misdelivery> {
    vec![
        case("as it should be", None, 3, vec![0, 1, 2], ONCE),
        case(
            "twice at once",
            Some(WebhookFault::DuplicateNow),
            2,
            vec![0, 1],
            ONCE,
        ),
        case(
            "twice, others in between",
            Some(WebhookFault::DuplicateLater { after: 2 }),
            4,
            vec![0, 1, 2, 3],
            ONCE,
        ),
        Misdelivery {
            ordered: false,
            ..case(
                "eight times at the same moment",
                Some(WebhookFault::DuplicateConcurrent { copies: 8 }),
                2,
                vec![0, 1],
                ONCE,
            )
        },
        case(
            "out of order",
            Some(WebhookFault::Late { after: 1 }),
            3,
            vec![1, 0, 2],
            "each event once, in the order in which they came",
        ),
        case(
            "not at all",
            Some(WebhookFault::Lost),
            2,
            vec![1],
            "the others",
        ),
    ]
}

fn gathered() -> Vec<Misdelivery> {
    vec![
        case(
            "three entries in one body",
            Some(batch(3, BatchShape::Entries)),
            4,
            vec![0, 1, 2, 3],
            ONCE,
        ),
        case(
            "three changes in one body",
            Some(batch(3, BatchShape::Changes)),
            4,
            vec![0, 1, 2, 3],
            ONCE,
        ),
        case(
            "three messages in one body",
            Some(batch(3, BatchShape::Values)),
            4,
            vec![0, 1, 2, 3],
            ONCE,
        ),
        case(
            "a thousand in one body",
            Some(batch(1_000, BatchShape::Changes)),
            1_000,
            (0..1_000).collect(),
            ONCE,
        ),
    ]
}

fn signed() -> Vec<Misdelivery> {
    vec![
        case(
            "with a wrong signature",
            Some(WebhookFault::WrongSignature),
            2,
            vec![1],
            "401, and no event of it",
        ),
        case(
            "without a signature",
            Some(WebhookFault::NoSignature),
            2,
            vec![1],
            "401, and no event of it",
        ),
        case(
            "signed with the secret of before",
            Some(WebhookFault::SignedWith {
                secret: OLD_SECRET.to_owned(),
            }),
            2,
            vec![0, 1],
            ONCE,
        ),
        case(
            "signed with somebody else's secret",
            Some(WebhookFault::SignedWith {
                secret: "somebody else's".to_owned(),
            }),
            2,
            vec![1],
            "401, and no event of it",
        ),
    ]
}

fn refused() -> Vec<Misdelivery> {
    vec![
        case(
            "in chunks, without a length",
            Some(WebhookFault::Chunked),
            2,
            vec![0, 1],
            ONCE,
        ),
        Misdelivery {
            busy_for: 1,
            ..case(
                "to a host that is busy for a moment",
                None,
                1,
                vec![0],
                "500, and the event with the next delivery",
            )
        },
        Misdelivery {
            busy_for: 2,
            ..case(
                "a batch of which the host refuses the first two",
                Some(batch(4, BatchShape::Changes)),
                4,
                vec![2, 3, 0, 1],
                "500, and only the refused events with the next delivery",
            )
        },
    ]
}

fn emulator() -> (Emulator, Host) {
    let config = cloud_api_emulator::Config {
        webhook_idle: Duration::from_millis(200),
        webhook_retry_delay: Duration::from_millis(1),
        ..rig::emulator_config()
    };
    let host = Host::start(&config);
    let emulator = Emulator::start(config).unwrap();
    emulator.set_webhook_url(Some(host.url.clone()));
    (emulator, host)
}

fn check(case: &Misdelivery) {
    let name = case.what;
    let (emulator, host) = emulator();
    if let Some(fault) = &case.fault {
        emulator.inject_webhook(fault.clone());
    }
    host.busy_for.store(case.busy_for, Ordering::Relaxed);
    for number in 0..case.sent {
        emulator.customer_sends(inbound::text("16505551234", &number.to_string()));
    }
    // Behind everything else, so that all of it has come when this has.
    emulator.customer_sends(inbound::text("16505551234", "the last"));
    assert!(host.wait_for("the last"), "{name}: {:?}", host.heard());
    let mut heard = host.heard();
    heard.retain(|text| text != "the last");
    if !case.ordered {
        heard.sort();
    }
    let wanted: Vec<String> = case.heard.iter().map(usize::to_string).collect();
    assert_eq!(heard, wanted, "{name}");
}

#[test]
fn whatever_becomes_of_notifications_each_event_reaches_the_workflow_once() {
    all_hold(&misdeliveries(), |case| case.what.to_owned(), check);
}

#[test]
fn three_mebibytes_are_delivered_whole() {
    let (emulator, host) = emulator();
    emulator.inject_webhook(WebhookFault::Large {
        bytes: 3 * 1024 * 1024,
    });
    emulator.customer_sends(inbound::text("16505551234", "the first of many"));
    assert!(emulator.wait_for_webhooks(1, PATIENCE));
    assert!(host.heard().len() > 700, "{}", host.heard().len());
}

#[test]
fn the_handshake_is_answered_with_the_challenge() {
    let (emulator, _host) = emulator();
    emulator.subscribe().unwrap();
}

#[test]
fn what_was_refused_comes_again_for_days_and_what_was_accepted_does_not() {
    let (emulator, host) = emulator();
    emulator.inject_webhook(WebhookFault::Batch {
        size: 3,
        shape: BatchShape::Values,
    });
    // The first is refused at every attempt of the first day, the others are taken at once.
    host.busy_for.store(1, Ordering::Relaxed);
    for text in ["refused", "b", "c"] {
        emulator.customer_sends(inbound::text("16505551234", text));
    }
    assert!(emulator.wait_for_webhooks(1, PATIENCE));
    assert_eq!(host.heard(), ["b", "c", "refused"]);
    let body = emulator.ledger().webhooks[0].body.clone();
    for day in 1..=7 {
        host.now_ms.fetch_add(DAY_MS, Ordering::Relaxed);
        emulator.post_notification(body.clone());
        assert!(emulator.wait_for_webhooks(1 + day, PATIENCE), "day {day}");
        assert_eq!(host.heard().len(), 3, "day {day}: an event came again");
    }
}
