//! What a request is made into: `tests/COMMAND_CASES.md`, M6 to M9.

use cloud_api_emulator::Template;
use serde_json::{Value, json};

use super::examples::{CUSTOMER, NOW_S, Stage, request};

#[test]
fn m6_cards_of_a_carousel_may_have_quick_replies() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let card = |buttons: usize| {
        let buttons: Vec<_> = (0..buttons)
            .map(|number| json!({ "id": format!("b{number}"), "title": format!("B {number}") }))
            .collect();
        json!({
            "headerMedia": { "type": "image", "link": "https://example.com/a.jpg" },
            "message": "One", "buttons": buttons,
        })
    };
    let carousel = |cards: Vec<serde_json::Value>| {
        json!({ "phoneNumber": CUSTOMER, "message": "Choose", "cards": cards }).to_string()
    };
    let ran = adapter.execute("sendMessageCarousel", &carousel(vec![card(2), card(2)]));
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let sent = stage.emulator.ledger().requests[0].json.clone().unwrap();
    let first = sent.pointer("/interactive/action/cards/0").unwrap();
    assert_eq!(first["type"], "cta_url");
    assert_eq!(
        first["action"]["buttons"][1],
        json!({ "type": "quick_reply", "quick_reply": { "id": "b1", "title": "B 1" } })
    );
    let mut link = card(1);
    link.as_object_mut().unwrap().remove("buttons");
    link["displayText"] = "Open".into();
    link["url"] = "https://example.com".into();
    for (cards, word) in [
        (vec![card(1), card(2)], "number of buttons"),
        (vec![card(1), link], "another kind"),
        (vec![card(4), card(4)], "buttons"),
        (vec![card(0), card(0)], "buttons"),
    ] {
        stage.emulator.clear_ledger();
        let ran = adapter.execute("sendMessageCarousel", &carousel(cards));
        assert_eq!(ran.result(), "INVALID_REQUEST");
        assert!(ran.message().contains(word), "{}", ran.message());
        assert!(stage.emulator.ledger().requests.is_empty());
    }
}

#[test]
fn direct_send_and_a_bid_stand_beside_the_content() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let direct = json!({ "category": "utility", "timeToLiveSeconds": 600,
                         "templateName": "on_its_way" });
    let theirs = json!({ "category": "utility", "ttl_seconds": 600,
                         "direct_send_config": { "template_name": "on_its_way" } });
    let bid = json!({ "per_message_bid_multiplier": 1.5 });
    let offer = json!({ "marketing": true, "bidSpec": bid });
    for (command, more, beside) in [
        ("sendMessageText", &direct, &theirs),
        ("sendMessageButtons", &direct, &theirs),
        ("sendMessageCallToAction", &direct, &theirs),
        ("sendMessageTemplate", &offer, &json!({ "bid_spec": bid })),
    ] {
        stage.emulator.clear_ledger();
        let mut asked = request(command);
        asked
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        if command == "sendMessageTemplate" {
            asked = json!({ "phoneNumber": CUSTOMER, "templateName": "seasonal_sale",
                            "languageCode": "en_US", "marketing": true, "bidSpec": bid });
            let mut template = Template::new("seasonal_sale", "en_US", 0);
            "MARKETING".clone_into(&mut template.category);
            stage.emulator.add_template(template);
        }
        let ran = adapter.execute(command, &asked.to_string());
        assert_eq!(ran.result(), "OK", "{command}: {}", ran.message());
        let sent = stage.emulator.ledger().requests[0].json.clone().unwrap();
        for (name, value) in beside.as_object().unwrap() {
            assert_eq!(&sent[name], value, "{command}");
        }
    }
}

#[test]
fn templates_are_deleted_by_their_ids_and_made_of_the_library() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let add = |name| stage.emulator.add_template(Template::new(name, "en_US", 1));
    let ids = json!([add("order_delayed"), add("order_late")]);
    let deleted = adapter.execute("deleteTemplate", &json!({ "templateIds": ids }).to_string());
    assert_eq!(deleted.result(), "OK", "{}", deleted.message());
    let request = json!({
        "templateName": "on_its_way", "languageCode": "en_US", "category": "UTILITY",
        "libraryTemplateName": "delivery_update_1", "timeToLiveSeconds": 600,
        "libraryTemplateButtonInputs": [{ "type": "URL",
            "url": { "base_url": "https://www.example.com/{{1}}",
                     "url_suffix_example": "https://www.example.com/demo" } }],
    });
    let made = adapter.execute("createTemplate", &request.to_string());
    assert_eq!(made.result(), "OK", "{}", made.message());
    assert_eq!(made.json()["templateStatus"], "APPROVED");
    let sent = stage.emulator.ledger().requests[1].json.clone().unwrap();
    assert_eq!(sent["library_template_name"], "delivery_update_1");
    assert_eq!(sent["message_send_ttl_seconds"], 600);
}

