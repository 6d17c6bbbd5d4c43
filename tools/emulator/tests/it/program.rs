//! The program, started as a demo starts it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::support::{Client, Webhook, text_message};

/// Ends the program when a test ends, also by a panic.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> (Program, Vec<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cloud-api-emulator"))
        .args(["--port", "0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let program = Program(child);
    let mut lines = Vec::new();
    for line in out.lines().map(Result::unwrap) {
        let last = line.contains("/__ledger");
        lines.push(line);
        if last {
            break;
        }
    }
    (program, lines)
}

fn client(lines: &[String], token: &str) -> Client {
    Client {
        address: lines[0].rsplit('/').next().unwrap().parse().unwrap(),
        token: token.to_owned(),
        phone_number_id: "42".to_owned(),
        business_account_id: String::new(),
    }
}

#[test]
fn it_prints_its_url_first_and_serves_as_it_was_told() {
    let webhook = Webhook::start(&[]);
    let arguments = [
        "--access-token",
        "T",
        "--phone-number-id",
        "42",
        "--webhook-url",
        &webhook.url,
    ];
    let (_program, lines) = start(&arguments);
    assert!(lines[0].starts_with("http://127.0.0.1:"), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("is the demo's")));
    let client = client(&lines, "T");
    assert_eq!(client.send(&text_message("hello")).status, 200);
    let inbound = client.post("/__inbound", "", br#"{"text":{"body":"hello"}}"#);
    assert_eq!(inbound.json(), json!({"queued": 1}));
    for _ in 0..500 {
        if webhook.deliveries().len() == 5 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!(
        "the handshake, three statuses and one message: {:?}",
        webhook.deliveries().len()
    );
}

#[test]
fn it_warns_about_the_demo_token_and_writes_the_ca() {
    let file = std::env::temp_dir().join(format!("emulator-ca-{}.pem", std::process::id()));
    let (_program, lines) = start(&["--tls-ca-file", file.to_str().unwrap()]);
    assert!(lines[0].starts_with("https://127.0.0.1:"), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("is the demo's")));
    let pem = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn strict_keeps_the_rules_that_need_a_history() {
    let (_program, lines) = start(&["--strict", "--phone-number-id", "42"]);
    let client = client(&lines, &cloud_api_emulator::Config::default().access_token);
    let strictness = client.call("GET", "/__strictness", "", b"").json();
    assert_eq!(
        strictness,
        json!({"known_media": true, "service_window": "reported"})
    );
}
