//! Refusals as Graph's were recorded: shapes and words.

use serde_json::{Value, json};

use crate::interactive::sample;
use crate::support::{Answer, changed, of_type, quiet, text_message};

/// The message of a refusal that Graph's own reading of parameters makes: 100, and no data.
#[track_caller]
pub(crate) fn parameter_error(answer: &Answer) -> String {
    let error = &answer.json()["error"];
    assert_eq!((answer.status, answer.code()), (400, 100), "{error}");
    assert_eq!(error["type"], "OAuthException");
    assert_eq!(error.get("error_data"), None, "{error}");
    error["message"].as_str().unwrap().to_owned()
}

fn template(members: &Value) -> Value {
    let mut template =
        json!({"name": "sample_shipping_confirmation", "language": {"code": "en_US"}});
    template
        .as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    of_type("template", &template)
}

fn with_parameter(component: &str, parameter: &Value) -> Value {
    let mut sent = json!({"type": component, "parameters": [parameter]});
    if component == "button" {
        sent["sub_type"] = json!("url");
        sent["index"] = json!(0);
    }
    template(&json!({"components": [sent]}))
}

/// E3, E11: a member that is missing, null or empty is named with brackets, at any depth.
#[test]
fn a_missing_member_is_told_by_its_path_in_brackets() {
    let (_emulator, client) = quiet();
    let whole = |path: &str, value: Value| changed(text_message("x"), path, value);
    let inside = |kind: &str, path: &str, value: &Value| {
        of_type("interactive", &changed(sample(kind), path, value.clone()))
    };
    let mut cases = vec![
        (
            whole("/messaging_product", json!(null)),
            "messaging_product",
        ),
        (whole("/to", json!(null)), "to"),
        (whole("/to", json!("")), "to"),
        (whole("/text", json!(null)), "text"),
        (whole("/text/body", json!(null)), "text['body']"),
        (whole("/text/body", json!("")), "text['body']"),
        (whole("/context", json!({})), "context['message_id']"),
        (template(&json!({"name": ""})), "template['name']"),
        (template(&json!({"language": null})), "template['language']"),
        (
            template(&json!({"language": {}})),
            "template['language']['code']",
        ),
        (
            template(&json!({"language": {"code": null}})),
            "template['language']['code']",
        ),
        (
            template(&json!({"components": [{}]})),
            "template['components'][0]['type']",
        ),
        (
            with_parameter("body", &json!({})),
            "template['components'][0]['parameters'][0]['type']",
        ),
        (
            of_type("location", &json!({"latitude": 1})),
            "location['longitude']",
        ),
        (
            of_type("reaction", &json!({"emoji": "x"})),
            "reaction['message_id']",
        ),
        (
            of_type("contacts", &json!([{"name": {"first_name": "Ada"}}])),
            "contacts[0]['name']['formatted_name']",
        ),
    ];
    for value in [json!(null), json!("")] {
        for (kind, path, told) in [
            ("button", "/type", "interactive['type']"),
            ("button", "/body/text", "interactive['body']['text']"),
            (
                "button",
                "/action/buttons/1/reply/title",
                "interactive['action']['buttons'][1]['reply']['title']",
            ),
            (
                "list",
                "/action/sections/0/rows/0/title",
                "interactive['action']['sections'][0]['rows'][0]['title']",
            ),
            (
                "cta_url",
                "/action/parameters/url",
                "interactive['action']['parameters']['url']",
            ),
            (
                "product",
                "/action/catalog_id",
                "interactive['action']['catalog_id']",
            ),
        ] {
            cases.push((inside(kind, path, &value), told));
        }
    }
    for (message, path) in cases {
        let told = parameter_error(&client.send(&message));
        assert_eq!(
            told,
            format!("(#100) The parameter {path} is required."),
            "{message}"
        );
    }
}

