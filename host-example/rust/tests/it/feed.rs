//! The feed that the demo's page reads.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use cloud_api_emulator::inbound;
use serde_json::{Value, json};

use crate::served::{Site, greet_if};

const STEPS: &str = r#"
[[workflow.step]]
name = "reply"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "Hello" }
[[workflow.step]]
name = "answer"
wait = "24h"
event = "customer_message"
"#;

#[test]
fn the_feed_is_for_one_page_on_this_machine() {
    let site = Site::new("");
    let _served = site.serve();
    let (status, answer) = site.get("/__host/runs");
    assert_eq!(status, 200);
    assert!(
        answer.contains("access-control-allow-origin: http://127.0.0.1:1"),
        "{answer}"
    );
    let mut stream = TcpStream::connect(site.address).unwrap();
    let rebound = "GET /__host/runs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    stream.write_all(rebound.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[test]
fn the_feed_tells_what_happens() {
    let site = Site::new(&greet_if("true", STEPS));
    let _served = site.serve();
    let mut stream = TcpStream::connect(site.address).unwrap();
    stream
        .write_all(b"GET /__host/events HTTP/1.1\r\nHost: localhost:1\r\n\r\n")
        .unwrap();
    site.emulator
        .customer_sends(inbound::text("16505551234", "hello"));
    let mut told: Vec<Value> = Vec::new();
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let Some(json) = line.strip_prefix("data: ") else {
            continue;
        };
        told.push(serde_json::from_str(json).unwrap());
        let last = told.last().unwrap();
        if last["kind"] == "step" && last["step"] == "answer" {
            break;
        }
    }
    let of = |kind: &str, member: &str, value: &str| {
        let found = told
            .iter()
            .position(|it| it["kind"] == kind && it[member] == value);
        found.unwrap_or_else(|| panic!("{kind} {member} {value}: {told:#?}"))
    };
    let event = &told[of("event", "name", "customer_message")];
    assert_eq!(
        (&event["duplicate"], &event["starts"]),
        (&json!(false), &json!(["2"]))
    );
    assert_eq!(event["raw"]["messages"][0]["text"]["body"], "hello");
    let command = of("command", "name", "sendMessageText");
    let response = of("response", "name", "sendMessageText");
    // Runs are told of by the store's thread, commands by the one that runs them: there is no order
    // between the two.
    of("run", "workflow", "greet");
    assert!(command < response);
    assert_eq!(told[command]["id"], told[response]["id"]);
    assert_eq!(told[response]["resultName"], "WFA_OK");
    assert_eq!(
        told[of("webhook", "trigger", "whatsapp")]["httpStatus"],
        200
    );
    assert_eq!(told.last().unwrap()["raw"]["event"], "customer_message");
}
