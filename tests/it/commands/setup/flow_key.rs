//! Whether the requests of Flows will open.

use cloud_api_emulator::Fault;
use serde_json::json;

use super::super::flow_endpoint;
use super::{found, healthy};

#[test]
fn the_key_for_flows_has_the_signature_of_another_number() {
    let mismatch = Some("flow_key_mismatch");
    for (status, is_listed, expected) in [
        ("VALID", true, None),
        ("MISMATCH", true, mismatch),
        ("MISMATCH", false, mismatch),
    ] {
        let (stage, properties) = healthy();
        stage.emulator.inject(Fault::Delay { ms: 0 }.times(2));
        let key = json!({ "business_public_key": "-----BEGIN PUBLIC KEY-----",
                          "business_public_key_signature_status": status });
        stage.emulator.inject(Fault::Answer {
            status: 200,
            headers: Vec::new(),
            body: if is_listed {
                json!({ "data": [key] })
            } else {
                key
            }
            .to_string(),
        });
        assert_eq!(
            found(&properties),
            Vec::from_iter(expected),
            "{status} {is_listed}"
        );
    }
}

#[test]
fn meta_has_no_key_for_flows_or_another_one() {
    let (stage, mut properties) = healthy();
    for (name, value) in flow_endpoint::properties("PKCS#8").as_object().unwrap() {
        properties[name] = value.clone();
    }
    assert_eq!(found(&properties), ["flow_key_not_set"]);
    let set = |key: &str| {
        let adapter = stage.adapter_with(&flow_endpoint::properties(key));
        assert_eq!(adapter.execute("setFlowPublicKey", "{}").result(), "OK");
    };
    set("other");
    assert_eq!(found(&properties), ["flow_key_other"]);
    // While it is changed, either is right.
    properties["flowPrivateKeyPrevious"] =
        flow_endpoint::properties("other")["flowPrivateKey"].clone();
    assert_eq!(found(&properties), [] as [&str; 0]);
    set("PKCS#1");
    assert_eq!(found(&properties), [] as [&str; 0]);
}
