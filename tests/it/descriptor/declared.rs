//! What hosts decide by: marks of event members, traits of commands, and the declaration of webhooks.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::plugin;

/// Every row of `list`, the specification's and those beyond it.
fn all(list: &str) -> Vec<Value> {
    let descriptor = plugin::descriptor();
    let own = descriptor[list].as_array().unwrap().iter();
    let beyond = descriptor["extensions"][list].as_array().unwrap().iter();
    own.chain(beyond).cloned().collect()
}

/// The names of the commands with this trait.
fn with_trait(name: &str) -> BTreeSet<String> {
    let has = |command: &Value| {
        let traits = command["traits"].as_array();
        traits.is_some_and(|traits| traits.iter().any(|one| one == name))
    };
    let commands = all("commands").into_iter().filter(has);
    commands
        .map(|command| command["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The requests that a command makes, as its golden file has them.
fn requests(command: &str) -> Vec<String> {
    let path = plugin::repository(&format!("tests/golden/commands/{command}.txt"));
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let begins = |line: &&str| {
        ["GET ", "POST ", "DELETE "]
            .iter()
            .any(|verb| line.starts_with(verb))
    };
    golden.lines().filter(begins).map(str::to_owned).collect()
}

#[test]
fn a_command_declares_that_it_sends_if_it_posts_a_message_or_has_a_code_sent() {
    let sends = with_trait("sends");
    for command in all("commands") {
        let name = command["name"].as_str().unwrap();
        let posts_message = requests(name).iter().any(|line| {
            let path = line.split(' ').nth(1).unwrap_or_default();
            line.starts_with("POST ")
                && (path.ends_with("/messages") || path.ends_with("/request_code"))
        });
        // The receipt of a message goes the same way and is the same when it is made twice.
        let expected = posts_message && name != "markMessageRead";
        // The specification's three have golden requests of their own.
        let is_specified = name.starts_with("sendMessage");
        assert_eq!(sends.contains(name), expected || is_specified, "{name}");
    }
}

#[test]
fn a_command_that_only_reads_declares_that_it_is_idempotent() {
    let idempotent = with_trait("idempotent");
    for command in all("commands") {
        let name = command["name"].as_str().unwrap();
        let requests = requests(name);
        let reads = !requests.is_empty() && requests.iter().all(|line| line.starts_with("GET "));
        assert!(!reads || idempotent.contains(name), "{name}: {requests:?}");
    }
    let both: Vec<_> = with_trait("sends")
        .intersection(&idempotent)
        .cloned()
        .collect();
    assert!(both.is_empty(), "{both:?}");
    assert_eq!(
        with_trait("webhook"),
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
            "routingPath": "/entry/*/changes/*/value/metadata/phone_number_id",
        })
    );
    for member in ["secretProperty", "routingProperty"] {
        let named = all("properties")
            .iter()
            .any(|row| row["name"] == webhook[member]);
        assert!(named, "{member}");
    }
}
