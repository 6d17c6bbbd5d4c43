//! The command `exec`: one command from the shell, against the emulator.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use cloud_api_emulator::{Config, Emulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Ended, plugin, program, run};

const REQUEST: &str = r#"{"phoneNumber":"+16505551234","message":"Hello"}"#;

fn emulator() -> Emulator {
    Emulator::start(Config {
        refused: vec![("15550000000".to_owned(), 131_030)],
        ..Config::default()
    })
    .unwrap()
}

/// `exec`, with all properties in the environment.
fn exec(emulator: &Emulator) -> Command {
    let config = emulator.config();
    let mut command = program();
    command
        .arg("exec")
        .env("WFA_PLUGIN", plugin())
        .env("WHATSAPP_AUTHENTICATION_TOKEN", &config.access_token)
        .env("WHATSAPP_API_VERSION", "v27.0")
        .env("WHATSAPP_PHONE_NUMBER_ID", &config.phone_number_id)
        .env("WHATSAPP_BASE_URL", emulator.base_url());
    command
}

fn properties(emulator: &Emulator) -> Value {
    json!({
        "authenticationToken": emulator.config().access_token,
        "apiVersion": "v27.0",
        "phoneNumberId": emulator.config().phone_number_id,
        "baseUrl": emulator.base_url(),
    })
}

/// Writes a file; the directory goes with the first of the pair.
fn file(content: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("properties.json");
    fs::write(&path, content).unwrap();
    (directory, path)
}

fn response(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn a_command_that_succeeds_prints_its_response_and_nothing_else() {
    let emulator = emulator();
    let ended = run(exec(&emulator).args(["sendMessageText", REQUEST]).args([
        "--correlation-id",
        "shell-1",
        "--timeout-ms",
        "20000",
    ]));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout.lines().count(), 1);
    assert_eq!(response(&ended)["status"], "SUCCESS");
    assert_eq!(emulator.ledger().accepted_with("shell-1"), 1);
}

#[test]
fn properties_come_from_a_file_as_well() {
    let emulator = emulator();
    let (_directory, path) = file(&properties(&emulator).to_string());
    let mut command = program();
    command.args(["exec", "sendMessageText", REQUEST, "--properties"]);
    let ended = run(command.arg(path).arg("--plugin").arg(plugin()));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(emulator.ledger().accepted(), 1);
}

#[test]
fn a_command_that_fails_prints_its_response_and_says_why() {
    let emulator = emulator();
    let refused = r#"{"phoneNumber":"+15550000000","message":"Hello"}"#;
    let ended = run(exec(&emulator).args(["sendMessageText", refused]));
    assert_eq!(ended.code, 1);
    assert_eq!(response(&ended)["status"], "FAILED");
    assert_eq!(response(&ended)["code"], "131030");
    assert!(
        ended
            .stderr
            .starts_with("error: WFA_ERR_COMMAND_FAILED (4): "),
        "{}",
        ended.stderr
    );
    let ended = run(exec(&emulator).args(["sendMessageText", r#"{"phoneNumber":"+1650"}"#]));
    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("WFA_ERR_INVALID_REQUEST"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("message"), "{}", ended.stderr);
}

#[test]
fn a_notification_shows_its_events_on_standard_error() {
    let emulator = emulator();
    let notification = json!({"object": "whatsapp_business_account", "entry": [{"id": "1",
        "changes": [{"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1", "phone_number_id": "2"},
            "contacts": [{"profile": {"name": "Ada"}, "wa_id": "1650"}],
            "messages": [{"from": "1650", "id": "wamid.1", "timestamp": "1750000000",
                "type": "text", "text": {"body": "hi"}}]}}]}]});
    let request = json!({"whatsAppNotification": notification.to_string()}).to_string();
    let ended = run(exec(&emulator).args(["processWebhook", &request]));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stderr.starts_with("event customer_message {"),
        "{}",
        ended.stderr
    );
}

