//! The phone number's registration: verified, registered, deregistered, and not too often.

use serde_json::{Value, json};

use crate::support::{quiet, text_message};

#[test]
fn a_number_is_verified_registered_and_deregistered() {
    let (emulator, client) = quiet();
    let post = |edge: &str, body: Value| client.graph("POST", &client.number(edge), &body);
    let pin = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    assert_eq!(
        post("/deregister", Value::Null).json(),
        json!({"success": true})
    );
    assert_eq!(post("/deregister", Value::Null).code(), 133_010);
    assert_eq!(client.send(&text_message("x")).code(), 133_010);
    let status = client
        .get(&client.number("?fields=status,platform_type"))
        .json();
    assert_eq!(status["status"], "DISCONNECTED");
    emulator.change_account(json!({"phone_number": {"code_verification_status": "NOT_VERIFIED"}}));
    assert_eq!(post("/register", pin("123456")).code(), 133_006);
    assert_eq!(
        post(
            "/request_code",
            json!({"code_method": "PIGEON", "language": "en_US"})
        )
        .code(),
        100
    );
    assert_eq!(
        post("/request_code", json!({"code_method": "SMS"})).code(),
        100
    );
    assert_eq!(
        post("/verify_code", json!({"code": "000000"})).code(),
        136_025
    );
    let requested = post(
        "/request_code",
        json!({"code_method": "SMS", "language": "en_US"}),
    );
    assert_eq!(requested.json(), json!({"success": true}));
    let code = emulator.account()["verification_code"].clone();
    assert_eq!(post("/verify_code", json!({"code": "12"})).code(), 100);
    assert_eq!(
        post("/verify_code", json!({"code": code})).json(),
        json!({"success": true})
    );
    assert_eq!(post("/verify_code", json!({"code": code})).code(), 136_025);
    assert_eq!(
        post(
            "/request_code",
            json!({"code_method": "SMS", "language": "en_US"})
        )
        .code(),
        136_024
    );
    for (body, expected) in [
        (json!({"pin": "123456"}), 100),
        (pin("12345"), 100),
        (pin("12345x"), 100),
        (pin("123456"), 0),
        (pin("123457"), 133_005),
        (pin("123456"), 0),
    ] {
        assert_eq!(post("/register", body.clone()).code(), expected, "{body}");
    }
    assert_eq!(client.send(&text_message("x")).status, 200);
}

#[test]
fn a_number_is_registered_ten_times_in_three_days() {
    let (emulator, client) = quiet();
    let path = client.number("/register");
    let body = json!({"messaging_product": "whatsapp", "pin": "123456"});
    for _ in 0..10 {
        assert_eq!(client.graph("POST", &path, &body).status, 200);
    }
    assert_eq!(client.graph("POST", &path, &body).code(), 133_016);
    emulator.advance_clock(std::time::Duration::from_secs(72 * 60 * 60));
    assert_eq!(client.graph("POST", &path, &body).status, 200);
}

#[test]
fn guesses_of_the_pin_are_counted() {
    let (_emulator, client) = quiet();
    let path = client.number("/register");
    let pin = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    assert_eq!(client.graph("POST", &path, &pin("123456")).status, 200);
    for _ in 0..5 {
        assert_eq!(client.graph("POST", &path, &pin("000000")).code(), 133_005);
    }
    assert_eq!(client.graph("POST", &path, &pin("123456")).code(), 133_008);
}
