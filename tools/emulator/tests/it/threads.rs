//! Conversation Routing: a thread has one owner.

use serde_json::{Value, json};

use crate::support::{Client, quiet, text_message};

#[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
fn control(client: &Client, members: Value) -> u64 {
    let mut body = json!({"messaging_product": "whatsapp"});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().cloned().unwrap());
    let answer = client.graph("POST", &client.number("/thread_control"), &body);
    assert_eq!(
        answer.status == 200,
        answer.json()["request_id"].is_string()
    );
    answer.code()
}

#[test]
fn whoever_passed_a_thread_on_cannot_write_in_it() {
    let (emulator, client) = quiet();
    let pass = json!({
        "action": "pass", "to": "+16505551234", "metadata": "m",
        "control_pass": {"target_role": "marketing"},
    });
    assert_eq!(
        control(&client, json!({"action": "release", "to": "16505551234"})),
        0
    );
    assert_eq!(control(&client, pass.clone()), 0);
    assert_eq!(control(&client, pass), 131_070);
    assert_eq!(client.send(&text_message("x")).code(), 131_070);
    let take = json!({"action": "take", "to": "16505551234"});
    assert_eq!(control(&client, take.clone()), 2_494_191);
    emulator.change_account(json!({"phone_number": {"routing_role": "escalation"}}));
    assert_eq!(control(&client, take), 0);
    assert_eq!(client.send(&text_message("x")).status, 200);
}

#[test]
fn a_wrong_request_is_refused() {
    let (_emulator, client) = quiet();
    for (members, code) in [
        (json!({"to": "16505551234"}), 100),
        (json!({"action": "give", "to": "16505551234"}), 100),
        (json!({"action": "pass"}), 100),
        (
            json!({"action": "pass", "to": "16505551234", "recipient": "US.1"}),
            131_009,
        ),
        (
            json!({"action": "pass", "to": "16505551234", "metadata": "x".repeat(2001)}),
            131_009,
        ),
        (
            json!({"action": "pass", "to": "16505551234", "control_pass": {}}),
            100,
        ),
        (
            json!({"action": "pass", "to": "16505551234", "control_pass": {"target_role": "x"}}),
            100,
        ),
        (
            json!({"action": "release", "to": "16505551234", "control_pass": {"target_role": "ctwa"}}),
            131_009,
        ),
        (
            json!({"action": "pass", "to": "16505551234", "more": 1}),
            100,
        ),
    ] {
        assert_eq!(control(&client, members.clone()), code, "{members}");
    }
}
