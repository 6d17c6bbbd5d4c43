//! Media: uploaded, looked up, fetched, deleted, and what is refused on the way.

use std::time::Duration;

use cloud_api_emulator::{Emulator, Fault, Strictness};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Answer, Client, of_type, quiet};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

/// Name, file name, MIME type, bytes.
type Part<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a [u8]);

/// The body of an upload with these parts.
fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, mime_type, bytes) in parts {
        body.extend_from_slice(b"--limit\r\nContent-Disposition: form-data; name=\"");
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\"");
        if let Some(file) = file {
            body.extend_from_slice(format!("; filename=\"{file}\"").as_bytes());
        }
        if let Some(mime_type) = mime_type {
            body.extend_from_slice(format!("\r\nContent-Type: {mime_type}").as_bytes());
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limit--\r\n");
    body
}

fn bearer(client: &Client) -> String {
    format!("Authorization: Bearer {}\r\n", client.token)
}

fn post(client: &Client, body: &[u8]) -> Answer {
    let path = format!("/v26.0/{}/media", client.phone_number_id);
    let headers = bearer(client) + "Content-Type: multipart/form-data; boundary=limit\r\n";
    client.post(&path, &headers, body)
}

fn upload(client: &Client, mime_type: &str, bytes: &[u8]) -> Answer {
    let body = form(&[
        ("messaging_product", None, None, b"whatsapp"),
        ("type", None, None, mime_type.as_bytes()),
        ("file", Some("file"), Some(mime_type), bytes),
    ]);
    post(client, &body)
}

fn uploaded(client: &Client, mime_type: &str, bytes: &[u8]) -> String {
    let answer = upload(client, mime_type, bytes);
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn look_up(client: &Client, id: &str) -> Answer {
    client.call("GET", &format!("/v26.0/{id}"), &bearer(client), b"")
}

/// The path and query of the address that the medium is fetched from.
fn address(client: &Client, id: &str) -> String {
    let url = look_up(client, id).json()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, path) = url.split_once(&client.address.to_string()).unwrap();
    path.to_owned()
}

fn fetch(client: &Client, path: &str) -> Answer {
    client.call(
        "GET",
        path,
        &(bearer(client) + "User-Agent: test/1\r\n"),
        b"",
    )
}

fn error_of(answer: &Answer) -> (u16, u64, String) {
    let error = &answer.json()["error"];
    (
        answer.status,
        error["code"].as_u64().unwrap_or(0),
        error["message"].as_str().unwrap_or_default().to_owned(),
    )
}

#[test]
fn what_was_uploaded_comes_back_with_its_hash() {
    let (emulator, client) = quiet();
    let id = uploaded(&client, "image/png", PNG);
    let found = look_up(&client, &id);
    let digest = base16ct::lower::encode_string(&Sha256::digest(PNG));
    let json = found.json();
    assert_eq!(found.header("facebook-api-version"), Some("v26.0"));
    assert_eq!(
        json,
        json!({"messaging_product": "whatsapp", "url": json["url"], "mime_type": "image/png",
               "sha256": digest, "file_size": PNG.len(), "id": id})
    );
    let file = fetch(&client, &address(&client, &id));
    assert_eq!((file.status, file.body.as_slice()), (200, PNG));
    assert_eq!(file.header("content-type"), Some("image/png"));
    let ledger = emulator.ledger();
    let kinds: Vec<_> = ledger
        .requests
        .iter()
        .filter_map(|it| it.kind.as_deref())
        .collect();
    assert_eq!(kinds, ["media", "media_url", "media_url", "media_download"]);
    assert_eq!(ledger.to("POST", "/media").count(), 1);
}

