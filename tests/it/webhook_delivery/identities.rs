//! Whom an event is about: `tests/WEBHOOK_CASES.md`, W50 and W54.

use serde_json::{Value, json};

use crate::webhook_attacks::sender::{
    Host, PHONE_NUMBER_ID, Posted, body_of, message, notification, status, unsigned_properties,
};

/// Everything that says nothing.
const NOTHING: [&str; 4] = ["null", "\"\"", "\" \"", "\"\\u0020\\t\""];

/// Delivers `value` as a change of the field `messages`; each `NOTHING` in it becomes `nothing`.
fn post(host: &Host, value: &Value, nothing: &str) -> Posted {
    let body = body_of(&json!({ "field": "messages", "value": value }));
    host.post_signed(body.replace("\"NOTHING\"", nothing).as_bytes())
}

fn contacts(posted: &Posted) -> Vec<Value> {
    let contact = |event: Value| event["contacts"][0]["profile"].clone();
    posted
        .events
        .iter()
        .map(|event| contact(event.value()))
        .collect()
}

fn contact(who: &str, members: &Value) -> Value {
    let mut contact = members.clone();
    contact["profile"] = who.into();
    contact
}

#[test]
fn w50_an_empty_identity_matches_no_contact() {
    for nothing in NOTHING {
        let host = Host::secured();
        let value = json!({
            "metadata": { "phone_number_id": PHONE_NUMBER_ID },
            "contacts": [
                contact("A", &json!({ "wa_id": "NOTHING", "user_id": "US.A" })),
                contact("B", &json!({ "wa_id": "NOTHING", "user_id": "US.B" })),
                contact("C", &json!({ "wa_id": "NOTHING", "user_id": "NOTHING", "parent_user_id": "US.ENT.C" })),
                contact("D", &json!({ "wa_id": "4915550000", "user_id": "NOTHING" })),
            ],
            "messages": [
                { "id": "w.B", "from": "NOTHING", "from_user_id": "US.B" },
                { "id": "w.A", "from": "NOTHING", "from_user_id": "US.A" },
                { "id": "w.C", "from": "NOTHING", "from_user_id": "NOTHING", "from_parent_user_id": "US.ENT.C" },
                { "id": "w.D", "from": "4915550000", "from_user_id": "NOTHING" },
                { "id": "w.E", "from": "NOTHING", "from_user_id": "US.E" },
                { "id": "w.F", "from": "NOTHING" },
            ],
            "statuses": [
                { "id": "w.S", "status": "read", "recipient_id": "NOTHING", "recipient_user_id": "US.B" },
                { "id": "w.T", "status": "read", "recipient_id": "NOTHING", "recipient_user_id": "NOTHING" },
            ],
        });
        let posted = post(&host, &value, nothing);
        let null = Value::Null;
        assert_eq!(
            contacts(&posted),
            [
                json!("B"),
                json!("A"),
                json!("C"),
                json!("D"),
                null.clone(),
                null.clone(),
                json!("B"),
                null
            ],
            "{nothing}"
        );
        // What Meta wrote is passed on as it came.
        let wanted = format!(r#""from":{nothing},"from_user_id":"US.B""#);
        assert!(posted.events[0].json.contains(&wanted), "{posted:?}");
        assert!(posted.details("unknownMembers").is_null(), "{posted:?}");
    }
}

#[test]
fn w50_an_empty_identity_is_no_part_of_what_an_event_is_known_by() {
    let pairs = [
        ("recipient_id", "recipient_user_id"),
        ("recipient_id", "recipient_parent_user_id"),
        ("recipient_user_id", "parent_recipient_user_id"),
        ("recipient_participant_id", "recipient_participant_user_id"),
        ("recipient_participant_id", "participant_recipient_id"),
        ("participant_recipient_id", "participant_recipient_user_id"),
    ];
    for (nothing, (empty, said)) in NOTHING.iter().flat_map(|n| pairs.map(|pair| (n, pair))) {
        let to = |who: &str| {
            let mut status = json!({ "id": "w.1", "status": "read", "recipient_type": "group" });
            if empty.contains("participant") {
                status["recipient_id"] = "a-group".into();
            }
            status[empty] = "NOTHING".into();
            status[said] = who.into();
            status
        };
        let host = Host::secured();
        let posted = post(
            &host,
            &json!({ "statuses": [to("US.1"), to("US.2")] }),
            nothing,
        );
        assert_eq!(
            posted.counts(),
            [2, 0, 0, 0, 0],
            "{empty} is {nothing}: {:?}",
            posted.ids()
        );
        let mut unsaid = to("US.1");
        unsaid.as_object_mut().unwrap().remove(empty);
        let posted = post(&host, &json!({ "statuses": [unsaid] }), nothing);
        assert_eq!(
            posted.counts(),
            [0, 0, 0, 1, 0],
            "{empty} is not there, or {nothing}"
        );
    }
    // An empty id is none: two such messages are two, each time without a time, once with one.
    for nothing in NOTHING {
        let host = Host::secured();
        let of = |text: &str| json!({ "id": "NOTHING", "timestamp": "NOTHING", "text": text });
        let value = json!({ "messages": [of("a"), of("b")] });
        assert_eq!(
            post(&host, &value, nothing).counts(),
            [2, 0, 0, 0, 0],
            "{nothing}"
        );
        assert_eq!(
            post(&host, &value, nothing).counts(),
            [2, 0, 0, 0, 0],
            "{nothing}"
        );
        let value = json!({ "metadata": { "phone_number_id": "NOTHING" },
                            "messages": [{ "id": "NOTHING", "timestamp": "5" }] });
        let posted = post(&host, &value, nothing);
        assert!(posted.ids()[0].starts_with("x|"), "{posted:?}");
        assert!(
            posted.events[0].value().get("phoneNumberId").is_none(),
            "{posted:?}"
        );
        assert_eq!(
            post(&host, &value, nothing).counts(),
            [0, 0, 0, 1, 0],
            "{nothing}"
        );
    }
}

#[test]
fn w50_an_empty_identity_opens_nobodys_window_and_an_empty_group_is_none() {
    for nothing in NOTHING {
        let host = Host::new(&unsigned_properties());
        let mut own = message("w.1");
        own["from"] = "NOTHING".into();
        own["from_user_id"] = "US.1".into();
        own["group_id"] = "NOTHING".into();
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        own["timestamp"] = now.as_secs().to_string().into();
        let body = notification(&[own], &[]).replace("\"NOTHING\"", nothing);
        assert_eq!(host.command(&body, None).counts(), [1, 0, 0, 0, 0]);
        let window = |customer: &str| {
            let request = json!({ "phoneNumber": customer }).to_string();
            let options = whatsapp_adapter::CallOptions::default();
            let ended = host
                .adapter
                .execute("getConversationWindow", &request, &options, |_| {
                    whatsapp_adapter::Verdict::Accepted
                });
            let ended = ended.unwrap();
            let response: Value = serde_json::from_str(&ended.response).unwrap();
            (response["windowOpen"].clone(), ended.failure.is_some())
        };
        assert_eq!(window("US.1"), (json!(true), false), "{nothing}");
        for nobody in ["+", "-", " ", "()", "+ -"] {
            assert_eq!(window(nobody), (json!(false), true), "{nothing} {nobody}");
        }
    }
}

#[test]
fn w50_an_empty_correlation_is_none() {
    for nothing in NOTHING {
        let mut status = status("w.1", "sent");
        status["biz_opaque_callback_data"] = "NOTHING".into();
        let posted = post(&Host::secured(), &json!({ "statuses": [status] }), nothing);
        let event = posted.events[0].value();
        assert!(event.get("correlationId").is_none(), "{event}");
    }
}

#[test]
fn w54_a_groups_status_comes_with_the_contact_of_its_participant() {
    for (number, user) in [
        ("recipient_participant_id", "recipient_participant_user_id"),
        ("participant_recipient_id", "participant_recipient_user_id"),
    ] {
        let of = |members: Value| {
            let mut status = status("w.G", "read");
            status["recipient_type"] = "group".into();
            status["recipient_id"] = "a-group".into();
            let members = members.as_object().unwrap().clone();
            status.as_object_mut().unwrap().extend(members);
            status
        };
        let value = json!({
            "contacts": [
                contact("A", &json!({ "wa_id": "1", "user_id": "US.1" })),
                contact("B", &json!({ "wa_id": "2", "user_id": "US.2" })),
                contact("G", &json!({ "wa_id": "a-group" })),
            ],
            "statuses": [
                of(json!({ number: "2" })),
                of(json!({ number: "1" })),
                of(json!({ number: "", user: "US.2" })),
                of(json!({ number: "3" })),
            ],
        });
        let posted = post(&Host::secured(), &value, "null");
        assert_eq!(
            contacts(&posted),
            [json!("B"), json!("A"), json!("B"), json!("G")]
        );
    }
}
