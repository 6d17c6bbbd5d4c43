//! What the targets share: an adapter, and Meta's part of a webhook.

#[path = "../../tests/oracle/counts.rs"]
mod counts;
#[path = "../../tests/oracle/fields.rs"]
mod fields;
#[path = "../../tests/oracle/plain.rs"]
mod plain;
#[path = "../../tests/oracle/reading.rs"]
pub mod reading;

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use whatsapp_adapter::{Adapter, AdapterOptions, CallOptions, Event, Execution, Verdict};

/// The access token of [`adapter`].
pub const TOKEN: &str = "EAAGfuzzfuzzfuzzfuzzfuzz";
/// The App Secret of [`adapter`], and as its properties have it (`printf %s SECRET | base64`).
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const SECRET_BASE64: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Properties that open no connection: nobody listens at that address, and nothing is tried twice. A
/// notification has time enough to be offered whole, also under a sanitizer.
pub fn properties() -> String {
    format!(
        r#"{{"authenticationToken":"{TOKEN}","apiVersion":"v26.0","phoneNumberId":"106540352242922",
        "baseUrl":"http://127.77.0.1:9","timeoutMs":20000,"maxAttempts":1,"appSecret":"{SECRET_BASE64}"}}"#
    )
}

pub fn adapter() -> Adapter {
    Adapter::new(&properties(), AdapterOptions::default()).expect("these properties are sound")
}

/// `X-Hub-Signature-256` of `body`.
pub fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length is a key");
    mac.update(body);
    let mut header = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        write!(header, "{byte:02x}").expect("a string takes everything");
    }
    header
}

/// The events of one delivery, name and JSON, each answered with `verdict`, and how it ended.
pub fn deliver(
    adapter: &Adapter,
    body: &[u8],
    signature: Option<&[u8]>,
    verdict: Verdict,
) -> (Vec<(String, String)>, Execution) {
    let mut events = Vec::new();
    let ended = adapter.process_webhook(body, signature, |event| {
        events.push(owned(event));
        verdict
    });
    (events, ended.expect("the adapter is not closed"))
}

/// The same for the command `name`, if its request is JSON.
pub fn execute(
    adapter: &Adapter,
    name: &str,
    request: &str,
    verdict: Verdict,
) -> Option<(Vec<(String, String)>, Execution)> {
    let mut events = Vec::new();
    let options = CallOptions::default();
    let ended = adapter.execute(name, request, &options, |event| {
        events.push(owned(event));
        verdict
    });
    Some((events, ended.ok()?))
}

fn owned(event: &Event<'_>) -> (String, String) {
    (event.name().to_owned(), event.json().to_owned())
}

/// What every response and every event has to be.
pub fn check(events: &[(String, String)], execution: &Execution) {
    let response: serde_json::Value =
        serde_json::from_str(&execution.response).expect("a response is JSON");
    let status = if execution.failure.is_some() {
        "FAILED"
    } else {
        "SUCCESS"
    };
    assert_eq!(response["status"], status);
    assert!(response["details"].is_object());
    for (name, json) in events {
        let raw: &serde_json::value::RawValue =
            serde_json::from_str(json).unwrap_or_else(|error| panic!("{name}: {error}: {json}"));
        assert!(raw.get().starts_with('{'), "{name}: {json}");
        assert!(json.contains(r#""eventId":""#), "{name}: {json}");
    }
}

/// The access token and the App Secret never come back.
pub fn check_secrets(text: &str) {
    for secret in [TOKEN, SECRET, SECRET_BASE64.trim_end_matches('=')] {
        assert!(!text.contains(secret), "{text}");
    }
}
