//! `wfa::Adapter` of `workflow_adapter.hpp` beyond `execute`: tests/cpp/adapter.cpp, compiled with
//! every warning an error, against the emulator.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud_api_emulator::sign;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{c_program, plugin, rig};

#[test]
fn the_cpp_adapter_keeps_its_promises_in_cpp17() {
    keeps_its_promises("c++17");
}

#[test]
fn the_cpp_adapter_keeps_its_promises_in_cpp20() {
    keeps_its_promises("c++20");
}

/// F78: the same header in a program that is compiled without exceptions.
#[test]
fn the_cpp_adapter_works_without_exceptions() {
    let folder = TempDir::new().unwrap();
    let emulator = rig::emulator();
    let good = folder.path().join("good.json");
    fs::write(&good, rig::properties(&emulator).to_string()).unwrap();
    let program = compile(
        "no_exceptions",
        "c++17",
        &["-fno-exceptions"],
        folder.path(),
    );
    c_program::run(Command::new(program).arg(plugin::path()).arg(good));
}

fn keeps_its_promises(standard: &str) {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let emulator = rig::emulator();
    let secret = &emulator.config().app_secret;
    let mut properties = rig::properties(&emulator);
    properties["appSecret"] = STANDARD.encode(secret).into();
    let with = |member: &str, value: Value| {
        let mut changed = properties.clone();
        changed[member] = value;
        changed.to_string()
    };
    // The system accepts the connections; no program reads from them.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", nobody.local_addr().unwrap());
    let notification = r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":"2"},"messages":[{"from":"3","id":"w","timestamp":"1","type":"text","text":{"body":"hello"}}]},"field":"messages"}]}]}"#;

    let program = compile("adapter", standard, &[], folder.path());
    let mut call = Command::new(program);
    call.arg(plugin::path())
        .arg(file("good.json", &properties.to_string()))
        .arg(file(
            "unauthorised.json",
            &with("authenticationToken", json!("EAAGanothertokenofnobody")),
        ))
        .arg(file("silent.json", &with("baseUrl", json!(silent))))
        .arg(file("notification.json", notification))
        .arg(sign(secret, notification.as_bytes()));
    c_program::run(&mut call);
}

fn compile(source: &str, standard: &str, more: &[&str], folder: &Path) -> PathBuf {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let program = folder.join(source);
    let mut call = c_program::compiler(&compiler, standard);
    call.args([
        "-Wshadow",
        "-Wconversion",
        "-Wsign-conversion",
        "-Wold-style-cast",
        "-g",
    ])
    .args(more)
    .arg(plugin::repository(&format!("tests/cpp/{source}.cpp")))
    .arg("-o")
    .arg(&program)
    .args(["-ldl", "-lpthread"]);
    c_program::run(&mut call);
    program
}
