//! What an operator should know of an answer, whether the message went or not: in the response and in
//! the log.

use cloud_api_emulator::{Fault, Injection};
use serde_json::json;

use super::cases::REQUEST;
use crate::faults::{LoggedAdapter, Server};

const VERSION: [(&str, &str); 2] = [
    ("x-ad-api-version-warning", "it ends in May"),
    ("facebook-api-version", "v22.0"),
];
const USAGE: [(&str, &str); 2] = [
    (
        "x-business-use-case-usage",
        r#"{"1":[{"type":"whatsapp","call_count":81,"total_cputime":1,"total_time":2}]}"#,
    ),
    ("x-app-usage", r#"{"call_count":1,"total_time":92}"#),
];
/// Nothing in them is worth a word.
const QUIET: [(&str, &str); 2] = [
    ("facebook-api-version", "v26.0"),
    ("x-app-usage", r#"{"call_count":79}"#),
];

/// An answer with these headers: the message's id, or a no.
fn answer(is_accepted: bool, headers: &[(&str, &str)]) -> Injection {
    let (status, body) = if is_accepted {
        (200, json!({ "messages": [{ "id": "wamid.1" }] }))
    } else {
        (
            400,
            json!({ "error": { "message": "no", "code": 131_026 } }),
        )
    };
    let headers = headers.iter();
    let fault = Fault::Answer {
        status,
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_string(),
    };
    if is_accepted {
        fault.accepted()
    } else {
        fault.into()
    }
}

#[test]
fn a_version_that_ends_and_a_quota_that_is_nearly_used_are_told_with_every_outcome() {
    let all = [
        (VERSION, ["v26.0: it ends in May", "answered by v22.0"]),
        (
            USAGE,
            [
                "81 % of an hourly quota of the Graph API is used (x-business-use-case-usage)",
                "92 % of an hourly quota of the Graph API is used (x-app-usage)",
            ],
        ),
    ];
    for (headers, wanted) in all {
        for is_accepted in [true, false] {
            let server = Server::plain();
            let watched = LoggedAdapter::create(&server.properties);
            server.emulator.inject(answer(is_accepted, &headers));
            let ran = watched.adapter.execute("sendMessageText", REQUEST);
            assert_eq!(ran.result() == "OK", is_accepted, "{ran:?}");
            let response = ran.json();
            let told = response["details"]["warnings"].as_array().unwrap();
            assert_eq!(told.len(), wanted.len(), "{response}");
            let records = watched.records();
            for (told, wanted) in told.iter().zip(wanted) {
                let told = told.as_str().unwrap();
                assert!(told.contains(wanted), "{response}");
                let has = records.iter().any(|it| format!("{it:?}").contains(wanted));
                assert!(has, "{wanted}: {records:?}");
            }
        }
    }
}

#[test]
fn an_answer_as_usual_has_no_warnings() {
    let server = Server::plain();
    let watched = LoggedAdapter::create(&server.properties);
    server.emulator.inject(answer(true, &QUIET));
    let ran = watched.adapter.execute("sendMessageText", REQUEST);
    assert_eq!(ran.result(), "OK");
    let response = ran.json();
    assert!(response["details"]["warnings"].is_null(), "{response}");
}

/// S44.
#[test]
fn what_an_answer_repeats_of_a_message_goes_no_further() {
    const HEADERS: [(&str, &str); 2] = [
        (
            "x-ad-api-version-warning",
            "it ends; said to (650) 555-1234: Meet me at noon",
        ),
        ("facebook-api-version", "v22.0 of 650 555 1234"),
    ];
    let request = r#"{"phoneNumber":"+16505551234","message":"Meet me at noon"}"#;
    let headers = HEADERS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    for (text, trace) in [
        ("no WhatsApp at 650 555 1234", "A".repeat(100_000)),
        (
            "no WhatsApp at +1 (650) 555-1234: Meet me at noon",
            "to 650-555-1234".to_owned(),
        ),
    ] {
        let server = Server::plain();
        let watched = LoggedAdapter::create(&server.properties);
        let long = format!("{text} {}", "so it goes on, ".repeat(10_000));
        let error = json!({ "message": long, "code": 131_026, "fbtrace_id": trace });
        server.emulator.inject(Fault::Answer {
            status: 400,
            headers: headers.to_vec(),
            body: json!({ "error": error }).to_string(),
        });
        let ran = watched.adapter.execute("sendMessageText", request);
        assert_eq!(ran.result(), "COMMAND_FAILED");
        let response = ran.json();
        assert!(
            response["error"]
                .as_str()
                .unwrap()
                .contains("no WhatsApp at"),
            "{response}"
        );
        assert_eq!(
            response["details"]["warnings"].as_array().unwrap().len(),
            2,
            "{response}"
        );
        let shown = format!("{response} {} {:?}", ran.message(), watched.records());
        assert!(shown.len() < 40_000, "{} bytes", shown.len());
        for private in ["5551234", "555 1234", "555-1234", "Meet me", "AAAAAAAA"] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
    }
}