#[test]
fn a_file_is_refused_by_type_and_size() {
    let (_emulator, client) = quiet();
    let (status, code, message) = error_of(&upload(&client, "audio/wav", b"RIFF"));
    assert_eq!((status, code), (400, 100));
    assert!(
        message.starts_with(
            "(#100) Param file must be a file with one of the following types: audio/aac"
        ) && message.ends_with("Received file of type 'audio/wav'."),
        "{message}"
    );
    assert_eq!(error_of(&upload(&client, "image/png", b"")).1, 100);
    for (mime_type, most) in [
        ("image/webp", 500 * 1024),
        ("image/jpeg", 5 * 1024 * 1024),
        ("audio/ogg; codecs=opus", 16 * 1024 * 1024),
    ] {
        assert_eq!(
            upload(&client, mime_type, &vec![0; most]).status,
            200,
            "{mime_type}"
        );
        let over = upload(&client, mime_type, &vec![0; most + 1]);
        assert_eq!(error_of(&over).1, 100, "{mime_type}");
    }
}

#[test]
fn the_form_is_checked() {
    let (_emulator, client) = quiet();
    let product: Part<'_> = ("messaging_product", None, None, b"whatsapp");
    let file: Part<'_> = ("file", Some("a.png"), Some("image/png"), PNG);
    let sms: Part<'_> = ("messaging_product", None, None, b"sms");
    let text: Part<'_> = ("file", None, Some("image/png"), PNG);
    assert_eq!(post(&client, &form(&[product, file])).status, 200);
    for parts in [
        vec![file],
        vec![product],
        vec![sms, file],
        vec![product, text],
    ] {
        assert_eq!(error_of(&post(&client, &form(&parts))).1, 100, "{parts:?}");
    }
    let mut cut = form(&[product, file]);
    cut.truncate(cut.len() - 10);
    assert_eq!(error_of(&post(&client, &cut)).1, 100);
    let path = format!("/v26.0/{}/media", client.phone_number_id);
    let json = client.post(
        &path,
        &client.headers(),
        br#"{"messaging_product":"whatsapp"}"#,
    );
    assert_eq!(error_of(&json).1, 100);
}

#[test]
fn an_address_needs_token_user_agent_and_haste() {
    let (emulator, client) = quiet();
    let id = uploaded(&client, "image/png", PNG);
    let path = address(&client, &id);
    let agent = "User-Agent: test/1\r\n";
    let call = |headers: &str, path: &str| client.call("GET", path, headers, b"").status;
    assert_eq!(call(agent, &path), 401);
    assert_eq!(call(&bearer(&client), &path), 400);
    assert_eq!(
        call(&format!("Authorization: Bearer wrong\r\n{agent}"), &path),
        401
    );
    assert_eq!(fetch(&client, &path.replace("ext=1", "ext=9")).status, 403);
    emulator.advance_clock(Duration::from_secs(300));
    assert_eq!(fetch(&client, &path).status, 200);
    emulator.advance_clock(Duration::from_secs(2));
    assert_eq!(fetch(&client, &path).status, 404);
    assert_eq!(fetch(&client, &address(&client, &id)).status, 200);
    let refused = emulator
        .ledger()
        .requests
        .iter()
        .filter(|it| !it.accepted)
        .count();
    assert_eq!(refused, 5);
}

#[test]
fn a_medium_is_found_until_it_is_deleted_or_expires() {
    let (emulator, client) = quiet();
    let (first, second) = (
        uploaded(&client, "image/png", PNG),
        uploaded(&client, "image/png", PNG),
    );
    let of_number = |id: &str, number: &str, method: &str| {
        let path = format!("/v26.0/{id}?phone_number_id={number}");
        client.call(method, &path, &bearer(&client), b"")
    };
    assert_eq!(
        of_number(&first, &client.phone_number_id, "GET").status,
        200
    );
    assert_eq!(error_of(&of_number(&first, "1", "GET")).1, 100);
    assert_eq!(error_of(&of_number(&first, "1", "DELETE")).1, 100);
    let path = address(&client, &first);
    let deleted = of_number(&first, &client.phone_number_id, "DELETE");
    assert_eq!(
        (deleted.status, deleted.json()),
        (200, json!({"success": true}))
    );
    assert_eq!(
        look_up(&client, &first).json()["error"]["error_subcode"],
        33
    );
    assert_eq!(fetch(&client, &path).status, 404);
    emulator.advance_clock(Duration::from_secs(30 * 24 * 60 * 60 + 1));
    assert_eq!(error_of(&look_up(&client, &second)).1, 100);
    let error = look_up(&client, "12345").json()["error"]["message"].to_string();
    assert!(error.contains("Unsupported get request"), "{error}");
}

