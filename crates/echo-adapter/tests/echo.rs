//! The echo adapter without the C contract: what it answers, what it raises, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

use std::sync::Mutex;
use std::sync::mpsc;
use std::time::Duration;

use echo_adapter::Echo;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use workflow_adapter_sdk::call::CallOptions;
use workflow_adapter_sdk::error::Kind;
use workflow_adapter_sdk::event::Verdict;
use workflow_adapter_sdk::{AdapterOptions, Native};

const SECRET: &str = "0123456789abcdef";

fn echo(properties: &str) -> Native<Echo> {
    Native::new(properties, AdapterOptions::default()).unwrap()
}

#[test]
fn a_failure_has_every_member_of_the_response() {
    let ran = echo("{}")
        .execute("echo", "{}", &CallOptions::default(), |_| Verdict::Accepted)
        .unwrap();
    let failure = ran.failure.unwrap();
    assert_eq!(failure.kind(), Kind::InvalidRequest);
    let response = ran.response;
    assert!(
        response.starts_with(r#"{"text":"","code":"INVALID_REQUEST","error":""#),
        "{response}"
    );
    assert!(response.contains("text"), "{response}");
}

/// A listener takes no secret that is short enough to be guessed: neither does the adapter.
#[test]
fn a_short_secret_is_refused() {
    let properties = format!(r#"{{"secret":"{}"}}"#, &SECRET[1..]);
    let refused = Native::<Echo>::new(&properties, AdapterOptions::default()).unwrap_err();
    assert_eq!(refused.kind(), Kind::InvalidRequest);
    assert!(refused.message().contains("secret"), "{refused}");
}

#[test]
fn an_unknown_command_is_refused_with_the_nearest_name() {
    let refused = echo("{}").execute("ehco", "{}", &CallOptions::default(), |_| Verdict::Accepted);
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), Kind::NotFound);
    assert!(
        refused.message().contains("did you mean echo?"),
        "{refused}"
    );
}

#[test]
fn a_webhook_needs_its_signature() {
    let mut key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    key.update(b"body");
    let digits = key
        .finalize()
        .into_bytes()
        .iter()
        .fold(String::new(), |digits, byte| {
            digits + &format!("{byte:02x}")
        });
    let signature = format!("sha256={digits}");
    let keyed = echo(&format!(r#"{{"secret":"{SECRET}"}}"#));
    let kind = |echo: &Native<Echo>, body: &[u8], signature: Option<&str>| {
        let signature = signature.map(str::as_bytes);
        let ran = echo
            .process_webhook(body, signature, |_| Verdict::Accepted)
            .unwrap();
        ran.failure.map(|failure| failure.kind())
    };
    assert_eq!(kind(&keyed, b"body", Some(&signature)), None);
    assert_eq!(
        kind(&keyed, b"Body", Some(&signature)),
        Some(Kind::Unauthentic)
    );
    assert_eq!(kind(&keyed, b"body", None), Some(Kind::Unauthentic));
    assert_eq!(
        kind(&echo("{}"), b"body", Some(&signature)),
        Some(Kind::Unauthentic)
    );
}

#[test]
fn the_source_ticks_after_the_start_and_repeats_what_was_refused() {
    let echo = echo(r#"{"tickMs":10}"#);
    let (sender, ticks) = mpsc::channel();
    let refusals = Mutex::new(2);
    let started = echo.start(move |event| {
        let refused = {
            let mut left = refusals.lock().unwrap();
            let refused = *left > 0 && event.json().contains("-1\"");
            *left -= i32::from(refused);
            refused
        };
        // The receiver is gone when the test has seen enough.
        let _ = sender.send((event.json().to_owned(), refused));
        if refused {
            Verdict::Retry
        } else {
            Verdict::Accepted
        }
    });
    started.unwrap();
    let mut seen = Vec::new();
    let is_first = |json: &String| json.contains("-1\"");
    while seen.iter().filter(|(json, _)| is_first(json)).count() < 3 {
        seen.push(ticks.recv_timeout(Duration::from_secs(60)).unwrap());
    }
    let accepted = seen
        .iter()
        .filter(|(json, refused)| is_first(json) && !refused);
    assert_eq!(accepted.count(), 1, "{seen:?}");
    drop(echo);
    while ticks.try_recv().is_ok() {}
    assert!(ticks.try_recv().is_err(), "nothing comes after the end");
}
