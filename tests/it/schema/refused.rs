//! What the plugin refuses, the schemas refuse as well, but for what no schema can state.

use serde_json::Value;

use super::{compared, validators};
use crate::bad_input::{properties, requests};
use crate::commands::limits;

/// Whether a member is given twice, which a validator's parser does not see.
fn is_unstated(case: &str) -> bool {
    case.ends_with("twice")
}

#[test]
fn every_refused_request_is_refused_by_its_schema_as_well() {
    let validators = validators();
    let mut count = 0;
    for case in requests::cases() {
        let Some(validator) = validators.get(&format!("{} request", case.command)) else {
            continue;
        };
        let Ok(request) = serde_json::from_str::<Value>(&case.json) else {
            continue;
        };
        if is_unstated(&case.name) || compared::is_unstated(&case.command, &case.json) {
            continue;
        }
        assert!(
            !validator.is_valid(&request),
            "{}: {}",
            case.name,
            case.json
        );
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn a_group_is_offered_where_meta_takes_the_message_for_one() {
    let schemas = super::schemas();
    let mut offering = Vec::new();
    for command in compared::commands() {
        let schema = &schemas[&format!("{} request", command.name)];
        let words = schema["properties"]["recipientType"]["enum"].as_array();
        if words.is_some_and(|words| words.contains(&"group".into())) {
            offering.push(command.name);
        }
    }
    offering.sort_unstable();
    assert_eq!(
        offering,
        [
            "sendMessage",
            "sendMessageMedia",
            "sendMessageTemplate",
            "sendMessageText",
            "sendMessageTextTemplate"
        ]
    );
    let message = compared::commands().find(|command| command.name == "sendMessage");
    for (kind, is_taken) in [("pin", true), ("contacts", false)] {
        let json = format!(
            r#"{{"phoneNumber":"1","recipientType":"group","type":"{kind}","content":{{}}}}"#
        );
        let findings = compared::read(&message.unwrap().object(), &json);
        assert_eq!(findings.is_empty(), is_taken, "{findings:?}");
    }
}

#[test]
fn every_limit_inside_a_request_is_in_its_schema() {
    let validators = validators();
    for (command, request) in limits::requests() {
        let json = request.to_string();
        if !compared::is_unstated(command, &json) {
            let validator = &validators[&format!("{command} request")];
            assert!(!validator.is_valid(&request), "{command}: {json}");
        }
    }
}

#[test]
fn every_accepted_edge_is_accepted_by_its_schema_as_well() {
    let validators = validators();
    for (name, command, json) in requests::good() {
        let request = serde_json::from_str(&json).unwrap();
        let told = super::objections(&validators[&format!("{command} request")], &request);
        assert_eq!(told, "", "{name}");
    }
    for (name, json) in properties::good() {
        let told = super::objections(
            &validators["properties"],
            &serde_json::from_str(&json).unwrap(),
        );
        assert_eq!(told, "", "{name}");
    }
}

#[test]
fn refused_properties_are_refused_by_their_schema_as_well() {
    let validator = &validators()["properties"];
    for case in properties::cases() {
        let Ok(given) = serde_json::from_str::<Value>(&case.json) else {
            continue;
        };
        // What the form of an address, a proxy, a file or a secret is, only their parsers know.
        if is_unstated(&case.name)
            || case.name.starts_with("baseUrl")
            || compared::are_properties_unstated(&case.json)
        {
            continue;
        }
        assert!(!validator.is_valid(&given), "{}: {}", case.name, case.json);
    }
}
