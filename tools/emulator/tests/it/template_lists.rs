//! Lists of templates and what `fields` can ask for; templates of the newer kinds.

use serde_json::{Value, json};

use crate::support::{Client, of_type, quiet};

fn get(client: &Client, query: &str) -> Value {
    let answer = client.get(&client.account(&format!("/message_templates?{query}")));
    assert_eq!(answer.status, 200, "{query} {}", answer.json());
    answer.json()
}

/// The values of one member of the templates that this query finds.
fn found(client: &Client, query: &str, member: &str) -> Vec<String> {
    let list = get(client, &format!("limit=100&{query}"));
    let values = list["data"].as_array().unwrap().iter();
    let mut values: Vec<String> = values
        .map(|it| it[member].as_str().unwrap().to_owned())
        .collect();
    values.sort();
    values.dedup();
    values
}

/// E5: a filter is one word, words with commas, or a JSON array.
#[test]
fn filters_take_lists_in_each_way_of_writing_them() {
    let (emulator, client) = quiet();
    let (both, two) = (["DISABLED", "PAUSED"], ["APPROVED", "PAUSED"]);
    assert_eq!(
        found(&client, "status=[%22PAUSED%22,%22DISABLED%22]", "status"),
        both
    );
    assert_eq!(found(&client, "status=APPROVED,PAUSED", "status"), two);
    assert_eq!(found(&client, "status=paused", "status"), ["PAUSED"]);
    assert_eq!(
        found(
            &client,
            "category=[%22UTILITY%22]&status=APPROVED",
            "category"
        ),
        ["UTILITY"]
    );
    assert_eq!(
        found(&client, "category=UTILITY,AUTHENTICATION", "category"),
        ["AUTHENTICATION", "UTILITY"]
    );
    assert_eq!(found(&client, "language=[%22de%22]", "language"), ["de"]);
    assert_eq!(
        found(&client, "language=de,en_US", "language"),
        ["de", "en_US"]
    );
    assert_eq!(
        found(&client, "content=waits+for+its+review", "name"),
        ["pending_offer"]
    );
    assert!(found(&client, "content=pending_offer", "name").is_empty());
    let mut green = cloud_api_emulator::Template::new("green", "de", 0);
    green.more.insert(
        "quality_score".to_owned(),
        json!({"score": "GREEN", "date": 1}),
    );
    emulator.add_template(green);
    assert_eq!(found(&client, "quality_score=GREEN", "name"), ["green"]);
    assert_eq!(
        found(&client, "quality_score=[%22GREEN%22,%22RED%22]", "name"),
        ["green"]
    );
    assert!(found(&client, "quality_score=UNKNOWN", "name").len() > 5);
    for query in [
        "status=LOST",
        "status=[%22LOST%22]",
        "category=NEWS",
        "quality_score=BLUE",
    ] {
        let refused = client.get(&client.account(&format!("/message_templates?{query}")));
        assert_eq!(refused.code(), 100, "{query}");
        assert!(
            refused.details().contains("must be one of {"),
            "{}",
            refused.details()
        );
    }
}

/// E4
#[test]
fn fields_and_summaries_are_known_or_refused_even_without_a_template() {
    let (_emulator, client) = quiet();
    for fields in [
        "degrees_of_freedom_spec",
        "bid_spec",
        "quality_score",
        "library_template_name",
        "id,name",
    ] {
        get(&client, &format!("fields={fields}"));
    }
    let list = get(
        &client,
        "summary=total_count,message_template_limit&limit=1&status=PAUSED,DISABLED",
    );
    assert_eq!(
        list["summary"],
        json!({"total_count": 2, "message_template_limit": 6000})
    );
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        get(&client, "summary=true")["summary"]["are_translations_complete"],
        true
    );
    assert_eq!(
        get(&client, "name=missing&summary=total_count")["summary"]["total_count"],
        0
    );
    for path in [
        client.account("/message_templates?name=missing&fields=nonsense"),
        client.account("/message_templates?fields=name,nonsense"),
        client.account("/message_templates?summary=nonsense"),
        client.account("/subscribed_apps?fields=nonsense"),
        client.account("/phone_numbers?fields=nonsense"),
        client.account("?fields=message_templates{nonsense}"),
        client.number("/block_users?fields=nonsense"),
        client.number("?fields=nonsense"),
    ] {
        let refused = client.get(&path);
        assert_eq!(refused.code(), 100, "{path}");
        assert!(
            refused.details().contains("(nonsense)"),
            "{path} {}",
            refused.details()
        );
    }
}

