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
fn a_picture_leaves_in_a_form_beside_the_texts() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let mut request = stage.prepare("updateGroup", &adapter);
    request["file"] = "photo.jpg".into();
    let ran = adapter.execute("updateGroup", &request.to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let sent = stage.emulator.ledger().requests.pop().unwrap();
    let content_type = sent.content_type.unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let photo = std::fs::read(stage.folder.path().join("photo.jpg")).unwrap();
    let part = |head: &str, value: &[u8]| {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name={head}\r\n\r\n");
        [head.as_bytes(), value, b"\r\n"].concat()
    };
    let wanted = [
        part("\"messaging_product\"", b"whatsapp"),
        part(
            "\"subject\"",
            request["subject"].as_str().unwrap().as_bytes(),
        ),
        part(
            "\"profile_picture_file\"; filename=\"picture.jpg\"\r\nContent-Type: image/jpeg",
            &photo,
        ),
        format!("--{boundary}--\r\n").into_bytes(),
    ];
    assert_eq!(
        String::from_utf8_lossy(&sent.body),
        String::from_utf8_lossy(&wanted.concat())
    );
}

#[test]
fn files_that_are_no_picture_of_a_group_and_no_flow_are_refused_before_anything_is_sent() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let write = |name: &str, bytes: u64| {
        let file = std::fs::File::create(stage.folder.path().join(name)).unwrap();
        file.set_len(bytes).unwrap();
    };
    write("large.jpg", 5 * 1024 * 1024 + 1);
    write("photo.png", 1);
    write("empty.jpg", 0);
    write("large.json", 10 * 1024 * 1024 + 1);
    for (command, file, told) in [
        (
            "updateGroup",
            "large.jpg",
            "has 5242881 bytes; Meta takes at most 5242880",
        ),
        (
            "updateGroup",
            "photo.png",
            "is of type image/png; Meta takes image/jpeg here",
        ),
        ("updateGroup", "empty.jpg", "\"empty.jpg\" is empty"),
        ("updateGroup", "../photo.jpg", "../photo.jpg"),
        (
            "uploadFlowJson",
            "large.json",
            "has 10485761 bytes; Meta takes at most 10485760",
        ),
        (
            "uploadFlowJson",
            "photo.png",
            "is of type image/png; Meta takes application/json here",
        ),
        ("uploadFlowJson", "none.json", "none.json"),
    ] {
        let mut request = request(command);
        request.as_object_mut().unwrap().remove("flowJson");
        request["file"] = file.into();
        let ran = adapter.execute(command, &request.to_string());
        assert_ne!(ran.result(), "OK", "{command} {file}");
        assert!(ran.message().contains(told), "{file}: {}", ran.message());
    }
    assert!(stage.emulator.ledger().requests.is_empty());
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
