//! Success has evidence: an answer of HTTP 200 without the member that shows what was done is none.

use cloud_api_emulator::Fault;
use serde_json::json;

use super::examples::{self, Stage};
use crate::plugin;

/// Every command that calls and sends no message, and how it ends if nothing shows its success: what asks
/// or may be repeated is unavailable, what changes something once is of an unknown outcome.
fn calls() -> Vec<(String, &'static str)> {
    let others = [
        "checkSetup",
        "getConversationWindow",
        "openFlowRequest",
        "pinMessage",
        "removeReaction",
        "sealFlowResponse",
        "unpinMessage",
    ];
    let idempotent = plugin::commands_with("idempotent");
    let ends = |command: String| {
        let result = if idempotent.contains(&command) {
            "UNAVAILABLE"
        } else {
            "OUTCOME_UNKNOWN"
        };
        (command, result)
    };
    let calls = examples::commands().into_iter().filter(|command| {
        !command.starts_with("sendMessage") && !others.contains(&command.as_str())
    });
    calls.map(ends).collect()
}

fn answer(body: &str) -> Fault {
    Fault::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    }
}

/// S39.
#[test]
fn an_answer_that_shows_nothing_is_no_success_of_any_command() {
    for (command, result) in calls() {
        let command = command.as_str();
        for body in [
            "{}",
            r#"{"status":"please log in"}"#,
            r#"{"id":"","url":"","success":"true","data":{},"block_users":[]}"#,
        ] {
            let stage = Stage::new();
            let adapter = stage.adapter_for(command, &json!({}));
            let request = stage.prepare(command, &adapter);
            stage.emulator.inject(answer(body));
            let ran = adapter.execute(command, &request.to_string());
            assert_eq!(ran.result(), result, "{command} {body}: {}", ran.message());
            assert_eq!(ran.json()["status"], "FAILED", "{command}");
            assert_eq!(ran.json()["details"]["reason"], "no_evidence", "{command}");
            assert_eq!(stage.emulator.ledger().requests.len(), 1, "{command}");
        }
    }
}

/// S50: an answer without evidence is never *rejected*, and never reported as missing a message id.
#[test]
fn answers_that_show_nothing_end_alike() {
    for (command, result) in calls() {
        let command = command.as_str();
        for (status, body) in [
            (200, "{}"),
            (200, "<html>sign in</html>"),
            (200, "[]"),
            (204, ""),
        ] {
            let stage = Stage::new();
            let adapter = stage.adapter_for(command, &json!({ "maxAttempts": 1 }));
            let request = stage.prepare(command, &adapter);
            stage.emulator.inject(Fault::Answer {
                status,
                headers: Vec::new(),
                body: body.to_owned(),
            });
            let ran = adapter.execute(command, &request.to_string());
            let told = format!("{command} {status} {body}: {}", ran.message());
            assert_eq!(ran.result(), result, "{told}");
            let details = &ran.json()["details"];
            assert_ne!(details["reason"], "no_message_id", "{told}");
            assert_eq!(details["retryable"], result == "UNAVAILABLE", "{told}");
        }
    }
}

/// S45.
#[test]
fn blocking_is_shown_by_the_list_that_says_so_number_by_number() {
    const ONE: &str = "+16505551234";
    const OTHER: &str = "4915198765432";
    let both = json!([{ "input": ONE, "wa_id": "16505551234" }, { "input": "+4915198765432" }]);
    let one = json!([{ "wa_id": "16505551234" }]);
    for (command, done, not_done) in [
        ("blockUsers", "added_users", "removed_users"),
        ("unblockUsers", "removed_users", "added_users"),
    ] {
        for (lists, result, users, failed, warnings) in [
            (json!({}), "UNAVAILABLE", 0, 0, 0),
            (json!({ done: [] }), "UNAVAILABLE", 0, 0, 0),
            (json!({ not_done: both }), "UNAVAILABLE", 0, 0, 0),
            (
                json!({ done: [{ "input": "+33123456789" }] }),
                "UNAVAILABLE",
                0,
                0,
                0,
            ),
            (json!({ "failed_users": both }), "COMMAND_FAILED", 0, 2, 0),
            (json!({ "failed_users": one }), "COMMAND_FAILED", 0, 2, 1),
            (
                json!({ done: both, "failed_users": both }),
                "COMMAND_FAILED",
                0,
                2,
                0,
            ),
            (json!({ done: one }), "OK", 1, 1, 1),
            (json!({ done: one, "failed_users": "?" }), "OK", 1, 1, 1),
            (json!({ done: both }), "OK", 2, 0, 0),
        ] {
            let stage = Stage::new();
            stage
                .emulator
                .inject(answer(&json!({ "block_users": lists }).to_string()));
            let request = json!({ "phoneNumbers": [ONE, OTHER] });
            let ran = stage.adapter().execute(command, &request.to_string());
            let told = format!("{command} {lists}: {}", ran.message());
            assert_eq!(ran.result(), result, "{told}");
            let json = ran.json();
            let count = |list: &serde_json::Value| list.as_array().map_or(0, Vec::len);
            assert_eq!(count(&json["users"]), users, "{told}");
            assert_eq!(count(&json["failedUsers"]), failed, "{told}");
            assert_eq!(count(&json["details"]["warnings"]), warnings, "{told}");
            assert!(!ran.message().contains("650555"), "{told}");
        }
    }
}

#[test]
fn a_file_whose_upload_shows_no_id_is_not_sent() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let request = json!({
        "phoneNumber": examples::CUSTOMER, "mediaType": "image", "file": "photo.jpg",
    });
    stage.emulator.inject(answer("{}"));
    let ran = adapter.execute("sendMessageMedia", &request.to_string());
    assert_eq!(ran.result(), "UNAVAILABLE", "{}", ran.message());
    assert_eq!(ran.json()["details"]["outcome"], "not_sent");
    assert_eq!(stage.emulator.ledger().accepted(), 0);
}
