//! Success has evidence: an answer of HTTP 200 without the member that shows what was done is none.

use cloud_api_emulator::Fault;
use serde_json::json;

use super::examples::Stage;

/// Commands that ask, or that change something which may be changed again without harm.
const ASK: [&str; 16] = [
    "blockUsers",
    "getBusinessProfile",
    "getMedia",
    "downloadMedia",
    "getPhoneNumber",
    "getTemplate",
    "listBlockedUsers",
    "listPhoneNumbers",
    "listSubscriptions",
    "listTemplates",
    "markMessageRead",
    "subscribeWebhooks",
    "unblockUsers",
    "updateBusinessProfile",
    "updateTemplate",
    "uploadMedia",
];
/// Commands that change something once.
const CHANGE: [&str; 7] = [
    "createTemplate",
    "deleteMedia",
    "deleteTemplate",
    "registerPhoneNumber",
    "requestVerificationCode",
    "unsubscribeWebhooks",
    "verifyCode",
];

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
    let asked = ASK.iter().map(|command| (command, "COMMAND_FAILED"));
    let changed = CHANGE.iter().map(|command| (command, "OUTCOME_UNKNOWN"));
    for (command, result) in asked.chain(changed) {
        for body in [
            "{}",
            r#"{"status":"please log in"}"#,
            r#"{"id":"","url":"","success":"true","data":{},"block_users":[]}"#,
        ] {
            let stage = Stage::new();
            let adapter = stage.adapter();
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

/// Whoever adds a command says what proves it.
#[test]
fn every_command_that_calls_and_sends_nothing_is_in_one_of_the_two_lists() {
    let local = ["checkSetup", "getConversationWindow", "removeReaction"];
    for command in super::examples::commands() {
        let sends = command.starts_with("sendMessage") || local.contains(&command.as_str());
        let listed = ASK.contains(&command.as_str()) || CHANGE.contains(&command.as_str());
        assert_ne!(sends, listed, "{command}");
    }
}

#[test]
fn a_file_whose_upload_shows_no_id_is_not_sent() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let request = json!({
        "phoneNumber": super::examples::CUSTOMER, "mediaType": "image", "file": "photo.jpg",
    });
    stage.emulator.inject(answer("{}"));
    let ran = adapter.execute("sendMessageMedia", &request.to_string());
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(ran.json()["details"]["outcome"], "not_sent");
    assert_eq!(stage.emulator.ledger().accepted(), 0);
}
