//! A Flow's data endpoint, against what Python's `cryptography` encrypted (`tests/fixtures/flows`).

use serde_json::{Value, json};

use super::examples::Stage;
use crate::plugin;
use crate::rig::{Adapter, Ran};
use crate::webhook_attacks::sender::signature;

/// The App Secret, and what the property has.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const APP_SECRET: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn known() -> Value {
    let path = plugin::repository("tests/fixtures/flows/known.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The properties of an adapter that has this form of the key.
pub(super) fn properties(key: &str) -> Value {
    let known = known();
    let mut properties = json!({
        "appSecret": APP_SECRET,
        "flowPrivateKey": known["keys"].get(key).unwrap_or(&known[key]),
    });
    if properties["flowPrivateKey"]
        .as_str()
        .unwrap()
        .contains("ENCRYPTED")
    {
        properties["flowPrivateKeyPassword"] = known["password"].clone();
    }
    properties
}

fn open(adapter: &Adapter, body: &str) -> Ran {
    let signature = signature(SECRET, body.as_bytes());
    let request = json!({ "flowRequest": body, "signature": signature });
    adapter.execute("openFlowRequest", &request.to_string())
}

fn body<'k>(known: &'k Value, name: &str) -> &'k str {
    known["requests"][name]["body"].as_str().unwrap()
}

fn seal(adapter: &Adapter, key: &Value, what: Value) -> Ran {
    let mut request = what;
    request["replyKey"] = key.clone();
    adapter.execute("sealFlowResponse", &request.to_string())
}

#[test]
fn a_request_is_opened_and_its_answer_is_sealed_in_another_process_with_another_form_of_the_key() {
    let (known, stage) = (known(), Stage::new());
    let opener = stage.adapter_with(&properties("DES-EDE3-CBC"));
    let sealer = stage.adapter_with(&properties("PBES2, scrypt"));
    let opened = open(&opener, body(&known, "data_exchange")).json();
    let plain: Value = serde_json::from_str(
        known["requests"]["data_exchange"]["plain"]
            .as_str()
            .unwrap(),
    )
    .unwrap();
    for (member, wanted) in [
        ("status", &json!("SUCCESS")),
        ("action", &plain["action"]),
        ("screen", &plain["screen"]),
        ("data", &plain["data"]),
        ("flowToken", &plain["flow_token"]),
        ("version", &plain["version"]),
        ("reply", &json!("")),
        ("contentType", &json!("text/plain")),
        ("httpStatus", &json!(200)),
    ] {
        assert_eq!(&opened[member], wanted, "{member}");
    }
    let next = json!({ "screen": "SUMMARY", "data": { "slots": ["10:00", "\u{e4}"], "n": 1.1 } });
    let sealed = seal(&sealer, &opened["replyKey"], next.clone()).json();
    assert_eq!(sealed["httpStatus"], 200, "{sealed}");
    assert_eq!(
        seal(&sealer, &opened["replyKey"], next).json(),
        sealed,
        "the same bytes"
    );
    // Another answer under the same key would give both away.
    let other = seal(&sealer, &opened["replyKey"], json!({ "screen": "OTHER" }));
    assert_eq!(other.result(), "INVALID_REQUEST");
    assert_eq!(other.json()["details"]["reason"], "reply_key_used");
    assert_eq!(other.json()["body"], "");
}

