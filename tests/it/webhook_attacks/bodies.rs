//! W24 and W33 to W40: deliveries whose signature is right.

use serde_json::json;

use super::accepted;
use super::sender::{
    BODY, Host, Posted, SECRET, SIGNATURE, body_of, message, notification, properties, signature,
    unsigned_properties,
};

/// Signed, and no notification: taken as one `dead_letter` that holds all of it, since the sender would
/// repeat it for a week otherwise. Unsigned, on the host's word alone, it is the host's mistake.
fn dead_letter(body: &str, reason: &str) {
    for posted in accepted(body, &signature(SECRET, body.as_bytes())) {
        check_dead_letter(&posted, body, reason);
    }
    let posted = Host::new(&unsigned_properties()).command(body, None);
    assert_eq!(posted.result, "INVALID_REQUEST", "{posted:?}");
    assert_eq!(posted.details("reason"), reason, "{posted:?}");
    assert!(posted.events.is_empty(), "{posted:?}");
}

fn check_dead_letter(posted: &Posted, raw: &str, reason: &str) {
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0], "{posted:?}");
    let [event] = posted.events.as_slice() else {
        panic!("{posted:?}")
    };
    assert_eq!(event.name, "dead_letter");
    assert_eq!(event.value()["reason"], reason);
    assert_eq!(event.value()["raw"], raw);
}

#[test]
fn w24_an_empty_body_with_its_signature_is_a_dead_letter() {
    let posted = Host::secured().post_signed(b"");
    assert_eq!(posted.result, "OK");
    check_dead_letter(&posted, "", "not_json");
    // The command's request member must not be empty: that is the host's mistake, signed or not.
    let header = signature(SECRET, b"");
    let posted = Host::secured().command("", Some(&header));
    assert_eq!(posted.result, "INVALID_REQUEST");
    assert!(posted.events.is_empty());
    for blank in [" ", "\n", "\0", "null", "\u{feff}"] {
        let reason = if blank == "null" {
            "not_an_object"
        } else {
            "not_json"
        };
        dead_letter(blank, reason);
    }
}

#[test]
fn w33_a_replayed_delivery_emits_nothing_more() {
    let host = Host::secured();
    let header = Some(SIGNATURE.as_bytes());
    assert_eq!(host.post(BODY.as_bytes(), header).counts(), [1, 0, 0, 0, 0]);
    for _ in 0..10 {
        let replayed = host.post(BODY.as_bytes(), header);
        assert_eq!(replayed.result, "OK");
        assert_eq!(replayed.counts(), [0, 0, 0, 1, 0]);
        assert!(replayed.events.is_empty());
        let replayed = host.command(BODY, Some(SIGNATURE));
        assert_eq!(replayed.counts(), [0, 0, 0, 1, 0]);
    }
    assert_eq!(host.remembered(), 1);
}

#[test]
fn w34_a_replay_under_a_signature_in_other_case_is_the_same_event() {
    let host = Host::secured();
    let posted = host.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()));
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
    let upper = SIGNATURE.to_ascii_uppercase().replace("SHA256", "sha256");
    let replayed = host.post(BODY.as_bytes(), Some(upper.as_bytes()));
    assert_eq!(replayed.counts(), [0, 0, 0, 1, 0]);
    // Neither do other bytes around the same message make it another event.
    let respelled = BODY.replace("\\u00f6", "\\u00F6");
    assert_eq!(
        host.post_signed(respelled.as_bytes()).counts(),
        [0, 0, 0, 1, 0]
    );
}

#[test]
fn w35_a_body_beyond_the_limit_is_refused_before_its_signature_is_looked_at() {
    let limit = 3 * 1024 * 1024;
    let padded = |bytes: usize| {
        let body = notification(&[message("wamid.W35")], &[]);
        body.clone() + &" ".repeat(bytes - body.len())
    };
    for posted in accepted(&padded(limit), &signature(SECRET, padded(limit).as_bytes())) {
        assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
    }
    let large = padded(limit + 1);
    let host = Host::secured();
    let right = signature(SECRET, large.as_bytes());
    for header in [
        Some(right.as_str()),
        Some(SIGNATURE),
        Some("nonsense"),
        None,
    ] {
        let raw = host.post(large.as_bytes(), header.map(str::as_bytes));
        let command = host.command(&large, header);
        for posted in [raw, command] {
            assert_eq!(posted.result, "INVALID_REQUEST");
            assert_eq!(posted.details("reason"), "too_large");
            assert!(posted.events.is_empty());
        }
    }
    assert_eq!(host.remembered(), 0);

    let mut small = properties();
    small["maxNotificationBytes"] = BODY.len().into();
    let host = Host::new(&small);
    assert_eq!(host.post_signed(BODY.as_bytes()).result, "OK");
    let longer = format!("{BODY} ");
    assert_eq!(
        host.post_signed(longer.as_bytes()).details("reason"),
        "too_large"
    );
}

