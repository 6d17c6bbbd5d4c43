//! Fields of refusals, lists of failures, and what counts as absent, as Graph's were recorded.

use serde_json::{Value, json};

use crate::interactive::sample;
use crate::recorded::parameter_error;
use crate::support::{Client, changed, of_type, quiet, text_message};

/// E12
#[test]
fn any_400_has_the_challenge_and_the_usage() {
    let (emulator, client) = quiet();
    let block = json!({"messaging_product": "whatsapp", "block_users": [{"user": "x"}]});
    emulator.inject(cloud_api_emulator::Fault::Graph {
        code: 131_056,
        status: None,
        transient: None,
        retry_after: None,
    });
    for (answer, told) in [
        (
            client.send(&text_message("x")),
            "(#131056) Pair rate limit hit",
        ),
        (
            client.send(&of_type("text", &json!({}))),
            "(#100) The parameter text['body'] is required.",
        ),
        (
            client.send(&of_type("image", &json!({}))),
            "(#131008) Required parameter is missing",
        ),
        (
            client.get("1"),
            "Unsupported get request. Object with ID '1' does not exist",
        ),
        (
            client.get(&client.number("?fields=x")),
            "nonexisting field (x)",
        ),
        (
            client.graph("POST", &client.number("/block_users"), &block),
            "(#139100) Failed to block/unblock users",
        ),
    ] {
        assert_eq!(answer.status, 400, "{told}");
        let challenge = answer.header("www-authenticate").unwrap();
        let start = "OAuth \"Facebook Platform\" \"invalid_request\" \"";
        assert!(
            challenge.starts_with(start) && challenge.contains(told),
            "{challenge}"
        );
        for name in [
            "x-business-use-case-usage",
            "x-app-usage",
            "x-fb-request-id",
            "facebook-api-version",
        ] {
            let fields = answer.headers.iter().filter(|(key, _)| key == name);
            assert_eq!(fields.count(), 1, "{name} of {told}");
        }
    }
    let stranger = Client {
        token: "x".to_owned(),
        ..Client::new(&emulator)
    };
    let refused = stranger.send(&text_message("x"));
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
    assert_eq!(refused.header("x-business-use-case-usage"), None);
}

/// E13
#[test]
fn an_unknown_object_and_a_failed_block_are_told_as_recorded() {
    let (emulator, client) = quiet();
    for method in ["GET", "POST", "DELETE"] {
        let body = if method == "POST" {
            text_message("x")
        } else {
            Value::Null
        };
        let error = client.graph(method, "4711", &body).json()["error"].clone();
        let told = format!(
            "Unsupported {} request. Object with ID '4711' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation. Please read the Graph API documentation at \
             https://developers.facebook.com/docs/graph-api",
            method.to_lowercase()
        );
        assert_eq!(error["message"], told);
        assert_eq!(
            (&error["code"], &error["error_subcode"]),
            (&json!(100), &json!(33))
        );
    }
    let strictness = cloud_api_emulator::Strictness::full();
    emulator.set_strictness(strictness);
    emulator.set_window("16505551234", true);
    let users = json!([{"user": "+16505551234"}, {"user": "+14155559876"}]);
    let body = json!({"messaging_product": "whatsapp", "block_users": users});
    let answer = client.graph("POST", &client.number("/block_users"), &body);
    let mut told = answer.json();
    assert!(told["error"]["fbtrace_id"].is_string());
    told["error"].as_object_mut().unwrap().remove("fbtrace_id");
    assert_eq!(answer.status, 400);
    let failed = json!({"input": "+14155559876", "wa_id": "14155559876", "errors": [{
        "message": "Re-engagement required", "code": 131_047,
        "error_data": {"details": "User has not messaged in the last 24 hours"}}]});
    let details = "Failed to block some users, see the block_users response list for details";
    assert_eq!(
        told,
        json!({
            "messaging_product": "whatsapp",
            "block_users": {"added_users": [{"input": "+16505551234", "wa_id": "16505551234"}], "failed_users": [failed]},
            "error": {"message": "(#139100) Failed to block/unblock users", "type": "OAuthException", "code": 139_100,
                      "error_data": {"details": details}},
        })
    );
    let body = json!({"messaging_product": "whatsapp", "block_users": [{"user": "+14155559876"}]});
    let told = client
        .graph("DELETE", &client.number("/block_users"), &body)
        .json();
    assert!(
        told["error"]["error_data"]["details"]
            .as_str()
            .unwrap()
            .starts_with("Failed to unblock some users")
    );
    assert_eq!(told["block_users"].get("removed_users"), None);
}

/// E9: query and body are one, empty is absent, null is absent.
#[test]
fn query_and_body_are_one_and_what_is_empty_or_null_is_absent() {
    let (_emulator, client) = quiet();
    let part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
                Content-Type: image/png\r\n\r\nx\r\n--x--\r\n";
    let headers = format!(
        "Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=x\r\n",
        client.token
    );
    let upload = |query: &str| {
        let path = format!("/v26.0/{}/media{query}", client.phone_number_id);
        client.post(&path, &headers, part.as_bytes())
    };
    assert_eq!(upload("?messaging_product=whatsapp").status, 200);
    assert_eq!(
        parameter_error(&upload("")),
        "(#100) The parameter messaging_product is required."
    );
    assert_eq!(
        parameter_error(&upload("?messaging_product=sms")),
        "(#100) Param messaging_product must be one of {WHATSAPP} - got \"sms\"."
    );
    let body = changed(text_message("x"), "/messaging_product", json!(null));
    let path = client.path() + "?messaging_product=whatsapp&access_token=x";
    assert_eq!(
        client
            .post(&path, &client.headers(), body.to_string().as_bytes())
            .status,
        200
    );
    // A list of cards as JSON in a text, as one client of Node's writes it.
    let cards = json!([{"name": {"formatted_name": "Ada L", "first_name": "Ada"}}]);
    let written = of_type("contacts", &json!(cards.to_string()));
    assert_eq!(client.send(&written).code(), 0);
    let optional = [
        ("list", "/action/sections/0/rows/0/description"),
        ("voice_call", "/action/parameters/payload"),
        ("flow", "/action/parameters/flow_token"),
    ];
    for (kind, path) in optional {
        for value in [json!(""), json!(null)] {
            let object = changed(sample(kind), path, value);
            assert_eq!(
                client.send(&of_type("interactive", &object)).code(),
                0,
                "{kind} {path}"
            );
        }
    }
    for (object, code) in [
        (
            json!({"formatted_name": "Ada", "first_name": null}),
            131_008,
        ),
        (
            json!({"formatted_name": "Ada", "last_name": "", "prefix": null}),
            131_008,
        ),
        (
            json!({"formatted_name": "Ada", "first_name": null, "last_name": "L"}),
            0,
        ),
    ] {
        let answer = client.send(&of_type("contacts", &json!([{"name": object}])));
        assert_eq!(answer.code(), code, "{object}");
    }
}
