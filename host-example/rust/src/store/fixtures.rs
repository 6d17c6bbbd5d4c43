//! Rows that tests of the store begin with.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{EventRow, Key, NewRun, Store};

/// An empty store, and the folder that holds it.
pub(crate) fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("host.db")).unwrap();
    (folder, store)
}

/// A customer's message to the instance `sales`.
pub(crate) fn message(key: &str, customer: Option<&str>, json: &Value) -> EventRow {
    EventRow {
        key: Key::of(&[key]),
        former: None,
        id: Some(key.to_owned()),
        adapter: "whatsapp".to_owned(),
        name: "customer_message".to_owned(),
        instance: "sales".to_owned(),
        customer: customer.map(str::to_owned),
        user_id: None,
        subjects: None,
        correlation: None,
        settles: None,
        route: None,
        json: json.to_string(),
    }
}

/// A run that such a message starts.
pub(crate) fn run(customer: &str) -> NewRun {
    NewRun {
        definition: r#"{"name":"w","steps":[]}"#.into(),
        workflow: "w".to_owned(),
        trigger: "t".to_owned(),
        instance: "sales".to_owned(),
        customer: Some(customer.to_owned()),
        user_id: None,
        subjects: None,
        key: Some(Key::of(&["m|1", customer])),
        lane: 0,
        properties: json!({"messages": [{"from": customer}]}).to_string(),
        one_per_customer: false,
    }
}
