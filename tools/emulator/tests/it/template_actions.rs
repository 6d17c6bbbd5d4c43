//! What is done with templates beside reading and writing one; Direct Send, which makes them.

use cloud_api_emulator::{Strictness, Template, WindowRule};
use serde_json::{Value, json};

use crate::support::{quiet, text_message};

#[test]
fn an_authentication_template_is_written_in_several_languages_twice() {
    let (_emulator, client) = quiet();
    let path = format!("{}/upsert_message_templates", client.business_account_id);
    let upsert = |body: &Value| client.graph("POST", &path, body);
    let right = json!({
        "name": "code", "languages": ["en_US", "de"], "category": "AUTHENTICATION",
        "components": [{"type": "BODY", "add_security_recommendation": true},
                       {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}],
    });
    for (member, value) in [
        ("category", json!("UTILITY")),
        ("languages", json!([])),
        ("languages", json!("de")),
        ("name", json!("Code")),
        ("colour", json!("red")),
    ] {
        let mut odd = right.clone();
        odd[member] = value;
        assert_ne!(upsert(&odd).code(), 0, "{odd}");
    }
    let first = upsert(&right).json();
    assert_eq!(first["data"][1]["language"], "de");
    assert_eq!(first, upsert(&right).json(), "the same templates");
    let written = |it: &&Value| it["name"] == "code";
    let list = format!("{}/message_templates?limit=100", client.business_account_id);
    let all = client.get(&list).json();
    let all = all["data"].as_array().unwrap();
    assert_eq!(all.iter().filter(written).count(), 2);
}

#[test]
fn templates_are_compared_unpaused_migrated_and_deleted_by_their_ids() {
    let (emulator, client) = quiet();
    let one = emulator.add_template(Template::new("one", "en_US", 0));
    let other = emulator.add_template(Template::new("other", "en_US", 0));
    let compare = |query: &str| client.get(&format!("{one}/compare?{query}"));
    let time = "start=1697408000&end=1700000000";
    let data = compare(&format!("template_ids={other}&{time}")).json();
    assert_eq!(
        data["data"][0]["order_by_relative_metric"],
        json!([one, other])
    );
    for query in [
        time.to_owned(),
        format!("template_ids=1&{time}"),
        format!("template_ids={other}&start=1"),
        format!("template_ids={other}&start=1&end=2"),
        format!("template_ids={other}&start=x&end=2"),
    ] {
        assert_eq!(compare(&query).code(), 100, "{query}");
    }
    let unpause = || {
        client
            .graph("POST", &format!("{one}/unpause"), &Value::Null)
            .json()
    };
    assert_eq!(unpause()["success"], false);
    emulator.set_template_status("one", "en_US", "PAUSED");
    assert_eq!(unpause(), json!({"success": true}));

    let account = &client.business_account_id;
    let migrate = |query: &str| {
        let path = format!("{account}/migrate_message_templates?{query}");
        client.graph("POST", &path, &Value::Null)
    };
    let done = migrate("source_waba_id=1").json();
    assert_eq!(done["migrated_templates"].as_array().unwrap().len(), 1);
    assert!(done["failed_templates"][0]["reason"].is_string());
    let own = format!("source_waba_id={account}");
    for query in [
        "",
        "source_waba_id=x",
        "source_waba_id=1&page_number=x",
        &own,
    ] {
        assert_eq!(migrate(query).code(), 100, "{query}");
    }

    let delete = |ids: Value| {
        let path = format!("{account}/message_templates?hsm_ids={ids}");
        client.graph("DELETE", &path, &Value::Null)
    };
    assert_eq!(delete(json!([one, "1"])).code(), 100, "all or none");
    assert_eq!(delete(json!([])).code(), 131_009);
    assert_eq!(delete(json!([one, other])).json(), json!({"success": true}));
    assert_eq!(client.get(&one).code(), 100);
}

#[test]
fn the_library_is_searched_and_filtered() {
    let (_emulator, client) = quiet();
    let count = |query: &str| {
        let answer = client
            .get(&format!("message_template_library{query}"))
            .json();
        answer["data"].as_array().map_or(99, Vec::len)
    };
    for (query, found) in [
        ("", 2),
        ("?search=way", 1),
        ("?name=order_confirmation_1", 1),
        ("?topic=ORDER_MANAGEMENT&industry=E_COMMERCE", 2),
        ("?usecase=DELIVERY_UPDATE&language=en_US", 1),
        ("?language=de", 0),
        ("?limit=1", 1),
        ("?colour=red", 99),
    ] {
        assert_eq!(count(query), found, "{query}");
    }
}

#[test]
fn direct_send_takes_texts_and_buttons_outside_of_the_window() {
    let (emulator, client) = quiet();
    emulator.set_strictness(Strictness {
        service_window: WindowRule::Refused,
        ..Strictness::default()
    });
    let with = |more: Value| {
        let mut message = text_message("Your order is on its way");
        for (name, value) in more.as_object().unwrap() {
            message[name] = value.clone();
        }
        client.send(&message).code()
    };
    assert_eq!(with(json!({})), 131_047);
    for more in [
        json!({"category": "utility"}),
        json!({"category": "utility", "ttl_seconds": 43200}),
        json!({"category": "authentication", "ttl_seconds": 900}),
        json!({"category": "utility", "direct_send_config": {"template_name": "on_its_way"}}),
    ] {
        assert_eq!(with(more.clone()), 0, "{more}");
    }
    for more in [
        json!({"category": "marketing"}),
        json!({"category": "utility", "ttl_seconds": 29}),
        json!({"category": "utility", "ttl_seconds": 43201}),
        json!({"category": "authentication", "ttl_seconds": 901}),
        json!({"ttl_seconds": 600}),
        json!({"category": "utility", "direct_send_config": {"name": "x"}}),
        json!({"category": "utility", "type": "location",
               "location": {"latitude": 1, "longitude": 1}, "text": null}),
    ] {
        assert_eq!(with(more.clone()), 100, "{more}");
    }
}

#[test]
fn templates_are_archived_and_taken_back_without_a_version() {
    let (emulator, client) = quiet();
    let id = emulator.add_template(Template::new("one", "en_US", 0));
    let post = |verb: &str, body: Value| {
        let account = &client.business_account_id;
        let path = format!("/{account}/message_templates/{verb}");
        client.post(&path, &client.headers(), body.to_string().as_bytes())
    };
    let both = json!({ "hsm_ids": format!("{id},7") });
    let answer = post("archive", both.clone()).json();
    assert_eq!(answer["archived_templates"], json!([id]));
    assert!(answer["failed_templates"]["7"].is_string());
    assert_eq!(client.get(&id).json()["status"], "ARCHIVED");
    assert_eq!(
        post("unarchive", both).json()["unarchived_templates"],
        json!([id])
    );
    assert_eq!(client.get(&id).json()["status"], "APPROVED");
    emulator.set_template_status("one", "en_US", "REJECTED");
    let one = json!({ "hsm_ids": id });
    assert!(post("archive", one).json()["failed_templates"][&id].is_string());
    for body in [
        json!({}),
        json!({"hsm_ids": [id]}),
        json!({"hsm_ids": id, "colour": "red"}),
    ] {
        assert_eq!(post("archive", body.clone()).code(), 100, "{body}");
    }
    assert_eq!(post("burn", json!({"hsm_ids": id})).code(), 2500);
}
