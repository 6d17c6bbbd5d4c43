//! What a host says of itself in its log.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use cloud_api_emulator::inbound;

use crate::served::{Site, greet_if};

const STEPS: &str = r#"
[[workflow.step]]
name = "reply"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "Hello {messages[0].text.body}" }
"#;

#[test]
fn h09_a_run_and_a_refused_webhook_are_told_without_secrets_texts_or_numbers() {
    let site = Site::new(&greet_if("true", STEPS));
    let log = site.folder.path().join("log");
    let mut child = site
        .program()
        .args(["serve", "host.toml"])
        .current_dir(site.folder.path())
        .stderr(Stdio::from(File::create(&log).unwrap()))
        .spawn()
        .unwrap();
    let until = |words: &str| {
        for _ in 0..6000 {
            let text = fs::read_to_string(&log).unwrap();
            if text.contains(words) {
                return text;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{words}: {}", fs::read_to_string(&log).unwrap())
    };
    until("ready on ");
    let text = "a text that nobody else may read";
    site.emulator
        .customer_sends(inbound::text("16505551234", text));
    until("workflow=\"greet\"");
    let secret = "0123456789abcdef0123456789abcdef";
    let send = |request: String| {
        let mut stream = TcpStream::connect(site.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
    };
    let end = "Host: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let post = |name: &str, fields: &str| {
        send(format!(
            "POST /wfe/api/advancedwebhook/{name} HTTP/1.1\r\n{fields}{end}"
        ));
    };
    post("whatsapp", "");
    let wrong = "0".repeat(64);
    post(
        "whatsapp",
        &format!("X-Hub-Signature-256: sha256={wrong}\r\n"),
    );
    post("whatsap", "");
    send(format!(
        "GET /wfe/api/advancedwebhook/whatsapp?hub.mode=subscribe&hub.challenge=1\
        &hub.verify_token={secret} HTTP/1.1\r\n{end}"
    ));
    let told = until("verify_token_wrong");
    let told = {
        until("the run has ended run=2"); // the one of the event
        let _ = told;
        fs::read_to_string(&log).unwrap()
    };
    child.kill().unwrap();
    child.wait().unwrap();
    let address = site.address;
    for (level, words) in [
        ("INFO", "an instance is ready instance=\"sales\"".to_owned()),
        (
            "INFO",
            format!("callback=\"http://{address}/wfe/api/advancedwebhook/whatsapp\""),
        ),
        (
            "INFO",
            "its verify token is the name of the trigger trigger=\"whatsapp\"".to_owned(),
        ),
        ("INFO", "a run has started".to_owned()),
        ("INFO", "customer=\"***34\"".to_owned()),
        ("INFO", "a step begins".to_owned()),
        ("INFO", "step=\"reply\"".to_owned()),
        ("INFO", "outcome=\"success\"".to_owned()),
        ("INFO", "the run has ended".to_owned()),
        ("WARN", "status=401 reason=\"signature_missing\"".to_owned()),
        (
            "WARN",
            "status=403 reason=\"signature_wrong_key\"".to_owned(),
        ),
        (
            "WARN",
            "status=403 reason=\"verify_token_wrong\"".to_owned(),
        ),
        ("WARN", "status=404 reason=\"unknown_trigger\"".to_owned()),
    ] {
        let found = told
            .lines()
            .any(|line| line.contains(level) && line.contains(&words));
        assert!(found, "{level} {words}:\n{told}");
    }
    let token = &site.emulator.config().access_token;
    for hidden in [text, secret, token, "16505551234", "MDEyMzQ1"] {
        assert!(!told.contains(hidden), "{hidden}:\n{told}");
    }
}

#[test]
fn h08_a_condition_without_a_value_is_told_once_and_counted() {
    let site = Site::new(&greet_if("messages[0].image.id == \"1\"", STEPS));
    let served = site.serve();
    for text in ["one", "two", "three"] {
        site.emulator
            .customer_sends(inbound::text("16505551234", text));
    }
    served.wait_for_line("a condition has no value for an event and does not hold");
    site.wait_until("three were processed", |site| {
        site.are("process", 3, "done")
    });
    let (_, metrics) = site.get("/metrics");
    let counted = "adapter_host_conditions_without_value_total{condition=\"messages[0].image.id == \\\"1\\\"\"} 3";
    assert!(metrics.contains(counted), "{metrics}");
}