/// E4: an edge of the object is a field of it.
#[test]
fn an_edge_can_be_asked_for_as_a_field() {
    let (_emulator, client) = quiet();
    client.graph("POST", &client.account("/subscribed_apps"), &Value::Null);
    let shown = client
        .get(&client.account("?fields=name,subscribed_apps,phone_numbers{id}"))
        .json();
    let alone = client.get(&client.account("/subscribed_apps")).json();
    assert_eq!(shown["subscribed_apps"], alone);
    assert_eq!(alone["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        shown["phone_numbers"]["data"],
        json!([{"id": client.phone_number_id}])
    );
    let query = "?fields=message_templates.limit(1).status(PAUSED){name}";
    let shown = client.get(&client.account(query)).json();
    assert_eq!(
        shown["message_templates"]["data"][0]["name"],
        "paused_offer"
    );
    let next = client
        .get(&client.account("?fields=message_templates.limit(1)"))
        .json();
    let next = next["message_templates"]["paging"]["next"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(next.contains("/message_templates?"), "{next}");
    let profile = client
        .get(&client.number("?fields=whatsapp_business_profile{about}"))
        .json();
    assert!(
        profile["whatsapp_business_profile"]["data"].is_array(),
        "{profile}"
    );
}

/// E7
#[test]
fn templates_of_the_newer_kinds_can_be_created() {
    let (_emulator, client) = quiet();
    let create = |body: &Value| client.graph("POST", &client.account("/message_templates"), body);
    let library = json!({"name": "low_balance", "language": "en_US", "category": "UTILITY",
        "library_template_name": "low_balance_warning_1", "library_template_body_inputs": {"add_contact_number": true},
        "library_template_button_inputs": [{"type": "URL", "url": {"base_url": "https://a.example/{{1}}"}}]});
    let created = create(&library).json();
    assert_eq!(
        (&created["status"], &created["category"]),
        (&json!("APPROVED"), &json!("UTILITY"))
    );
    let id = created["id"].as_str().unwrap();
    let shown = client
        .get(&format!("{id}?fields=library_template_name,components"))
        .json();
    assert_eq!(shown["library_template_name"], "low_balance_warning_1");
    assert_eq!(
        shown["components"][1]["buttons"][0]["url"],
        "https://a.example/{{1}}"
    );
    let with = |name: &str, member: &str, value: Value, button: Value| {
        let buttons = json!({"type": "BUTTONS", "buttons": [button]});
        json!({"name": name, "language": "en_US", "category": "MARKETING", member: value,
               "components": [{"type": "BODY", "text": "Hello from us"}, buttons]})
    };
    let info = json!({"type": "REQUEST_CONTACT_INFO"});
    let features =
        json!({"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}});
    let created = create(&with(
        "touched",
        "degrees_of_freedom_spec",
        features,
        info.clone(),
    ));
    assert_eq!(created.status, 200, "{}", created.json());
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let shown = client
        .get(&format!("{id}?fields=degrees_of_freedom_spec"))
        .json();
    let list = json!([{"key": "image_touchups", "value": {"enroll_status": "OPT_IN"}}]);
    assert_eq!(
        shown["degrees_of_freedom_spec"]["creative_features_spec"],
        list
    );
    let labelled = json!({"type": "REQUEST_CONTACT_INFO", "text": "Share Contact Info"});
    let other = json!({"type": "REQUEST_CONTACT_INFO", "text": "Tell us"});
    for (body, code) in [
        (
            with(
                "bid",
                "bid_spec",
                json!({"bid_amount": 1}),
                labelled.clone(),
            ),
            0,
        ),
        (
            with(
                "ttl",
                "message_send_ttl_seconds",
                json!(60),
                labelled.clone(),
            ),
            0,
        ),
        (
            with("label", "message_send_ttl_seconds", json!(60), other),
            100,
        ),
        (
            with("text", "degrees_of_freedom_spec", json!(7), info.clone()),
            100,
        ),
        (with("unknown", "colour", json!(7), info), 100),
    ] {
        assert_eq!(create(&body).code(), code, "{body}");
    }
}

/// E8
#[test]
fn a_tap_target_can_be_sent() {
    let (_emulator, client) = quiet();
    let with = |target: &Value| {
        let kind = "tap_target_configuration";
        let component = json!({"type": kind, "parameters": [{"type": kind, kind: target}]});
        let template = json!({"name": "hello_world", "language": {"code": "en_US"}, "components": [component]});
        client.send(&of_type("template", &template))
    };
    assert_eq!(
        with(&json!([{"title": "Shop", "url": "https://shop.example"}])).status,
        200
    );
    for (target, told) in [
        (
            json!([{"url": "https://shop.example"}]),
            "['tap_target_configuration'][0]['title'] is required",
        ),
        (
            json!([{"title": "Shop", "url": "shop"}]),
            "is not a valid URI",
        ),
        (
            json!([{"title": "Shop", "url": "https://shop.example", "x": 1}]),
            "Unexpected key \"x\"",
        ),
        (json!({"title": "Shop"}), "must be an array"),
    ] {
        let refused = with(&target);
        assert_eq!(refused.code(), 100, "{target}");
        assert!(refused.details().contains(told), "{}", refused.details());
    }
}

/// A path without a version is served by the newest one.
#[test]
fn a_path_may_do_without_a_version() {
    let (emulator, client) = quiet();
    let path = format!("/{}/messages", client.phone_number_id);
    let body = crate::support::text_message("hello").to_string();
    let answer = client.post(&path, &client.headers(), body.as_bytes());
    assert_eq!(
        (answer.status, answer.header("facebook-api-version")),
        (200, Some("v27.0"))
    );
    let shown = client.call(
        "GET",
        &format!("/{}", client.phone_number_id),
        &client.headers(),
        b"",
    );
    assert_eq!(shown.json()["id"], json!(client.phone_number_id));
    assert_eq!(emulator.ledger().accepted(), 2);
}
