//! Sends that are held back: by the rate of the number, by that of one customer, by the breaker, by a
//! full queue; and sends that are cancelled, wherever they are.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use cloud_api_emulator::Fault;
use serde_json::{Value, json};
use workflow_adapter_loader::{
    CallOptions, CommandOutput, WFA_ERR_BUSY, WFA_ERR_CANCELLED, WFA_ERR_TIMEOUT,
};

use super::logged_adapter::LoggedAdapter;
use super::mode::FOR_EVER;
use super::{MESSAGES, PATIENCE, Server};

/// A text to this customer.
pub(super) fn to(number: &str) -> String {
    json!({ "phoneNumber": number, "message": "Hello" }).to_string()
}

pub(super) fn with(server: &Server, changes: &Value) -> LoggedAdapter {
    let mut properties = server.properties.clone();
    for (name, value) in changes.as_object().unwrap() {
        properties[name] = value.clone();
    }
    LoggedAdapter::create(&properties)
}

/// The response's details, and the result's name.
pub(super) fn send(watched: &LoggedAdapter, number: &str) -> (Value, String) {
    let ran = watched.adapter.execute("sendMessageText", &to(number));
    watched.end(&ran);
    (ran.json()["details"].clone(), ran.result().to_owned())
}

fn is_held(details: &Value, phase: &str, reason: &str, most_ms: u64) {
    assert_eq!(details["outcome"], "not_sent", "{details}");
    assert_eq!(details["phase"], phase, "{details}");
    assert_eq!(details["reason"], reason, "{details}");
    assert_eq!(details["attempts"], 0, "{details}");
    assert_eq!(details["retryable"], true, "{details}");
    let wait = details["retryAfterMs"].as_u64().unwrap();
    assert!((1..=most_ms).contains(&wait), "{details}");
}

/// Sends until one is held back; how many went out before it, and how long that took. Nothing if the
/// machine was too slow for one of them.
fn until_held(watched: &LoggedAdapter, numbers: &[&str], most_ms: u64) -> Option<(u64, Duration)> {
    let begun = Instant::now();
    for sent in 0.. {
        let number = numbers[usize::try_from(sent).unwrap() % numbers.len()];
        let (details, result) = send(watched, number);
        if details["reason"] == "timeout" {
            return None;
        }
        if result != "OK" {
            is_held(&details, "pacing", "paced", most_ms);
            assert_eq!(result, "UNAVAILABLE", "{details}");
            return Some((sent, begun.elapsed()));
        }
    }
    unreachable!()
}

/// Messages a second. The first is enough on most machines; a slow one is tried with fewer.
const RATES: [u64; 10] = [5, 5, 5, 1, 1, 1, 1, 1, 1, 1];

#[test]
fn a_turn_that_comes_too_late_is_not_waited_for() {
    let mut tries = RATES.into_iter().filter_map(|rate| {
        let server = Server::plain();
        // The next permit comes later than this.
        let timeout_ms = 950 / rate;
        let properties = json!({ "messagesPerSecond": rate, "timeoutMs": timeout_ms });
        let held = until_held(&with(&server, &properties), &["+16505551234"], 1_000);
        held.map(|(sent, took)| (server, rate, sent, took))
    });
    let (server, rate, sent, took) = tries.next().unwrap();
    // Evenly spaced, and so many in any second; a slow machine needs more than one.
    assert!(
        (1..=rate * (took.as_secs() + 2)).contains(&sent),
        "{sent} in {took:?}"
    );
    assert_eq!(
        server.emulator.ledger().complete(),
        usize::try_from(sent).unwrap()
    );
}

