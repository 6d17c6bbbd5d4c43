//! Templates: listed in pages, looked up, created, reviewed, edited, deleted.

use cloud_api_emulator::Template;
use serde_json::{Value, json};

use crate::support::{Answer, Client, of_type, quiet};

fn names(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().unwrap();
    data.iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

fn body_of(name: &str) -> Value {
    json!({"name": name, "language": "en_US", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Hello {{1}}, all is well.", "example": {"body_text": [["Ana"]]}},
    ]})
}

fn create(client: &Client, body: &Value) -> Answer {
    client.graph("POST", &client.account("/message_templates"), body)
}

fn changed(path: &str, value: &Value) -> Value {
    let mut body = body_of("fresh");
    match body.pointer_mut(path) {
        Some(place) => *place = value.clone(),
        None => drop(
            body.as_object_mut()
                .unwrap()
                .insert(path[1..].to_owned(), value.clone()),
        ),
    }
    body
}

#[test]
fn the_list_comes_in_pages_that_link_to_each_other() {
    let (_emulator, client) = quiet();
    let all = names(&client.get(&client.account("/message_templates")).json());
    assert_eq!(all.len(), Template::seeds().len());
    let mut path = format!(
        "{}?limit=7&fields=name",
        client.account("/message_templates")
    );
    let (mut seen, mut before) = (Vec::new(), Vec::new());
    loop {
        let page = client.get(&path).json();
        seen.extend(names(&page));
        before.push(
            page["paging"]["cursors"]["before"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
        assert_eq!(page["paging"].get("previous").is_some(), before.len() > 1);
        let Some(next) = page["paging"]["next"].as_str() else {
            break;
        };
        path = next.split_once("/v26.0/").unwrap().1.to_owned();
    }
    assert_eq!((seen, before.len()), (all.clone(), 3));
    let back = format!(
        "{}?limit=7&before={}",
        client.account("/message_templates"),
        before[1]
    );
    assert_eq!(names(&client.get(&back).json()), all[..7]);
    for query in ["after=nonsense", "limit=0", "limit=x", "fields=name,color"] {
        let path = format!("{}?{query}", client.account("/message_templates"));
        assert_eq!(client.get(&path).code(), 100, "{query}");
    }
    let behind = format!("{}?after={}", client.account("/message_templates"), "OTk5");
    let page = client.get(&behind).json();
    assert_eq!(page, json!({"data": []}));
}

#[test]
fn the_list_can_be_filtered() {
    let (_emulator, client) = quiet();
    let found = |query: &str| {
        let path = format!("{}?{query}", client.account("/message_templates"));
        names(&client.get(&path).json())
    };
    assert_eq!(found("name=hello_world"), ["hello_world"]);
    assert_eq!(found("status=PAUSED"), ["paused_offer"]);
    assert_eq!(found("category=authentication"), ["login_code"]);
    assert_eq!(found("language=de"), ["invitation"]);
    assert_eq!(
        found("name_or_content=waits+for+its+review"),
        ["pending_offer"]
    );
    assert!(found("name=missing").is_empty());
}

#[test]
fn one_template_is_shown_with_the_fields_asked_for() {
    let (_emulator, client) = quiet();
    let path = format!("{}?name=order_update", client.account("/message_templates"));
    let listed = client.get(&path).json()["data"][0].clone();
    let id = listed["id"].as_str().unwrap();
    assert_eq!(listed["parameter_format"], "NAMED");
    assert_eq!(client.get(id).json(), listed);
    let short = client.get(&format!("{id}?fields=status,quality_score"));
    let quality = json!({"score": "UNKNOWN", "date": 1_700_000_000});
    assert_eq!(
        short.json(),
        json!({"id": id, "status": "APPROVED", "quality_score": quality})
    );
}

#[test]
fn a_new_template_waits_for_its_review() {
    let (emulator, client) = quiet();
    let made = create(&client, &body_of("fresh")).json();
    assert_eq!(
        (&made["status"], &made["category"]),
        (&json!("PENDING"), &json!("UTILITY"))
    );
    let again = create(&client, &body_of("fresh")).json();
    assert_eq!(again["error"]["error_subcode"], 2_388_024);
    assert_eq!(again["error"]["is_transient"], false);
    assert!(
        again["error"]["error_user_msg"]
            .as_str()
            .unwrap()
            .contains("en_US")
    );
    let parameters = json!([{"type": "body", "parameters": [{"type": "text", "text": "A"}]}]);
    let message = of_type(
        "template",
        &json!({
            "name": "fresh", "language": {"code": "en_US"}, "components": parameters,
        }),
    );
    assert_eq!(client.send(&message).code(), 132_001);
    assert!(emulator.set_template_status("fresh", "en_US", "APPROVED"));
    assert!(!emulator.set_template_status("fresh", "de", "APPROVED"));
    assert_eq!(client.send(&message).code(), 0);
    while emulator.ledger().webhooks.is_empty() {
        std::thread::yield_now();
    }
    let body: Value = serde_json::from_slice(&emulator.ledger().webhooks[0].body).unwrap();
    let change = &body["entry"][0]["changes"][0];
    assert_eq!(change["field"], "message_template_status_update");
    assert_eq!(change["value"]["event"], "APPROVED");
    assert_eq!(
        change["value"]["message_template_id"].to_string(),
        made["id"].as_str().unwrap()
    );
}

#[track_caller]
fn assert_refused(client: &Client, template: &Value, subcode: Option<u64>) {
    let answer = create(client, template);
    let error = &answer.json()["error"];
    assert_eq!(answer.status, 400, "{template} {error}");
    assert_eq!(
        error["error_subcode"].as_u64(),
        subcode,
        "{template} {error}"
    );
}

const MISSING: Option<u64> = Some(2_388_043);
const AT_THE_EDGE: Option<u64> = Some(2_388_299);

#[test]
fn the_envelope_and_the_body_of_a_template_are_checked() {
    let (_emulator, client) = quiet();
    let of_body =
        |text: &str| json!([{"type": "BODY", "text": text, "example": {"body_text": [["x"]]}}]);
    for (path, value, subcode) in [
        ("/name", json!(null), None),
        ("/name", json!("Fresh"), None),
        ("/name", json!("x".repeat(513)), None),
        ("/language", json!(null), None),
        ("/category", json!("NEWS"), None),
        ("/parameter_format", json!("LETTERS"), None),
        ("/color", json!("red"), None),
        ("/components", json!([]), None),
        (
            "/components",
            json!([{"type": "FOOTER", "text": "bye"}]),
            MISSING,
        ),
        (
            "/components",
            json!([{"type": "BODY", "text": "Hello {{1}}!"}]),
            MISSING,
        ),
        ("/components", of_body("{{1}}, hello"), AT_THE_EDGE),
        ("/components", of_body("hello {{1}}"), AT_THE_EDGE),
        ("/components", of_body("hello {{2}}."), None),
        ("/components", of_body("hello {{name}}."), None),
        ("/components", of_body(&"x".repeat(1025)), None),
    ] {
        assert_refused(&client, &changed(path, &value), subcode);
    }
    let mut code = changed(
        "/components",
        &json!([{"type": "BODY", "add_security_recommendation": true}]),
    );
    code["category"] = json!("AUTHENTICATION");
    assert_eq!(create(&client, &code).status, 200);
}

#[test]
fn what_stands_around_the_body_of_a_template_is_checked() {
    let (emulator, client) = quiet();
    let body = json!({"type": "BODY", "text": "All is well."});
    let header =
        |format: &str, text: &str| json!({"type": "HEADER", "format": format, "text": text});
    let footer = |text: &str| json!({"type": "FOOTER", "text": text});
    let button = |button: Value| json!({"type": "BUTTONS", "buttons": [button]});
    let long = "x".repeat(61);
    for (component, subcode) in [
        (body.clone(), None),
        (header("TEXT", &long), None),
        (header("TEXT", "{{1}} and {{2}}"), None),
        (header("IMAGE", ""), MISSING),
        (header("SOUND", ""), None),
        (footer("bye {{1}}"), None),
        (footer(&long), None),
        (button(json!({"type": "QUICK_REPLY"})), MISSING),
        (
            button(json!({"type": "QUICK_REPLY", "text": "x".repeat(26)})),
            None,
        ),
        (button(json!({"type": "URL", "text": "a"})), MISSING),
        (
            button(json!({"type": "URL", "text": "a", "url": "https://x/{{1}}"})),
            MISSING,
        ),
        (button(json!({"type": "LEVER", "text": "a"})), None),
    ] {
        assert_refused(
            &client,
            &changed("/components", &json!([body, component])),
            subcode,
        );
    }
    for components in [
        json!([body, header("TEXT", "Hello"), footer("bye")]),
        json!([body, header("LOCATION", "")]),
        json!([body, button(json!({"type": "COPY_CODE", "example": "X"}))]),
    ] {
        let mut template = changed("/components", &components);
        template["name"] = json!(format!("good_{}", emulator.ledger().complete()));
        assert_eq!(create(&client, &template).status, 200, "{components}");
    }
}

#[test]
fn an_edited_template_waits_again() {
    let (emulator, client) = quiet();
    let id = emulator.add_template(Template::new("mine", "en_US", 1));
    let edit = |body: &Value| client.graph("POST", &id, body);
    assert_eq!(edit(&json!({"category": "MARKETING"})).code(), 100);
    assert_eq!(
        edit(&json!({"components": [{"type": "FOOTER", "text": "x"}]})).code(),
        100
    );
    let components = json!([{"type": "BODY", "text": "Now without."}]);
    assert_eq!(
        edit(&json!({"components": components})).json(),
        json!({"success": true})
    );
    let shown = client.get(&id).json();
    assert_eq!(
        (&shown["status"], &shown["components"]),
        (&json!("PENDING"), &components)
    );
    assert_eq!(edit(&json!({"components": components})).code(), 100);
}

#[test]
fn templates_are_deleted_by_name_or_by_id() {
    let (emulator, client) = quiet();
    let english = emulator.add_template(Template::new("twice", "en_US", 0));
    emulator.add_template(Template::new("twice", "de", 0));
    let delete = |query: &str| {
        client.graph(
            "DELETE",
            &format!("{}?{query}", client.account("/message_templates")),
            &Value::Null,
        )
    };
    let missing = delete("name=missing").json();
    assert_eq!(missing["error"]["error_subcode"], 2_593_002);
    assert_eq!(
        delete(&format!("name=hello_world&hsm_id={english}")).code(),
        100
    );
    assert_eq!(
        delete(&format!("name=twice&hsm_id={english}")).json(),
        json!({"success": true})
    );
    assert_eq!(client.get(&english).json()["error"]["error_subcode"], 33);
    assert_eq!(delete("name=twice").status, 200);
    assert_eq!(delete("name=twice").status, 400);
    assert_eq!(delete("").code(), 100);
}
