//! The hosts of `host-example/minimal`, one in each language: built, run against the emulator, and
//! held to the same facts.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use cloud_api_emulator::Emulator;
use serde_json::{Value, json};
use tempfile::TempDir;
use workflow_adapter_loader::CommandRef;

use crate::rig::{self, EntryPoint};
use crate::{c_program, plugin};

/// Far more than anything here takes.
const LIMIT: Duration = Duration::from_secs(60);
/// What a reader is promised: lines that are not empty.
const MOST_LINES: usize = 40;

#[test]
fn the_c_host_does_it_in_40_lines() {
    let folder = TempDir::new().unwrap();
    for standard in ["c99", "c17"] {
        plays(&mut compiled("CC", "cc", standard, "host.c", &folder));
    }
}

#[test]
fn the_cpp_host_does_it_in_40_lines() {
    let folder = TempDir::new().unwrap();
    for standard in ["c++17", "c++20"] {
        plays(&mut compiled("CXX", "c++", standard, "host.cpp", &folder));
    }
}

#[test]
fn the_rust_host_does_it_in_40_lines() {
    plays(&mut Command::new(rust_host()));
}

#[test]
fn the_python_host_does_it_in_40_lines() {
    if let Some(mut host) = python_host() {
        plays(&mut host);
    } else {
        let why = "host-example/minimal/host.py was not run: there is no python3 here";
        writeln!(std::io::stderr(), "{why}").unwrap();
    }
}

#[test]
fn no_minimal_host_has_more_than_40_lines() {
    for name in ["host.c", "host.cpp", "host.rs", "host.py"] {
        let text = fs::read_to_string(source(name)).unwrap();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines <= MOST_LINES, "{name} has {lines} lines");
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{name} has a line of {widest:?}");
    }
}

