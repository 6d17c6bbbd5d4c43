//! Whose a contact is where ids contradict, and what opens a window: `tests/WEBHOOK_CASES.md`, W54, W55.

use serde_json::{Value, json};
use whatsapp_adapter::{CallOptions, Verdict};

use super::body;
use crate::webhook_attacks::sender::{Host, PHONE_NUMBER_ID, Posted, unsigned_properties};

const NEW: [u64; 5] = [1, 0, 0, 0, 0];

fn at_once(value: &Value) -> Posted {
    Host::secured().post_signed(body("messages", value, &json!(1_700_000_000)).as_bytes())
}

#[test]
fn w54_a_lone_contact_that_contradicts_belongs_to_nobody() {
    let action = json!([{ "action_type": "x", "timestamp": "5" }]);
    let of = |message: Value| json!({ "messages": [message] });
    let to = |status: Value| json!({ "statuses": [status] });
    for (contact, mut value, is_its) in [
        (
            json!({ "wa_id": "2" }),
            of(json!({ "id": "w", "from": "1" })),
            true,
        ),
        (
            json!({ "wa_id": "", "user_id": "US.B" }),
            to(json!({ "id": "w", "status": "read", "recipient_user_id": "US.A" })),
            false,
        ),
        (
            json!({ "wa_id": "1", "user_id": "US.B" }),
            of(json!({ "id": "w", "from": "1", "from_user_id": "US.A" })),
            false,
        ),
        (
            json!({ "user_id": "US.B" }),
            of(json!({ "id": "w", "from": "US.A" })),
            false,
        ),
        (
            json!({ "wa_id": "US.B" }),
            of(json!({ "id": "w", "from_user_id": "US.A" })),
            false,
        ),
        (
            json!({ "parent_user_id": "US.ENT.B" }),
            of(json!({ "id": "w", "from_parent_user_id": "US.ENT.A" })),
            false,
        ),
        (
            json!({ "wa_id": "1" }),
            to(
                json!({ "id": "w", "status": "read", "recipient_id": "g", "recipient_participant_id": "2" }),
            ),
            false,
        ),
        (
            json!({ "wa_id": "5215512345678" }),
            to(json!({ "id": "w", "status": "read", "recipient_id": "g",
                       "participant_recipient_id": "525512345678" })),
            true,
        ),
        (json!(null), of(json!({ "id": "w", "from": "1" })), false),
        (json!(7), of(json!({ "id": "w", "from": "1" })), false),
    ] {
        value["contacts"] = json!([contact]);
        let posted = at_once(&value);
        let shown = posted.events[0].value()["contacts"].clone();
        let wanted = if is_its { json!([contact]) } else { json!([]) };
        assert_eq!(shown, wanted, "{value}");
        let counted = posted.details("unknownMembers")["value.contacts"].clone();
        assert_eq!(
            counted,
            if is_its { Value::Null } else { json!(1) },
            "{value}"
        );
    }
    // Beside it stands something else that the contact may be of.
    for beside in [
        json!({ "user_actions": action }),
        json!({ "errors": [{ "code": 1 }] }),
        json!({ "statuses": {} }),
    ] {
        for (number, wanted) in [("2", json!([])), ("1", json!([{ "wa_id": "1" }]))] {
            let mut value = of(json!({ "id": "w", "from": "1" }));
            value["contacts"] = json!([{ "wa_id": number }]);
            let members = beside.as_object().unwrap().clone();
            value.as_object_mut().unwrap().extend(members);
            let posted = at_once(&value);
            let told = posted
                .events
                .iter()
                .find(|event| event.name == "customer_message");
            assert_eq!(told.unwrap().value()["contacts"], wanted, "{value}");
        }
    }
}

