//! Which file goes out as what: `tests/COMMAND_CASES.md`, M1 to M4.

use serde_json::{Value, json};

use super::examples::{CUSTOMER, Stage};

/// A stage with an empty-looking file of each name.
fn with_files(names: &[&str]) -> Stage {
    let stage = Stage::new();
    for name in names {
        std::fs::write(stage.folder.path().join(name), b"not empty").unwrap();
    }
    stage
}

/// The form of the upload that left, as text.
fn upload(stage: &Stage) -> String {
    let requests = stage.emulator.ledger().requests;
    let upload = requests
        .iter()
        .find(|request| request.path.ends_with("/media"))
        .unwrap();
    String::from_utf8_lossy(&upload.body).into_owned()
}

/// The message that left.
fn message(stage: &Stage) -> Value {
    let requests = stage.emulator.ledger().requests;
    let last = requests.last().unwrap();
    assert!(last.path.ends_with("/messages"), "{}", last.path);
    last.json.clone().unwrap()
}

#[test]
fn m1_a_3gp_file_goes_out_as_video_3gpp_and_both_spellings_are_taken() {
    for request in [
        json!({ "file": "clip.3gp" }),
        json!({ "file": "clip.3gp", "mimeType": "video/3gp" }),
        json!({ "file": "clip.3gp", "mimeType": "video/3gpp" }),
        json!({ "file": "CLIP.3GP" }),
    ] {
        let stage = with_files(&["clip.3gp", "CLIP.3GP"]);
        let ran = stage.adapter().execute("uploadMedia", &request.to_string());
        assert_eq!(ran.result(), "OK", "{request}: {}", ran.message());
        let form = upload(&stage);
        assert_eq!(form.matches("video/3gpp").count(), 2, "{form}");
    }
}

#[test]
fn m2_types_are_compared_without_parameters_and_case() {
    for (mime_type, sent) in [
        ("audio/ogg; codecs=opus", "audio/ogg; codecs=opus"),
        ("Audio/OGG", "audio/ogg"),
        ("AUDIO/OGG;codecs=opus", "audio/ogg; codecs=opus"),
        ("audio/ogg ;", "audio/ogg"),
    ] {
        let stage = with_files(&["voice.ogg"]);
        let request = json!({ "file": "voice.ogg", "mimeType": mime_type });
        let ran = stage.adapter().execute("uploadMedia", &request.to_string());
        assert_eq!(ran.result(), "OK", "{mime_type}: {}", ran.message());
        let form = upload(&stage);
        assert!(
            form.contains(&format!("Content-Type: {sent}\r\n")),
            "{mime_type}: {form}"
        );
    }
    let stage = with_files(&["voice.ogg"]);
    let request = json!({ "file": "voice.ogg", "mimeType": "image/heic; x=y" });
    let ran = stage.adapter().execute("uploadMedia", &request.to_string());
    assert_eq!(ran.result(), "INVALID_REQUEST");
    assert!(ran.message().contains("image/heic"), "{}", ran.message());
}

#[test]
fn m3_a_file_of_another_kind_than_the_message_is_refused_before_anything_leaves() {
    for (kind, voice, file, taken) in [
        ("image", false, "voice.ogg", "image/jpeg, image/png"),
        ("image", false, "sticker.webp", "image/jpeg, image/png"),
        ("sticker", false, "photo.jpg", "image/webp"),
        ("video", false, "list.pdf", "video/mp4, video/3gpp"),
        ("audio", false, "clip.mp4", "audio/ogg"),
        ("audio", true, "song.mp3", "audio/ogg"),
    ] {
        let stage = with_files(&[file]);
        let mut request = json!({ "phoneNumber": CUSTOMER, "mediaType": kind, "file": file });
        if voice {
            request["voice"] = true.into();
        }
        let ran = stage
            .adapter()
            .execute("sendMessageMedia", &request.to_string());
        assert_eq!(ran.result(), "INVALID_REQUEST", "{kind} {file}");
        assert!(
            ran.message().contains(file) && ran.message().contains(taken),
            "{}",
            ran.message()
        );
        assert!(stage.emulator.ledger().requests.is_empty(), "{kind} {file}");
    }
    let stage = with_files(&["voice.ogg"]);
    let header = json!({
        "phoneNumber": CUSTOMER, "message": "x", "buttons": [{ "id": "a", "title": "A" }],
        "headerMedia": { "type": "video", "file": "voice.ogg" },
    });
    let ran = stage
        .adapter()
        .execute("sendMessageButtons", &header.to_string());
    assert_eq!(ran.result(), "INVALID_REQUEST", "{}", ran.message());
}

#[test]
fn m3_the_name_that_goes_out_fits_the_type() {
    for (file, mime_type, name) in [
        ("voice-note.mp4", "audio/ogg", "voice-note.ogg"),
        ("photo", "image/png", "photo.png"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
    ] {
        let stage = with_files(&[file]);
        let request = json!({ "file": file, "mimeType": mime_type });
        let ran = stage.adapter().execute("uploadMedia", &request.to_string());
        assert_eq!(ran.result(), "OK", "{}", ran.message());
        let form = upload(&stage);
        assert!(form.contains(&format!("filename=\"{name}\"")), "{form}");
    }
}

#[test]
fn m4_a_document_by_file_has_its_files_name_wherever_it_stands() {
    let long = format!("{}.pdf", "x".repeat(249));
    let shortened = format!("{}.pdf", "x".repeat(236));
    for (file, given, name) in [
        ("Invoice 7.pdf", None, "Invoice 7.pdf"),
        ("Invoice 7.pdf", Some("Bill.pdf"), "Bill.pdf"),
        (long.as_str(), None, shortened.as_str()),
    ] {
        let stage = with_files(&[file]);
        let document = |mut object: Value| {
            object["file"] = file.into();
            if let Some(given) = given {
                object["filename"] = given.into();
            }
            object
        };
        let of_message = document(json!({ "phoneNumber": CUSTOMER, "mediaType": "document" }));
        let of_buttons = json!({
            "phoneNumber": CUSTOMER, "message": "x", "buttons": [{ "id": "a", "title": "A" }],
            "headerMedia": document(json!({ "type": "document" })),
        });
        for (command, request, at) in [
            ("sendMessageMedia", of_message, "/document/filename"),
            (
                "sendMessageButtons",
                of_buttons,
                "/interactive/header/document/filename",
            ),
        ] {
            let ran = stage.adapter().execute(command, &request.to_string());
            assert_eq!(ran.result(), "OK", "{command}: {}", ran.message());
            assert_eq!(message(&stage).pointer(at), Some(&json!(name)), "{command}");
        }
    }
    // A template's header is refused by the emulator only after it has left, which is enough here.
    let stage = with_files(&["Invoice 7.pdf"]);
    let request = json!({
        "phoneNumber": CUSTOMER, "templateName": "none", "languageCode": "en_US",
        "header": { "type": "document", "file": "Invoice 7.pdf" },
    });
    stage
        .adapter()
        .execute("sendMessageTemplate", &request.to_string());
    let at = "/template/components/0/parameters/0/document/filename";
    assert_eq!(message(&stage).pointer(at), Some(&json!("Invoice 7.pdf")));
}
