//! Properties of an adapter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whatsapp_adapter::{Adapter, AdapterOptions, Kind, descriptor};

fuzz_target!(|json: &str| {
    if names_a_file(json) {
        return;
    }
    let adapter = match Adapter::new(json, AdapterOptions::default()) {
        Ok(adapter) => adapter,
        Err(error) => {
            assert!(matches!(
                error.kind(),
                Kind::InvalidArgument | Kind::InvalidRequest
            ));
            assert!(!error.message().is_empty());
            return;
        }
    };
    adapter
        .update_properties(json)
        .expect("what was taken once is taken again");
    serde_json::from_str::<serde_json::Value>(&adapter.metrics()).expect("metrics are JSON");
    adapter.shutdown();

    let given: serde_json::Value = serde_json::from_str(json).expect("it was taken");
    let given = given.as_object().expect("it was taken");
    for property in descriptor().properties {
        let text = given[property.name].as_str().expect("required, and a text");
        let length = i64::try_from(text.chars().count()).expect("short");
        assert!(
            property.min_length.is_none_or(|min| length >= min),
            "{}",
            property.name
        );
        assert!(
            property.max_length.is_none_or(|max| length <= max),
            "{}",
            property.name
        );
    }
});

/// A fuzzer must not choose where files are made.
fn names_a_file(json: &str) -> bool {
    match serde_json::from_str::<serde_json::Value>(json) {
        Ok(value) => ["dedupJournal", "mediaDirectory", "caFile"]
            .iter()
            .any(|name| value.get(name).is_some()),
        // Only an escape could spell the name in another way.
        Err(_) => ["Journal", "Directory", "File", "\\u"]
            .iter()
            .any(|part| json.contains(part)),
    }
}
