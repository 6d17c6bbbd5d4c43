//! What can go wrong with notifications between Meta and a host's listener: an emulator that misbehaves,
//! and each event once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use cloud_api_emulator::{BatchShape, Config, Emulator, WebhookFault, WebhookRecord, inbound};

use super::listener::{DAY_MS, Host, OLD_SECRET};
use super::{PATIENCE, all_hold};
use crate::rig;
use crate::secrets::assert_hides;

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
    /// The statuses of the answers to the first delivery and to its repetitions.
    answers: &'static [u16],
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
        answers: &[200],
        then,
    }
}

impl Misdelivery {
    /// The answers as the list has them.
    pub(super) fn answers_in_words(&self) -> String {
        let answers: Vec<String> = self.answers.iter().map(u16::to_string).collect();
        match answers.as_slice() {
            [] => "none".to_owned(),
            answers if self.ordered => answers.join(", "),
            _ => "200; or 500 to a copy that comes while another is being taken".to_owned(),
        }
    }

    fn answers(self, answers: &'static [u16]) -> Self {
        Self { answers, ..self }
    }
}

/// A notification that is refused is posted three times.
const NEVER_TAKEN: &[u16] = &[401, 401, 401];
const TAKEN_LATER: &[u16] = &[500, 200];

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
        )
        .answers(&[]),
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
            "no event of it",
        )
        .answers(NEVER_TAKEN),
        case(
            "without a signature",
            Some(WebhookFault::NoSignature),
            2,
            vec![1],
            "no event of it",
        )
        .answers(NEVER_TAKEN),
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
            "no event of it",
        )
        .answers(NEVER_TAKEN),
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
                "the event with the next delivery",
            )
            .answers(TAKEN_LATER)
        },
        Misdelivery {
            busy_for: 2,
            ..case(
                "a batch of which the host refuses the first two",
                Some(batch(4, BatchShape::Changes)),
                4,
                vec![2, 3, 0, 1],
                "only the refused events with the next delivery",
            )
            .answers(TAKEN_LATER)
        },
    ]
}

fn emulator() -> (Emulator, Host) {
    emulator_with(rig::emulator_config())
}

fn emulator_with(config: Config) -> (Emulator, Host) {
    let config = Config {
        // Batches and delayed notifications wait for the others, however slow the machine is.
        webhook_idle: PATIENCE,
        webhook_retry_delay: Duration::from_millis(1),
        ..config
    };
    let host = Host::start(&config);
    let emulator = Emulator::start(config).unwrap();
    emulator.set_webhook_url(Some(host.url.clone()));
    (emulator, host)
}

/// The text of the notification behind all others.
const LAST: &str = "behind everything else";

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
    emulator.customer_sends(inbound::text("16505551234", LAST));
    assert!(host.wait_for(LAST), "{name}: {:?}", host.heard());
    let mut heard = host.heard();
    heard.retain(|text| text != LAST);
    if !case.ordered {
        heard.sort();
    }
    let wanted: Vec<String> = case.heard.iter().map(usize::to_string).collect();
    assert_eq!(heard, wanted, "{name}");
    check_log(name, &emulator, &host);
    let answers: Vec<Vec<u16>> = emulator.ledger().webhooks.iter().map(statuses).collect();
    // The answer to the last may still be on its way.
    let (last, others) = answers.split_last().unwrap();
    assert!(last.is_empty() || last == &[200], "{name}: {answers:?}");
    if case.ordered {
        assert_eq!(others[0], case.answers, "{name}: the first");
        let mut others = others.iter().skip(1);
        assert!(others.all(|it| it == &[200]), "{name}: {answers:?}");
    } else {
        // A copy that comes while another is being taken is refused.
        let mut all = others.iter().flatten();
        assert!(all.all(|it| [200, 500].contains(it)), "{name}: {answers:?}");
        assert!(others[..8].concat().contains(&200), "{name}: {answers:?}");
    }
}

/// Neither a secret nor a customer's number or text is in the log.
fn check_log(name: &str, emulator: &Emulator, host: &Host) {
    let (config, log) = (emulator.config(), host.log());
    assert!(log.contains("notification"), "{name}: nothing was logged");
    let secrets = [&config.access_token, &config.app_secret, OLD_SECRET];
    assert_hides(name, &log, &secrets);
    assert_hides(name, &log, &["+16505551234", LAST]);
}

/// How the attempts at one notification were answered; 0 where there was no answer.
fn statuses(webhook: &WebhookRecord) -> Vec<u16> {
    let attempts = webhook.attempts.iter();
    attempts.map(|it| it.http_status.unwrap_or(0)).collect()
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
    let (emulator, host) = emulator_with(Config {
        webhook_attempts: 1,
        ..rig::emulator_config()
    });
    emulator.inject_webhook(WebhookFault::Batch {
        size: 3,
        shape: BatchShape::Values,
    });
    // The first event is refused on each day but the seventh, the others are taken on the first.
    host.busy_for.store(1, Ordering::Relaxed);
    for text in ["refused", "b", "c"] {
        emulator.customer_sends(inbound::text("16505551234", text));
    }
    let mut heard = vec!["b", "c", "the end of day 0"];
    let marks: Vec<String> = (0..=7).map(|day| format!("the end of day {day}")).collect();
    emulator.customer_sends(inbound::text("16505551234", &marks[0]));
    assert!(host.wait_for(&marks[0]), "{:?}", host.heard());
    assert_eq!(host.heard(), heard);
    let body = emulator.ledger().webhooks[0].body.clone();
    for (day, mark) in marks.iter().enumerate().skip(1) {
        host.now_ms.fetch_add(DAY_MS, Ordering::Relaxed);
        if day == 7 {
            heard.push("refused");
        } else {
            host.busy_for.store(1, Ordering::Relaxed);
        }
        emulator.post_notification(body.clone());
        // Once more, when it has been taken.
        if day == 7 {
            emulator.post_notification(body.clone());
        }
        emulator.customer_sends(inbound::text("16505551234", mark));
        heard.push(mark);
        assert!(host.wait_for(mark), "day {day}: {:?}", host.heard());
        assert_eq!(host.heard(), heard, "day {day}");
    }
    let webhooks = emulator.ledger().webhooks;
    let of_body = webhooks.iter().filter(|webhook| webhook.body == body);
    let answers: Vec<Vec<u16>> = of_body.map(statuses).collect();
    assert_eq!(
        answers.concat(),
        [500, 500, 500, 500, 500, 500, 500, 200, 200]
    );
}