/// The answer is what the other program would have sent, byte by byte.
#[test]
fn the_answers_are_those_of_another_implementation() {
    let (known, stage) = (known(), Stage::new());
    let adapter = stage.adapter_with(&properties("PKCS#1"));
    let sealed = |name: &str| known["requests"][name]["sealed"].clone();
    for name in ["ping", "error"] {
        let opened = open(&adapter, body(&known, name)).json();
        assert_eq!(opened["reply"], sealed(name), "{name}");
        assert_eq!(opened["replyKey"], "", "{name}");
        assert_eq!(opened["httpStatus"], 200, "{name}");
    }
    let opened = open(&adapter, body(&known, "token")).json();
    let invalid = json!({ "flowTokenInvalid": "The form is closed." });
    let answer = seal(&adapter, &opened["replyKey"], invalid).json();
    assert_eq!(
        (&answer["body"], &answer["httpStatus"]),
        (&sealed("token"), &json!(427))
    );
    let opened = open(&adapter, body(&known, "INIT")).json();
    let raw = format!(
        r#"{{"replyKey":{},"screen":"SUMMARY","data":{{"slots":["10:00","ä"],"n":1.10}}}}"#,
        opened["replyKey"]
    );
    let answer = adapter.execute("sealFlowResponse", &raw).json();
    assert_eq!(answer["body"], sealed("INIT"), "numbers as they came");
}

#[test]
fn nothing_is_opened_that_is_not_signed() {
    let (known, stage) = (known(), Stage::new());
    // As compact as Meta writes it.
    let init: Value = serde_json::from_str(body(&known, "INIT")).unwrap();
    let init = init.to_string();
    let mut unsigned = properties("PKCS#8");
    unsigned.as_object_mut().unwrap().remove("appSecret");
    let cases = [
        (
            unsigned,
            signature(SECRET, init.as_bytes()),
            "no_app_secret",
        ),
        (properties("PKCS#8"), String::new(), "signature_missing"),
        (
            properties("PKCS#8"),
            signature("another secret", b"x"),
            "signature_wrong_key",
        ),
    ];
    for (properties, signature, reason) in cases {
        let adapter = stage.adapter_with(&properties);
        let request = json!({ "flowRequest": init, "signature": signature });
        let ran = adapter.execute("openFlowRequest", &request.to_string());
        assert_eq!(ran.result(), "UNAUTHENTIC", "{reason}");
        assert_eq!(ran.json()["httpStatus"], 432, "{reason}");
        assert_eq!(ran.json()["details"]["reason"], reason);
        assert_eq!(ran.json()["data"], json!({}), "{reason}");
    }
}

/// Whoever sends it learns nothing from the refusal.
#[test]
fn whatever_does_not_decrypt_is_one_and_the_same_421() {
    let (known, stage) = (known(), Stage::new());
    let adapter = stage.adapter_with(&properties("PKCS#8"));
    let good: Value = serde_json::from_str(body(&known, "INIT")).unwrap();
    let mut bodies = vec!["{}".to_owned(), "no JSON".to_owned(), "[]".to_owned()];
    for broken in known["broken"].as_object().unwrap().values() {
        bodies.push(broken.as_str().unwrap().to_owned());
    }
    for name in ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"] {
        for value in [json!(null), json!("AAAA"), json!("?")] {
            let mut changed = good.clone();
            changed[name] = value;
            bodies.push(changed.to_string());
        }
    }
    let refusals: Vec<Value> = bodies
        .iter()
        .map(|body| open(&adapter, body).json())
        .collect();
    assert_eq!(refusals[0]["httpStatus"], 421);
    assert_eq!(refusals[0]["code"], "INVALID_REQUEST");
    for (body, refusal) in bodies.iter().zip(&refusals) {
        assert_eq!(refusal, &refusals[0], "{body}");
    }
}

#[test]
fn during_a_rotation_both_keys_open_and_seal() {
    let (known, stage) = (known(), Stage::new());
    let before = stage.adapter_with(&properties("PKCS#8"));
    let opened = open(&before, body(&known, "INIT")).json();
    let mut rotated = properties("other");
    rotated["flowPrivateKeyPrevious"] = known["keys"]["PKCS#8"].clone();
    let rotated = stage.adapter_with(&rotated);
    assert_eq!(
        open(&rotated, body(&known, "INIT")).json()["action"],
        "INIT"
    );
    let sealed = seal(&rotated, &opened["replyKey"], json!({ "screen": "A" }));
    assert_eq!(sealed.result(), "OK", "{}", sealed.message());
    // After the rotation nobody can seal for the old key any more.
    let after = stage.adapter_with(&properties("other"));
    assert_eq!(open(&after, body(&known, "INIT")).json()["httpStatus"], 421);
    let sealed = seal(&after, &opened["replyKey"], json!({ "screen": "A" }));
    assert_eq!(sealed.json()["details"]["reason"], "reply_key_foreign");
}

