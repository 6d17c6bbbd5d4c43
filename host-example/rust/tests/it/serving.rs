//! The command `serve` as Meta, a customer and the person who runs it meet it.

use cloud_api_emulator::{Fault, inbound, sign};
use serde_json::json;

use crate::program::run;
use crate::served::{Site, greet_if, holds};

const STEPS: &str = r#"
[[workflow.step]]
name = "reply"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "Hello {contacts[0].profile.name}" }
[[workflow.step]]
name = "answer"
wait = "WAIT"
event = "customer_message"
condition = 'messages[0].type == "text"'
on_event = "thank"
on_timeout = "escalate"
[[workflow.step]]
name = "thank"
command = "sendMessageReaction"
request = { phoneNumber = "{messages[0].from}", messageId = "{answer.messages[0].id}", emoji = "👍" }
on_success = "end"
[[workflow.step]]
name = "escalate"
command = "sendMessageTextTemplate"
request = { phoneNumber = "{messages[0].from}", templateName = "hello_world", languageCode = "en_US" }
"#;

fn greet(wait: &str) -> String {
    let hello = r#"messages[0].type == "text" && messages[0].text.body.contains("hello")"#;
    greet_if(hello, &STEPS.replace("WAIT", wait))
}

fn customer(site: &Site, text: &str) {
    site.emulator
        .customer_sends(inbound::text("16505551234", text));
}

/// The kinds of messages that were accepted, in their order.
fn kinds(site: &Site) -> Vec<String> {
    let requests = site.emulator.ledger().requests;
    requests
        .iter()
        .map(|request| request.kind.clone().unwrap_or_default())
        .collect()
}

#[test]
fn hello_is_answered_and_an_answer_is_thanked_for() {
    let site = Site::new(&greet("24h"));
    let _served = site.serve();
    customer(&site, "bye");
    customer(&site, "hello");
    site.wait_until("the run waits", |site| site.are("greet", 1, "waiting"));
    customer(&site, "yes");
    site.wait_until("the run is done", |site| site.are("greet", 1, "done"));
    assert_eq!(kinds(&site), ["text", "reaction"]);
    let run = site.runs_of("greet").remove(0);
    let steps = run["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| step["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["reply", "answer", "thank"]);
    assert_eq!(steps[0]["output"]["status"], "SUCCESS");
    assert_eq!(steps[0]["request"]["message"], "Hello Sheena Nelson");
    assert_eq!(
        (&run["customer"], &run["instance"]),
        (&json!("16505551234"), &json!("sales"))
    );
}

#[test]
fn without_an_answer_a_template_escalates_also_across_a_restart() {
    let site = Site::new(&greet("2s"));
    let served = site.serve();
    customer(&site, "hello");
    site.wait_until("the run waits", |site| site.are("greet", 1, "waiting"));
    served.kill();
    let _served = site.serve();
    site.wait_until("the run is done", |site| site.are("greet", 1, "done"));
    assert_eq!(kinds(&site), ["text", "template"]);
}

#[test]
fn an_unknown_outcome_is_resolved_by_its_status_and_never_sent_again() {
    let site = Site::new(&greet("24h"));
    let _served = site.serve();
    site.emulator.inject(Fault::ResetAfterBody.accepted());
    customer(&site, "hello");
    site.wait_until("the status has told", |site| {
        site.are("greet", 1, "waiting")
    });
    let run = site.runs_of("greet").remove(0);
    assert_eq!(run["steps"][0]["state"], "done");
    assert_eq!(run["steps"][0]["output"]["details"]["outcome"], "accepted");
    assert_eq!(site.emulator.ledger().accepted(), 1);

    site.emulator.inject(Fault::ResetAfterBody.not_accepted());
    site.emulator
        .customer_sends(inbound::text("16505550000", "hello"));
    let is_unknown = |site: &Site| site.runs_of("greet")[0]["state"] == "unknown";
    site.wait_until("nobody knows", is_unknown);
    assert_eq!(site.emulator.ledger().complete(), 2, "it is not sent again");
}

