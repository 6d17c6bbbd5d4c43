//! The Rust type and the library behind the C contract are one adapter: byte for byte the same
//! response, result, message and events, case by case of every table in this crate.

use cloud_api_emulator::Emulator;

use crate::bad_input::{properties, requests};
use crate::golden::{events, requests as sends};
use crate::outcomes::cases as outcomes;
use crate::rig::{self, Adapter, EntryPoint, Ran};

const ENTRY_POINTS: [EntryPoint; 2] = [EntryPoint::Native, EntryPoint::Loaded];

/// Runs the same through both entry points, each with an emulator of its own, and compares.
fn compare(name: &str, mut run: impl FnMut(EntryPoint, &Emulator) -> Ran) {
    let [native, loaded] = ENTRY_POINTS.map(|entry_point| {
        let emulator = rig::emulator();
        let ran = run(entry_point, &emulator);
        // What left must be the same as well.
        let bodies: Vec<_> = emulator
            .ledger()
            .requests
            .into_iter()
            .map(|sent| sent.body)
            .collect();
        (ran, bodies)
    });
    assert_eq!(native, loaded, "{name}: native left, loaded right");
}

#[test]
fn every_outcome_is_the_same_through_both_entry_points() {
    for case in outcomes::cases() {
        compare(case.name, |entry_point, emulator| {
            let mut properties = rig::properties(emulator);
            (case.prepare)(emulator, &mut properties);
            let adapter = Adapter::create(entry_point, &properties.to_string())
                .ok()
                .unwrap();
            adapter.execute_with("sendMessageText", &case.request(), Some("order 4711"))
        });
    }
}

#[test]
fn every_send_is_the_same_through_both_entry_points() {
    for (name, command, request) in sends::sends() {
        compare(name, |entry_point, emulator| {
            let adapter = rig::online(entry_point, emulator);
            adapter.execute_with(command, &request.to_string(), Some(sends::CORRELATION))
        });
    }
}

#[test]
fn every_notification_is_the_same_through_both_entry_points() {
    for (name, notification) in events::notifications() {
        let [native, loaded] = ENTRY_POINTS.map(|entry_point| {
            let adapter = rig::offline(entry_point);
            let request = rig::webhook_request(&notification);
            // The second time, what was accepted is known already.
            [
                adapter.execute("processWebhook", &request),
                adapter.execute("processWebhook", &request),
            ]
        });
        assert_eq!(native, loaded, "{name}: native left, loaded right");
    }
}

#[test]
fn every_bad_request_is_the_same_through_both_entry_points() {
    let [native, loaded] = ENTRY_POINTS.map(rig::offline);
    for case in requests::cases() {
        let ran = |adapter: &Adapter| adapter.execute(&case.command, &case.json);
        assert_eq!(
            ran(&native),
            ran(&loaded),
            "{}: native left, loaded right",
            case.name
        );
    }
}

#[test]
fn every_bad_property_is_the_same_through_both_entry_points() {
    for case in properties::cases() {
        let [native, loaded] =
            ENTRY_POINTS.map(|entry_point| Adapter::create(entry_point, &case.json).err());
        assert!(native.is_some(), "{}", case.name);
        assert_eq!(native, loaded, "{}: native left, loaded right", case.name);
    }
}

#[test]
fn correlation_ids_are_the_same_through_both_entry_points() {
    let (command, request) = &requests::valid()[0];
    for id in [
        String::new(),
        "x".to_owned(),
        "x".repeat(512),
        "x".repeat(513),
        "\"\\\n\u{0}é😀".to_owned(),
    ] {
        compare(
            &format!("an id of {} bytes", id.len()),
            |entry_point, emulator| {
                rig::online(entry_point, emulator).execute_with(
                    command,
                    &request.to_string(),
                    Some(&id),
                )
            },
        );
    }
}