#[test]
fn one_customer_gets_forty_five_at_once_and_others_are_not_held_up() {
    let server = Server::plain();
    let watched = with(
        &server,
        &json!({ "messagesPerSecond": 1_000, "timeoutMs": 3_000 }),
    );
    // The same customer, written in two ways.
    let one = ["+1 (650) 555-1234", "16505551234"];
    let (sent, took) = until_held(&watched, &one, 6_000).unwrap();
    // Then one in six seconds, of which three are waited for.
    assert!(
        (45..=45 + (took.as_secs() + 3) / 6).contains(&sent),
        "{sent} in {took:?}"
    );
    assert_eq!(send(&watched, "+16505550000").1, "OK");
    assert_eq!(
        server.emulator.ledger().complete(),
        usize::try_from(sent).unwrap() + 1
    );
}

#[test]
fn without_a_rate_nobody_is_held_back() {
    let server = Server::plain();
    let watched = with(
        &server,
        &json!({ "messagesPerSecond": 0, "timeoutMs": 5_000 }),
    );
    for _ in 0..100 {
        assert_eq!(send(&watched, "+16505551234").1, "OK");
    }
}

#[test]
fn after_a_refused_token_nothing_is_sent_until_there_is_another() {
    let server = Server::plain();
    let mut properties = server.properties.clone();
    let token = properties["authenticationToken"].take();
    properties["authenticationToken"] = "EAAGatokenthathasexpired".into();
    let watched = LoggedAdapter::create(&properties);
    let (details, result) = send(&watched, "+16505551234");
    assert_eq!(
        (&details["reason"], result.as_str()),
        (&json!("auth"), "COMMAND_FAILED")
    );
    for _ in 0..3 {
        let (details, result) = send(&watched, "+16505551234");
        is_held(&details, "breaker", "breaker_open", 30_000);
        assert_eq!(result, "UNAVAILABLE");
    }
    assert_eq!(server.emulator.ledger().complete(), 1);

    properties["authenticationToken"] = token;
    watched
        .loaded()
        .update_properties(&properties.to_string())
        .unwrap();
    assert_eq!(send(&watched, "+16505551234").1, "OK");
    assert_eq!(server.emulator.ledger().accepted(), 1);
}

#[test]
fn the_price_of_repetitions_ends_them_on_a_broken_network() {
    let server = Server::tls();
    let watched = with(
        &server,
        &json!({ "maxAttempts": 2, "messagesPerSecond": 0, "timeoutMs": 20_000 }),
    );
    server.emulator.inject(Fault::AcceptReset.times(1_000));
    let attempts: u64 = std::thread::scope(|scope| {
        let sending = || {
            let attempts = (0..10).map(|_| send(&watched, "+16505551234").0["attempts"].as_u64());
            attempts.map(Option::unwrap).sum::<u64>()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(sending)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    // 500 tokens at 14 each are 35 repetitions, however many commands share them.
    assert_eq!(attempts, 80 + 35);
    assert_eq!(server.emulator.ledger().complete(), 0);
}

/// Submits a text, and gives where its end will be heard.
pub(super) fn submit(watched: &LoggedAdapter, id: &str) -> (u64, mpsc::Receiver<CommandOutput>) {
    submit_for(watched, id, PATIENCE)
}

/// As `submit`, with this time for it.
fn submit_for(
    watched: &LoggedAdapter,
    id: &str,
    timeout: Duration,
) -> (u64, mpsc::Receiver<CommandOutput>) {
    let (sender, ended) = mpsc::channel();
    let options = CallOptions {
        timeout: Some(timeout),
        correlation_id: Some(id),
    };
    let (command, request) = MESSAGES[0];
    let operation = watched
        .loaded()
        .submit(command, request, &options, move |ended| {
            let _ = sender.send(ended.unwrap());
        });
    (operation.unwrap(), ended)
}

pub(super) fn details(output: &CommandOutput) -> Value {
    let response: Value = serde_json::from_str(&output.response).unwrap();
    response["details"].clone()
}

/// How what was cancelled has ended.
pub(super) fn cancelled(ended: &mpsc::Receiver<CommandOutput>) -> Value {
    let output = ended.recv_timeout(PATIENCE).unwrap();
    let details = details(&output);
    assert_eq!(details["reason"], "cancelled", "{details}");
    assert_eq!(details["retryable"], false, "{details}");
    if details["outcome"] == "not_sent" {
        assert_eq!(output.result, WFA_ERR_CANCELLED, "{details}");
    }
    details
}

#[test]
fn a_send_that_is_cancelled_while_it_waits_was_not_sent() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "messagesPerSecond": 0, "workers": 1 }));
    // The first waits for the answer, the second for a thread.
    server.emulator.inject(Fault::Silence { ms: FOR_EVER });
    let (first, end_of_first) = submit(&watched, "waits for the answer");
    assert!(server.emulator.wait_for_requests(1, PATIENCE));
    let (second, end_of_second) = submit(&watched, "waits for a thread");
    // The second ends although the only thread is busy.
    watched.loaded().cancel(second).unwrap();
    let details = cancelled(&end_of_second);
    watched.loaded().cancel(first).unwrap();
    assert_eq!(cancelled(&end_of_first)["outcome"], "unknown");
    assert_eq!(
        (&details["outcome"], &details["phase"]),
        (&json!("not_sent"), &json!("queue"))
    );
    assert_eq!(details["attempts"], 0, "{details}");
    assert_eq!(server.emulator.ledger().complete(), 1);
}

