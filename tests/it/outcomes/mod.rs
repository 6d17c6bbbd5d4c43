//! What becomes of a send: each of the four outcomes, with all that the response and the error say,
//! and with the server's own count of what arrived.

mod answered;
pub(crate) mod cases;
mod shapes;
mod unanswered;
mod warned;

use cloud_api_emulator::{Emulator, Fault};
use serde_json::{Value, json};

use crate::rig::{self, Adapter, EntryPoint, Ran};
use cases::{Case, REQUEST, cases};

/// The host's id for the call, everywhere here.
pub(crate) const CORRELATION: &str = "order 4711";

fn run(case: &Case, emulator: &Emulator) -> Ran {
    let mut properties = rig::properties(emulator);
    (case.prepare)(emulator, &mut properties);
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string())
        .unwrap_or_else(|failure| panic!("{}: {}", case.name, failure.message));
    adapter.execute_with("sendMessageText", &case.request(), Some(CORRELATION))
}

/// What holds for every send, whatever became of it.
pub(crate) fn check_shape(name: &str, attempts: usize, ran: &Ran) {
    let response = ran.json();
    for member in ["status", "messageId", "code", "error"] {
        assert!(
            response[member].is_string(),
            "{name}: {member} in {response}"
        );
    }
    let details = &response["details"];
    let accepted = details["outcome"] == "accepted";
    let told = |member: &str| response[member].as_str().unwrap();
    assert_eq!(
        told("status"),
        if accepted { "SUCCESS" } else { "FAILED" },
        "{name}"
    );
    assert_eq!(
        !told("messageId").is_empty(),
        accepted,
        "{name}: {response}"
    );
    assert_eq!(told("code").is_empty(), accepted, "{name}: {response}");
    assert_eq!(told("error").is_empty(), accepted, "{name}: {response}");
    assert_eq!(details["attempts"], attempts, "{name}: {response}");
    assert_eq!(details["correlationId"], CORRELATION, "{name}: {response}");
    assert_eq!(ran.failure.is_none(), accepted, "{name}: {ran:?}");
    assert!(ran.events.is_empty(), "{name}: {ran:?}");
    let Some(failure) = &ran.failure else { return };
    // The error says what to do as well, where the response has it in `details.hint`.
    let hint = details["hint"].as_str();
    let said = hint.map_or(told("error").to_owned(), |hint| {
        format!("{}; {hint}", told("error"))
    });
    assert_eq!(failure.message, said, "{name}");
    assert_eq!(
        details["retryable"], failure.retryable,
        "{name}: {response}"
    );
    assert_eq!(
        failure.maybe_sent,
        details["outcome"] == "unknown",
        "{name}: {response}"
    );
    assert_eq!(
        details["httpStatus"].as_i64().unwrap_or(0),
        failure.http_status,
        "{name}: {response}"
    );
    assert_eq!(
        details["retryAfterMs"].as_u64().unwrap_or(0),
        failure.retry_after_ms,
        "{name}: {response}"
    );
    if failure.maybe_sent {
        assert!(
            !failure.retryable,
            "{name}: what may have been sent is never sent again"
        );
        assert_eq!(told("code"), "OUTCOME_UNKNOWN", "{name}");
    } else if failure.remote_code != 0 {
        assert_eq!(told("code"), failure.remote_code.to_string(), "{name}");
    } else if told("code") != "0" {
        // Meta's code 0 is a code as well; in the error 0 says that there is none.
        assert_eq!(told("code"), failure.result, "{name}");
    }
}

/// What the case says beyond that.
fn check_case(case: &Case, ran: &Ran) {
    let (name, response) = (case.name, ran.json());
    assert_eq!(ran.result(), case.result, "{name}: {response}");
    assert_eq!(response["code"], case.code, "{name}: {response}");
    for (member, value) in case.details.as_object().unwrap() {
        assert_eq!(
            &response["details"][member], value,
            "{name}: details.{member} in {response}"
        );
    }
    let hint = response["details"]["hint"].as_str().unwrap_or_default();
    assert!(
        hint.contains(case.hint),
        "{name}: {:?} is not in the hint {hint:?}",
        case.hint
    );
}