#[test]
fn media_ids_of_messages_are_looked_up_if_asked_for() {
    let (emulator, client) = quiet();
    let id = uploaded(&client, "image/png", PNG);
    let image = |id: &str| of_type("image", &json!({"id": id}));
    let code = |message: &Value| error_of(&client.send(message)).1;
    assert_eq!(code(&image("1")), 0);
    emulator.set_strictness(Strictness::full());
    let refused = client.send(&image("1"));
    assert_eq!(
        (refused.code(), refused.details().as_str()),
        (
            100,
            "(#100) Param image['id'] is not a valid whatsapp business account media attachment ID"
        )
    );
    assert_eq!(code(&image(&id)), 0);
    let header = json!({"type": "image", "image": {"id": "1"}});
    let buttons = json!({"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"}}]});
    let interactive = json!({"type": "button", "header": header, "body": {"text": "b"},
                             "action": buttons});
    let refused = client.send(&of_type("interactive", &interactive));
    let told = refused.details();
    assert!(
        told.contains("Param interactive['header']['image']['id'] is not"),
        "{told}"
    );
}

#[test]
fn a_file_of_the_wrong_type_is_accepted_and_fails() {
    let emulator = Emulator::start(cloud_api_emulator::Config {
        strictness: Strictness::full(),
        ..Default::default()
    })
    .unwrap();
    let client = Client::new(&emulator);
    emulator.set_window("16505551234", true);
    let id = uploaded(&client, "image/png", PNG);
    assert_eq!(
        client.send(&of_type("video", &json!({"id": id}))).status,
        200
    );
    while emulator.ledger().webhooks.is_empty() {
        std::thread::yield_now();
    }
    let body: Value = serde_json::from_slice(&emulator.ledger().webhooks[0].body).unwrap();
    let status = &body["entry"][0]["changes"][0]["value"]["statuses"][0];
    assert_eq!(
        (&status["status"], &status["errors"][0]["code"]),
        (&json!("failed"), &json!(131_053))
    );
    let details = status["errors"][0]["error_data"]["details"].to_string();
    assert!(
        details.contains("Unsupported Video mime type image/png"),
        "{details}"
    );
}

#[test]
fn faults_meet_every_endpoint_and_can_undo_it() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::Graph {
        code: 2,
        status: None,
        transient: None,
        retry_after: None,
    });
    assert_eq!(error_of(&upload(&client, "image/png", PNG)).1, 2);
    let id = uploaded(&client, "image/png", PNG);
    emulator.inject(Fault::HalfBody.not_accepted());
    let stream = client.connect();
    let request = crate::support::request("DELETE", &format!("/v26.0/{id}"), &bearer(&client), b"");
    std::io::Write::write_all(&mut &stream, &request).unwrap();
    crate::support::read_rest(&mut &stream);
    assert_eq!(look_up(&client, &id).status, 200);
    let ledger = emulator.ledger();
    assert_eq!(
        ledger.to("DELETE", &id).next().unwrap().fault.as_deref(),
        Some("half_body")
    );
    assert!(!ledger.to("DELETE", &id).next().unwrap().accepted);
}

#[test]
fn customer_media_can_be_fetched_from_another_host() {
    let (emulator, client) = quiet();
    let id = emulator.add_customer_media("image/jpeg", b"photo");
    emulator.set_media_host(Some("http://media.test".to_owned()));
    let url = look_up(&client, &id).json()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = url.strip_prefix("http://media.test").unwrap();
    assert_eq!(fetch(&client, path).body, b"photo");
    let added = client
        .post("/__media", "Content-Type: video/mp4\r\n", b"film")
        .json();
    let found = look_up(&client, added["id"].as_str().unwrap()).json();
    assert_eq!(
        (&found["mime_type"], &found["file_size"]),
        (&json!("video/mp4"), &json!(4))
    );
}
