//! Commands whose end nobody knows: never run again, and resolved by the status of the right message
//! only.

use std::time::Duration;

use cloud_api_emulator::{Fault, inbound};
use serde_json::{Value, json};

use crate::served::{Site, greet_if};

/// What a customer's `hello` starts: one step.
fn on_hello(step: &str) -> String {
    let steps = format!("[[workflow.step]]\nname = \"one\"\n{step}\n");
    greet_if(r#"messages[0].type == "text""#, &steps)
}

/// A message with an id of the workflow's own.
fn with_callback_data(text: &str) -> String {
    on_hello(&format!(
        "command = \"sendMessageText\"\n\
         request = {{ phoneNumber = \"{{messages[0].from}}\", message = \"hi\", callbackData = \"{text}\" }}"
    ))
}

fn says_hello(site: &Site, customer: &str) {
    site.emulator
        .customer_sends(inbound::text(customer, "hello"));
}

/// The newest run's first step.
fn step(site: &Site) -> Value {
    site.runs_of("greet").remove(0)["steps"][0].clone()
}

#[test]
fn a_command_that_may_be_repeated_is_not_after_an_unknown_outcome() {
    let site = Site::new(&on_hello(
        "command = \"registerPhoneNumber\"\nrepeat = true\nrequest = { pin = \"123456\" }",
    ));
    let _served = site.serve();
    site.emulator.inject(Fault::ResetAfterBody.accepted());
    says_hello(&site, "16505551234");
    site.wait_until("nobody knows", |site| site.are("greet", 1, "unknown"));
    assert_eq!(step(&site)["state"], "unknown");
    assert_eq!(site.emulator.ledger().complete(), 1);
}

#[test]
fn a_send_with_an_id_of_the_workflows_own_is_resolved_by_its_status() {
    let site = Site::new(&with_callback_data("order {messages[0].from}"));
    let _served = site.serve();
    site.emulator.inject(Fault::ResetAfterBody.accepted());
    says_hello(&site, "16505551234");
    site.wait_until("the status has told", |site| site.are("greet", 1, "done"));
    assert_eq!(step(&site)["output"]["details"]["outcome"], "accepted");
    let ledger = site.emulator.ledger();
    assert_eq!(ledger.accepted_with("order 16505551234"), 1);
    assert_eq!(ledger.complete(), 1, "it is not sent again");
}

#[test]
fn a_status_of_another_message_with_the_same_id_resolves_nothing() {
    let site = Site::new(&with_callback_data("campaign"));
    let _served = site.serve();
    says_hello(&site, "16505550001");
    site.wait_until("the first is sent", |site| site.are("greet", 1, "done"));
    let all_have_come = |site: &Site, count: usize| {
        site.emulator
            .wait_for_webhooks(count, Duration::from_secs(60));
        site.wait_until("all are processed", |site| {
            site.are("process", count, "done")
        });
    };
    all_have_come(&site, 4); // its statuses are stored before the next message is sent
    let first = step(&site)["output"]["messageId"].clone();
    let status = |id: &Value, status: &str, customer: &str, timestamp: &str| {
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
            "field": "messages", "value": {"messaging_product": "whatsapp", "metadata":
            {"display_phone_number": "1", "phone_number_id": "106540352242922"},
            "statuses": [{"id": id, "status": status, "timestamp": timestamp,
                "recipient_id": customer, "biz_opaque_callback_data": "campaign"}]}}]}]})
    };
    let post = |status: &Value| {
        site.emulator
            .post_notification(status.to_string().into_bytes());
    };
    // Somebody else uses the same text, and the status has come before anything is unknown.
    post(&status(
        &json!("wamid.0"),
        "read",
        "16505550002",
        "4000000000",
    ));
    all_have_come(&site, 5);
    site.emulator.inject(Fault::ResetAfterBody.not_accepted());
    says_hello(&site, "16505550002");
    let is_unknown = |site: &Site| step(site)["state"] == "unknown";
    site.wait_until("nobody knows of the second", is_unknown);
    // The last of the first message comes only now.
    post(&status(&first, "played", "16505550001", "4000000001"));
    all_have_come(&site, 7);
    assert!(is_unknown(&site), "{}", step(&site));
    // Of two whose ends are unknown, nobody can tell whose status it is.
    site.emulator.inject(Fault::ResetAfterBody.not_accepted());
    says_hello(&site, "16505550003");
    site.wait_until("nobody knows of the third", |site| {
        site.runs_of("greet").len() == 3 && is_unknown(site)
    });
    post(&status(
        &json!("wamid.2"),
        "read",
        "16505550002",
        "4000000002",
    ));
    all_have_come(&site, 9);
    let states: Vec<_> = site.runs_of("greet").into_iter().collect();
    let states: Vec<_> = states.iter().map(|run| &run["state"]).collect();
    assert_eq!(states, ["unknown", "unknown", "done"]);
    assert_eq!(
        site.emulator.ledger().complete(),
        3,
        "nothing is sent again"
    );
}
