//! How much is remembered, for how long, and what the adapter's life does to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use whatsapp_adapter::{Adapter, AdapterOptions, Clock, Kind, Verdict};

use super::is_new;
use crate::webhook_attacks::sender::{
    Host, SECRET, base64, message, notification, properties, signature,
};

const DAY_MS: i64 = 86_400_000;

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut properties = properties();
    properties[name] = value.into();
    properties
}

#[test]
fn as_many_events_are_remembered_as_configured_and_the_oldest_goes_first() {
    let host = Host::new(&with("dedupEntries", 10));
    for n in 0..11 {
        assert!(is_new(&host, &format!("wamid.{n}")));
    }
    for n in 1..11 {
        assert!(!is_new(&host, &format!("wamid.{n}")), "{n} is remembered");
    }
    assert_eq!(host.remembered(), 10);
    assert!(is_new(&host, "wamid.0"), "the oldest is forgotten");
    assert!(is_new(&host, "wamid.1"), "and makes room for the next one");
    assert_eq!(host.remembered(), 10);
}

#[test]
fn a_memory_of_one_still_knows_the_last_event() {
    let host = Host::new(&with("dedupEntries", 1));
    for n in 0..5 {
        assert!(is_new(&host, &format!("wamid.{n}")));
        assert!(!is_new(&host, &format!("wamid.{n}")));
    }
}

#[test]
fn a_batch_larger_than_the_memory_is_delivered_whole() {
    let host = Host::new(&with("dedupEntries", 3));
    let posted = host.post_signed(super::batch(50).as_bytes());
    assert_eq!(posted.counts(), [50, 0, 0, 0, 0]);
    assert_eq!(host.remembered(), 3);
}

/// An adapter whose host supplies the time.
fn with_clock(properties: &Value) -> (Adapter, Arc<AtomicI64>) {
    let now_ms = Arc::new(AtomicI64::new(20_000 * DAY_MS));
    let told = Arc::clone(&now_ms);
    let options = AdapterOptions {
        clock: Clock::of_host(move || told.load(Ordering::Relaxed)),
        ..AdapterOptions::default()
    };
    (
        Adapter::new(&properties.to_string(), options).unwrap(),
        now_ms,
    )
}

fn is_new_to(adapter: &Adapter, id: &str) -> bool {
    let body = notification(&[message(id)], &[]);
    let header = signature(SECRET, body.as_bytes());
    let mut seen = false;
    let ended = adapter.process_webhook(body.as_bytes(), Some(header.as_bytes()), |_| {
        seen = true;
        Verdict::Accepted
    });
    assert_eq!(ended.unwrap().failure, None);
    seen
}

#[test]
fn events_are_remembered_for_longer_than_meta_repeats_them() {
    for (properties, days) in [
        (properties(), 8),
        (with("dedupDays", 1), 1),
        (with("dedupDays", 365), 365),
    ] {
        let (adapter, now_ms) = with_clock(&properties);
        assert!(is_new_to(&adapter, "wamid.D"));
        now_ms.fetch_add(days * DAY_MS - 1_000, Ordering::Relaxed);
        assert!(
            !is_new_to(&adapter, "wamid.D"),
            "a second before {days} days have passed"
        );
        now_ms.fetch_add(1_000, Ordering::Relaxed);
        assert!(is_new_to(&adapter, "wamid.D"), "{days} days have passed");
        // From now on the days count again.
        now_ms.fetch_add(days * DAY_MS - 1_000, Ordering::Relaxed);
        assert!(!is_new_to(&adapter, "wamid.D"));
    }
}

#[test]
fn a_clock_that_is_set_back_forgets_nothing() {
    let (adapter, now_ms) = with_clock(&properties());
    assert!(is_new_to(&adapter, "wamid.C"));
    for days in [-1, -10, -10_000] {
        now_ms.fetch_add(days * DAY_MS, Ordering::Relaxed);
        assert!(!is_new_to(&adapter, "wamid.C"), "{days} days");
    }
}

