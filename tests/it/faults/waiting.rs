//! A message that waits or is refused does not delay others, and an unsent message costs no rate.

use std::sync::mpsc;
use std::time::Duration;

use cloud_api_emulator::Fault;
use serde_json::json;
use workflow_adapter_loader::CallOptions;

use super::limits_and_cancel::{cancelled, details, send, submit, to, with};
use super::mode::FOR_EVER;
use super::{PATIENCE, Server};

/// S32: a permission that one message lacks holds back no other.
#[test]
fn a_message_that_is_refused_for_a_permission_holds_back_no_other() {
    for code in [3, 10, 200, 210, 299, 131_005] {
        let server = Server::plain();
        let watched = with(&server, &json!({ "maxAttempts": 1 }));
        server.emulator.inject(crate::outcomes::cases::graph(code));
        let (details, result) = send(&watched, "+16505551234");
        assert_eq!(
            (&details["reason"], result.as_str()),
            (&json!("auth"), "COMMAND_FAILED"),
            "{code}"
        );
        assert_eq!(send(&watched, "+16505551234").1, "OK", "{code}");
        assert_eq!(server.emulator.ledger().accepted(), 1, "{code}");
    }
}

/// C2: an unknown command has one text, with the name that was probably meant.
#[test]
fn an_unknown_command_has_one_text_through_execute_and_submit() {
    let server = Server::plain();
    let watched = with(&server, &json!({}));
    for (name, meant) in [
        ("sendMessgeText", "did you mean sendMessageText?"),
        ("SENDMESSAGETEXT", "did you mean sendMessageText?"),
        ("frobnicate", "the descriptor lists them all"),
        ("", "the descriptor lists them all"),
    ] {
        let executed = watched.adapter.execute(name, "{}").failure.unwrap().message;
        let options = CallOptions::default();
        let submitted = watched.loaded().submit(name, "{}", &options, |_| {});
        assert_eq!(executed, submitted.unwrap_err().message);
        assert!(
            executed.contains(meant) && executed.contains(name),
            "{executed}"
        );
    }
}

/// S37: what never left costs neither the number's nor the customer's rate.
#[test]
fn what_never_left_costs_no_rate() {
    let server = Server::tls();
    let properties = json!({ "maxAttempts": 1, "messagesPerSecond": 1_000, "timeoutMs": 20_000 });
    let watched = with(&server, &properties);
    server.emulator.inject(Fault::AcceptReset.times(90));
    for _ in 0..90 {
        let (details, _) = send(&watched, "+16505551234");
        assert_eq!(details["outcome"], "not_sent", "{details}");
        assert_ne!(details["reason"], "paced", "{details}");
    }
    // One customer's 45 are all still there.
    for _ in 0..45 {
        let (details, result) = send(&watched, "+16505551234");
        assert_eq!(result, "OK", "{details}");
    }
    assert_eq!(server.emulator.ledger().accepted(), 45);
}

/// S36: what waits for its permit holds no thread: with one thread, messages for two customers beyond
/// their rates hold up neither a third customer nor the end of those that are cancelled.
#[test]
fn what_is_paced_keeps_no_other_customer_waiting() {
    let server = Server::plain();
    let properties = json!({ "messagesPerSecond": 1_000, "workers": 1, "queue": 1_024 });
    let watched = with(&server, &properties);
    let submit = |number: &str| {
        let (sender, ended) = mpsc::channel();
        let options = CallOptions {
            timeout: Some(Duration::from_millis(FOR_EVER)),
            correlation_id: Some("order"),
        };
        let request = to(number);
        let operation = watched
            .loaded()
            .submit("sendMessageText", &request, &options, {
                move |ended| {
                    let _ = sender.send(ended.unwrap());
                }
            });
        (operation.unwrap(), ended)
    };
    // As many as their ten minutes allow.
    let crowd: Vec<_> = (0..140)
        .flat_map(|_| ["+16505550001", "+16505550002"].map(submit))
        .collect();
    let (_, third) = submit("+16505550003");
    let third = details(&third.recv_timeout(PATIENCE).unwrap());
    assert_eq!(third["outcome"], "accepted", "{third}");
    let (operation, last) = crowd.last().unwrap();
    watched.loaded().cancel(*operation).unwrap();
    let last = cancelled(last);
    assert_eq!(
        (&last["outcome"], &last["phase"]),
        (&json!("not_sent"), &json!("pacing"))
    );
    drop(watched);
    let ends = crowd.iter().take(279).map(|(_, ended)| {
        let details = details(&ended.recv_timeout(PATIENCE).unwrap());
        details["outcome"].as_str().unwrap().to_owned()
    });
    let accepted = ends.filter(|outcome| outcome == "accepted").count();
    assert!(accepted >= 90, "{accepted}");
    assert_eq!(server.emulator.ledger().accepted(), accepted + 1);
}

/// C21: what had not begun when the adapter is destroyed ends as cancelled, and nothing of it leaves.
#[test]
fn what_waits_when_the_adapter_is_destroyed_is_not_sent() {
    for _ in 0..20 {
        let server = Server::plain();
        let watched = with(&server, &json!({ "messagesPerSecond": 0, "workers": 1 }));
        server.emulator.inject(Fault::Silence { ms: FOR_EVER });
        let (_, end_of_first) = submit(&watched, "waits for the answer");
        assert!(server.emulator.wait_for_requests(1, PATIENCE));
        let waiting: Vec<_> = (0..5).map(|_| submit(&watched, "waits").1).collect();
        drop(watched);
        assert_eq!(cancelled(&end_of_first)["outcome"], "unknown");
        for ended in waiting {
            assert_eq!(cancelled(&ended)["outcome"], "not_sent");
        }
        assert_eq!(server.emulator.ledger().requests.len(), 1);
    }
}
