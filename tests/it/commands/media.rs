//! Media as files: up, down, and never outside the folder.

use cloud_api_emulator::{Fault, Then};
use serde_json::json;

use super::examples::{CUSTOMER, Stage};
use crate::rig::{Adapter, EntryPoint};

const PHOTO: &[u8] = b"\xff\xd8\xff a photo";

fn files(stage: &Stage) -> Vec<String> {
    let entries = std::fs::read_dir(stage.folder.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_file_goes_up_and_comes_down_the_same() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    // Longer than every buffer on the way.
    let large: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(stage.folder.path().join("large.jpg"), &large).unwrap();
    let up = adapter.execute("uploadMedia", r#"{"file":"large.jpg"}"#);
    assert_eq!(up.result(), "OK", "{}", up.message());
    let id = up.json()["mediaId"].clone();
    let request = json!({ "mediaId": id, "file": "again.jpg" }).to_string();
    let down = adapter.execute("downloadMedia", &request);
    assert_eq!(down.result(), "OK", "{}", down.message());
    assert_eq!(down.json()["fileSize"], 3_000_000);
    assert_eq!(down.json()["mimeType"], "image/jpeg");
    assert!(std::fs::read(stage.folder.path().join("again.jpg")).unwrap() == large);
    assert_eq!(files(&stage), ["again.jpg", "large.jpg", "photo.jpg"]);
}

#[test]
fn a_message_takes_a_file_and_uploads_it_first() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let media = json!({ "phoneNumber": CUSTOMER, "mediaType": "image", "file": "photo.jpg" });
    let buttons = json!({
        "phoneNumber": CUSTOMER, "message": "Like it?",
        "buttons": [{ "id": "y", "title": "Yes" }],
        "headerMedia": { "type": "image", "file": "photo.jpg" },
    });
    for (command, request, at) in [
        ("sendMessageMedia", media, "/image/id"),
        (
            "sendMessageButtons",
            buttons,
            "/interactive/header/image/id",
        ),
    ] {
        stage.emulator.clear_ledger();
        let ran = adapter.execute(command, &request.to_string());
        assert_eq!(ran.result(), "OK", "{command}: {}", ran.message());
        let requests = stage.emulator.ledger().requests;
        assert_eq!(requests.len(), 2, "{command}");
        assert!(requests[0].path.ends_with("/media"));
        let id = requests[1].json.as_ref().unwrap().pointer(at).unwrap();
        assert!(
            id.as_str()
                .unwrap()
                .bytes()
                .all(|byte| byte.is_ascii_digit()),
            "{id}"
        );
    }
}

#[test]
fn a_message_is_not_sent_if_its_file_does_not_go_up() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let request =
        json!({ "phoneNumber": CUSTOMER, "mediaType": "image", "file": "photo.jpg" }).to_string();
    stage.emulator.inject(Fault::Html { status: 500 });
    let ran = adapter.execute("sendMessageMedia", &request);
    assert_eq!(ran.result(), "UNAVAILABLE", "{}", ran.message());
    assert_eq!(ran.json()["details"]["outcome"], "not_sent");
    assert_eq!(ran.json()["details"]["retryable"], true);
    assert_eq!(stage.emulator.ledger().accepted(), 0);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(outside.path(), PHOTO).unwrap();
    std::os::unix::fs::symlink(outside.path(), stage.folder.path().join("link.jpg")).unwrap();
    let id = stage.emulator.add_customer_media("image/jpeg", PHOTO);
    let absolute = outside.path().to_str().unwrap();
    for path in [
        "../x.jpg",
        "link.jpg",
        absolute,
        "/etc/passwd",
        "a/../../x.jpg",
        "none.jpg",
        ".",
    ] {
        stage.emulator.clear_ledger();
        let up = adapter.execute("uploadMedia", &json!({ "file": path }).to_string());
        assert_eq!(up.result(), "INVALID_REQUEST", "{path}: {}", up.message());
        if !["link.jpg", "none.jpg"].contains(&path) {
            let request = json!({ "mediaId": id, "file": path }).to_string();
            let down = adapter.execute("downloadMedia", &request);
            assert_eq!(
                down.result(),
                "INVALID_REQUEST",
                "{path}: {}",
                down.message()
            );
        }
        assert!(stage.emulator.ledger().requests.is_empty(), "{path}");
    }
    assert_eq!(std::fs::read(outside.path()).unwrap(), PHOTO);
}