#[test]
fn no_command_begins_that_was_cancelled_while_it_waited_for_a_thread() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "workers": 1 }));
    server.emulator.inject(Fault::Silence { ms: FOR_EVER });
    let (first, end_of_first) = submit(&watched, "runs");
    assert!(server.emulator.wait_for_requests(1, PATIENCE));
    for command in ["processWebhook", "getConversationWindow", "listTemplates"] {
        let (sender, ended) = mpsc::channel();
        let tell = move |ended: Result<CommandOutput, _>| sender.send(ended.unwrap()).unwrap();
        let options = CallOptions::default();
        let queued = watched.loaded().submit(command, "{}", &options, tell);
        watched.loaded().cancel(queued.unwrap()).unwrap();
        let output = ended.recv_timeout(PATIENCE).unwrap();
        assert_eq!(output.result, WFA_ERR_CANCELLED, "{command}");
        assert_eq!(details(&output)["reason"], "cancelled", "{command}");
    }
    watched.loaded().cancel(first).unwrap();
    cancelled(&end_of_first);
}

#[test]
fn a_send_whose_time_is_up_in_the_queue_ends_although_every_thread_is_busy() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "messagesPerSecond": 0, "workers": 1 }));
    server.emulator.inject(Fault::Silence { ms: FOR_EVER });
    let (first, end_of_first) = submit(&watched, "waits for the answer");
    assert!(server.emulator.wait_for_requests(1, PATIENCE));
    let short = Duration::from_millis(30);
    let (_, late) = submit_for(&watched, "has the time of the others", PATIENCE);
    // Each call has less time than the one before, so the waiting thread must wake up earlier.
    let waiting: Vec<_> = (0..3)
        .map(|at| submit_for(&watched, "waits for a thread", short * (4 - at)).1)
        .collect();
    for ended in waiting {
        let output = ended.recv_timeout(PATIENCE).unwrap();
        let details = details(&output);
        assert_eq!(output.result, WFA_ERR_TIMEOUT, "{details}");
        assert_eq!(details["outcome"], "not_sent", "{details}");
        assert_eq!(details["phase"], "queue", "{details}");
    }
    assert!(end_of_first.try_recv().is_err() && late.try_recv().is_err());
    watched.loaded().cancel(first).unwrap();
    assert_eq!(cancelled(&end_of_first)["outcome"], "unknown");
    let late = details(&late.recv_timeout(PATIENCE).unwrap());
    assert_eq!(late["outcome"], "accepted", "{late}");
    assert_eq!(server.emulator.ledger().complete(), 2);
}

