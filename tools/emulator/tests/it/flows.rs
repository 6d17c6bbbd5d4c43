//! Flows: drafts that are published, and end; and the key of their endpoint.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{Answer, Client, quiet};

const FLOW: &str = r#"{"version":"7.0","screens":[{"id":"A","layout":{}}]}"#;

#[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
fn create(client: &Client, more: Value) -> Answer {
    let mut body = json!({"name": "survey", "categories": ["SURVEY"]});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap());
    client.graph("POST", &client.account("/flows"), &body)
}

fn upload(client: &Client, flow: &str, parts: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in parts {
        let file = if *name == "file" {
            "; filename=\"flow.json\""
        } else {
            ""
        };
        write!(
            body,
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    body += "--b--\r\n";
    let headers = format!(
        "Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=b\r\n",
        client.token
    );
    client.post(&format!("/v26.0/{flow}/assets"), &headers, body.as_bytes())
}

#[test]
fn a_draft_is_made_changed_published_and_deprecated() {
    let (_emulator, client) = quiet();
    let id = create(&client, json!({})).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let post = |edge: &str| client.graph("POST", &format!("{id}/{edge}"), &Value::Null);
    assert_eq!(post("publish").code(), 139_002);
    assert_eq!(post("deprecate").code(), 139_003);
    let form = |json: &str| {
        let parts = [
            ("name", "flow.json"),
            ("asset_type", "FLOW_JSON"),
            ("file", json),
        ];
        upload(&client, &id, &parts)
    };
    let wrong = form("{}").json();
    assert_eq!(wrong["success"], true);
    assert_eq!(wrong["validation_errors"].as_array().unwrap().len(), 2);
    assert_eq!(post("publish").code(), 139_002);
    assert_eq!(form(FLOW).json()["validation_errors"], json!([]));
    let assets = client.get(&format!("{id}/assets")).json();
    assert_eq!(assets["data"][0]["asset_type"], "FLOW_JSON");
    let renamed = client.graph("POST", &id, &json!({"name": "poll"}));
    assert_eq!(renamed.json(), json!({"success": true}));
    assert_eq!(post("publish").json(), json!({"success": true}));
    assert_eq!(form(FLOW).code(), 139_001);
    assert_eq!(client.graph("DELETE", &id, &Value::Null).code(), 139_004);
    assert_eq!(post("deprecate").status, 200);
    let shown = client
        .get(&format!("{id}?fields=name,status,json_version"))
        .json();
    assert_eq!(
        shown,
        json!({"id": id, "name": "poll", "status": "DEPRECATED", "json_version": "7.0"})
    );
    let listed = client.get(&client.account("/flows")).json();
    assert_eq!(listed["data"][0]["categories"], json!(["SURVEY"]));
}

#[test]
fn a_flow_is_copied_published_at_once_and_deleted() {
    let (_emulator, client) = quiet();
    let first = create(&client, json!({"flow_json": FLOW, "publish": true})).json()["id"].clone();
    let copy = create(&client, json!({"name": "copy", "clone_flow_id": first})).json();
    let id = copy["id"].as_str().unwrap();
    assert_eq!(
        client.get(&format!("{id}?fields=json_version")).json()["json_version"],
        "7.0"
    );
    assert_eq!(
        client.graph("DELETE", id, &Value::Null).json(),
        json!({"success": true})
    );
    assert_eq!(client.get(id).code(), 100);
}

#[test]
fn a_wrong_request_is_refused() {
    let (_emulator, client) = quiet();
    let id = create(&client, json!({})).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (more, code) in [
        (json!({}), 100),
        (json!({"name": ""}), 100),
        (json!({"name": "a", "categories": []}), 131_009),
        (json!({"name": "a", "categories": ["GAMES"]}), 100),
        (json!({"name": "a", "endpoint_uri": "ftp://x"}), 100),
        (json!({"name": "a", "clone_flow_id": "1"}), 100),
        (
            json!({"name": "a", "flow_json": "{}", "publish": true}),
            139_002,
        ),
        (json!({"name": "a", "more": 1}), 100),
    ] {
        assert_eq!(create(&client, more.clone()).code(), code, "{more}");
    }
    for parts in [
        &[("name", "flow.json"), ("file", FLOW)][..],
        &[("name", "x"), ("asset_type", "FLOW_JSON"), ("file", FLOW)],
        &[("name", "flow.json"), ("asset_type", "FLOW_JSON")],
    ] {
        assert_eq!(upload(&client, &id, parts).code(), 100, "{parts:?}");
    }
    assert_eq!(client.get(&client.number("/flows")).code(), 100);
    assert_eq!(client.get(&format!("{id}?fields=owner")).code(), 100);
}

#[test]
fn flows_of_another_account_are_copied_by_name() {
    let (emulator, client) = quiet();
    emulator.add_foreign_flow("1", "survey");
    emulator.add_foreign_flow("1", "sign-up");
    let migrate = |names: Value| {
        let body = json!({"source_waba_id": "1", "source_flow_names": names});
        client
            .graph("POST", &client.account("/migrate_flows"), &body)
            .json()
    };
    let done = migrate(json!(["survey", "lead"]));
    assert_eq!(done["migrated_flows"][0]["source_name"], "survey");
    assert_eq!(done["failed_flows"][0]["source_name"], "lead");
    let rest = migrate(Value::Null);
    assert_eq!(rest["migrated_flows"][0]["source_name"], "sign-up");
    assert_eq!(rest["failed_flows"][0]["error_code"], "4233041");
}

#[test]
fn the_key_is_set_and_shown() {
    let (_emulator, client) = quiet();
    let path = client.number("/whatsapp_business_encryption");
    assert_eq!(client.get(&path).json(), json!({"data": []}));
    let key = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
    let set = |key: &str| client.graph("POST", &path, &json!({"business_public_key": key}));
    assert_eq!(set("MIIB").code(), 100);
    assert_eq!(set(key).json(), json!({"success": true}));
    let shown = client.get(&path).json();
    assert_eq!(shown["data"][0]["business_public_key"], key);
    assert_eq!(
        shown["data"][0]["business_public_key_signature_status"],
        "VALID"
    );
}