#[test]
fn without_the_property_there_are_no_files() {
    let stage = Stage::new();
    let mut properties = stage.properties();
    properties.as_object_mut().unwrap().remove("mediaDirectory");
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    for (command, request) in [
        ("uploadMedia", json!({ "file": "photo.jpg" })),
        (
            "downloadMedia",
            json!({ "mediaId": "1", "file": "photo.jpg" }),
        ),
        (
            "sendMessageMedia",
            json!({ "phoneNumber": CUSTOMER, "mediaType": "image", "file": "photo.jpg" }),
        ),
    ] {
        let ran = adapter.execute(command, &request.to_string());
        assert_eq!(ran.result(), "INVALID_REQUEST", "{command}");
        assert!(
            ran.message().contains("mediaDirectory"),
            "{}",
            ran.message()
        );
    }
}

#[test]
fn type_and_size_are_checked_before_anything_leaves() {
    let stage = Stage::new();
    let write = |name: &str, bytes: usize| {
        std::fs::write(stage.folder.path().join(name), vec![7; bytes]).unwrap();
    };
    write("large.png", 5 * 1024 * 1024 + 1);
    write("empty.png", 0);
    write("program.exe", 10);
    let adapter = stage.adapter();
    for (file, says) in [
        (
            "large.png",
            "has 5242881 bytes; Meta takes at most 5242880 of type image/png",
        ),
        ("empty.png", "is empty"),
        ("program.exe", "has no ending that Meta takes"),
    ] {
        let ran = adapter.execute("uploadMedia", &json!({ "file": file }).to_string());
        assert_eq!(ran.result(), "INVALID_REQUEST", "{file}");
        assert!(ran.message().contains(says), "{}", ran.message());
    }
    assert!(stage.emulator.ledger().requests.is_empty());
}

#[test]
fn a_download_is_kept_only_if_it_is_whole_and_small_enough() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let id = stage.emulator.add_customer_media("image/jpeg", PHOTO);
    let request = json!({ "mediaId": id, "file": "new.jpg", "maxBytes": 5 }).to_string();
    let ran = adapter.execute("downloadMedia", &request);
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(ran.json()["details"]["reason"], "too_large");
    assert_eq!(files(&stage), ["photo.jpg"]);
}

#[test]
fn the_token_goes_to_metas_hosts_only() {
    let stage = Stage::new();
    let elsewhere = Stage::new();
    let adapter = stage.adapter();
    let host = elsewhere.emulator.base_url().replace("http://", "");
    stage.emulator.set_media_host(Some(host));
    let id = stage.emulator.add_customer_media("image/jpeg", PHOTO);
    let request = json!({ "mediaId": id, "file": "new.jpg" }).to_string();
    let ran = adapter.execute("downloadMedia", &request);
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(ran.json()["details"]["reason"], "foreign_host");
    assert!(elsewhere.emulator.ledger().requests.is_empty());
    assert_eq!(files(&stage), ["photo.jpg"]);
}

#[test]
fn what_is_not_what_meta_describes_is_not_kept() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let id = stage.emulator.add_customer_media("image/jpeg", PHOTO);
    let told = adapter
        .execute("getMedia", &json!({ "mediaId": id }).to_string())
        .json();
    let other = json!({
        "url": told["url"], "mime_type": "image/jpeg", "sha256": "0".repeat(64), "id": id,
        "file_size": told["fileSize"], "messaging_product": "whatsapp",
    });
    stage.emulator.inject(Fault::Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: other.to_string(),
    });
    let request = json!({ "mediaId": id, "file": "new.jpg" }).to_string();
    let ran = adapter.execute("downloadMedia", &request);
    assert_eq!(ran.result(), "COMMAND_FAILED", "{}", ran.message());
    assert_eq!(ran.json()["details"]["reason"], "wrong_hash");
    assert_eq!(files(&stage), ["photo.jpg"]);
    let ran = adapter.execute("downloadMedia", &request);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
}