/// W61: one wild reading of the host's clock neither forgets what was accepted nor moves time for good.
#[test]
fn a_wild_reading_of_the_clock_forgets_nothing() {
    for days in [2, 9, 400, 40_000, -2, -9, -20_000] {
        let (adapter, now_ms) = with_clock(&properties());
        assert!(is_new_to(&adapter, "wamid.W"));
        for _ in 0..2 {
            now_ms.fetch_add(days * DAY_MS, Ordering::Relaxed);
            assert!(!is_new_to(&adapter, "wamid.W"), "{days} days at once");
            now_ms.fetch_sub(days * DAY_MS, Ordering::Relaxed);
            assert!(!is_new_to(&adapter, "wamid.W"), "{days} days and back");
        }
        // Days that really pass count from when it was accepted.
        for _ in 0..8 {
            assert!(!is_new_to(&adapter, "wamid.W"));
            now_ms.fetch_add(DAY_MS, Ordering::Relaxed);
        }
        assert!(is_new_to(&adapter, "wamid.W"), "eight days after {days}");
    }
}

#[test]
fn new_properties_keep_the_memory() {
    let host = Host::secured();
    assert!(is_new(&host, "wamid.U"));
    let mut changed = properties();
    changed["authenticationToken"] = "EAAGanotheranotheranother".into();
    changed["phoneNumberId"] = "999999999999999".into();
    changed["unhandledEvents"] = "drop".into();
    changed["maxNotificationBytes"] = 100_000.into();
    changed["appSecretPrevious"] = base64("fedcba9876543210fedcba9876543210").into();
    host.adapter
        .update_properties(&changed.to_string())
        .unwrap();
    assert!(!is_new(&host, "wamid.U"));
    assert!(is_new(&host, "wamid.V"));
    host.adapter
        .update_properties(&properties().to_string())
        .unwrap();
    assert!(!is_new(&host, "wamid.U"));
    assert!(!is_new(&host, "wamid.V"));
}

#[test]
fn the_memory_itself_cannot_be_changed_while_the_adapter_lives() {
    let host = Host::secured();
    assert!(is_new(&host, "wamid.M"));
    for changed in [
        with("dedupEntries", 10),
        with("dedupDays", 1),
        with("dedupJournal", "/tmp/whatsapp-adapter-never-made"),
    ] {
        let refused = host
            .adapter
            .update_properties(&changed.to_string())
            .unwrap_err();
        assert_eq!(refused.kind(), Kind::InvalidRequest);
        assert!(refused.message().contains("dedupEntries"), "{refused}");
    }
    assert!(!is_new(&host, "wamid.M"));
    // The same values, spelled out, are no change.
    let mut same = with("dedupEntries", 65_536);
    same["dedupDays"] = "8".into();
    host.adapter.update_properties(&same.to_string()).unwrap();
    assert!(!is_new(&host, "wamid.M"));
}

#[test]
fn limits_of_the_memory_are_checked() {
    for (name, low, high) in [("dedupEntries", 1, 4_194_304), ("dedupDays", 1, 365)] {
        for value in [low, high] {
            let made = Adapter::new(&with(name, value).to_string(), AdapterOptions::default());
            assert!(made.is_ok(), "{name} {value}");
        }
        for value in [0, high + 1, -1] {
            let made = Adapter::new(&with(name, value).to_string(), AdapterOptions::default());
            assert_eq!(
                made.unwrap_err().kind(),
                Kind::InvalidRequest,
                "{name} {value}"
            );
        }
    }
}

#[test]
fn the_metrics_tell_how_far_back_the_memory_reaches() {
    let (adapter, now_ms) = with_clock(&with("dedupEntries", 2));
    let window = |adapter: &Adapter| {
        let metrics: Value = serde_json::from_str(&adapter.metrics().unwrap()).unwrap();
        let dedup = &metrics["wfa.dedup"];
        [dedup["entries"].clone(), dedup["oldest_s"].clone()]
    };
    assert_eq!(window(&adapter), [0, 0]);
    assert!(is_new_to(&adapter, "a"));
    now_ms.fetch_add(5_000, Ordering::Relaxed);
    assert!(is_new_to(&adapter, "b"));
    now_ms.fetch_add(2_000, Ordering::Relaxed);
    assert_eq!(window(&adapter), [2, 7]);
    assert!(is_new_to(&adapter, "c"));
    assert_eq!(window(&adapter), [2, 2], "a is forgotten");
}
