//! Requests that must be refused, and requests at the edge that must not.

use serde_json::{Value, json};

use super::documents::documents;
use super::members::{not_text, with, with_twice, without};
use crate::plugin;

/// One text for `execute`.
pub(crate) struct Bad {
    pub(crate) name: String,
    pub(crate) command: String,
    pub(crate) json: String,
    /// The result's name without `WFA_ERR_`.
    pub(crate) result: &'static str,
    /// What the message must name.
    pub(crate) says: String,
}

fn bad(command: &str, what: &str, json: String, says: &str) -> Bad {
    Bad {
        name: format!("{command}: {what}"),
        command: command.to_owned(),
        json,
        result: "INVALID_REQUEST",
        says: says.to_owned(),
    }
}

/// A valid request of each of the specification's commands.
pub(crate) fn valid() -> [(&'static str, Value); 4] {
    let number = "+16505551234";
    [
        (
            "sendMessageText",
            json!({ "phoneNumber": number, "message": "Hello" }),
        ),
        (
            "sendMessageTextTemplate",
            json!({
                "phoneNumber": number,
                "templateName": "hello_world",
                "languageCode": "en_US",
            }),
        ),
        (
            "sendMessageReaction",
            json!({ "phoneNumber": number, "messageId": "wamid.1", "emoji": "👍" }),
        ),
        (
            "processWebhook",
            json!({
                "whatsAppNotification": r#"{"object":"whatsapp_business_account","entry":[]}"#,
            }),
        ),
    ]
}

/// The shortest and the longest text of a member, in Unicode scalar values.
const LIMITS: [(&str, &str, usize, usize); 7] = [
    ("sendMessageText", "phoneNumber", 1, 64),
    ("sendMessageText", "message", 1, 4096),
    ("sendMessageTextTemplate", "templateName", 1, 512),
    ("sendMessageTextTemplate", "languageCode", 2, 16),
    ("sendMessageReaction", "phoneNumber", 1, 64),
    ("sendMessageReaction", "messageId", 1, 512),
    ("sendMessageReaction", "emoji", 0, 32),
];

/// Everything that must be refused.
pub(crate) fn cases() -> Vec<Bad> {
    let mut cases = Vec::new();
    for (command, base) in valid() {
        for (what, json, result) in documents() {
            cases.push(Bad {
                result,
                ..bad(command, what, json, "")
            });
        }
        let members = base.as_object().unwrap();
        for name in members.keys() {
            cases.extend(one_member(command, &base, name));
        }
        for name in [
            "to",
            "Message",
            "phonenumber",
            "authenticationToken",
            "",
            "a\nb\u{202e}c",
            "\u{0}",
        ] {
            let says = if name.is_ascii() && !name.contains(char::is_control) {
                name
            } else {
                "\\"
            };
            let json = with(&base, name, "x");
            cases.push(bad(
                command,
                &format!("unknown member {name:?}"),
                json,
                says,
            ));
        }
        let many = with(&base, &"n".repeat(100_000), "x");
        cases.push(bad(
            command,
            "an unknown member with a long name",
            many,
            "nnnn",
        ));
        cases.extend(beyond_the_specification(command, &base));
    }
    cases.extend(beyond_limits());
    for (name, command) in [
        ("unknown command", "sendMessages"),
        ("no command", ""),
        ("case", "SendMessageText"),
    ] {
        cases.push(Bad {
            result: "NOT_FOUND",
            ..bad(command, name, valid()[0].1.to_string(), "command")
        });
    }
    cases
}

fn one_member(command: &str, base: &Value, name: &str) -> Vec<Bad> {
    let mut cases = Vec::new();
    let mut add =
        |what: &str, json| cases.push(bad(command, &format!("{name}: {what}"), json, name));
    add("missing", without(base, name));
    add("null", with(base, name, Value::Null));
    add("twice", with_twice(base, name));
    add(
        "half a surrogate pair",
        with(base, name, "?").replace("\"?\"", "\"\\ud83d\""),
    );
    add(
        "the other half",
        with(base, name, "?").replace("\"?\"", "\"\\ude00 \\ud83d\\ud83d\""),
    );
    if name != "emoji" {
        add("empty", with(base, name, ""));
    }
    for (what, value) in not_text() {
        add(what, with(base, name, value));
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    add("deep", with(base, name, "?").replace("\"?\"", &deep));
    cases
}

/// Every member beyond the specification, as the descriptor has it: wrong types.
fn beyond_the_specification(command: &str, base: &Value) -> Vec<Bad> {
    let descriptor = plugin::loaded().descriptor();
    let commands = descriptor.commands().filter(|row| row.name() == command);
    let mut cases = Vec::new();
    for field in commands.flat_map(workflow_adapter_loader::CommandRef::extension_request) {
        let name = field.name();
        if field.kind() == "string" {
            for (what, value) in not_text() {
                cases.push(bad(
                    command,
                    &format!("{name}: {what}"),
                    with(base, name, value),
                    name,
                ));
            }
        }
    }
    cases
}

fn beyond_limits() -> Vec<Bad> {
    let mut cases = Vec::new();
    for (command, name, min, max) in LIMITS {
        let base = base_of(command);
        for letter in ["1", "é", "😀"] {
            let mut add = |length: usize| {
                let json = with(&base, name, letter.repeat(length));
                cases.push(bad(
                    command,
                    &format!("{name}: {length} times {letter}"),
                    json,
                    name,
                ));
            };
            add(max + 1);
            add(max * 3 + 200);
            if min > 1 {
                add(min - 1);
            }
        }
    }
    for (what, text) in [
        ("a line break", "+1\n650"),
        ("a NUL", "+1\0"),
        ("an escape", "+1\u{1b}[0m"),
    ] {
        let (command, base) = &valid()[0];
        let json = with(base, "phoneNumber", text);
        cases.push(bad(
            command,
            &format!("phoneNumber: {what}"),
            json,
            "phoneNumber",
        ));
    }
    cases
}

/// Requests at the limits of what is allowed: they reach Meta, whatever Meta answers.
pub(crate) fn good() -> Vec<(String, &'static str, String)> {
    let mut cases = Vec::new();
    for (command, name, min, max) in LIMITS {
        let base = base_of(command);
        for letter in ["1", "é", "😀"] {
            for length in [min, min + 1, max - 1, max] {
                let json = with(&base, name, letter.repeat(length));
                cases.push((
                    format!("{command}: {name}: {length} times {letter}"),
                    command,
                    json,
                ));
            }
        }
    }
    let (command, base) = &valid()[0];
    let longest = format!("US.ENT.{}", "A".repeat(128));
    cases.push((
        "the longest business-scoped id".to_owned(),
        command,
        with(base, "phoneNumber", longest),
    ));
    cases.push((
        "escapes in names".to_owned(),
        command,
        base.to_string().replace("\"mes", "\"\\u006des"),
    ));
    cases.push((
        "spaces around it".to_owned(),
        command,
        format!(" \r\n\t{base}\n "),
    ));
    cases
}

fn base_of(command: &str) -> Value {
    let mut all = valid().into_iter();
    all.find(|(name, _)| *name == command).unwrap().1
}
