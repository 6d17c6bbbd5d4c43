//! The echo adapter, which has nothing to do with WhatsApp: beside it in one `serve`, and alone in the
//! commands that take one plugin.

use std::fs;

use cloud_api_emulator::{RequestRecord, sign};
use serde_json::Value;

use crate::program::{echo_plugin, program, run};
use crate::served::{LIMIT, Site};

const SECRET: &str = "0123456789abcdef0123";

/// One tick, since the next one comes after a day.
const ECHO: &str = r#"
[[instance]]
name = "echo"
adapter_type = "echo"
[instance.properties]
secret = { file = "secret" }
tickMs = 86400000

[[trigger]]
name = "tick"
type = "Adapter Type Event"
adapter_type = "echo"
event = "tick"
workflow = "tick"
[[workflow]]
name = "tick"
[[workflow.step]]
name = "said"
instance = "echo"
command = "echo"
request = { text = "tick {eventId}" }
[[workflow.step]]
name = "send"
instance = "sales"
command = "sendMessageText"
request = { phoneNumber = "16505551234", message = "{said.text}" }

[[trigger]]
name = "posted"
type = "Advanced Webhook"
authentication_type = "HMAC SHA256 using key"
adapter = "echo"
workflow = "posted"
properties = { body = "{wfsystem.body}" }
[[workflow]]
name = "posted"
[[workflow.step]]
name = "said"
command = "echo"
request = { text = "posted {body}" }
[[workflow.step]]
name = "send"
instance = "sales"
command = "sendMessageText"
request = { phoneNumber = "16505551234", message = "{said.text}" }

[[trigger]]
name = "heard"
type = "Event"
adapter = "echo"
event = "echoed"
workflow = "heard"
[[workflow]]
name = "heard"
[[workflow.step]]
name = "send"
instance = "sales"
command = "sendMessageText"
request = { phoneNumber = "16505551234", message = "heard {text}" }
"#;

#[test]
fn x09_the_echo_adapter_ticks_is_a_step_and_takes_its_webhook_beside_whatsapp() {
    let site = Site::new("");
    let library = site.folder.path().join("plugins/libecho.so");
    fs::copy(echo_plugin(), library).unwrap();
    fs::write(site.folder.path().join("secret"), SECRET).unwrap();
    site.configure(ECHO);
    let served = site.serve();
    let post = |signature: &str| {
        let path = "/wfe/api/advancedwebhook/posted";
        let head = format!("POST {path} HTTP/1.1\r\nX-Signature: {signature}");
        site.send(&head, b"hello").0
    };
    assert_eq!(post(&sign(SECRET, b"Hello")), 403);
    assert_eq!(post(&sign(SECRET, b"hello")), 200);
    site.wait_until(
        "its events and its webhook have started workflows",
        |site| {
            site.are("tick", 1, "done")
                && site.are("posted", 1, "done")
                && site.are("heard", 2, "done")
        },
    );
    let ledger = site.emulator.ledger();
    assert_eq!(ledger.accepted(), 4);
    let mut sent: Vec<&str> = ledger.requests.iter().map(text_of).collect();
    sent.sort_unstable();
    let [heard, heard_tick, posted, tick] = sent[..] else {
        panic!("{sent:?}");
    };
    assert_eq!((heard, posted), ("heard posted hello", "posted hello"));
    assert_eq!(heard_tick.strip_prefix("heard "), Some(tick));
    assert!(tick.starts_with("tick ") && tick.ends_with("-1"), "{tick}");
    site.wait_until("statuses are taken as before", |site| {
        let taken = r#"events_total{name="status_changed",duplicate="false",adapter="whatsapp",instance="sales"}"#;
        site.get("/metrics").1.contains(taken)
    });
    assert_eq!(served.terminate_within(LIMIT), 0);
}

fn text_of(request: &RequestRecord) -> &str {
    let text = &request.json.as_ref().unwrap()["text"]["body"];
    text.as_str().unwrap()
}

#[test]
fn the_echo_adapter_is_listed_described_and_run_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("libecho.so");
    fs::copy(echo_plugin(), &plugin).unwrap();
    let listed = run(program().arg("plugins").arg("--dir").arg(folder.path()));
    assert!(listed.stdout.starts_with("echo "), "{listed:?}");
    let described = run(program().arg("describe").arg(&plugin));
    for name in ["echo", "echoed", "tick", "tickMs"] {
        assert!(described.stdout.contains(name), "{name}: {described:?}");
    }
    let mut exec = program();
    exec.args(["exec", "echo", r#"{"text":"hi"}"#]);
    let ran = run(exec.env("ECHO_SECRET", SECRET).arg("--plugin").arg(&plugin));
    assert_eq!(ran.code, 0, "{ran:?}");
    let response: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(response["text"], "hi");
    assert_eq!(
        ran.stderr,
        "event echoed {\"text\":\"hi\",\"adapter\":\"exec\"}\n"
    );
}