/// S40.
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one table of lengths that do and do not agree"
)]
fn a_download_that_is_not_as_long_as_it_should_be_is_not_kept() {
    let stage = Stage::new();
    let mut properties = stage.properties();
    properties["maxAttempts"] = 2.into();
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
    let id = stage.emulator.add_customer_media("image/jpeg", PHOTO);
    let request = json!({ "mediaId": id, "file": "new.jpg" }).to_string();
    let told = adapter
        .execute("getMedia", &json!({ "mediaId": id }).to_string())
        .json();
    // Without a hash: the number of bytes is all there is to compare.
    let described = |size: Option<u64>| {
        let answer = json!({
            "url": told["url"], "mime_type": "image/jpeg", "id": id, "file_size": size,
            "messaging_product": "whatsapp",
        });
        let body = answer.to_string();
        Fault::Answer {
            status: 200,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body,
        }
    };
    let came = |fields: &str, body: &str| Fault::Raw {
        bytes: format!("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n{fields}\r\n{body}"),
        then: Then::Close,
    };
    let length = |bytes: usize| format!("Content-Length: {bytes}\r\n");
    let chunk = "Transfer-Encoding: chunked\r\n";
    let cut = "UNAVAILABLE";
    let wrong = "COMMAND_FAILED";
    for (what, size, fields, body, result) in [
        ("cut, no length", Some(10), "", "12345", cut),
        ("no length, size unknown", None, "", "12345", cut),
        ("no length, whole by its size", Some(5), "", "12345", "OK"),
        ("cut, with a length", Some(10), &length(10), "12345", cut),
        (
            "cut, with a length, size unknown",
            None,
            &length(10),
            "12345",
            cut,
        ),
        ("whole, size unknown", None, &length(5), "12345", "OK"),
        (
            "shorter than Meta says",
            Some(10),
            &length(5),
            "12345",
            wrong,
        ),
        ("longer than Meta says", Some(4), &length(5), "12345", wrong),
        (
            "chunks without their end",
            None,
            chunk,
            "5\r\n12345\r\n",
            cut,
        ),
        (
            "chunks cut behind the last",
            None,
            chunk,
            "5\r\n12345\r\n0\r\n",
            cut,
        ),
        (
            "chunks, whole",
            None,
            chunk,
            "5\r\n12345\r\n0\r\n\r\n",
            "OK",
        ),
        (
            "chunks, shorter",
            Some(6),
            chunk,
            "5\r\n12345\r\n0\r\n\r\n",
            wrong,
        ),
        (
            "compressed",
            None,
            &format!("{}Content-Encoding: gzip\r\n", length(5)),
            "12345",
            cut,
        ),
    ] {
        stage.emulator.inject(described(size));
        // As often as it is asked for.
        let times = if result == cut { 2 } else { 1 };
        stage.emulator.inject(came(fields, body).times(times));
        let ran = adapter.execute("downloadMedia", &request);
        assert_eq!(ran.result(), result, "{what}: {}", ran.message());
        assert!(stage.emulator.waiting_faults().is_empty(), "{what}");
        if result == wrong {
            assert_eq!(ran.json()["details"]["reason"], "wrong_size", "{what}");
        }
        if result == "OK" {
            let file = stage.folder.path().join("new.jpg");
            assert_eq!(std::fs::read(&file).unwrap(), b"12345", "{what}");
            std::fs::remove_file(file).unwrap();
        }
        assert_eq!(files(&stage), ["photo.jpg"], "{what}");
    }
}

/// S52.
#[test]
fn what_is_no_media_is_not_kept() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let id = stage.emulator.add_customer_media("image/jpeg", PHOTO);
    let request = json!({ "mediaId": id, "file": "new.jpg" }).to_string();
    let told = adapter
        .execute("getMedia", &json!({ "mediaId": id }).to_string())
        .json();
    let description = json!({ "url": told["url"], "mime_type": "image/jpeg", "id": id });
    for (content_type, body) in [
        ("application/json", r#"{"error":{"code":190}}"#),
        ("text/html", "<html>sign in</html>"),
        ("image/jpeg", ""),
        ("image/jpeg", r#"{"error":{"code":190}}"#),
    ] {
        for (content_type, body) in [
            ("application/json", description.to_string()),
            (content_type, body.to_owned()),
        ] {
            stage.emulator.inject(Fault::Answer {
                status: 200,
                headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
                body,
            });
        }
        let ran = adapter.execute("downloadMedia", &request);
        let told = format!("{content_type} {body}: {}", ran.message());
        assert_eq!(ran.result(), "COMMAND_FAILED", "{told}");
        assert_eq!(ran.json()["details"]["reason"], "not_media", "{told}");
        assert_eq!(ran.json()["details"]["retryable"], true, "{told}");
        assert_eq!(files(&stage), ["photo.jpg"], "{told}");
    }
}
