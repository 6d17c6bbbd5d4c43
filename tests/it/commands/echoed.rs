//! What an answer repeats of a request or of the token, broken off or in another form, is not shown.

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::examples::{CUSTOMER, Stage};

/// A token as long as Meta's.
const TOKEN: &str = concat!(
    "EAAGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQzA0bC9dE8fG7hI6jK5lM4nO3",
    "pQ2rS1tU0vW9xY8zB7aD6cF5eH4gJ3iL2kN1mP0oR9qT8sV7uX6wZ5yA4"
);

fn refusal(member: &str, told: &str) -> Fault {
    let mut error = json!({ "message": "(#131009) Invalid", "code": 131_009 });
    if member == "details" {
        error["error_data"] = json!({ "details": told });
    } else {
        error[member] = told.into();
    }
    Fault::Answer {
        status: 400,
        headers: Vec::new(),
        body: json!({ "error": error }).to_string(),
    }
}

/// The command's response and error when Meta's answer repeats `told`.
fn shown(stage: &Stage, command: &str, request: &Value, member: &str, told: &str) -> String {
    let adapter = stage.adapter_with(&json!({ "authenticationToken": TOKEN, "maxAttempts": 1 }));
    stage.emulator.inject(refusal(member, told));
    let ran = adapter.execute(command, &request.to_string());
    assert_ne!(ran.result(), "OK", "{command}");
    assert_eq!(stage.emulator.ledger().requests.len(), 1, "{command}");
    stage.emulator.clear_ledger();
    format!("{} {}", ran.json(), ran.message())
}

/// S47: it is cut out first, and only then is a long text cut.
#[test]
fn a_token_is_not_shown_by_the_cut_nor_broken_off_nor_broken_up() {
    let stage = Stage::new();
    let text = json!({ "phoneNumber": CUSTOMER, "message": "m" });
    let long = |before: usize| {
        format!(
            "Error validating access token: {} {TOKEN}",
            "y".repeat(before)
        )
    };
    let mut told: Vec<String> = [3900, 4030, 4060].map(long).into();
    told.push(format!("Malformed access token {}...", &TOKEN[..100]));
    told.push(format!("Malformed access token {}", &TOKEN[3..]));
    told.push(format!(
        "{}\u{a0}{}\u{200b}{}",
        &TOKEN[..30],
        &TOKEN[30..60],
        &TOKEN[60..]
    ));
    for told in &told {
        for member in [
            "message",
            "details",
            "error_user_msg",
            "error_user_title",
            "fbtrace_id",
        ] {
            for (command, request) in [
                ("sendMessageText", &text),
                ("getBusinessProfile", &json!({})),
            ] {
                let shown = shown(&stage, command, request, member, told);
                for at in 0..TOKEN.len() - 12 {
                    assert!(
                        !shown.contains(&TOKEN[at..at + 12]),
                        "{command} {member}: {shown}"
                    );
                }
            }
        }
    }
}

/// S48.
#[test]
fn nothing_of_any_commands_request_is_shown_when_meta_repeats_it() {
    let stage = Stage::new();
    let numbers = json!({ "phoneNumbers": ["+16505551234", "+4915198765432"] });
    let place = json!({ "phoneNumber": CUSTOMER, "latitude": 48.123_456, "longitude": 11.654_321 });
    let link = json!({ "phoneNumber": CUSTOMER, "mediaType": "image",
                       "link": "https://user:pw12x67@example.com/a.jpg" });
    for (command, request, told, hidden) in [
        (
            "blockUsers",
            &numbers,
            "+1 650 555 1234 and 4915198765432",
            &["555", "98765"][..],
        ),
        (
            "unblockUsers",
            &numbers,
            "16505551234 and +49 151 98765432",
            &["555", "98765"],
        ),
        (
            "registerPhoneNumber",
            &json!({ "pin": "382916" }),
            "382916",
            &["3829"],
        ),
        (
            "verifyCode",
            &json!({ "verificationCode": "987654" }),
            "987654",
            &["9876"],
        ),
        (
            "setTwoStepPin",
            &json!({ "pin": "382916" }),
            "382916",
            &["3829"],
        ),
        (
            "setPhoneNumberWebhook",
            &json!({ "callbackUrl": "https://shop.example", "verifyToken": "quinces-pears" }),
            "quinces-pears",
            &["pears"],
        ),
        (
            "deleteContactBookEntry",
            &json!({ "userId": "US.13491208655302741918" }),
            "US.13491208655302741918",
            &["1349120865"],
        ),
        (
            "updateBusinessProfile",
            &json!({ "about": "Quinces and pears" }),
            "quinces &amp; and pears",
            &["pears"],
        ),
        (
            "sendMessageLocation",
            &place,
            "48.123456, 11.654321",
            &["1234", "6543"],
        ),
        ("sendMessageMedia", &link, "user PW12X67", &["PW12X67"]),
    ] {
        for member in ["message", "details", "error_user_msg"] {
            let told = format!("(#131009) Param {told} is not valid\r\nERROR\u{1b}[31m\0\u{202e}");
            let shown = shown(&stage, command, request, member, &told);
            assert!(
                shown.contains("is not valid"),
                "{command} {member}: {shown}"
            );
            for hidden in hidden {
                assert!(!shown.contains(hidden), "{command} {member}: {shown}");
            }
            // S49.
            assert!(
                !shown.contains(['\n', '\r', '\u{1b}', '\0', '\u{202e}']),
                "{shown}"
            );
            assert!(
                !shown.contains("\\u00") && !shown.contains("\\n"),
                "{shown}"
            );
        }
    }
}