#[test]
fn a_webhook_that_comes_twice_starts_one_run() {
    let site = Site::new(&greet("24h"));
    let served = site.serve();
    let message = json!({"from": "16505551234", "id": "wamid.1", "timestamp": "1", "type": "text",
        "text": {"body": "hello"}});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages", "value": {"messaging_product": "whatsapp", "metadata":
        {"display_phone_number": "1", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": "16505551234"}], "messages": [message]}}]}]});
    let body = body.to_string();
    assert_eq!(site.post("whatsapp", body.as_bytes()).0, 200);
    site.wait_until("it has started a run", |site| {
        site.are("greet", 1, "waiting")
    });
    served.kill(); // and the adapter has forgotten that it knows the event
    let _served = site.serve();
    assert_eq!(site.post("whatsapp", body.as_bytes()).0, 200);
    site.wait_until("it comes again", |site| {
        let counter = r#"events_total{name="customer_message",duplicate="true",adapter="whatsapp",instance="sales"} 1"#;
        site.get("/metrics").1.contains(counter)
    });
    assert!(site.are("greet", 1, "waiting"), "and starts nothing");
    site.wait_until("the adapter has counted it too", |site| {
        let counter =
            r#"adapter_host_wfa_events_total{instance="sales",adapter="whatsapp",key="accepted"} "#;
        let counters = site.get("/metrics").1;
        let mut lines = counters.lines();
        let count = lines.find_map(|line| line.strip_prefix(counter)?.parse::<f64>().ok());
        count.is_some_and(|count| count >= 1.0) // statuses are events too
    });
}

#[test]
fn whoever_may_not_is_refused_with_the_right_status() {
    let site = Site::new("");
    let _served = site.serve();
    let path = "/wfe/api/advancedwebhook/whatsapp";
    let query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token";
    let (status, answer) = site.get(&format!("{path}?{query}=whatsapp"));
    assert!(status == 200 && answer.ends_with("\r\n\r\n42"), "{answer}");
    assert_eq!(site.get(&format!("{path}?{query}=Whatsapp")).0, 403);
    assert_eq!(
        site.get(&format!(
            "/wfe/api/advancedwebhook/WhatsApp?{query}=WhatsApp"
        ))
        .0,
        404
    );
    let longest = "9".repeat(256);
    for (challenge, status) in [
        (longest.as_str(), 200),
        (&format!("{longest}9"), 400),
        ("%3Cscript%3E", 400),
        ("1%0d%0aX-Evil:1", 400),
        ("", 400),
    ] {
        let query =
            format!("hub.mode=subscribe&hub.verify_token=whatsapp&hub.challenge={challenge}");
        assert_eq!(
            site.get(&format!("{path}?{query}")).0,
            status,
            "{challenge}"
        );
    }
    let post = |head: &str, body: &[u8]| {
        site.send(
            &format!("POST {path} HTTP/1.1\r\nContent-Type: a/b{head}"),
            body,
        )
        .0
    };
    assert_eq!(post("", b"{}"), 401);
    let wrong = sign("another secret", b"{}");
    assert_eq!(
        post(&format!("\r\nX-Hub-Signature-256: {wrong}"), b"{}"),
        403
    );
    let large = vec![b' '; 3 * 1024 * 1024 + 1];
    assert_eq!(site.post("whatsapp", &large).0, 413);
    assert_eq!(site.post("nothing", b"{}").0, 404);
    assert_eq!(site.send(&format!("DELETE {path} HTTP/1.1"), b"").0, 405);
    assert_eq!(site.runs().len(), 0, "nothing of it is stored");
    assert_eq!(
        site.post("whatsapp", b"no JSON").0,
        200,
        "stored, and then found to be wrong"
    );
}

#[test]
fn a_webhook_can_answer_what_it_is_told_to_and_what_the_workflow_puts_out() {
    let site = Site::new(
        r#"
[[trigger]]
name = "custom"
type = "Advanced Webhook"
authentication_type = "None"
response_type = "Custom"
response = { status = 202, content_type = "text/csv", body = "a,b" }
workflow = "echo"
parse_body = true
[[trigger]]
name = "echo"
type = "Advanced Webhook"
authentication_type = "None"
response_type = "Workflow"
workflow = "echo"
parse_body = true
properties = { twice = "{name}{name}" }
[[workflow]]
name = "echo"
output = { name = "{name}", twice = "{has(wfsystem.body) ? '' : twice}" }
[[workflow.step]]
name = "pause"
wait = "1ms"
"#,
    );
    let _served = site.serve();
    let (status, answer) = site.post("custom", br#"{"name":"Ada","twice":""}"#);
    assert_eq!(status, 202);
    assert!(
        answer.contains("content-type: text/csv") && answer.ends_with("\r\n\r\na,b"),
        "{answer}"
    );
    let (status, answer) = site.post("echo", br#"{"name":"Ada"}"#);
    assert_eq!(status, 200);
    assert!(
        answer.ends_with(r#"{"name":"Ada","twice":"AdaAda"}"#),
        "{answer}"
    );
    assert_eq!(site.post("echo", br#"["no object"]"#).0, 400);
    assert_eq!(site.post("echo", b"{").0, 400);
    let (status, answer) = site.post("echo", b"{}");
    assert_eq!(status, 500, "the property is missing");
    assert!(answer.contains("there is no property name"), "{answer}");
    let form = "POST /wfe/api/advancedwebhook/echo HTTP/1.1\r\n\
                Content-Type: application/x-www-form-urlencoded";
    let (status, answer) = site.send(form, b"name=Ada+L&x=1");
    assert!(
        status == 200 && answer.contains(r#""name":"Ada L""#),
        "{answer}"
    );
    let other = "POST /wfe/api/advancedwebhook/echo HTTP/1.1\r\nContent-Type: text/xml";
    assert_eq!(site.send(other, b"<a/>").0, 415);
}

#[test]
fn a_changed_configuration_takes_effect_and_a_wrong_one_does_not() {
    let site = Site::new("");
    let served = site.serve();
    site.configure("[[trigger]]\nname = \"x\"\n");
    served.wait_for_line("host.toml:36:1: missing field");
    served.wait_for_line("reload rejected; keeping the previous configuration");
    site.configure(&greet("24h"));
    served.wait_for_line("the configuration was read again");
    customer(&site, "hello");
    site.wait_until("the new trigger has started a run", |site| {
        site.are("greet", 1, "waiting")
    });
    site.configure("");
    served.signal("HUP");
    served.wait_for_line("the configuration was read again");
    customer(&site, "hello");
    site.emulator
        .wait_for_webhooks(5, std::time::Duration::from_secs(60));
    assert_eq!(
        site.runs_of("greet").len(),
        1,
        "its trigger is gone, and its run goes on"
    );
    let (_, counters) = site.get("/metrics");
    assert!(
        counters.contains("adapter_host_reloads_total{state=\"refused\"} 1"),
        "{counters}"
    );
    assert_eq!(site.get("/healthz").0, 200);
    assert_eq!(served.terminate(), 0);
}

#[test]
fn a_customer_can_be_erased() {
    let site = Site::new(&greet("24h"));
    let served = site.serve();
    customer(&site, "hello, this is mine alone");
    site.wait_until("the run waits", |site| site.are("greet", 1, "waiting"));
    site.emulator
        .wait_for_webhooks(4, std::time::Duration::from_secs(60));
    site.wait_until("all are processed", |site| site.are("process", 4, "done"));
    assert_eq!(served.terminate(), 0);
    assert!(holds(&site.store(), "mine alone") && holds(&site.store(), "16505551234"));
    let mut command = site.program();
    let file = site.file();
    let ended = run(command
        .args(["erase", "+16505551234", "--yes", "--config"])
        .arg(&file));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.starts_with("erased 4 events, 1 runs"),
        "{}",
        ended.stdout
    );
    assert!(
        !holds(&site.store(), "mine alone"),
        "its text is gone from the file"
    );
    assert!(
        !holds(&site.store(), "16505551234"),
        "its number is gone from the file"
    );
    let _served = site.serve();
    assert!(site.are("greet", 1, "failed"));
}

#[test]
fn it_is_small_when_it_has_nothing_to_do() {
    let site = Site::new(&greet("24h"));
    let served = site.serve_quietly();
    // Twice what is allowed of the program as it is shipped: this one has all its symbols.
    let kib = served.memory_kib();
    assert!(kib < 80 * 1024, "{kib} KiB");
}

#[cfg(not(feature = "restate"))]
#[test]
fn an_engine_that_is_not_built_in_says_how_to_build_it() {
    let site = Site::new("");
    let mut command = site.program();
    let ended = run(command
        .args(["serve", "--engine", "restate"])
        .arg(site.file()));
    assert_eq!(ended.code, 2);
    let said = "cargo build --release -p adapter-host --features restate";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}
