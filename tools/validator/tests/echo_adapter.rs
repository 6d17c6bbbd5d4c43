//! The adapter that is quoted in docs/write-an-adapter.md conforms, in which nothing is of WhatsApp.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

mod support;

use support::{echo_arguments, here, others, report};

#[test]
fn every_check_passes_on_the_echo_adapter() {
    let program = std::env::current_exe().unwrap();
    let plugin = program.with_file_name("libecho_adapter.so");
    let mut arguments = echo_arguments();
    let properties = here("fixtures/echo.properties.json");
    arguments.extend(["--properties".to_owned(), properties.display().to_string()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let report = report(&plugin, &arguments);
    let bad = others(&report, &["pass", "skip"]);
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
    assert_eq!(report["conforms"], true);
}