/// Exit code 2, nothing on standard output, and the words that name what is wrong.
fn assert_refused(command: &mut Command, words: &[&str]) {
    let ended = run(command);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    for word in words {
        assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
}

#[test]
fn bad_arguments_are_named() {
    let emulator = emulator();
    assert_refused(&mut exec(&emulator), &["<COMMAND>", "<JSON>"]);
    let cases: [(&[&str], &[&str]); 6] = [
        (
            &["sendMessageText", "{"],
            &["the request is no JSON", "line 1"],
        ),
        (
            &["sendMessageText", "[]"],
            &["the request must be one JSON object"],
        ),
        (
            &["sendFax", "{}"],
            &["no command sendFax", "sendMessageText"],
        ),
        (
            &["sendMessageText", REQUEST, "--timeout-ms", "0"],
            &["--timeout-ms"],
        ),
        (
            &["sendMessageText", REQUEST, "--timeout-ms", "soon"],
            &["--timeout-ms"],
        ),
        (
            &["sendMessageText", REQUEST, "--plugin", "/nowhere/lib.so"],
            &["/nowhere/lib.so"],
        ),
    ];
    for (arguments, words) in cases {
        assert_refused(exec(&emulator).args(arguments), words);
    }
    assert_eq!(emulator.ledger().complete(), 0);
}

#[test]
fn bad_properties_are_named_with_their_source_and_member() {
    let emulator = emulator();
    let with = |name: &str, value: Value| {
        let mut all = properties(&emulator);
        all[name] = value;
        all.to_string()
    };
    let cases: [(String, &[&str]); 6] = [
        ("{".to_owned(), &["it is no JSON", "line 1"]),
        ("[]".to_owned(), &["it must be one JSON object"]),
        ("{}".to_owned(), &["authenticationToken"]),
        (with("apiVersion", json!("26")), &["apiVersion", "v27.0"]),
        (with("timeoutMs", json!("soon")), &["timeoutMs"]),
        (with("colour", json!("red")), &["colour"]),
    ];
    for (content, words) in cases {
        let (_directory, path) = file(&content);
        let mut command = exec(&emulator);
        command
            .args(["sendMessageText", REQUEST, "--properties"])
            .arg(&path);
        assert_refused(&mut command, words);
        assert_refused(&mut command, &[path.to_str().unwrap()]);
    }
    let mut command = exec(&emulator);
    command.args([
        "sendMessageText",
        REQUEST,
        "--properties",
        "/nowhere/properties.json",
    ]);
    assert_refused(&mut command, &["/nowhere/properties.json"]);
}

#[test]
fn bad_variables_are_named_and_a_secret_is_never_repeated() {
    let emulator = emulator();
    let send = || {
        let mut command = exec(&emulator);
        command.args(["sendMessageText", REQUEST]);
        command
    };
    let missing = "WHATSAPP_PHONE_NUMBER_ID";
    assert_refused(
        send().env_remove(missing),
        &["phoneNumberId", missing, "--properties"],
    );
    let timeout = "WHATSAPP_TIMEOUT_MS";
    assert_refused(
        send().env(timeout, "soon"),
        &[timeout, "timeoutMs", "integer"],
    );
    assert_refused(
        send().env("WHATSAPP_API_VERSION", "26"),
        &["the environment", "apiVersion"],
    );
    let secret = "a secret with spaces in it";
    let ended = run(send().env("WHATSAPP_AUTHENTICATION_TOKEN", secret));
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("authenticationToken"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    let ended = run(send().env("WHATSAPP_TIMEOUT_MS", "20000"));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn h14_all_mistakes_of_a_request_come_at_once_with_what_was_meant() {
    let emulator = emulator();
    let ended = run(exec(&emulator).args([
        "sendMessageText",
        r#"{"phoneNumer":"1650","mesage":"x","previewUrl":"yes"}"#,
    ]));
    assert_eq!(ended.code, 1);
    for words in [
        "error: WFA_ERR_INVALID_REQUEST (3): ",
        "phoneNumer: there is no such member; did you mean phoneNumber?",
        "mesage: there is no such member; did you mean message?",
        "previewUrl: it must be of type boolean",
        "request member phoneNumber is missing (",
        "request member message is missing (",
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    let mut command = exec(&emulator);
    assert_refused(
        command.args(["sendMessgeText", REQUEST]),
        &["no command sendMessgeText; did you mean sendMessageText?"],
    );
    let ended = run(exec(&emulator).args(["fax", "{}"]));
    let whole = workflow_adapter_loader::Plugin::load(plugin()).unwrap();
    let about = whole.descriptor();
    let commands = about.commands().chain(about.extension_commands());
    let more = format!("and {} more", commands.count() - 12);
    assert!(
        ended.stderr.contains(&more) && ended.stderr.len() < 600,
        "{}",
        ended.stderr
    );
    assert_eq!(emulator.ledger().complete(), 0);
}

#[test]
fn h14_all_mistakes_of_the_properties_come_at_once() {
    let emulator = emulator();
    let mut all = properties(&emulator);
    all["timeoutMs"] = json!("soon");
    all["phoneNumberID"] = json!("1");
    all["phoneNumberId"] = Value::Null;
    all["apiVersion"] = json!("26");
    let (_directory, path) = file(&all.to_string());
    let mut command = exec(&emulator);
    command
        .args(["sendMessageText", REQUEST, "--properties"])
        .arg(&path);
    assert_refused(
        &mut command,
        &[
            "timeoutMs: it must be of type integer",
            "phoneNumberID: there is no such member",
            "property phoneNumberId: it must be of type string",
        ],
    );
    all.as_object_mut().unwrap().remove("phoneNumberId");
    let (_directory, path) = file(&all.to_string());
    let mut command = exec(&emulator);
    command
        .args(["sendMessageText", REQUEST, "--properties"])
        .arg(&path);
    let missing = "property phoneNumberId is missing (";
    assert_refused(&mut command, &[missing]);
    let mut command = exec(&emulator);
    command.args(["sendMessageText", REQUEST]);
    command
        .env_remove("WHATSAPP_PHONE_NUMBER_ID")
        .env_remove("WHATSAPP_API_VERSION")
        .env("WHATSAPP_TIMEOUT_MS", "soon");
    assert_refused(
        &mut command,
        &[
            "WHATSAPP_PHONE_NUMBER_ID",
            "WHATSAPP_API_VERSION",
            "WHATSAPP_TIMEOUT_MS",
        ],
    );
}

#[test]
fn h14_a_request_comes_from_a_file_or_standard_input_as_well() {
    use std::io::Write as _;
    use std::process::Stdio;

    let emulator = emulator();
    let (_directory, path) = file(REQUEST);
    let ended = run(exec(&emulator)
        .arg("sendMessageText")
        .arg(format!("@{}", path.display())));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let mut command = exec(&emulator);
    command
        .args(["sendMessageText", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(REQUEST.as_bytes())
        .unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(emulator.ledger().accepted(), 2);
    assert_refused(
        exec(&emulator).args(["sendMessageText", "@/nowhere/request.json"]),
        &["/nowhere/request.json"],
    );
}

#[test]
fn h14_a_failure_is_said_once_and_an_unhealthy_set_up_is_one() {
    let emulator = emulator();
    let refused = r#"{"phoneNumber":"+15550000000","message":"Hello"}"#;
    let ended = run(exec(&emulator).args(["sendMessageText", refused]));
    let why = response(&ended)["error"].as_str().unwrap().to_owned();
    assert!(
        ended.stdout.contains(&why) && !ended.stderr.contains(&why),
        "{}",
        ended.stderr
    );
    let ended = run(exec(&emulator).args(["checkSetup", "{}"]).env(
        "WHATSAPP_AUTHENTICATION_TOKEN",
        "A-TOKEN-THAT-NOBODY-KNOWS-0123456789",
    ));
    assert_eq!(response(&ended)["healthy"], false);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(ended.stderr.contains("not healthy"), "{}", ended.stderr);
}
