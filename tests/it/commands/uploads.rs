//! Uploads that end in a handle, and the commands that take a file where Meta wants one.

use cloud_api_emulator::{Fault, Template};
use serde_json::{Value, json};

use super::examples::Stage;

/// Method, edge or object, and length of the body of each request.
fn sent(stage: &Stage) -> Vec<(String, String, usize)> {
    let requests = stage.emulator.ledger().requests.into_iter();
    let last = |path: &str| {
        let last = path.rsplit('/').next().unwrap();
        last.split(':').next().unwrap().to_owned()
    };
    let shown = requests.map(|sent| (sent.method, last(&sent.path), sent.body_bytes));
    shown.collect()
}

fn is(sent: &[(String, String, usize)], wanted: &[(&str, &str, usize)]) {
    let sent: Vec<(&str, &str, usize)> = sent
        .iter()
        .map(|(method, path, bytes)| (method.as_str(), path.as_str(), *bytes))
        .collect();
    assert_eq!(sent, wanted);
}

#[test]
fn an_upload_goes_on_at_the_offset_that_meta_tells() {
    let stage = Stage::new();
    let bytes = std::fs::metadata(stage.folder.path().join("photo.jpg"))
        .unwrap()
        .len();
    let bytes = usize::try_from(bytes).unwrap();
    stage
        .emulator
        .change_account(json!({ "uploads": { "keep_bytes": 5 } }));
    let adapter = stage.adapter_with(&json!({ "maxAttempts": 3 }));
    let ran = adapter.execute("uploadFile", r#"{"file":"photo.jpg"}"#);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    assert!(ran.json()["handle"].as_str().unwrap().starts_with("4::"));
    is(
        &sent(&stage),
        &[
            ("POST", "uploads", 2),
            ("POST", "upload", bytes),
            ("GET", "upload", 0),
            ("POST", "upload", bytes - 5),
        ],
    );
    assert!(
        stage
            .emulator
            .ledger()
            .requests
            .iter()
            .all(|sent| sent.token_matched)
    );
}

#[test]
fn an_upload_whose_answer_was_lost_sends_no_byte_again() {
    let stage = Stage::new();
    let adapter = stage.adapter_with(&json!({ "maxAttempts": 3 }));
    stage.emulator.inject(Fault::Delay { ms: 0 });
    stage.emulator.inject(Fault::ResetAfterBody.accepted());
    let ran = adapter.execute("uploadFile", r#"{"file":"photo.jpg"}"#);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let last = sent(&stage).pop().unwrap();
    assert_eq!((last.0.as_str(), last.2), ("POST", 0));
}

#[test]
fn what_an_upload_lacks_is_said_before_anything_is_sent() {
    let stage = Stage::new();
    std::fs::write(stage.folder.path().join("sound.mp3"), b"sound").unwrap();
    let with_app = stage.adapter();
    let mut properties = stage.properties();
    properties.as_object_mut().unwrap().remove("appId");
    let without =
        crate::rig::Adapter::create(crate::rig::EntryPoint::Loaded, &properties.to_string())
            .unwrap();
    for (adapter, file, says) in [
        (&without, "photo.jpg", "set the property appId"),
        (&with_app, "missing.jpg", "missing.jpg"),
        (
            &with_app,
            "sound.mp3",
            "Meta gives handles for application/pdf, image/jpeg",
        ),
        (&with_app, "../photo.jpg", "photo.jpg"),
    ] {
        let profile = json!({ "file": file }).to_string();
        for command in ["uploadFile", "updateBusinessProfile"] {
            let ran = adapter.execute(command, &profile);
            assert_eq!(ran.result(), "INVALID_REQUEST", "{command} {file}");
            assert!(ran.message().contains(says), "{command}: {}", ran.message());
        }
    }
    assert!(sent(&stage).is_empty());
}

fn header() -> Value {
    json!({ "type": "HEADER", "format": "IMAGE", "example": { "file": "photo.jpg" } })
}

#[test]
fn a_file_stands_where_meta_wants_a_handle() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let body = json!({ "type": "BODY", "text": "Look" });
    let card = json!({ "components": [header(), body] });
    let template = Template::new("order_delayed", "en_US", 0);
    let id = stage.emulator.add_template(template);
    for (command, request, uploads, handle) in [
        (
            "createTemplate",
            json!({ "templateName": "look", "languageCode": "en_US", "category": "MARKETING",
                    "components": [header(), body] }),
            1,
            "/components/0/example/header_handle/0",
        ),
        (
            "createTemplate",
            json!({ "templateName": "looks", "languageCode": "en_US", "category": "MARKETING",
                    "components": [body, { "type": "CAROUSEL", "cards": [card, card] }] }),
            2,
            "/components/1/cards/1/components/0/example/header_handle/0",
        ),
        (
            "updateTemplate",
            json!({ "templateId": id, "components": [header(), body] }),
            1,
            "/components/0/example/header_handle/0",
        ),
        (
            "updateBusinessProfile",
            json!({ "file": "photo.jpg" }),
            1,
            "/profile_picture_handle",
        ),
    ] {
        stage.emulator.clear_ledger();
        let ran = adapter.execute(command, &request.to_string());
        assert_eq!(ran.result(), "OK", "{command}: {}", ran.message());
        let requests = stage.emulator.ledger().requests;
        assert_eq!(requests.len(), 2 * uploads + 1, "{command}");
        let last = requests.last().unwrap().json.clone().unwrap();
        let handle = last.pointer(handle).and_then(Value::as_str);
        assert!(
            handle.is_some_and(|it| it.starts_with("4::")),
            "{command}: {last}"
        );
        assert!(!last.to_string().contains("photo.jpg"), "{last}");
    }
}

#[test]
fn a_template_whose_sample_was_not_uploaded_is_not_created() {
    let stage = Stage::new();
    let adapter = stage.adapter_with(&json!({ "maxAttempts": 1 }));
    stage.emulator.inject(Fault::Graph {
        code: 100,
        status: None,
        transient: None,
        retry_after: None,
    });
    let request = json!({ "templateName": "look", "languageCode": "en_US", "category": "MARKETING",
                          "components": [header(), { "type": "BODY", "text": "Look" }] });
    let ran = adapter.execute("createTemplate", &request.to_string());
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(sent(&stage).len(), 1);
}

#[test]
fn media_of_a_number_without_storage_is_kept_as_long_as_asked() {
    let stage = Stage::new();
    let request = json!({ "file": "photo.jpg", "ttlMinutes": 90 }).to_string();
    let ran = stage.adapter().execute("uploadMedia", &request);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let sent = stage.emulator.ledger().requests.remove(0).body;
    let text = String::from_utf8_lossy(&sent).into_owned();
    assert!(
        text.contains("name=\"ttl_minutes\"\r\n\r\n90\r\n"),
        "{text}"
    );
}
