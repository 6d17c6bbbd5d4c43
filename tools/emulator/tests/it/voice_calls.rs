//! Voice calls: their signalling, in the order in which a call goes on.

use serde_json::{Value, json};

use crate::support::{Answer, Client, quiet};

const SDP: &str = "v=0\r\n";

#[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
fn call(client: &Client, members: Value) -> Answer {
    let mut body = json!({"messaging_product": "whatsapp"});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().cloned().unwrap());
    client.graph("POST", &client.number("/calls"), &body)
}

#[test]
fn a_customer_is_called_who_allows_it() {
    let (emulator, client) = quiet();
    let asked = |query: &str| client.get(&client.number(&format!("/call_permissions?{query}")));
    let connect = json!({
        "action": "connect", "to": "+16505551234", "session": {"sdp_type": "offer", "sdp": SDP},
    });
    assert_eq!(call(&client, connect.clone()).code(), 138_006);
    let permission = asked("user_wa_id=16505551234").json();
    assert_eq!(permission["permission"]["status"], "no_permission");
    emulator.allow_calls("16505551234", true);
    let permission = asked("user_wa_id=16505551234").json();
    assert_eq!(permission["permission"]["status"], "temporary");
    assert_eq!(permission["actions"][1]["can_perform_action"], true);
    assert_eq!(asked("user_wa_id=%2B16505551234").code(), 100);
    assert_eq!(asked("").code(), 100);
    let id = call(&client, connect).json()["calls"][0]["id"].clone();
    let terminate = json!({"action": "terminate", "call_id": id});
    assert_eq!(call(&client, terminate.clone()).json()["success"], true);
    assert_eq!(call(&client, terminate).code(), 131_009);
    emulator.allow_calls("16505551234", false);
    assert_eq!(
        asked("user_wa_id=16505551234").json()["permission"]["status"],
        "no_permission"
    );
}

#[test]
fn a_customers_call_is_accepted_or_rejected() {
    let (emulator, client) = quiet();
    let id = emulator.customer_calls("16505551234");
    let answer = json!({"sdp_type": "answer", "sdp": SDP});
    let of = |action: &str| json!({"action": action, "call_id": id, "session": answer});
    assert_eq!(call(&client, of("pre_accept")).status, 200);
    assert_eq!(call(&client, of("accept")).status, 200);
    for late in [
        of("accept"),
        of("pre_accept"),
        json!({"action": "reject", "call_id": id}),
    ] {
        assert_eq!(call(&client, late.clone()).code(), 131_009, "{late}");
    }
    let other = emulator.customer_calls("16505551234");
    let reject = json!({"action": "reject", "call_id": other});
    assert_eq!(call(&client, reject.clone()).status, 200);
    assert_eq!(call(&client, reject).code(), 131_009);
}

#[test]
fn a_wrong_request_is_refused() {
    let (emulator, client) = quiet();
    emulator.allow_calls("16505551234", true);
    let id = emulator.customer_calls("16505551234");
    for (members, code) in [
        (json!({"action": "ring"}), 100),
        (json!({"action": "connect", "to": "16505551234"}), 100),
        (
            json!({"action": "connect", "to": "16505551234", "session": {"sdp_type": "answer", "sdp": SDP}}),
            100,
        ),
        (
            json!({"action": "connect", "to": "16505551234", "session": {"sdp_type": "offer", "sdp": "x"}}),
            131_009,
        ),
        (
            json!({"action": "connect", "session": {"sdp_type": "offer", "sdp": SDP}}),
            100,
        ),
        (json!({"action": "accept", "call_id": id}), 100),
        (json!({"action": "terminate"}), 100),
        (
            json!({"action": "terminate", "call_id": "wacid.1"}),
            131_009,
        ),
        (
            json!({"action": "reject", "call_id": id, "session": {}}),
            100,
        ),
    ] {
        assert_eq!(call(&client, members.clone()).code(), code, "{members}");
    }
}
