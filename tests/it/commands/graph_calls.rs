//! callGraph: it stays on its path, sends no message, and ends as every call does.

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::examples::Stage;
use crate::rig::{Adapter, EntryPoint, NOBODY};

/// A request of the emulated number's.
fn request(stage: &Stage, method: &str, edge: &str) -> Value {
    let path = format!("{}/{edge}", stage.emulator.config().phone_number_id);
    json!({ "method": method, "path": path })
}

#[track_caller]
fn assert_refused(stage: &Stage, request: &Value, says: &str) {
    let ran = stage.adapter().execute("callGraph", &request.to_string());
    assert_eq!(ran.result(), "INVALID_REQUEST", "{request}");
    let told = ran.message();
    assert!(told.contains(says), "{request}: {told}");
    assert!(stage.emulator.ledger().requests.is_empty(), "{request}");
}

#[test]
fn the_path_cannot_leave_the_host_or_the_version() {
    let stage = Stage::new();
    for path in [
        "..",
        "1/..",
        "../1",
        "1/../2",
        "1/./2",
        ".",
        "...",
        "%2e%2e",
        "1/%2e%2e/2",
        "1%2f2",
        "1%2F2",
        "1%5c2",
        "1%252f2",
        "1\\2",
        "//evil.example/1",
        "1//2",
        "/",
        "1/2//",
        "https://evil.example/1",
        "HTTPS://evil.example",
        "http:/evil.example",
        "1?fields=x",
        "1#x",
        "1@evil.example",
        "@evil.example/1",
        "1/2 3",
        "1\u{0}",
        "1\n2",
        "1\r\nHost: x",
        "1\t",
        "1/\u{ff0e}\u{ff0e}/2",
        "1\u{2215}2",
        "1;x=1",
        "1/%",
        "1%3Ffields=x",
        "1%0d%0a",
    ] {
        let request = json!({ "method": "GET", "path": path });
        assert_refused(&stage, &request, "request member \"path\"");
    }
    for path in ["v26.0/1", "/v26.0/1", "V27.0/1/settings", "v26/1", "v26.0"] {
        let request = json!({ "method": "GET", "path": path });
        assert_refused(&stage, &request, "begins with a version");
    }
}

#[test]
fn a_path_that_sends_a_message_names_the_command_that_does() {
    let stage = Stage::new();
    for end in [
        "messages",
        "messages/",
        "Messages",
        "MESSAGES/",
        "mess%61ges",
        "m%65ssages%2f",
        "messages.",
        "messages?x=1",
        "messages#",
        "messages%3Fx",
        "messages;x",
        "messages%00",
        "%6d%65ssages//",
        "m%2565ssages",
        "messages/.",
        "messages%20",
        "\\messages",
        "marketing_messages",
        "marketing_messages/",
        "marketing%5Fmessages",
        "messages_encrypted",
        "Marketing_Messages",
    ] {
        for method in ["POST", "GET", "DELETE"] {
            assert_refused(&stage, &request(&stage, method, end), "use sendMessage");
        }
    }
}