#[test]
fn a_flow_ends_with_what_a_phone_needs_to_end_it() {
    let (known, stage) = (known(), Stage::new());
    let adapter = stage.adapter_with(&properties("PKCS#8"));
    let opened = open(&adapter, body(&known, "INIT")).json();
    for data in [
        json!({}),
        json!({ "extension_message_response": {} }),
        json!({ "extension_message_response": { "params": { "flow_token": "" } } }),
        json!({ "extension_message_response": { "params": { "flow_token": 1 } } }),
    ] {
        let ran = seal(
            &adapter,
            &opened["replyKey"],
            json!({ "screen": "SUCCESS", "data": data }),
        );
        assert_eq!(ran.result(), "INVALID_REQUEST", "{data}");
        assert!(ran.message().contains("flow_token"), "{}", ran.message());
    }
    let end = json!({ "extension_message_response": { "params": { "flow_token": "t", "n": 1 } } });
    let ran = seal(
        &adapter,
        &opened["replyKey"],
        json!({ "screen": "SUCCESS", "data": end }),
    );
    assert_eq!(ran.result(), "OK", "{}", ran.message());
}

#[test]
fn without_a_key_nothing_is_opened_and_the_answer_says_which_property_is_missing() {
    let (known, stage) = (known(), Stage::new());
    let adapter = stage.adapter_with(&json!({ "appSecret": APP_SECRET }));
    let ran = open(&adapter, body(&known, "INIT"));
    assert_eq!(ran.result(), "INVALID_REQUEST");
    assert!(
        ran.message().contains("flowPrivateKey"),
        "{}",
        ran.message()
    );
    assert_eq!(ran.json()["httpStatus"], 500);
}

/// The public half leaves, in full, and nothing of the private one.
#[test]
fn the_public_key_follows_from_the_private_one() {
    let (known, stage) = (known(), Stage::new());
    let adapter = stage.adapter_with(&properties("PKCS#8"));
    assert_eq!(adapter.execute("setFlowPublicKey", "{}").result(), "OK");
    let sent = stage.emulator.ledger().requests[0].json.clone().unwrap();
    assert_eq!(sent["business_public_key"], known["public"]);
    let told = adapter.execute("getFlowPublicKey", "{}").json();
    assert_eq!(told["publicKey"], known["public"]);
    let private: Vec<&str> = known["keys"]["PKCS#8"].as_str().unwrap().lines().collect();
    let request = json!({ "publicKey": private[20] }).to_string();
    let refused = adapter.execute("setFlowPublicKey", &request);
    assert!(!refused.response.unwrap().contains(private[20]));
    let unset = stage.adapter().execute("setFlowPublicKey", "{}");
    assert!(
        unset.message().contains("flowPrivateKey"),
        "{}",
        unset.message()
    );
}

#[test]
fn a_key_that_is_none_is_refused_when_the_adapter_is_created() {
    let (known, stage) = (known(), Stage::new());
    for (name, key) in known["refused"].as_object().unwrap() {
        let mut properties = stage.properties();
        properties["flowPrivateKey"] = key.clone();
        properties["flowPrivateKeyPassword"] = known["password"].clone();
        let entry = crate::rig::EntryPoint::Loaded;
        let refused = Adapter::create(entry, &properties.to_string()).err();
        let refused = refused.unwrap_or_else(|| panic!("{name} was taken"));
        assert_eq!(refused.result, "INVALID_REQUEST", "{name}");
        assert!(
            refused.message.contains("\"flowPrivateKey\""),
            "{name}: {}",
            refused.message
        );
    }
}
