//! Flows: the form that their JSON leaves in, and what Meta does in part.

use serde_json::json;

use super::examples::{Stage, request};

#[test]
fn the_json_leaves_byte_for_byte_as_a_file_of_a_form() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let mut request = stage.prepare("uploadFlowJson", &adapter);
    request["flowJson"] = json!({ "version": "7.0", "screens": [{ "id": "Ä", "n": 1.50 }] });
    let text = request.to_string().replace("1.5", "1.500");
    let ran = adapter.execute("uploadFlowJson", &text);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let sent = stage.emulator.ledger().requests[0].clone();
    let body = String::from_utf8(sent.body).unwrap();
    let content_type = sent.content_type.unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    assert_eq!((parts.len(), parts[4]), (5, "--\r\n"));
    assert!(parts[1].ends_with("; name=\"name\"\r\n\r\nflow.json\r\n"));
    assert!(parts[2].ends_with("; name=\"asset_type\"\r\n\r\nFLOW_JSON\r\n"));
    assert!(parts[3].contains("; name=\"file\"; filename=\"flow.json\"\r\n"));
    let file = parts[3].split_once("\r\n\r\n").unwrap().1;
    let given = text.split_once("\"flowJson\":").unwrap().1;
    assert!(given.starts_with(file.trim_end()), "{file} {given}");
}

#[test]
fn the_json_of_a_file_leaves_as_it_is() {
    let stage = Stage::new();
    let json = b"{ \"version\": \"7.0\",\r\n \"screens\": [] }\n";
    std::fs::write(stage.folder.path().join("flow.json"), json).unwrap();
    let adapter = stage.adapter();
    let mut request = stage.prepare("uploadFlowJson", &adapter);
    request["file"] = "flow.json".into();
    let ran = adapter.execute("uploadFlowJson", &request.to_string());
    assert!(
        ran.message().contains("exclude each other"),
        "{}",
        ran.message()
    );
    request.as_object_mut().unwrap().remove("flowJson");
    let ran = adapter.execute("uploadFlowJson", &request.to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let sent = stage.emulator.ledger().requests.pop().unwrap();
    let wanted = [b"\r\n\r\n".as_slice(), json, b"\r\n--"].concat();
    assert!(sent.body.windows(wanted.len()).any(|part| part == wanted));
}

#[test]
fn what_is_wrong_with_the_json_is_told() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let mut request = stage.prepare("uploadFlowJson", &adapter);
    request["flowJson"] = json!({ "version": "7.0" });
    let ran = adapter.execute("uploadFlowJson", &request.to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let errors = ran.json()["validationErrors"].clone();
    assert_eq!(errors[0]["error_type"], "FLOW_JSON_ERROR", "{errors}");
}

#[test]
fn flows_that_are_not_migrated_are_told_one_by_one() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let mut request = stage.prepare("migrateFlows", &adapter);
    request["flowNames"] = json!(["lead", "sign-up"]);
    let ran = adapter.execute("migrateFlows", &request.to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    assert_eq!(ran.json()["migratedFlows"][0]["source_name"], "sign-up");
    assert_eq!(ran.json()["failedFlows"][0]["source_name"], "lead");
    let ran = adapter.execute("migrateFlows", &request.to_string());
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(ran.json()["failedFlows"][1]["error_code"], "4233041");
}

#[test]
fn a_number_without_a_key_has_an_empty_one() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let ran = adapter.execute("getFlowPublicKey", "{}");
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    assert_eq!(ran.json()["publicKey"], "");
    let key = request("setFlowPublicKey");
    adapter.execute("setFlowPublicKey", &key.to_string());
    let ran = adapter.execute("getFlowPublicKey", "{}");
    assert_eq!(ran.json()["publicKey"], key["publicKey"]);
}
