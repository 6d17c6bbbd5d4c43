//! The contract as C sees it: programs in C do everything that a host can get wrong.

use std::path::Path;

use tempfile::TempDir;

use crate::{c_program, plugin};

/// Runs a program of `tests/c`, which ends at the case that does not hold, and names it.
fn all_hold(name: &str, arguments: &[&Path]) {
    let output = c_program::of_file(name).output(arguments);
    assert!(
        !output.is_empty() && output.lines().all(|line| line.starts_with("ok ")),
        "{output}"
    );
}

#[test]
fn null_in_the_place_of_any_pointer_is_a_result_and_no_crash() {
    all_hold("contract_pointers", &[&plugin::path()]);
}

#[test]
fn text_comes_in_with_any_length_and_content() {
    all_hold("contract_text", &[&plugin::path()]);
}

#[test]
fn structs_may_be_older_newer_and_anywhere() {
    all_hold("contract_structs", &[&plugin::path()]);
}

#[test]
fn handles_and_buffers_survive_every_misuse_and_callbacks_may_do_what_they_may() {
    all_hold("contract_handles", &[&plugin::path()]);
}

#[test]
fn the_log_callback_may_not_call_the_plugin() {
    all_hold("contract_log", &[&plugin::path()]);
}

#[test]
fn two_copies_of_the_library_in_one_process_do_not_mix() {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("libanother_adapter.so");
    std::fs::copy(plugin::path(), &copy).unwrap();
    all_hold("contract_copies", &[&plugin::path(), &copy]);
}