#[test]
fn w37_a_body_ten_thousand_levels_deep_is_harmless() {
    let depth = 10_000;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        // On its own, inside a message, beside a message, and in the place of each level of the envelope.
        let mut deep = message("wamid.W37");
        deep["text"]["body"] = json!("NESTED");
        let inside = notification(&[deep], &[]).replace("\"NESTED\"", &nested);
        let beside = notification(&[json!("NESTED"), message("wamid.W37")], &[]);
        let beside = beside.replace("\"NESTED\"", &nested);
        let value = body_of(&json!({ "field": "messages", "value": "NESTED" }));
        let value = value.replace("\"NESTED\"", &nested);
        let entry = format!("{{\"object\":\"whatsapp_business_account\",\"entry\":[{nested}]}}");
        for body in [&nested, &inside, &beside, &value, &entry] {
            super::refused(body.as_bytes(), None, "signature_missing");
            super::refused(
                body.as_bytes(),
                Some(SIGNATURE.as_bytes()),
                "signature_wrong_key",
            );
            let [posted, _] = accepted(body, &signature(SECRET, body.as_bytes()));
            let kept = posted.events.iter().any(|event| {
                // Part of a message as it came, part of a dead letter as a text.
                let text = nested.replace('"', "\\\"");
                event.json.contains(&nested) || event.json.contains(&text)
            });
            assert!(kept, "nothing is lost: {:.200}", posted.events[0].json);
        }
    }
}

#[test]
fn w37_deep_nesting_needs_no_more_stack_than_anything_else() {
    let nested = "[".repeat(1_000_000);
    let thread = std::thread::Builder::new().stack_size(128 * 1024);
    let run = move || {
        let host = Host::secured();
        let header = signature(SECRET, nested.as_bytes());
        let raw = host.post(nested.as_bytes(), Some(header.as_bytes()));
        [raw.counts(), host.command(&nested, Some(&header)).counts()]
    };
    let counts = thread.spawn(run).unwrap().join().unwrap();
    assert_eq!(counts, [[1, 0, 0, 0, 0]; 2]);
}

#[test]
fn w38_a_signed_notification_of_another_product_is_a_dead_letter() {
    for object in ["page", "instagram", "user", "WHATSAPP_BUSINESS_ACCOUNT", ""] {
        dead_letter(
            &BODY.replace("whatsapp_business_account", object),
            "not_whatsapp",
        );
    }
    dead_letter(
        &BODY.replace(
            "\"whatsapp_business_account\"",
            "[\"whatsapp_business_account\"]",
        ),
        "not_whatsapp",
    );
}

#[test]
fn w39_a_signed_notification_for_another_phone_number_is_taken_and_says_so() {
    let other = BODY.replace("106540352242922", "999999999999999");
    for posted in accepted(&other, &signature(SECRET, other.as_bytes())) {
        assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
        assert_eq!(posted.events[0].name, "customer_message");
        assert_eq!(posted.events[0].value()["phoneNumberId"], "999999999999999");
    }
    // The same message id under two numbers is two messages.
    let host = Host::secured();
    assert_eq!(host.post_signed(BODY.as_bytes()).counts(), [1, 0, 0, 0, 0]);
    assert_eq!(host.post_signed(other.as_bytes()).counts(), [1, 0, 0, 0, 0]);
}

#[test]
fn w40_an_envelope_that_names_a_member_twice_is_a_dead_letter() {
    let doubled = |name: &str, first: &str| {
        BODY.replacen(
            &format!("\"{name}\":"),
            &format!("\"{name}\":{first},\"{name}\":"),
            1,
        )
    };
    dead_letter(&doubled("object", "\"page\""), "not_an_object");
    dead_letter(&doubled("object", "null"), "not_an_object");
    dead_letter(&doubled("entry", "[]"), "not_an_object");
    // Spelled in two ways it is the same name.
    let escaped = BODY.replacen("\"entry\":", "\"entr\\u0079\":[],\"entry\":", 1);
    dead_letter(&escaped, "not_an_object");
}

#[test]
fn w40_a_part_that_names_a_member_twice_costs_only_itself() {
    let part_lost = |body: &str, reason: &str| {
        let [posted, _] = accepted(body, &signature(SECRET, body.as_bytes()));
        let event = posted.events[0].value();
        assert_eq!(posted.events.len(), 1, "{posted:?}");
        assert_eq!(posted.events[0].name, "dead_letter", "{posted:?}");
        assert_eq!(event["reason"], reason, "{posted:?}");
        assert!(
            event["raw"].as_str().unwrap().contains("wamid.W00"),
            "{posted:?}"
        );
    };
    part_lost(
        &BODY.replacen("\"changes\":", "\"changes\":[],\"changes\":", 1),
        "entry_without_changes",
    );
    let change = "change_without_field_or_value";
    part_lost(
        &BODY.replacen("\"field\":", "\"field\":\"calls\",\"field\":", 1),
        change,
    );
    part_lost(
        &BODY.replacen("\"value\":", "\"value\":{},\"value\":", 1),
        change,
    );
}

#[test]
fn w40_a_message_with_two_ids_arrives_with_both() {
    let body = BODY.replacen("\"id\":\"wamid", "\"id\":\"first\",\"id\":\"wamid", 1);
    let [posted, _] = accepted(&body, &signature(SECRET, body.as_bytes()));
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
    assert!(
        posted.events[0]
            .json
            .contains(r#""id":"first","id":"wamid.W00""#)
    );
}
