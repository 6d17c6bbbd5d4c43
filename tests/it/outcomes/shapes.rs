//! Graph says one refusal in different shapes; what the plugin makes of it does not depend on which
//! one comes.

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::CORRELATION;
use super::cases::REQUEST;
use crate::rig::{self, Adapter, EntryPoint};

/// One refusal in the shapes that Graph has for it: the text in `message` with a path in brackets
/// and no data, in `error_data.details`, in `error_data` as a text, and as the sentence of a JSON
/// schema.
fn shapes(code: u32, told: &str) -> [Value; 4] {
    let error = |message: String| json!({"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"});
    let with_data = |data: Value| {
        let mut error = error(format!("(#{code}) Invalid parameter"));
        error["error_data"] = data;
        error
    };
    [
        error(format!("(#{code}) {told}")),
        with_data(json!({"messaging_product": "whatsapp", "details": told})),
        with_data(json!(told)),
        error(told.to_owned()),
    ]
}

/// What the plugin says about a send that is answered so.
fn outcome(error: &Value) -> (Value, String) {
    let server = rig::emulator();
    server.inject(Fault::Answer {
        status: 400,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: json!({"error": error}).to_string(),
    });
    let adapter =
        Adapter::create(EntryPoint::Loaded, &rig::properties(&server).to_string()).unwrap();
    let request = REQUEST;
    let ran = adapter.execute_with("sendMessageText", request, Some(CORRELATION));
    let response = ran.json();
    let details = [
        "outcome",
        "reason",
        "hint",
        "httpStatus",
        "retryable",
        "retryAfterMs",
        "attempts",
    ];
    let told: Vec<Value> = details
        .iter()
        .map(|name| response["details"][name].clone())
        .collect();
    let decided = json!([response["status"], response["code"], told]);
    (decided, response["error"].as_str().unwrap().to_owned())
}

/// E11
#[test]
fn the_shape_of_a_refusal_does_not_change_what_becomes_of_it() {
    for (code, told) in [
        (
            100,
            "The parameter template['language']['code'] is required.",
        ),
        (
            100,
            "Param template['components'][0]['parameters'][0]['text'] must be a string.",
        ),
        (
            100,
            "Unexpected key \"x\" on param \"template['language']\".",
        ),
        (131_008, "Parameter of type text is missing text value"),
        (
            131_009,
            "Body text length invalid. Min length: 1, Max length: 1024",
        ),
        (
            132_012,
            "header: Format mismatch, expected IMAGE, received UNKNOWN",
        ),
        (131_030, "Recipient phone number not in allowed list"),
    ] {
        let mut first: Option<Value> = None;
        for error in shapes(code, told) {
            let (decided, text) = outcome(&error);
            let expected = first.get_or_insert_with(|| decided.clone());
            assert_eq!(*expected, decided, "{error}");
            assert_eq!(decided[1], code.to_string());
            assert!(text.contains(told), "{error}: {text}");
        }
    }
}
