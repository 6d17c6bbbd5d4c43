//! A second opinion on notifications: `reading.rs` says what each one must give, without any code of the
//! plugin's, and here both are compared over published, odd and randomly changed bodies, each delivered
//! twice and among others.
//!
//! `WFA_ORACLE` says how many bodies, `WFA_ORACLE_SEED` which ones; a difference names its seed. The fuzz
//! target `webhook_body` compares with the same reading.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]
#![allow(
    unreachable_pub,
    reason = "the fuzz targets have the same reading, in a library"
)]

mod bodies;
mod counts;
mod fields;
mod plain;
mod reading;

use std::collections::{HashMap, HashSet};

use base16ct::HexDisplay;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use whatsapp_adapter::{Adapter, AdapterOptions, Verdict};

use bodies::Bodies;
use reading::{Event, Reading};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// `printf %s "$SECRET" | base64`
const SECRET_BASE64: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// Bodies that one adapter gets: among more of them, nearly nothing is new.
const BODIES_OF_AN_ADAPTER: usize = 16;

/// An adapter, and what a host knows of it.
struct Subject {
    adapter: Adapter,
    /// What was accepted or dropped.
    done: HashSet<String>,
    /// The event id of each event without an id of Meta's, and the other way round.
    ids: HashMap<String, String>,
    keys: HashMap<String, String>,
}

impl Subject {
    fn new() -> Self {
        let properties = json!({
            "authenticationToken": "EAAGofflineofflineoffline",
            "apiVersion": "v26.0",
            "phoneNumberId": "1",
            "baseUrl": "http://127.77.0.1:9",
            "appSecret": SECRET_BASE64,
        });
        let options = AdapterOptions::default();
        Self {
            adapter: Adapter::new(&properties.to_string(), options).unwrap(),
            done: HashSet::new(),
            ids: HashMap::new(),
            keys: HashMap::new(),
        }
    }

    /// Delivers `body`, and compares what comes with what must; `verdicts` are the host's, one an event.
    fn deliver(&mut self, body: &str, verdicts: impl FnMut() -> Verdict) {
        self.compare(body, &reading::read(body), verdicts);
    }

    fn compare(&mut self, body: &str, reading: &Reading, mut verdicts: impl FnMut() -> Verdict) {
        let mut told = Vec::new();
        let header = signature(body);
        let ended =
            self.adapter
                .process_webhook(body.as_bytes(), Some(header.as_bytes()), |event| {
                    let verdict = verdicts();
                    told.push((event.name().to_owned(), event.json().to_owned(), verdict));
                    verdict
                });
        let response: Value = serde_json::from_str(&ended.unwrap().response).unwrap();
        let mut counts = [0_u64; 5];
        let mut told = told.into_iter();
        for wanted in &reading.events {
            if self.done.contains(&wanted.key) {
                counts[3] += 1;
                continue;
            }
            let Some((name, json, verdict)) = told.next() else {
                panic!("no event for {wanted:?}");
            };
            assert_eq!(name, wanted.name, "{json}");
            let mut event: Value = serde_json::from_str(&json).unwrap();
            let id = event.as_object_mut().unwrap().remove("eventId").unwrap();
            self.check_id(id.as_str().unwrap(), wanted);
            assert_eq!(event, wanted.members);
            let is_ours = ["customer_message", "status_changed"].contains(&wanted.name);
            counts[match verdict {
                Verdict::Accepted => 0,
                Verdict::Retry => 1,
                Verdict::Dropped => 2,
                Verdict::Unhandled if is_ours => 1,
                Verdict::Unhandled => 4,
            }] += 1;
            if wanted.is_known_again && matches!(verdict, Verdict::Accepted | Verdict::Dropped) {
                self.done.insert(wanted.key.clone());
            }
        }
        assert_eq!(told.next(), None, "an event too many");
        let names = ["accepted", "refused", "dropped", "duplicates", "ignored"];
        let details = &response["details"];
        assert_eq!(
            names.map(|name| details[name].as_u64().unwrap()),
            counts,
            "{names:?}"
        );
        let unknown = &details["unknownMembers"];
        if reading.unknown.len() <= 32 {
            let wanted = (!reading.unknown.is_empty()).then_some(&reading.unknown);
            assert_eq!(*unknown, json!(wanted));
        } else {
            let counted = unknown
                .as_object()
                .unwrap()
                .values()
                .filter_map(Value::as_u64);
            assert_eq!(counted.sum::<u64>(), reading.unknown.values().sum::<u64>());
        }
    }

