//! What is set on the phone number: PIN, name, webhook, settings, QR codes, username.

use serde_json::{Value, json};

use crate::support::quiet;

#[test]
fn a_qr_code_is_created_changed_listed_and_deleted() {
    let (_emulator, client) = quiet();
    let path = client.number("/message_qrdls");
    let write = |body: Value| client.graph("POST", &path, &body);
    for (body, code) in [
        (json!({}), 100),
        (json!({"prefilled_message": "x".repeat(141)}), 100),
        (
            json!({"prefilled_message": "x", "generate_qr_image": "GIF"}),
            100,
        ),
        (json!({"prefilled_message": "x", "colour": "red"}), 100),
        (json!({"prefilled_message": "x", "code": "NONE"}), 100),
    ] {
        assert_eq!(write(body.clone()).code(), code, "{body}");
    }
    let made = write(json!({"prefilled_message": "Hi", "generate_qr_image": "SVG"})).json();
    let code = made["code"].as_str().unwrap();
    assert_eq!(
        made["deep_link_url"],
        format!("https://wa.me/message/{code}")
    );
    let image = |ending: &str| format!("https://scontent.example/{code}.{ending}");
    assert_eq!(made["qr_image_url"], image("svg"));
    let changed = write(json!({"prefilled_message": "Hello", "code": code})).json();
    let shown = json!({"code": code, "prefilled_message": "Hello",
                       "deep_link_url": made["deep_link_url"]});
    assert_eq!(changed, shown);
    let one = client.number(&format!("/message_qrdls/{code}"));
    assert_eq!(client.get(&one).json(), json!({"data": [shown]}));
    assert_eq!(client.get(&path).json()["data"], json!([shown]));
    let shown = client.get(&format!("{one}?fields=code,qr_image_url.format(PNG)"));
    let png = json!({"code": code, "qr_image_url": image("png")});
    assert_eq!(shown.json()["data"][0], png);
    let odd = client.get(&format!("{one}?fields=qr_image_url.format(GIF)"));
    assert_eq!(odd.code(), 100);
    let deleted = client.graph("DELETE", &one, &Value::Null);
    assert_eq!(deleted.json(), json!({"success": true}));
    assert_eq!(client.get(&one).code(), 100);
    assert_eq!(client.get(&format!("{one}/more")).code(), 2500);
    assert_eq!(client.get(&client.number("/profile/1")).code(), 2500);
}