#[test]
fn analytics_are_fields_of_the_account_and_of_templates_an_edge() {
    let stage = Stage::new();
    let adapter = stage.adapter_for("getAnalytics", &json!({}));
    let ids = ["order_delayed", "order_late"]
        .map(|name| stage.emulator.add_template(Template::new(name, "en_US", 1)));
    for (kind, granularity, more) in [
        (
            "messaging",
            "DAY",
            json!({ "displayPhoneNumbers": ["15550783881"] }),
        ),
        (
            "conversation",
            "DAILY",
            json!({ "directions": ["BUSINESS_INITIATED"] }),
        ),
        (
            "call",
            "HALF_HOUR",
            json!({ "directions": ["USER_INITIATED"] }),
        ),
        (
            "template",
            "DAILY",
            json!({ "templateIds": ids, "limit": 1 }),
        ),
    ] {
        let mut asked = json!({ "kind": kind, "granularity": granularity,
                                "start": 1_697_328_000, "end": 1_699_920_000 });
        asked
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let ran = adapter.execute("getAnalytics", &asked.to_string());
        assert_eq!(ran.result(), "OK", "{kind}: {}", ran.message());
        let answer = ran.json();
        let is_page = kind == "template";
        assert_eq!(
            answer["after"].as_str().is_some_and(|it| !it.is_empty()),
            is_page,
            "{answer}"
        );
        assert!(
            answer["analytics"]["data_points"].is_array() || answer["analytics"]["data"].is_array()
        );
    }
    let odd = json!({ "kind": "template", "granularity": "DAILY", "start": 0, "end": 90 * 86_400 + 1,
                      "templateIds": ids });
    let ran = adapter.execute("getAnalytics", &odd.to_string());
    assert!(
        ran.message().contains("more than 90 days"),
        "{}",
        ran.message()
    );
}

#[test]
fn analytics_of_a_time_that_meta_has_forgotten_are_not_asked_for() {
    let stage = Stage::new();
    let template = Template::new("order_delayed", "en_US", 1);
    let id = stage.emulator.add_template(template);
    stage.emulator.clear_ledger();
    let lenient = json!({ "strictLimits": false });
    for (kind, granularity, days) in [
        ("pricing", "DAILY", Some(366)),
        ("conversation", "MONTHLY", Some(366)),
        ("messaging", "DAY", Some(366)),
        ("template", "DAILY", Some(90)),
        // No page of Meta's says how long calls are kept, nor in which steps.
        ("call", "WEEKLY", None),
    ] {
        let ran = |strict: &Value, start: i64| {
            let mut request = json!({ "kind": kind, "granularity": granularity,
                                      "start": start, "end": start + 86_400 });
            if kind == "template" {
                request["templateIds"] = json!([id]);
            }
            let adapter = stage.adapter_for("getAnalytics", strict);
            let ran = adapter.execute("getAnalytics", &request.to_string());
            (ran.message().to_owned(), ran.json()["details"].clone())
        };
        let first = NOW_S - days.unwrap_or(3_660) * 86_400;
        let (message, _) = ran(&json!({}), first);
        assert!(days.is_none() || message.is_empty(), "{kind}: {message}");
        assert!(!message.contains("days ago"), "{kind}: {message}");
        let before = stage.emulator.ledger().requests.len();
        let (message, _) = ran(&json!({}), first - 1);
        let Some(days) = days else { continue };
        let told =
            format!("is more than {days} days ago, and Meta keeps no more; ask from {first} on");
        assert!(message.contains(&told), "{kind}: {message}");
        assert_eq!(stage.emulator.ledger().requests.len(), before, "{kind}");
        let (message, details) = ran(&lenient, first - 1);
        assert_eq!(message, "", "{kind}");
        assert!(
            details["warnings"].to_string().contains(&told[..20]),
            "{kind}: {details}"
        );
    }
}