    /// Where Meta gives no id, two events have the same one if and only if they are the same.
    fn check_id(&mut self, id: &str, wanted: &Event) {
        if let Some(wanted) = &wanted.id {
            return assert_eq!(id, wanted);
        }
        assert!(id.starts_with("x|"), "{id}");
        let known = self.ids.entry(wanted.key.clone()).or_insert(id.to_owned());
        assert_eq!(id, known, "an event with two ids");
        let known = self.keys.entry(id.to_owned()).or_insert(wanted.key.clone());
        assert_eq!(*known, wanted.key, "an id of two events");
    }
}

fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!("sha256={:x}", HexDisplay(&mac.finalize().into_bytes()))
}

fn number(name: &str, otherwise: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(otherwise, |text| text.parse().unwrap())
}

/// One adapter's worth of bodies.
fn compare(seed: u64) {
    let mut bodies = Bodies::new(seed);
    let mut subject = Subject::new();
    let mut before = Vec::new();
    for _ in 0..BODIES_OF_AN_ADAPTER {
        let body = bodies.next();
        before.push(body.clone());
        // Twice, and one of those before it once more.
        let other = before[bodies.rng().usize(..before.len())].clone();
        for body in [&body, &body, &other] {
            let deliver = std::panic::AssertUnwindSafe(|| {
                subject.deliver(body, || match bodies.rng().u8(..20) {
                    0 | 1 => Verdict::Retry,
                    2 => Verdict::Dropped,
                    3 => Verdict::Unhandled,
                    _ => Verdict::Accepted,
                });
            });
            let is_alike = std::panic::catch_unwind(deliver).is_ok();
            assert!(is_alike, "WFA_ORACLE_SEED={seed} WFA_ORACLE=1: {body}");
        }
    }
}

#[test]
fn the_plugin_reads_every_notification_as_the_plain_reading_does() {
    let count = number("WFA_ORACLE", 2_000).div_ceil(BODIES_OF_AN_ADAPTER as u64);
    let first = number("WFA_ORACLE_SEED", 1);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let seeds = (0..count).filter(move |at| at % threads == thread);
            scope.spawn(move || seeds.for_each(|at| compare(first + at)));
        }
    });
}

#[test]
fn the_plugin_reads_what_was_published_as_the_plain_reading_does() {
    let bodies = Bodies::new(0);
    let mut together = Subject::new();
    for at in 0.. {
        let Some(body) = bodies.seed(at) else {
            assert!(at > 80, "{at}");
            return;
        };
        for subject in [&mut Subject::new(), &mut together] {
            subject.deliver(&body, || Verdict::Retry);
            subject.deliver(&body, || Verdict::Accepted);
            subject.deliver(&body, || Verdict::Accepted);
        }
    }
}

/// A comparison that nothing could fail would say nothing.
#[test]
fn a_reading_that_is_wrong_anywhere_is_noticed() {
    let value = json!({
        "metadata": { "phone_number_id": "1" },
        "contacts": [{ "wa_id": "1" }, { "wa_id": "2" }],
        "messages": [{ "id": "w.1", "from": "2" }, { "from": "1", "timestamp": "5" }],
        "zz_new": 1,
    });
    let entry = json!({ "id": "9", "changes": [{ "field": "messages", "value": value }] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
    let alike = |wrong: fn(&mut Reading)| {
        let mut reading = reading::read(&body);
        wrong(&mut reading);
        let twice = std::panic::AssertUnwindSafe(|| {
            let mut subject = Subject::new();
            subject.compare(&body, &reading, || Verdict::Accepted);
            subject.compare(&body, &reading, || Verdict::Accepted);
        });
        std::panic::catch_unwind(twice).is_ok()
    };
    assert!(alike(|_| {}));
    let wrong: [fn(&mut Reading); 8] = [
        |reading| drop(reading.events.pop()),
        |reading| reading.events.swap(0, 1),
        |reading| reading.events[0].id = Some("m|2|w.1".to_owned()),
        |reading| reading.events[0].members["contacts"] = json!([]),
        |reading| reading.events[1].members["messages"][0]["timestamp"] = json!(5),
        |reading| reading.events[1].is_known_again = false,
        |reading| reading.unknown.clear(),
        |reading| reading.unknown.extend([("value.contacts".to_owned(), 1)]),
    ];
    for (at, wrong) in wrong.into_iter().enumerate() {
        assert!(!alike(wrong), "{at}");
    }
}