#[test]
fn pin_name_webhook_and_settings_are_set_on_the_number() {
    let (emulator, client) = quiet();
    let number = client.number("");
    let post = |path: &str, body: Value| client.graph("POST", path, &body);
    for body in [
        json!({}),
        json!({"pin": "12345"}),
        json!({"new_display_name": "x"}),
        json!({"webhook_configuration": {"override_callback_uri": "https://a.example"}}),
        json!({"webhook_configuration": {"verify_token": "x"}}),
        json!({"colour": "red"}),
    ] {
        assert_ne!(post(&number, body.clone()).code(), 0, "{body}");
    }
    let own = "https://shop.example/berlin";
    for body in [
        json!({"pin": "123456"}),
        json!({"new_display_name": "Shop Berlin"}),
        json!({"webhook_configuration": {"override_callback_uri": own, "verify_token": "x"}}),
    ] {
        assert_eq!(
            post(&number, body.clone()).json(),
            json!({"success": true}),
            "{body}"
        );
    }
    let fields = "?fields=is_pin_enabled,new_display_name,webhook_configuration";
    let shown = client.get(&client.number(fields)).json();
    assert_eq!(shown["is_pin_enabled"], true);
    assert_eq!(shown["new_display_name"], "Shop Berlin");
    assert_eq!(shown["webhook_configuration"]["phone_number"], own);
    post(
        &number,
        json!({"webhook_configuration": {"override_callback_uri": ""}}),
    );
    let shown = client.get(&client.number(fields)).json();
    assert_eq!(shown["webhook_configuration"]["phone_number"], Value::Null);

    let settings = client.number("/settings");
    let calling = json!({"calling": {"status": "ENABLED"}});
    for body in [
        json!({}),
        json!({"calling": {}, "storage_configuration": {}}),
        json!({"calling": "on"}),
        json!({"colour": {}}),
    ] {
        assert_eq!(post(&settings, body.clone()).code(), 100, "{body}");
    }
    assert_eq!(post(&settings, calling.clone()).status, 200);
    assert_eq!(client.get(&settings).json()["calling"], calling["calling"]);

    let commerce = client.number("/whatsapp_commerce_settings");
    let odd = post(&format!("{commerce}?is_cart_enabled=perhaps"), Value::Null);
    assert_eq!(odd.code(), 100);
    post(&format!("{commerce}?is_cart_enabled=false"), Value::Null);
    let shown = &client.get(&commerce).json()["data"][0];
    assert_eq!(shown["is_cart_enabled"], false);
    assert_eq!(shown["is_catalog_visible"], true);

    let components = client.number("/conversational_automation");
    for body in [
        json!({"prompts": ["a", "b", "c", "d", "e"]}),
        json!({"prompts": ["x".repeat(81)]}),
        json!({"commands": [{"command_name": "x"}]}),
        json!({"commands": [{"command_name": "x", "command_description": "y", "z": 1}]}),
    ] {
        assert_ne!(post(&components, body.clone()).code(), 0, "{body}");
    }
    assert_eq!(post(&components, json!({"prompts": ["Hi"]})).status, 200);
    let shown = client.get(&client.number("?fields=conversational_automation"));
    assert_eq!(
        shown.json()["conversational_automation"]["prompts"],
        json!(["Hi"])
    );

    let sync = client.number("/smb_app_data");
    let history = json!({"messaging_product": "whatsapp", "sync_type": "history"});
    assert_eq!(post(&sync, history.clone()).code(), 100);
    emulator.change_account(json!({"phone_number": {"is_on_biz_app": true}}));
    assert!(post(&sync, history.clone()).json()["request_id"].is_string());
    assert_eq!(post(&sync, history).code(), 100, "once");
}

#[test]
fn a_username_is_reserved_and_a_contact_forgotten() {
    let (emulator, client) = quiet();
    let path = client.number("/username");
    let set = |body: Value| client.graph("POST", &path, &body);
    assert_eq!(client.get(&path).json(), json!({"status": "none"}));
    for name in ["ab", "1234", ".shop", "shop.", "a..b", "www.shop", "shop!"] {
        assert_eq!(set(json!({ "username": name })).code(), 100, "{name}");
    }
    assert_eq!(set(json!({"username": "taken.shop"})).code(), 147_001);
    let odd = json!({"username": "shop", "transfer_action": "steal"});
    assert_eq!(set(odd).code(), 100);
    assert_eq!(
        set(json!({"username": "Shop"})).json(),
        json!({"status": "reserved"})
    );
    assert_eq!(client.get(&path).json()["username"], "shop");
    let suggestions = client.get(&client.number("/username_suggestions")).json();
    assert!(suggestions["data"][0]["username_suggestions"].is_array());
    assert_eq!(client.graph("DELETE", &path, &Value::Null).status, 200);
    assert_eq!(client.graph("DELETE", &path, &Value::Null).code(), 100);

    emulator.set_window("16505551234", true);
    let forget = |query: &str| {
        let path = client.number(&format!("/contact_book{query}"));
        client.graph("DELETE", &path, &Value::Null)
    };
    let id = "?messaging_product=whatsapp&bsuid=US.13491208655302741918";
    assert_eq!(forget(id).json()["deleted"], true);
    assert_eq!(forget(id).json()["deleted"], false);
    for query in [
        "",
        "?messaging_product=whatsapp",
        "?messaging_product=whatsapp&bsuid=US.ENT.1",
    ] {
        assert_eq!(forget(query).code(), 100, "{query}");
    }
}
