//! What hosts decide by: marks of event members, traits of commands, and the declaration of webhooks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::plugin::{self, all, commands_with};

/// The request that a command makes, as its golden file has it: its line, and its body.
fn requests(command: &str) -> (Vec<String>, String) {
    let path = plugin::repository(&format!("tests/golden/commands/{command}.txt"));
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let begins = |line: &&str| {
        ["GET ", "POST ", "DELETE "]
            .iter()
            .any(|verb| line.starts_with(verb))
    };
    let lines = golden.lines().filter(begins).map(str::to_owned).collect();
    (lines, golden)
}

/// Whether it reaches a customer or a telephone: with a message, a call or a code.
fn reaches_somebody(command: &str) -> bool {
    let (lines, golden) = requests(command);
    lines.iter().any(|line| {
        let path = line.split(' ').nth(1).unwrap_or_default();
        let edge = path.rsplit('/').next().unwrap_or_default();
        line.starts_with("POST ")
            && match edge {
                "messages" | "marketing_messages" | "request_code" => true,
                "calls" => golden.contains("\"action\": \"connect\""),
                _ => false,
            }
    })
}

/// What a second run of a command does that changes something, is not idempotent and harms nobody.
const SECOND_RUNS: &[(&str, &[&str])] = &[
    (
        "makes another one, which can be deleted",
        &["createGroup", "createQrCode"],
    ),
    (
        "fails, because the name is taken",
        &["createFlow", "createTemplate"],
    ),
    (
        "fails, because what it is about is gone",
        &[
            "deleteFlow",
            "deleteGroup",
            "deleteMedia",
            "deleteQrCode",
            "deleteTemplate",
            "deleteUsername",
            "deregisterPhoneNumber",
            "removeGroupParticipants",
            "unsubscribeWebhooks",
        ],
    ),
    (
        "fails, because it has been done",
        &[
            "approveGroupJoinRequests",
            "deprecateFlow",
            "migrateFlows",
            "migrateTemplates",
            "publishFlow",
            "rejectGroupJoinRequests",
            "syncBusinessApp",
            "unpauseTemplate",
            "verifyCode",
        ],
    ),
    (
        "fails, because the call or the thread is in another state",
        &[
            "acceptCall",
            "passThread",
            "preAcceptCall",
            "rejectCall",
            "releaseThread",
            "takeThread",
            "terminateCall",
        ],
    ),
    (
        "counts towards a limit of Meta's",
        &["registerPhoneNumber", "requestDisplayName"],
    ),
    (
        "ends the link of the first run, which nobody has got",
        &["resetGroupInviteLink"],
    ),
];

#[test]
fn a_command_declares_that_it_sends_if_it_reaches_somebody_or_may() {
    let sends = commands_with("sends");
    for command in all("commands") {
        let name = command["name"].as_str().unwrap();
        // The receipt of a message goes the same way and is the same when it is made twice.
        let expected = reaches_somebody(name) && name != "markMessageRead";
        // The specification's three have golden requests of their own; callGraph does what it is told.
        let known = name.starts_with("sendMessage") || name == "callGraph";
        assert_eq!(sends.contains(name), expected || known, "{name}");
    }
}

#[test]
fn of_each_command_that_a_person_repeats_it_is_known_what_the_second_run_does() {
    let decided: Vec<&str> = SECOND_RUNS
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let declared: BTreeSet<String> = ["sends", "idempotent", "webhook"]
        .into_iter()
        .flat_map(commands_with)
        .collect();
    let names = all("commands").into_iter();
    let names = names.map(|command| command["name"].as_str().unwrap().to_owned());
    let undeclared: BTreeSet<String> = names.filter(|name| !declared.contains(name)).collect();
    let known: BTreeSet<String> = decided.iter().map(ToString::to_string).collect();
    assert_eq!(undeclared, known);
    assert_eq!(known.len(), decided.len(), "one stands there twice");
}

#[test]
fn a_command_that_only_reads_declares_that_it_is_idempotent() {
    let idempotent = commands_with("idempotent");
    for command in all("commands") {
        let name = command["name"].as_str().unwrap();
        let (requests, _) = requests(name);
        let reads = !requests.is_empty() && requests.iter().all(|line| line.starts_with("GET "));
        assert!(!reads || idempotent.contains(name), "{name}: {requests:?}");
    }
    let both: Vec<_> = commands_with("sends")
        .intersection(&idempotent)
        .cloned()
        .collect();
    assert!(both.is_empty(), "{both:?}");
    assert_eq!(
        commands_with("webhook"),
        BTreeSet::from(["processWebhook".to_owned()])
    );
}