pub(crate) fn check_ledger(name: &str, attempts: usize, outcome: &Value, emulator: &Emulator) {
    let ledger = emulator.ledger();
    assert!(
        ledger.complete() <= attempts,
        "{name}: {} complete requests",
        ledger.complete()
    );
    let accepted = ledger.accepted_with(CORRELATION);
    assert_eq!(accepted, ledger.accepted(), "{name}");
    match outcome.as_str() {
        Some("accepted") => assert_eq!(accepted, 1, "{name}"),
        Some("rejected" | "not_sent") => assert_eq!(accepted, 0, "{name}"),
        Some("unknown") => assert!(accepted <= 1, "{name}"),
        other => panic!("{name}: outcome {other:?}"),
    }
    if outcome == "not_sent" {
        assert_eq!(ledger.complete(), 0, "{name}");
    }
}

#[test]
fn every_way_a_send_can_end_has_its_outcome_and_the_servers_count_agrees() {
    let mut outcomes = Vec::new();
    for case in cases() {
        let emulator = rig::emulator();
        let ran = run(&case, &emulator);
        check_shape(case.name, 1, &ran);
        check_case(&case, &ran);
        let outcome = ran.json()["details"]["outcome"].clone();
        check_ledger(case.name, 1, &outcome, &emulator);
        outcomes.push(outcome);
    }
    for outcome in ["accepted", "rejected", "not_sent", "unknown"] {
        assert!(outcomes.contains(&outcome.into()), "no case ends {outcome}");
    }
}

#[test]
fn no_fault_of_the_emulators_makes_a_send_say_what_the_servers_count_denies() {
    let connection = [Fault::AcceptReset, Fault::AcceptHang { ms: 50 }];
    for fault in Fault::catalogue().into_iter().chain(connection) {
        let (name, emulator) = (fault.name(), rig::emulator());
        let mut properties = rig::properties(&emulator);
        properties["timeoutMs"] = 20_000.into();
        let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
        emulator.inject(fault);
        let ran = adapter.execute_with("sendMessageText", REQUEST, Some(CORRELATION));
        check_shape(&name, 1, &ran);
        check_ledger(&name, 1, &ran.json()["details"]["outcome"], &emulator);
    }
}

#[test]
fn an_accepted_send_names_the_message_and_the_recipient_as_meta_does() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    let sends = [
        ("sendMessageText", serde_json::from_str(REQUEST).unwrap()),
        (
            "sendMessageTextTemplate",
            json!({
                "phoneNumber": "+1 650 555 1234",
                "templateName": "hello_world",
                "languageCode": "en_US",
            }),
        ),
        (
            "sendMessageReaction",
            json!({ "phoneNumber": "16505551234", "messageId": "wamid.1", "emoji": "👍" }),
        ),
        (
            "sendMessageText",
            json!({ "phoneNumber": "US.1", "message": "Hello" }),
        ),
    ];
    for (command, request) in sends {
        emulator.clear_ledger();
        let ran = adapter.execute_with(command, &request.to_string(), Some(CORRELATION));
        check_shape(command, 1, &ran);
        let (response, ledger) = (ran.json(), emulator.ledger());
        let id = response["messageId"].as_str().unwrap();
        assert_eq!(
            ledger.message(id).map(|sent| sent.sequence),
            Some(0),
            "{response}"
        );
        let details = &response["details"];
        let wa_id = if request["phoneNumber"] == "US.1" {
            Value::Null
        } else {
            "16505551234".into()
        };
        assert_eq!(details["waId"], wa_id, "{response}");
        let status = if command == "sendMessageTextTemplate" {
            "accepted".into()
        } else {
            Value::Null
        };
        assert_eq!(details["messageStatus"], status, "{response}");
        assert_eq!(details["httpStatus"], 200, "{response}");
        assert!(details["fbtraceId"].is_string(), "{response}");
    }
}

#[test]
fn all_sends_end_alike_when_meta_says_no() {
    let emulator = rig::emulator();
    let adapter = rig::online(EntryPoint::Loaded, &emulator);
    for (command, request) in [
        (
            "sendMessageText",
            json!({ "phoneNumber": "15550783881", "message": "Hello" }),
        ),
        (
            "sendMessageTextTemplate",
            json!({
                "phoneNumber": "15550783881", "templateName": "hello_world", "languageCode": "en_US"
            }),
        ),
        (
            "sendMessageReaction",
            json!({ "phoneNumber": "15550783881", "messageId": "wamid.1", "emoji": "👍" }),
        ),
    ] {
        let ran = adapter.execute_with(command, &request.to_string(), Some(CORRELATION));
        check_shape(command, 1, &ran);
        let response = ran.json();
        assert_eq!(response["code"], "131021", "{command}: {response}");
        assert_eq!(
            response["details"]["outcome"], "rejected",
            "{command}: {response}"
        );
    }
}