#[test]
fn m7_what_cannot_be_seen_is_left_out_of_a_number_with_a_warning() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    for number in [
        "\u{202a}+16505551234\u{202c}",
        "+1650555\u{a0}1234",
        "whatsapp:+16505551234",
        "TEL:+16505551234",
    ] {
        for (command, at) in [
            ("sendMessageText", "/to"),
            ("blockUsers", "/block_users/0/user"),
        ] {
            stage.emulator.set_window(CUSTOMER, true);
            stage.emulator.clear_ledger();
            let mut request = request(command);
            if command == "blockUsers" {
                request["phoneNumbers"] = json!([number]);
            } else {
                request["phoneNumber"] = number.into();
            }
            let ran = adapter.execute(command, &request.to_string());
            assert_eq!(
                ran.result(),
                "OK",
                "{command} {number:?}: {}",
                ran.message()
            );
            let sent = stage.emulator.ledger().requests[0].json.clone().unwrap();
            assert_eq!(sent.pointer(at), Some(&json!("+16505551234")), "{number:?}");
            let warning = ran.json()["details"]["warnings"][0].clone();
            let warning = warning.as_str().unwrap_or_default();
            assert!(
                warning.contains("invisible"),
                "{command} {number:?}: {warning}"
            );
            assert!(!warning.contains("650"), "{warning}");
            let unblock = json!({ "phoneNumbers": ["+16505551234"] }).to_string();
            adapter.execute("unblockUsers", &unblock);
        }
    }
    for nothing in ["\u{200b}", "tel:", "\u{202a}\u{202c}"] {
        let request = json!({ "phoneNumber": nothing, "message": "x" }).to_string();
        let ran = adapter.execute("sendMessageText", &request);
        assert_eq!(ran.result(), "INVALID_REQUEST", "{nothing:?}");
    }
}

#[test]
fn m8_templates_are_created_and_deleted_as_meta_has_it_now() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    let library = json!({
        "templateName": "delivery_update", "languageCode": "en_US", "category": "UTILITY",
        "libraryTemplateName": "delivery_update_1", "timeToLiveSeconds": 3600,
        "libraryTemplateBodyInputs": { "add_contact_number": true },
        "libraryTemplateButtonInputs": [{ "type": "URL", "url": { "base_url": "https://e.com/{{1}}" } }],
    });
    adapter.execute("createTemplate", &library.to_string());
    let sent = stage.emulator.ledger().requests[0].json.clone().unwrap();
    assert_eq!(sent["library_template_name"], "delivery_update_1");
    assert_eq!(sent["message_send_ttl_seconds"], 3600);
    assert_eq!(
        sent["library_template_body_inputs"]["add_contact_number"],
        true
    );
    assert_eq!(sent["library_template_button_inputs"][0]["type"], "URL");
    assert!(sent.get("components").is_none() && sent.get("allow_category_change").is_none());

    stage.emulator.clear_ledger();
    let mut both = library.clone();
    both["components"] = json!([{ "type": "BODY", "text": "x" }]);
    let mut ended = request("createTemplate");
    ended["allowCategoryChange"] = true.into();
    let mut header = request("createTemplate");
    header["components"] = json!([{ "type": "HEADER", "format": "IMAGE" },
        { "type": "BODY", "text": "x" }]);
    for (request, word) in [
        (both, "libraryTemplateName"),
        (ended, "allowCategoryChange"),
        (header, "header_handle"),
    ] {
        let ran = adapter.execute("createTemplate", &request.to_string());
        assert_eq!(ran.result(), "INVALID_REQUEST", "{word}");
        assert!(ran.message().contains(word), "{}", ran.message());
    }
    assert!(stage.emulator.ledger().requests.is_empty());

    adapter.execute("deleteTemplate", r#"{"templateIds":["1","2"]}"#);
    let requests = stage.emulator.ledger().requests;
    let query = requests[0].query.replace("%5B", "[").replace("%22", "\"");
    let query = query.replace("%2C", ",").replace("%5D", "]");
    assert_eq!(query, r#"hsm_ids=["1","2"]"#);
    for request in ["{}", r#"{"templateIds":["1"],"templateName":"a"}"#] {
        let ran = adapter.execute("deleteTemplate", request);
        assert_eq!(ran.result(), "INVALID_REQUEST", "{request}");
    }
}

#[test]
fn m9_the_row_says_what_is_marked_in_groups() {
    let descriptor = crate::plugin::loaded().descriptor();
    let mut commands = descriptor.extension_commands();
    let row = commands
        .find(|command| command.name() == "markMessageRead")
        .unwrap();
    assert!(
        row.description().contains("in a group"),
        "{}",
        row.description()
    );
}

#[test]
fn a_whole_number_leaves_as_one_however_it_is_written() {
    let stage = Stage::new();
    let adapter = stage.adapter();
    for limit in ["25.0", "2.5E1", "250e-1", r#""\u003025""#] {
        let ran = adapter.execute("listTemplates", &format!(r#"{{"limit":{limit}}}"#));
        assert_eq!(ran.result(), "OK", "{limit}: {}", ran.message());
        let query = stage.emulator.ledger().requests.pop().unwrap().query;
        assert!(query.split('&').any(|part| part == "limit=25"), "{query}");
    }
}