/// E11
#[test]
fn wrong_types_words_and_keys_are_told_in_graphs_words() {
    let (_emulator, client) = quiet();
    let button =
        |path: &str, value: Value| of_type("interactive", &changed(sample("button"), path, value));
    for (message, told) in [
        (
            with_parameter("body", &json!({"type": "text", "text": 7})),
            "Param template['components'][0]['parameters'][0]['text'] must be a string.",
        ),
        (
            of_type("text", &json!({"body": ["x"]})),
            "Param text['body'] must be a string.",
        ),
        (
            of_type("text", &json!("x")),
            "Param text must be a JSON object.",
        ),
        (
            of_type("text", &json!({"body": "x", "preview_url": "yes"})),
            "Param text['preview_url'] must be a boolean.",
        ),
        (
            of_type("location", &json!({"latitude": "n", "longitude": 1})),
            "Param location['latitude'] must be a number.",
        ),
        (
            template(&json!({"components": {}})),
            "Param template['components'] must be an array.",
        ),
        (
            template(&json!({"language": {"code": "en_US", "x": 1}})),
            "Unexpected key \"x\" on param \"template['language']\".",
        ),
        (
            button("/action/x", json!(1)),
            "Unexpected key \"x\" on param \"interactive['action']\".",
        ),
        (
            button("/action/buttons/0/reply/x", json!(1)),
            "Unexpected key \"x\" on param \"interactive['action']['buttons'][0]['reply']\".",
        ),
        (
            of_type("image", &json!({"id": "1", "mime_type": "image/png"})),
            "Unexpected key \"mime_type\" on param \"image\".",
        ),
        (
            button("/type", json!("poll")),
            "Param interactive['type'] must be one of {ADDRESS_MESSAGE, BUTTON, CALL_PERMISSION_REQUEST, CAROUSEL, \
             CATALOG_MESSAGE, CTA_URL, FLOW, LIST, LOCATION_REQUEST_MESSAGE, ORDER_DETAILS, ORDER_STATUS, PRODUCT, \
             PRODUCT_LIST, REQUEST_CONTACT_INFO, VOICE_CALL} - got \"poll\".",
        ),
        (
            changed(text_message("x"), "/messaging_product", json!("telegram")),
            "Param messaging_product must be one of {WHATSAPP} - got \"telegram\".",
        ),
        (
            of_type("image", &json!({"link": "ftp://x"})),
            "Param image['link'] is not a valid URI.",
        ),
    ] {
        let answered = parameter_error(&client.send(&message));
        assert_eq!(answered, format!("(#100) {told}"), "{message}");
    }
}

/// E3: what a template's parameter lacks.
#[test]
fn a_template_parameter_without_its_object_is_told_in_the_details() {
    let (_emulator, client) = quiet();
    let mandatory = |kind: &str| {
        format!("Parameter '{kind}' is mandatory for component parameter type '{kind}'")
    };
    for (component, kind) in [
        ("body", "text"),
        ("body", "currency"),
        ("body", "date_time"),
        ("header", "image"),
        ("header", "text"),
    ] {
        for parameter in [json!({"type": kind}), json!({"type": kind, kind: null})] {
            let answer = client.send(&with_parameter(component, &parameter));
            assert_eq!((answer.status, answer.code()), (400, 100), "{kind}");
            assert_eq!(answer.details(), mandatory(kind));
            assert_eq!(
                answer.json()["error"]["message"],
                "(#100) Invalid parameter"
            );
        }
    }
    for parameter in [json!({"type": "text"}), json!({"type": "text", "text": ""})] {
        let answer = client.send(&with_parameter("button", &parameter));
        let told = format!("button: {} and cannot be empty", mandatory("text"));
        assert_eq!((answer.code(), answer.details()), (100, told));
    }
    let empty = client.send(&with_parameter(
        "body",
        &json!({"type": "text", "text": ""}),
    ));
    assert_eq!(empty.code(), 131_008);
    assert_eq!(
        empty.details(),
        "Parameter of type text is missing text value"
    );
    let no_source = client.send(&with_parameter(
        "header",
        &json!({"type": "image", "image": {}}),
    ));
    assert_eq!(no_source.code(), 132_018);
    assert_eq!(
        no_source.details(),
        "Either one of media ID or link must be present"
    );
}

/// E11: the newer parts are read by JSON schemas, whose refusals have dots and no code in the message.
#[test]
fn schemas_name_all_that_is_missing_with_dots() {
    let (_emulator, client) = quiet();
    let sentence = |field: &str, member: &str| {
        format!(
            "Your request has violated JSON schema constraint 'required' for the JSON field '{field}', please check \
             the JSON schema for the JSON field '{field}' and make sure your request is valid for missing : '{member}'"
        )
    };
    let currency = with_parameter(
        "body",
        &json!({"type": "currency", "currency": {"code": "USD"}}),
    );
    let field = "template.components.0.parameters.0.currency";
    let told = parameter_error(&client.send(&currency));
    assert_eq!(
        told,
        [
            sentence(field, "fallback_value"),
            sentence(field, "amount_1000")
        ]
        .join(", ")
    );
    let card = changed(sample("carousel"), "/action/cards/1/type", json!(null));
    let told = parameter_error(&client.send(&of_type("interactive", &card)));
    assert_eq!(told, sentence("interactive.action.cards.1", "type"));
    let receipt = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.X",
                         "typing_indicator": {"type": "audio"}});
    let told = parameter_error(&client.send(&receipt));
    assert!(
        told.contains("constraint 'enum' for the JSON field 'typing_indicator.type'"),
        "{told}"
    );
    assert!(
        told.ends_with("expected : '[text]' but got 'audio'"),
        "{told}"
    );
}
