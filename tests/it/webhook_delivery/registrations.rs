//! Who registered decides what becomes of an event: through the loaded library, as a host does it.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use workflow_adapter_loader::{Adapter, HostInfo, Verdict};

use crate::plugin;
use crate::rig;
use crate::webhook_attacks::sender::{
    SECRET, body_of, message, notification, properties, signature, status, unsigned_properties,
};

fn create(properties: &Value) -> Adapter {
    let host = HostInfo::new("tests", "1");
    plugin::loaded()
        .create(&host, &properties.to_string())
        .unwrap()
}

/// The result, and accepted, refused, dropped, duplicates, ignored.
fn process(adapter: &Adapter, body: &str) -> (String, [u64; 5]) {
    let output = adapter
        .execute("processWebhook", &rig::webhook_request(body))
        .unwrap();
    let response: Value = serde_json::from_str(&output.response).unwrap();
    let counts = ["accepted", "refused", "dropped", "duplicates", "ignored"]
        .map(|name| response["details"][name].as_u64().unwrap());
    (
        workflow_adapter_loader::result_name(output.result).to_owned(),
        counts,
    )
}

fn ok(counts: [u64; 5]) -> (String, [u64; 5]) {
    ("WFA_OK".to_owned(), counts)
}

fn not_accepted(counts: [u64; 5]) -> (String, [u64; 5]) {
    ("WFA_ERR_EVENT_NOT_ACCEPTED".to_owned(), counts)
}

/// One of each of the specification's events, and one of each extension event.
fn one_of_each() -> String {
    let mut body: Value = serde_json::from_str(&notification(
        &[message("wamid.R"), json!(7)],
        &[status("wamid.S", "sent")],
    ))
    .unwrap();
    let changes = body["entry"][0]["changes"].as_array_mut().unwrap();
    changes[0]["value"]["errors"] = json!([{ "code": 1 }]);
    changes.push(json!({ "field": "flows", "value": {} }));
    body.to_string()
}

#[test]
fn without_any_registration_messages_wait_and_extension_events_do_not() {
    let adapter = create(&unsigned_properties());
    for _ in 0..2 {
        assert_eq!(
            process(&adapter, &one_of_each()),
            not_accepted([0, 2, 0, 0, 3])
        );
    }
    // A callback that is registered later still gets them.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let names = Arc::clone(&seen);
    let registration = adapter.on_event(None, move |name, _| {
        names.lock().unwrap().push(name.to_owned());
        Verdict::Accepted
    });
    assert_eq!(process(&adapter, &one_of_each()), ok([5, 0, 0, 0, 0]));
    let order = [
        "customer_message",
        "dead_letter",
        "status_changed",
        "message_error",
        "flow_changed",
    ];
    assert_eq!(*seen.lock().unwrap(), order);
    drop(registration);
    // Gone again: what was accepted stays known.
    let (result, counts) = process(&adapter, &one_of_each());
    assert_eq!((result.as_str(), counts[1]), ("WFA_OK", 0), "{counts:?}");
    assert!(counts[3] >= 2, "{counts:?}");
}

#[test]
fn with_unhandled_events_dropped_nothing_waits() {
    let mut properties = unsigned_properties();
    properties["unhandledEvents"] = "drop".into();
    let adapter = create(&properties);
    assert_eq!(process(&adapter, &one_of_each()), ok([0, 0, 2, 0, 3]));
    let registration = adapter.on_event(None, |_, _| Verdict::Accepted);
    let (_, counts) = process(&adapter, &one_of_each());
    assert_eq!(counts[3], 2, "dropped is dropped: {counts:?}");
    drop(registration);
}

#[test]
fn a_host_that_knows_only_the_specification_never_answers_5xx_to_account_news() {
    let adapter = create(&unsigned_properties());
    let customer = adapter.on_event(Some("customer_message"), |_, _| Verdict::Accepted);
    let status = adapter.on_event(Some("status_changed"), |_, _| Verdict::Accepted);
    let flows = body_of(&json!({ "field": "flows", "value": {} }));
    assert_eq!(process(&adapter, &flows), ok([0, 0, 0, 0, 1]));
    assert_eq!(process(&adapter, &one_of_each()), ok([2, 0, 0, 0, 3]));
    drop((customer, status));
}

#[test]
fn a_registration_for_one_event_leaves_the_other_one_waiting() {
    let adapter = create(&unsigned_properties());
    let registration = adapter.on_event(Some("status_changed"), |_, _| Verdict::Accepted);
    assert_eq!(
        process(&adapter, &one_of_each()),
        not_accepted([1, 1, 0, 0, 3])
    );
    drop(registration);
}

#[test]
fn of_several_verdicts_on_one_event_the_worst_counts() {
    use Verdict::{Accepted, Dropped, Retry};
    for (verdicts, counts) in [
        ([Accepted, Accepted], [1, 0, 0, 0, 0]),
        ([Accepted, Retry], [0, 1, 0, 0, 0]),
        ([Retry, Accepted], [0, 1, 0, 0, 0]),
        ([Retry, Dropped], [0, 1, 0, 0, 0]),
        ([Dropped, Dropped], [0, 0, 1, 0, 0]),
    ] {
        let adapter = create(&unsigned_properties());
        let calls = Arc::new(Mutex::new(0));
        for verdict in verdicts {
            let calls = Arc::clone(&calls);
            let registration = adapter.on_event(Some("customer_message"), move |_, _| {
                *calls.lock().unwrap() += 1;
                verdict
            });
            registration.unwrap().keep();
        }
        let (_, got) = process(&adapter, &notification(&[message("wamid.W")], &[]));
        assert_eq!(got, counts, "{verdicts:?}");
        assert_eq!(*calls.lock().unwrap(), 2, "each is called: {verdicts:?}");
    }
}

#[test]
fn a_receiver_that_panics_is_asked_again() {
    let adapter = create(&unsigned_properties());
    let panics = Arc::new(Mutex::new(1));
    let left = Arc::clone(&panics);
    let registration = adapter.on_event(None, move |_, _| {
        let panics = { std::mem::take(&mut *left.lock().unwrap()) };
        assert_eq!(panics, 0, "the receiver's own mistake");
        Verdict::Accepted
    });
    let body = notification(&[message("wamid.P")], &[]);
    assert_eq!(process(&adapter, &body), not_accepted([0, 1, 0, 0, 0]));
    assert_eq!(process(&adapter, &body), ok([1, 0, 0, 0, 0]));
    drop(registration);
}

#[test]
fn the_loaded_library_checks_signatures_too() {
    let adapter = create(&properties());
    let registration = adapter.on_event(None, |_, _| Verdict::Accepted);
    let body = notification(&[message("wamid.L")], &[]);
    let post = |header: Option<&str>| {
        let mut request = json!({ "whatsAppNotification": body });
        if let Some(header) = header {
            request["signature"] = header.into();
        }
        let output = adapter
            .execute("processWebhook", &request.to_string())
            .unwrap();
        workflow_adapter_loader::result_name(output.result).to_owned()
    };
    assert_eq!(post(None), "WFA_ERR_UNAUTHENTIC");
    assert_eq!(post(Some("")), "WFA_ERR_UNAUTHENTIC");
    assert_eq!(
        post(Some(&signature("another", body.as_bytes()))),
        "WFA_ERR_UNAUTHENTIC"
    );
    assert_eq!(post(Some(&signature(SECRET, body.as_bytes()))), "WFA_OK");
    drop(registration);
}