#[test]
fn a_send_that_is_cancelled_before_its_turn_was_not_sent() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "messagesPerSecond": 1, "workers": 16 }));
    assert_eq!(send(&watched, "+16505550000").1, "OK");
    // Their turns come one second after the other.
    let waiting: Vec<_> = (0..10)
        .map(|_| submit(&watched, "waits for its turn"))
        .collect();
    for (operation, _) in waiting.iter().skip(3) {
        watched.loaded().cancel(*operation).unwrap();
    }
    for (_, ended) in waiting.iter().skip(3) {
        let details = cancelled(ended);
        assert_eq!(details["outcome"], "not_sent", "{details}");
        assert_eq!(details["attempts"], 0, "{details}");
    }
    drop(watched);
    assert!(server.emulator.ledger().complete() <= 4);
}

#[test]
fn a_send_that_is_cancelled_between_two_attempts_was_not_sent() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "maxAttempts": 3 }));
    server.emulator.inject(Fault::TooManyRequests {
        retry_after: Some("20".to_owned()),
    });
    let (operation, ended) = submit(&watched, "waits for another attempt");
    while watched.rows().is_empty() {
        std::thread::yield_now();
    }
    watched.loaded().cancel(operation).unwrap();
    let details = cancelled(&ended);
    assert_eq!(
        (&details["outcome"], &details["phase"]),
        (&json!("not_sent"), &json!("backoff"))
    );
    assert_eq!(details["attempts"], 1, "{details}");
    assert_eq!(server.emulator.ledger().complete(), 1);
    assert_eq!(server.emulator.ledger().accepted(), 0);
}

#[test]
fn a_send_that_is_cancelled_while_it_waits_for_the_answer_may_have_been_sent() {
    let server = Server::plain();
    let watched = with(&server, &json!({}));
    server
        .emulator
        .inject(Fault::Silence { ms: FOR_EVER }.accepted());
    let (operation, ended) = submit(&watched, "waits for the answer");
    assert!(server.emulator.wait_for_requests(1, PATIENCE));
    watched.loaded().cancel(operation).unwrap();
    let details = cancelled(&ended);
    assert_eq!(details["outcome"], "unknown", "{details}");
    assert_eq!(
        server
            .emulator
            .ledger()
            .accepted_with("waits for the answer"),
        1
    );
}

#[test]
fn a_full_queue_takes_nothing_more() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "workers": 1, "queue": 1 }));
    server.emulator.inject(Fault::Silence { ms: FOR_EVER });
    let (first, end_of_first) = submit(&watched, "runs");
    assert!(server.emulator.wait_for_requests(1, PATIENCE));
    let (second, end_of_second) = submit(&watched, "waits");
    let (command, request) = MESSAGES[0];
    let refused = watched
        .loaded()
        .submit(command, request, &CallOptions::default(), |_| {});
    assert_eq!(refused.unwrap_err().result, WFA_ERR_BUSY);
    watched.loaded().cancel(second).unwrap();
    watched.loaded().cancel(first).unwrap();
    cancelled(&end_of_first);
    cancelled(&end_of_second);
    assert_eq!(server.emulator.ledger().complete(), 1);
}

#[test]
fn a_message_without_an_id_gets_one_that_every_attempt_carries() {
    let server = Server::plain();
    let watched = with(&server, &json!({ "maxAttempts": 2 }));
    server.emulator.inject(Fault::TooManyRequests {
        retry_after: Some("0".to_owned()),
    });
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (details, result) = send(&watched, "+16505551234");
        assert_eq!(result, "OK");
        ids.push(details["correlationId"].as_str().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    let requests = server.emulator.ledger().requests;
    let carried: Vec<&str> = requests
        .iter()
        .filter_map(|it| it.correlation.as_deref())
        .collect();
    assert_eq!(carried, [&ids[0], &ids[0], &ids[1]]);
}
