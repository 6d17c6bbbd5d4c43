//! Groups and threads: what Meta did in part or not at all.

use serde_json::json;

use super::examples::{CUSTOMER, Stage, request};

#[test]
fn requests_to_join_that_fail_are_told_one_by_one() {
    for command in ["approveGroupJoinRequests", "rejectGroupJoinRequests"] {
        let stage = Stage::new();
        let adapter = stage.adapter();
        let mut request = stage.prepare(command, &adapter);
        request["joinRequestIds"]
            .as_array_mut()
            .unwrap()
            .push("7".into());
        let ran = adapter.execute(command, &request.to_string());
        assert_eq!(ran.result(), "OK", "{command}: {}", ran.message());
        let json = ran.json();
        assert_eq!(
            json["joinRequestIds"],
            json!([request["joinRequestIds"][0]])
        );
        assert_eq!(
            json["failedJoinRequests"][0]["join_request_id"], "7",
            "{json}"
        );

        request["joinRequestIds"] = json!(["8"]);
        let ran = adapter.execute(command, &request.to_string());
        assert_eq!(ran.result(), "COMMAND_FAILED", "{command}");
        assert!(
            ran.message().contains("failedJoinRequests"),
            "{}",
            ran.message()
        );
        assert_eq!(ran.json()["failedJoinRequests"][0]["join_request_id"], "8");
    }
}

#[test]
fn a_thread_that_another_one_owns_names_the_commands_that_help() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let ran = adapter.execute("passThread", &request("passThread").to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let message = json!({ "phoneNumber": CUSTOMER, "message": "x" }).to_string();
    let ran = adapter.execute("sendMessageText", &message);
    assert_eq!(ran.result(), "COMMAND_FAILED");
    assert_eq!(ran.json()["code"], "131070");
    let hint = ran.json()["details"]["hint"].clone();
    for command in ["passThread", "releaseThread", "takeThread"] {
        assert!(hint.as_str().unwrap().contains(command), "{hint}");
    }
}

#[test]
fn a_message_is_pinned_in_its_group() {
    let stage = Stage::new();
    let ran = stage
        .adapter()
        .execute("pinMessage", &request("pinMessage").to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let sent = stage.emulator.ledger().requests[0].json.clone().unwrap();
    let told = (&sent["recipient_type"], &sent["to"], &sent["type"]);
    assert_eq!(
        told,
        (
            &json!("group"),
            &request("pinMessage")["groupId"],
            &json!("pin")
        )
    );
}
