//! What becomes of calls that send no message when something goes wrong.

use cloud_api_emulator::Fault;
use serde_json::json;

use super::examples::Stage;
use crate::rig::{Adapter, EntryPoint};

fn adapter(stage: &Stage, attempts: u64) -> Adapter {
    let mut properties = stage.properties();
    properties["maxAttempts"] = attempts.into();
    Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap()
}

#[test]
fn what_only_reads_is_asked_again() {
    let stage = Stage::new();
    let adapter = adapter(&stage, 3);
    stage.emulator.inject(Fault::Html { status: 503 });
    let ran = adapter.execute("getPhoneNumber", "{}");
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    assert_eq!(ran.json()["details"]["attempts"], 2);
    assert_eq!(stage.emulator.ledger().requests.len(), 2);
}

#[test]
fn reading_that_fails_is_never_an_unknown_outcome() {
    let stage = Stage::new();
    stage.emulator.inject(Fault::Html { status: 503 });
    let ran = adapter(&stage, 1).execute("getPhoneNumber", "{}");
    assert_eq!(ran.result(), "UNAVAILABLE", "{}", ran.message());
    assert!(ran.failure.unwrap().retryable);
}

#[test]
fn a_change_that_cannot_be_repeated_is_made_once() {
    let stage = Stage::new();
    let request = super::examples::request("createTemplate").to_string();
    stage.emulator.inject(Fault::Html { status: 503 });
    let ran = adapter(&stage, 3).execute("createTemplate", &request);
    assert_eq!(ran.result(), "OUTCOME_UNKNOWN", "{}", ran.message());
    assert_eq!(stage.emulator.ledger().requests.len(), 1);
    assert!(
        ran.message().contains("may have been done"),
        "{}",
        ran.message()
    );
}

/// T20: what a later attempt answers does not make an earlier one undone.
#[test]
fn a_refusal_after_an_attempt_that_may_have_been_done_says_so() {
    let request = super::examples::request("markMessageRead").to_string();
    let refused = |code| Fault::Graph {
        code,
        status: None,
        transient: None,
        retry_after: None,
    };
    for (first, perhaps) in [
        (Fault::Html { status: 503 }, true),
        (Fault::CloseAfterBody, true),
        (refused(130_429), false),
    ] {
        let stage = Stage::new();
        stage.emulator.inject(first.clone());
        stage.emulator.inject(refused(100));
        let ran = adapter(&stage, 3).execute("markMessageRead", &request);
        assert_eq!(
            ran.result(),
            "COMMAND_FAILED",
            "{first:?}: {}",
            ran.message()
        );
        assert_eq!(ran.json()["code"], "100");
        let told = ran
            .message()
            .contains("an earlier attempt of this call may have been done");
        assert_eq!(told, perhaps, "{first:?}: {}", ran.message());
    }
}

#[test]
fn a_refusal_has_metas_code_and_what_it_says_of_each_part() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let ran = adapter.execute("getMedia", r#"{"mediaId":"1"}"#);
    assert_eq!(ran.result(), "COMMAND_FAILED");
    assert_eq!(ran.json()["code"], "100");
    assert_eq!(ran.json()["url"], "");
    let request = json!({ "phoneNumbers": ["+12"] }).to_string();
    let ran = adapter.execute("blockUsers", &request);
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(
        ran.json()["failedUsers"][0]["input"],
        "+12",
        "{}",
        ran.json()
    );
}

#[test]
fn an_id_cannot_lead_to_another_path() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    for id in ["1/../2", "1?fields=x", "..", "1 2", "1%2f"] {
        for (command, member) in [("getMedia", "mediaId"), ("getTemplate", "templateId")] {
            let ran = adapter.execute(command, &json!({ member: id }).to_string());
            assert_eq!(ran.result(), "INVALID_REQUEST", "{command} {id}");
        }
    }
    assert!(stage.emulator.ledger().requests.is_empty());
}

#[test]
fn commands_about_the_account_need_its_id() {
    let stage = Stage::new();
    let mut properties = stage.properties();
    properties
        .as_object_mut()
        .unwrap()
        .remove("businessAccountId");
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    let ran = adapter.execute("listSubscriptions", "{}");
    assert_eq!(ran.result(), "INVALID_REQUEST");
    assert!(
        ran.message().contains("businessAccountId"),
        "{}",
        ran.message()
    );
}
