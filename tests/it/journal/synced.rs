//! The property `dedupSync`: when what was accepted is on the disk itself.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud_api_emulator::sign;
use tempfile::TempDir;
use whatsapp_adapter::{Adapter, AdapterOptions, Kind};

use super::{Place, with_journal};
use crate::webhook_attacks::sender::{SECRET, message, notification};
use crate::{c_program, plugin};

/// How often the plugin brought a file to the disk for one notification of three messages, and how often
/// while it compacted: files, folders.
#[test]
fn records_reach_the_disk_as_often_as_the_property_says() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program");
    let mut compiler = c_program::compiler("cc", "c99");
    let source = plugin::repository("tests/c/cases/syncs.c");
    compiler.args(["-g", "-rdynamic"]).arg(source);
    c_program::run(compiler.arg("-o").arg(&program).arg("-ldl"));
    let body = notification(&["a", "b", "c"].map(message), &[]);
    let file = folder.path().join("body.json");
    std::fs::write(&file, &body).unwrap();
    for (sync, notification, compaction) in
        [("none", 0, "0 0"), ("batch", 1, "1 1"), ("each", 3, "1 1")]
    {
        let place = Place::new();
        let mut run = Command::new(&program);
        run.arg(plugin::path())
            .arg(&file)
            .arg(sign(SECRET, body.as_bytes()));
        run.arg(STANDARD.encode(SECRET)).arg(place.path()).arg(sync);
        let output = c_program::run(&mut run);
        let text = String::from_utf8(output.stdout).unwrap();
        let wanted = format!("notification {notification}\ncompaction {compaction}\n");
        assert_eq!(text, wanted, "{sync}");
    }
}

#[test]
fn other_words_are_refused_and_it_cannot_change_while_the_adapter_lives() {
    let place = Place::new();
    let with = |sync: &str| {
        let mut properties = with_journal(&place.path());
        properties["dedupSync"] = sync.into();
        properties.to_string()
    };
    for other in ["full", "None", "batches", "always"] {
        let error = Adapter::new(&with(other), AdapterOptions::default()).unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidRequest);
        assert!(error.message().contains("dedupSync"), "{error}");
    }
    let adapter = Adapter::new(&with("each"), AdapterOptions::default()).unwrap();
    adapter.update_properties(&with("each")).unwrap();
    let error = adapter.update_properties(&with("none")).unwrap_err();
    assert!(error.message().contains("dedupSync"), "{error}");
}