#[test]
fn w54_among_several_contacts_the_one_that_fits_best_is_taken() {
    let contact = |number: &str, user: &str| json!({ "wa_id": number, "user_id": user });
    let cases = [
        (
            vec![contact("1", "US.A"), contact("1", "US.B")],
            json!({ "from": "1", "from_user_id": "US.B" }),
            Some(1),
        ),
        (
            vec![contact("1", ""), contact("1", "US.B")],
            json!({ "from": "1", "from_user_id": "US.B" }),
            Some(1),
        ),
        (
            vec![contact("1", "US.A"), contact("1", "")],
            json!({ "from": "1", "from_user_id": "US.B" }),
            Some(1),
        ),
        (
            vec![contact("1", "US.A"), contact("2", "US.C")],
            json!({ "from": "1", "from_user_id": "US.B" }),
            None,
        ),
        (
            vec![contact("1", "US.A"), contact("1", "US.B")],
            json!({ "from": "1" }),
            None,
        ),
        (
            vec![contact("5215512345678", ""), contact("2", "")],
            json!({ "from": "525512345678" }),
            Some(0),
        ),
        // A message is from somebody, whatever else it names.
        (
            vec![contact("1", ""), contact("2", "")],
            json!({ "from": "3", "recipient_id": "1" }),
            None,
        ),
    ];
    for (contacts, mut message, wanted) in cases {
        message["id"] = "w".into();
        let posted = at_once(&json!({ "contacts": contacts, "messages": [message] }));
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|at: usize| contacts[at].clone())
            .collect();
        assert_eq!(
            posted.events[0].value()["contacts"],
            json!(wanted),
            "{message} {contacts:?}"
        );
    }
    let status = json!({ "id": "w", "status": "read", "recipient_id": "3", "from": "1" });
    let posted =
        at_once(&json!({ "contacts": [contact("1", ""), contact("2", "")], "statuses": [status] }));
    assert_eq!(posted.events[0].value()["contacts"], json!([]));
}

#[test]
fn w55_only_what_says_when_opens_a_window_and_never_for_a_group_or_the_business_itself() {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let (now, old) = (json!(now.as_secs()), json!(now.as_secs() - 200_000));
    let call = |time: &Value| json!([{ "event": "connect", "direction": "USER_INITIATED", "from": "4915550000", "timestamp": time }]);
    let text = |members: Value| {
        let mut message = json!({ "id": "w", "from": "4915550000", "from_user_id": "DE.1" });
        message
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        message
    };
    for (field, it, time, is_open) in [
        (
            "messages",
            json!([text(json!({ "timestamp": now }))]),
            json!(null),
            true,
        ),
        (
            "messages",
            json!([text(json!({ "timestamp": "soon" }))]),
            now.clone(),
            true,
        ),
        ("messages", json!([text(json!({}))]), now.clone(), true),
        ("messages", json!([text(json!({}))]), old.clone(), false),
        ("messages", json!([text(json!({}))]), json!(null), false),
        (
            "messages",
            json!([text(json!({ "group_id": ["g"] }))]),
            now.clone(),
            false,
        ),
        (
            "messages",
            json!([text(json!({ "group_id": {} }))]),
            now.clone(),
            false,
        ),
        (
            "messages",
            json!([text(json!({ "group_id": "" }))]),
            now.clone(),
            true,
        ),
        (
            "messages",
            json!([text(json!({ "from": "+1 555 078-3881" }))]),
            now.clone(),
            false,
        ),
        ("calls", call(&now), json!(null), true),
        ("calls", call(&json!("")), now.clone(), true),
        ("calls", call(&json!("")), old, false),
        ("calls", call(&json!("")), json!(null), false),
    ] {
        let host = Host::new(&unsigned_properties());
        let metadata =
            json!({ "phone_number_id": PHONE_NUMBER_ID, "display_phone_number": "15550783881" });
        let value = json!({ "metadata": metadata, field: it });
        assert_eq!(
            host.command(&body(field, &value, &time), None).counts(),
            NEW,
            "{value}"
        );
        let customers = if field == "calls" {
            vec!["4915550000"]
        } else {
            vec!["4915550000", "DE.1"]
        };
        for customer in customers {
            assert_eq!(
                is_window_open(&host, customer),
                is_open,
                "{customer} {time} {value}"
            );
        }
    }
}

fn is_window_open(host: &Host, customer: &str) -> Value {
    let request = json!({ "phoneNumber": customer }).to_string();
    let options = CallOptions::default();
    let nobody = |_: &whatsapp_adapter::Event<'_>| Verdict::Accepted;
    let ended = host
        .adapter
        .execute("getConversationWindow", &request, &options, nobody);
    let response: Value = serde_json::from_str(&ended.unwrap().response).unwrap();
    response["windowOpen"].clone()
}
