//! Statuses: in any order, each with its rank, its recipient and the words of its send.

use serde_json::{Value, json};

use crate::webhook_attacks::sender::{Host, Received, notification, status};

#[test]
fn statuses_in_any_order_are_all_delivered_each_with_its_rank() {
    let orders = [
        ["sent", "delivered", "read", "failed"],
        ["read", "delivered", "sent", "failed"],
        ["failed", "read", "sent", "delivered"],
        ["delivered", "failed", "read", "sent"],
    ];
    for (n, order) in orders.into_iter().enumerate() {
        for in_one_batch in [true, false] {
            let host = Host::secured();
            let statuses = order.map(|name| status(&format!("wamid.{n}"), name));
            let events: Vec<Value> = if in_one_batch {
                let posted = host.post_signed(notification(&[], &statuses).as_bytes());
                posted.events.iter().map(Received::value).collect()
            } else {
                let post = |status: &Value| {
                    let body = notification(&[], std::slice::from_ref(status));
                    host.post_signed(body.as_bytes()).events[0].value()
                };
                statuses.iter().map(post).collect()
            };
            let seen: Vec<_> = events
                .iter()
                .map(|event| event["statuses"][0]["status"].as_str().unwrap())
                .collect();
            assert_eq!(seen, order);
            for event in &events {
                let rank = match event["statuses"][0]["status"].as_str() {
                    Some("sent") => json!(1),
                    Some("delivered") => json!(2),
                    Some("read") => json!(3),
                    _ => Value::Null,
                };
                assert_eq!(event["rank"], rank, "{event}");
                let absent = event.get("rank").is_none();
                assert_eq!(absent, rank.is_null(), "{event}");
                let failed = event["statuses"][0]["status"] == "failed";
                let outcome = if failed { "rejected" } else { "accepted" };
                assert_eq!(event["outcome"], outcome, "{event}");
            }
        }
    }
}

#[test]
fn statuses_nobody_has_heard_of_pass_without_a_rank() {
    let names = [
        "played",
        "deleted",
        "warning",
        "accepted",
        "SENT",
        "",
        "zurückgezogen",
    ];
    let statuses = names.map(|name| status("wamid.U", name));
    let posted = Host::secured().post_signed(notification(&[], &statuses).as_bytes());
    assert_eq!(posted.counts(), [7, 0, 0, 0, 0]);
    for (event, name) in posted.events.iter().zip(names) {
        let event = event.value();
        assert_eq!(event["statuses"][0]["status"], name);
        let rank = if name == "played" {
            json!(4)
        } else {
            Value::Null
        };
        assert_eq!(event["rank"], rank, "{event}");
        let outcome = (name == "played").then_some("accepted");
        assert_eq!(
            event.get("outcome").and_then(Value::as_str),
            outcome,
            "{event}"
        );
    }
}

/// X2.
#[test]
fn a_status_of_a_payment_or_of_one_participants_failure_settles_no_send() {
    let group = |name: &str, state: &str| {
        let mut status = status("wamid.G", state);
        status[name] = json!("16505550001");
        status
    };
    let typed = |kind: Value| {
        let mut status = status("wamid.P", "failed");
        status["type"] = kind;
        status
    };
    let cases = [
        (typed(json!("payment")), None),
        (typed(json!({})), None),
        (typed(json!("message")), Some("rejected")),
        (typed(json!("")), Some("rejected")),
        (group("recipient_participant_id", "failed"), None),
        (group("participant_recipient_user_id", "failed"), None),
        (
            group("recipient_participant_id", "delivered"),
            Some("accepted"),
        ),
    ];
    for (status, outcome) in cases {
        let body = notification(&[], std::slice::from_ref(&status));
        let posted = Host::secured().post_signed(body.as_bytes());
        let event = posted.events[0].value();
        assert_eq!(
            event.get("outcome").and_then(Value::as_str),
            outcome,
            "{event}"
        );
    }
}

#[test]
fn the_correlation_id_of_a_send_comes_back_with_its_statuses() {
    for text in [
        "order 4711",
        "\u{1f600} \"quoted\" \\ and more",
        "null",
        "7",
    ] {
        let mut status = status("wamid.C", "sent");
        status["biz_opaque_callback_data"] = text.into();
        let posted = Host::secured().post_signed(notification(&[], &[status]).as_bytes());
        assert_eq!(posted.events[0].value()["correlationId"], text);
    }
    let mut without = status("wamid.C", "sent");
    for nothing in [Value::Null, json!(""), json!({}), json!([1])] {
        without["biz_opaque_callback_data"] = nothing;
        let body = notification(&[], std::slice::from_ref(&without));
        let event = Host::secured().post_signed(body.as_bytes()).events[0].value();
        assert!(event.get("correlationId").is_none(), "{event}");
    }
}

#[test]
fn numbers_that_the_specification_calls_text_become_text() {
    let mut failed = status("wamid.N", "failed");
    failed["timestamp"] = 1_750_030_073.into();
    failed["errors"] = json!([{ "code": 131_047, "title": "Re-engagement message" },
                              { "code": -1 }, { "code": "131026" }, { "code": null }, 7]);
    failed["conversation"] = json!({ "expiration_timestamp": 1_750_030_999 });
    let posted = Host::secured().post_signed(notification(&[], &[failed]).as_bytes());
    let status = &posted.events[0].value()["statuses"][0];
    assert_eq!(status["timestamp"], "1750030073");
    let codes: Vec<_> = (0..4).map(|at| &status["errors"][at]["code"]).collect();
    assert_eq!(
        codes,
        [
            &json!("131047"),
            &json!("-1"),
            &json!("131026"),
            &Value::Null
        ]
    );
    assert_eq!(status["errors"][4], 7);
    assert_eq!(
        status["conversation"]["expiration_timestamp"],
        1_750_030_999
    );
}

#[test]
fn payment_and_call_statuses_are_known_by_all_they_say() {
    let payment = |state: &str| {
        let mut payment = status("wamid.P", "captured");
        payment["type"] = "payment".into();
        payment["payment"] = json!({ "reference_id": "r1", "transaction": { "status": state } });
        payment
    };
    let host = Host::secured();
    let body = notification(&[], &[payment("pending"), payment("success")]);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [2, 0, 0, 0, 0]);
    assert_eq!(host.post_signed(body.as_bytes()).counts(), [0, 0, 0, 2, 0]);
}