/// The members of an event beyond the specification that say which customer it is about.
fn customer_of(event: &str) -> &'static [&'static str] {
    match event {
        "message_echo" => &[
            "contacts[0].wa_id",
            "contacts[0].user_id",
            "message_echoes[0].to",
            "message_echoes[0].to_user_id",
            "message_echoes[0].message.to",
        ],
        "history_message" => &["contacts[0].wa_id", "contacts[0].user_id", "threadId"],
        "contact_synced" => &[
            "state_sync[0].contact.phone_number",
            "state_sync[0].contact.user_id",
        ],
        // A call's sides are the business and the customer, in either order.
        "call" | "user_action" => &["contacts[0].wa_id", "contacts[0].user_id"],
        "user_preference_changed" => &[
            "contacts[0].wa_id",
            "contacts[0].user_id",
            "user_preferences[0].wa_id",
            "user_preferences[0].user_id",
        ],
        "thread_control_changed" => &["value.sender.phone_number"],
        "standby_message" => &[
            "contacts[0].wa_id",
            "contacts[0].user_id",
            "messages[0].from",
            "messages[0].from_user_id",
        ],
        "standby_status" => &[
            "contacts[0].wa_id",
            "contacts[0].user_id",
            "statuses[0].recipient_id",
            "statuses[0].recipient_user_id",
        ],
        _ => &[],
    }
}

/// X2: a host reads identity, subject, correlation and outcome of an event by their marks.
#[test]
fn every_event_marks_its_id_and_a_status_marks_what_settles_a_send() {
    let descriptor = plugin::descriptor();
    let marked = |event: &Value| -> Vec<(String, Value)> {
        let name = event["name"].as_str().unwrap();
        let own = event["properties"].as_array().unwrap().iter();
        let beyond = descriptor["extensions"]["members"][name]["properties"].as_array();
        let rows = own.chain(beyond.into_iter().flatten());
        rows.filter(|row| row.get("marks").is_some())
            .map(|row| {
                (
                    row["name"].as_str().unwrap().to_owned(),
                    row["marks"].clone(),
                )
            })
            .collect()
    };
    let subjects = |names: &[&str]| -> Vec<(String, Value)> {
        let row = |name: &&str| ((*name).to_owned(), json!(["subject"]));
        names.iter().map(row).collect()
    };
    let id = ("eventId".to_owned(), json!(["eventId"]));
    for event in all("events") {
        let expected = match event["name"].as_str().unwrap() {
            "customer_message" => [
                subjects(&[
                    "contacts[0].wa_id",
                    "messages[0].from",
                    "contacts[0].user_id",
                    "messages[0].from_user_id",
                ]),
                vec![id.clone()],
            ]
            .concat(),
            "status_changed" => [
                subjects(&[
                    "statuses[0].recipient_id",
                    "contacts[0].wa_id",
                    "contacts[0].user_id",
                    "statuses[0].recipient_user_id",
                ]),
                vec![
                    id.clone(),
                    ("correlationId".to_owned(), json!(["correlationId"])),
                    ("outcome".to_owned(), json!(["outcome"])),
                ],
            ]
            .concat(),
            other => [subjects(customer_of(other)), vec![id.clone()]].concat(),
        };
        assert_eq!(marked(&event), expected, "{}", event["name"]);
    }
}

/// The values at a routing path, in which `*` stands for every element and every member.
fn at<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    let Some((name, rest)) = path.split_first() else {
        return vec![value];
    };
    match value {
        Value::Array(elements) if *name == "*" => {
            elements.iter().flat_map(|it| at(it, rest)).collect()
        }
        Value::Object(members) if *name == "*" => {
            members.values().flat_map(|it| at(it, rest)).collect()
        }
        value => value.get(name).map_or_else(Vec::new, |it| at(it, rest)),
    }
}

/// The values of all members of this name, at any depth.
fn named<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(|it| named(it, name)).collect(),
        Value::Object(members) => {
            let own = members.get(name).into_iter();
            own.chain(members.values().flat_map(|it| named(it, name)))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn the_routing_path_finds_the_phone_number_in_every_notification_of_meta_s_that_names_it() {
    let descriptor = plugin::descriptor();
    let path = descriptor["webhook"]["routingPath"].as_str().unwrap();
    let path: Vec<&str> = path.split('/').skip(1).collect();
    let folder = plugin::repository("tests/fixtures/webhooks/meta");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let body = std::fs::read_to_string(&file).unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        let anywhere = named(&body, "phone_number_id");
        assert_eq!(at(&body, &path), anywhere, "{}", file.display());
    }
}

#[test]
fn the_webhook_declaration_names_properties_that_there_are() {
    let descriptor = plugin::descriptor();
    let webhook = &descriptor["webhook"];
    assert_eq!(
        *webhook,
        json!({
            "signatureHeader": "X-Hub-Signature-256",
            "signatureScheme": "hmac-sha256-hex;prefix=sha256=;key=base64",
            "secretProperty": "appSecret",
            "routingProperty": "phoneNumberId",
            "routingPath": "/entry/*/changes/*/value/*/phone_number_id",
        })
    );
    for member in ["secretProperty", "routingProperty"] {
        let named = all("properties")
            .iter()
            .any(|row| row["name"] == webhook[member]);
        assert!(named, "{member}");
    }
}