#[test]
fn no_parameter_makes_another_request_of_it() {
    let stage = Stage::new();
    for name in [
        "method",
        "METHOD",
        "%6dethod",
        "%256dethod",
        "metho%64",
        " method",
        "method[]",
        "batch",
        "Batch",
        "batch[0]",
        "access_token",
        "Access_Token",
        "access%5Ftoken",
        "access.token",
        "access_token%00",
        "acc%65ss_token",
        "access_token\u{0}x",
    ] {
        for member in ["query", "body"] {
            let mut request = request(&stage, "POST", "settings");
            request[member] = json!({ name: "delete" });
            assert_refused(&stage, &request, "would be read as");
        }
    }
    let mut with_body = request(&stage, "GET", "settings");
    with_body["body"] = json!({ "a": 1 });
    assert_refused(&stage, &with_body, "is not for \"method\" GET");
    for method in ["get", "PUT", "PATCH", "CONNECT", "GET\r\n"] {
        let request = request(&stage, method, "settings");
        assert_refused(&stage, &request, "must be one of: GET, POST, DELETE");
    }
    // The same names further inside are Meta's business.
    let mut inside = request(&stage, "POST", "whatsapp_business_profile");
    inside["body"] = json!({ "messaging_product": "whatsapp", "about": "method" });
    let ran = stage.adapter().execute("callGraph", &inside.to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
}

#[test]
fn what_is_given_leaves_as_it_was_given() {
    let stage = Stage::new();
    let mut request = request(&stage, "POST", "register/");
    request["path"] = format!("/{}", request["path"].as_str().unwrap()).into();
    request["query"] =
        json!({ "a b&c": "d=e&f/\u{e9}", "list": ["x", 1], "n": 1.50, "none": null });
    request["body"] =
        json!({ "messaging_product": "whatsapp", "pin": "123456", "deep": { "method": [] } });
    stage.adapter().execute("callGraph", &request.to_string());
    let sent = stage.emulator.ledger().requests[0].clone();
    let number = stage.emulator.config().phone_number_id.clone();
    assert_eq!(sent.path, format!("/v26.0/{number}/register"));
    assert_eq!(
        sent.query,
        "a%20b%26c=d%3De%26f%2F%C3%A9&list=%5B%22x%22%2C1%5D&n=1.5"
    );
    assert_eq!(sent.json, Some(request["body"].clone()));
    assert!(sent.token_matched);
}

fn ended(stage: &Stage, request: &Value) -> (String, Value, usize) {
    stage.emulator.clear_ledger();
    let ran = stage.adapter().execute("callGraph", &request.to_string());
    let requests = stage.emulator.ledger().requests.len();
    (ran.result().to_owned(), ran.json(), requests)
}

#[test]
fn a_change_is_made_at_most_once_and_has_one_of_four_outcomes() {
    for method in ["POST", "DELETE"] {
        let stage = Stage::new();
        let mut request = request(&stage, method, "subscribed_apps");
        let account = &stage.emulator.config().business_account_id;
        request["path"] = format!("{account}/subscribed_apps").into();
        let (result, json, count) = ended(&stage, &request);
        assert_eq!((result.as_str(), count), ("OK", 1), "{json}");
        assert_eq!(json["details"]["outcome"], "accepted");
        assert_eq!(json["answer"], json!({ "success": true }));
        for fault in [Fault::CloseAfterBody, Fault::Html { status: 503 }] {
            stage.emulator.inject(fault);
            let (result, json, count) = ended(&stage, &request);
            assert_eq!((result.as_str(), count), ("OUTCOME_UNKNOWN", 1), "{json}");
            assert_eq!(json["details"]["outcome"], "unknown");
        }
        request["path"] = "1/subscribed_apps".into();
        let (result, json, count) = ended(&stage, &request);
        assert_eq!((result.as_str(), count), ("COMMAND_FAILED", 1), "{json}");
        assert_eq!(json["details"]["outcome"], "rejected");
        assert_eq!(
            (&json["code"], &json["answer"]),
            (&json!("100"), &json!({}))
        );

        let mut properties = stage.properties();
        properties["baseUrl"] = NOBODY.into();
        properties["maxAttempts"] = 1.into();
        let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string()).unwrap();
        let ran = adapter.execute("callGraph", &request.to_string());
        assert_eq!(ran.result(), "UNAVAILABLE", "{}", ran.message());
        assert_eq!(ran.json()["details"]["outcome"], "not_sent");
    }
}

#[test]
fn a_question_is_asked_again() {
    let stage = Stage::new();
    let request = request(&stage, "GET", "whatsapp_business_profile");
    stage.emulator.inject(Fault::CloseAfterBody);
    stage.emulator.inject(Fault::Html { status: 503 });
    let adapter = stage.adapter_with(&json!({ "maxAttempts": 3 }));
    let ran = adapter.execute("callGraph", &request.to_string());
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    assert_eq!(stage.emulator.ledger().requests.len(), 3);
    let json = ran.json();
    assert!(json["details"].get("outcome").is_none());
    assert_eq!(json["answer"]["data"][0]["messaging_product"], "whatsapp");
}

#[test]
fn neither_an_error_nor_an_answer_shows_what_it_must_not() {
    const TOKEN: &str = "EAAGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQzA0bC9dE8fG7hI6jK5lM4nO3";
    let stage = Stage::new();
    let adapter = stage.adapter_with(&json!({ "authenticationToken": TOKEN, "maxAttempts": 1 }));
    let answer = |status, body: &Value| Fault::Answer {
        status,
        headers: Vec::new(),
        body: body.to_string(),
    };
    let mut request = request(&stage, "POST", "register");
    request["query"] = json!({ "about": "Quinces and pears" });
    request["body"] = json!({ "pin": "382916", "to": "+16505551234" });
    let told = format!("Param Quinces and pears, 382916 of 1 650 555 1234 for {TOKEN} is invalid");
    stage.emulator.inject(answer(
        400,
        &json!({ "error": { "message": told, "code": 100 } }),
    ));
    let ran = adapter.execute("callGraph", &request.to_string());
    let shown = format!("{} {}", ran.json(), ran.message());
    assert_eq!(ran.result(), "COMMAND_FAILED", "{shown}");
    assert!(shown.contains("is invalid"), "{shown}");
    for hidden in ["pears", "3829", "555", "EAAG"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
    // Meta's links to other pages have the token.
    let next = format!("https://graph.facebook.com/v26.0/1/x?access_token={TOKEN}&after=MjQZD");
    let page = json!({ "data": [{ "id": "7" }], "paging": { "next": next } });
    stage.emulator.inject(answer(200, &page));
    let ran = adapter.execute("callGraph", r#"{"method":"GET","path":"1/x"}"#);
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let json = ran.json();
    assert_eq!(json["answer"]["data"], page["data"]);
    let next = json["answer"]["paging"]["next"].as_str().unwrap();
    assert!(
        next.contains("after=MjQZD") && !next.contains("Xw2m9"),
        "{next}"
    );
}