#[test]
fn a_minimal_host_says_what_is_wrong_with_the_properties() {
    let folder = TempDir::new().unwrap();
    let properties = folder.path().join("properties.json");
    fs::write(&properties, r#"{"apiVersion":"v26.0"}"#).unwrap();
    for mut host in hosts(&folder) {
        host.arg(plugin::path()).arg(&properties);
        let ended = host.stdin(Stdio::null()).output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{host:?}: {ended:?}");
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(told.contains("authenticationToken"), "{host:?}: {told}");
    }
}

/// X4: hosts use the table, and know no command of a plugin before they have read its descriptor.
#[test]
fn a_plugin_of_another_service_that_exports_wfa_entry_alone_is_loaded_and_described() {
    let folder = TempDir::new().unwrap();
    let library = folder.path().join("libticking.so");
    let validator = plugin::repository("tools/validator");
    let sources = [
        "template/ticking.c",
        "template/boundary.c",
        "checks/json.c",
        "checks/text.c",
    ];
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-fvisibility=hidden"]);
    cc.arg("-I").arg(plugin::repository("include"));
    cc.arg("-I").arg(validator.join("checks"));
    cc.args(sources.map(|source| validator.join(source)));
    c_program::run(cc.arg("-o").arg(&library).arg("-lpthread"));
    let properties = folder.path().join("properties.json");
    fs::write(&properties, "{}").unwrap();
    for mut host in hosts(&folder) {
        let ended = given(host.arg(&library).arg(&properties), b"sendMessageText {}\n");
        let told = String::from_utf8_lossy(&ended.stdout);
        assert!(told.contains("command ticks\n"), "{host:?}: {ended:?}");
        // The command is none of this plugin's: the host says so, and ends.
        let said = String::from_utf8_lossy(&ended.stderr);
        let refused = told.contains("sendMessageText 2") || said.contains("no such command");
        assert!(
            refused && ended.status.code().is_some(),
            "{host:?}: {ended:?}"
        );
    }
}

#[test]
fn every_minimal_host_describes_and_runs_the_echo_adapter() {
    let folder = TempDir::new().unwrap();
    let properties = folder.path().join("properties.json");
    fs::write(&properties, "{}").unwrap();
    for mut host in hosts(&folder) {
        host.arg(plugin::echo()).arg(&properties);
        let printed = Printed::parse(&output_of(&mut host, b"echo {\"text\":\"hi\"}\n"));
        let response = json!({"text": "hi", "code": "", "error": ""});
        let expected = Printed {
            commands: vec!["echo".to_owned()],
            ran: vec![("echo".to_owned(), "0".to_owned(), response)],
            events: vec![("echoed".to_owned(), json!({"text": "hi"}))],
        };
        assert_eq!(printed, expected, "{host:?}");
    }
}

#[test]
fn the_files_to_try_them_with_fit_the_emulator() {
    let emulator = rig::emulator();
    let properties = json_of(&fs::read_to_string(source("properties.json")).unwrap());
    let config = emulator.config();
    assert_eq!(properties["authenticationToken"], config.access_token);
    assert_eq!(properties["phoneNumberId"], config.phone_number_id);
    let created = rig::Adapter::create(EntryPoint::Loaded, &properties.to_string());
    let adapter = created.ok().unwrap();
    let mut events = Vec::new();
    for line in fs::read_to_string(source("commands.txt")).unwrap().lines() {
        let (command, request) = line.split_once(' ').unwrap();
        let ran = adapter.execute(command, request);
        // The first one is sent to a port on which nobody listens here.
        let is_taken = command == "sendMessageText" || ran.result() == "OK";
        assert!(is_taken && ran.result() != "INVALID_REQUEST", "{ran:?}");
        events.extend(ran.events);
    }
    let [(event, _)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(event, "customer_message");
}

/// What a host printed.
#[derive(Debug, PartialEq)]
struct Printed {
    commands: Vec<String>,
    /// Each command that ran: its name, result code and response.
    ran: Vec<(String, String, Value)>,
    events: Vec<(String, Value)>,
}

impl Printed {
    fn parse(text: &str) -> Self {
        let mut printed = Self {
            commands: Vec::new(),
            ran: Vec::new(),
            events: Vec::new(),
        };
        for line in text.lines() {
            match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
                ["command", name] => printed.commands.push(name.to_owned()),
                ["event", name, event] => printed.events.push((name.to_owned(), json_of(event))),
                [name, code, response] => {
                    let ran = (name.to_owned(), code.to_owned(), json_of(response));
                    printed.ran.push(ran);
                }
                _ => panic!("a line that nobody expects: {line:?} in\n{text}"),
            }
        }
        printed
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Runs one host: what it prints is what the emulator and the descriptor know.
fn plays(host: &mut Command) {
    let emulator = rig::emulator();
    let folder = TempDir::new().unwrap();
    let properties = folder.path().join("properties.json");
    fs::write(&properties, rig::properties(&emulator).to_string()).unwrap();
    let notification = notification(&emulator);
    host.arg(plugin::path()).arg(properties);
    let webhook = rig::webhook_request(str::from_utf8(&notification).unwrap());
    let message = json!({"phoneNumber": "+16505551234", "message": "Hello"});
    let input = format!("sendMessageText {message}\nprocessWebhook {webhook}\n");
    let printed = Printed::parse(&output_of(host, input.as_bytes()));

    let descriptor = plugin::loaded().descriptor();
    let commands: Vec<&str> = descriptor.commands().map(CommandRef::name).collect();
    assert_eq!(printed.commands, commands, "{host:?}");

    let ledger = emulator.ledger();
    assert_eq!((ledger.complete(), ledger.accepted()), (1, 1), "{ledger:?}");
    let request = ledger.requests[0].json.as_ref().unwrap();
    assert_eq!(request["to"], "+16505551234", "{host:?}");
    assert_eq!(request["text"]["body"], "Hello", "{host:?}");

    let [(send, sent, response), (process, processed, details)] = &printed.ran[..] else {
        panic!("{host:?}: {printed:?}");
    };
    assert_eq!((send.as_str(), sent.as_str()), ("sendMessageText", "0"));
    assert_eq!(response["status"], "SUCCESS", "{host:?}");
    let id = response["messageId"].as_str();
    assert_eq!(id, ledger.requests[0].message_id.as_deref(), "{host:?}");
    assert_eq!(
        (process.as_str(), processed.as_str()),
        ("processWebhook", "0")
    );
    assert_eq!(details["details"]["accepted"], 1, "{host:?}: {details}");
    assert_eq!(
        details["details"]["verified"], "host",
        "{host:?}: {details}"
    );

    let [(event, json)] = &printed.events[..] else {
        panic!("{host:?}: {printed:?}");
    };
    assert_eq!(event, "customer_message", "{host:?}");
    let sent: Value = serde_json::from_slice(&notification).unwrap();
    let message = &sent["entry"][0]["changes"][0]["value"]["messages"][0];
    assert_eq!(&json["messages"][0], message, "{host:?}");
}

/// A notification with all that must be escaped inside a JSON text, as the emulator posts it.
fn notification(emulator: &Emulator) -> Vec<u8> {
    emulator.customer_sends(json!({
        "from": "16505551234", "type": "text", "name": "Sheena",
        "text": {"body": "a \"quote\", a \\, a line\nand 😀"},
    }));
    let begun = std::time::Instant::now();
    while begun.elapsed() < LIMIT {
        if let Some(webhook) = emulator.ledger().webhooks.first() {
            return webhook.body.clone();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the emulator made no notification");
}

/// What it prints when it reads `input`; it must succeed and say nothing else.
fn output_of(host: &mut Command, input: &[u8]) -> String {
    let ended = given(host, input);
    assert!(ended.status.success(), "{host:?}: {ended:?}");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{host:?}");
    String::from_utf8(ended.stdout).unwrap()
}

fn given(host: &mut Command, input: &[u8]) -> Output {
    let mut child = host
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{host:?}: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// One in each language.
fn hosts(folder: &TempDir) -> Vec<Command> {
    let mut hosts = vec![
        compiled("CC", "cc", "c99", "host.c", folder),
        compiled("CXX", "c++", "c++17", "host.cpp", folder),
        Command::new(rust_host()),
    ];
    hosts.extend(python_host());
    hosts
}

fn source(name: &str) -> PathBuf {
    plugin::repository("host-example/minimal").join(name)
}

/// The C or C++ host, compiled with the compiler that `variable` names, else the system's.
fn compiled(
    variable: &str,
    compiler: &str,
    standard: &str,
    name: &str,
    folder: &TempDir,
) -> Command {
    let compiler = env::var(variable).unwrap_or_else(|_| compiler.to_owned());
    let program = folder.path().join(standard);
    let mut call = c_program::compiler(&compiler, standard);
    call.args(["-Wshadow", "-Wconversion"]).arg(source(name));
    c_program::run(call.arg("-o").arg(&program).arg("-ldl"));
    Command::new(program)
}

/// The Python host; none where there is no `python3`.
fn python_host() -> Option<Command> {
    let found = Command::new("python3").arg("--version").output();
    let mut python = Command::new("python3");
    // Without -B it would leave its byte code beside the source.
    python.arg("-B").arg(source("host.py"));
    found.is_ok().then_some(python)
}

/// The Rust host: an example of the crate `workflow-adapter-loader`. `cargo test --workspace` has built it
/// with this test, and then there is nothing left to do here; after `cargo test --test it` there is.
fn rust_host() -> PathBuf {
    let test = env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "build",
        "--quiet",
        "--workspace",
        "--example",
        "minimal-host",
    ]);
    cargo
        .arg("--manifest-path")
        .arg(plugin::repository("Cargo.toml"));
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    let name = profile.file_name().unwrap();
    if name != "debug" {
        cargo.arg("--profile").arg(name);
    }
    c_program::run(&mut cargo);
    profile.join("examples/minimal-host")
}
