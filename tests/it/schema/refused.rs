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
