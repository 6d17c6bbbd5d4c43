//! What an accepted message is answered with, and what the ledger says about it.

use std::io::{BufReader, Write as _};

use crate::support::{Client, read_answer, request, text_message};
use cloud_api_emulator::{Clock, Config, Emulator, LedgerLimits};
use serde_json::{Value, json};

fn emulator() -> Emulator {
    Emulator::start(Config::default()).unwrap()
}

fn to(recipient: &Value) -> Value {
    let mut message = text_message("hello");
    let members = message.as_object_mut().unwrap();
    members.remove("to");
    members.extend(recipient.as_object().unwrap().clone());
    message
}

#[test]
fn a_phone_number_comes_back_as_it_was_written_and_as_wa_id() {
    let emulator = emulator();
    let answer = Client::new(&emulator).send(&to(&json!({"to": "+1 (650) 555-1234"})));
    let json = answer.json();
    assert_eq!(json["messaging_product"], "whatsapp");
    assert_eq!(
        json["contacts"],
        json!([{"input": "+1 (650) 555-1234", "wa_id": "16505551234"}])
    );
    assert!(
        json["messages"][0]["id"]
            .as_str()
            .unwrap()
            .starts_with("wamid.")
    );
    assert_eq!(json["messages"][0].get("message_status"), None);
    let text = String::from_utf8(answer.body).unwrap();
    assert!(
        text.starts_with(r#"{"messaging_product":"whatsapp","contacts":[{"input""#),
        "{text}"
    );
}

#[test]
fn a_business_scoped_id_comes_back_as_user_id() {
    let emulator = emulator();
    let json = Client::new(&emulator)
        .send(&to(&json!({"recipient": "US.134912"})))
        .json();
    assert_eq!(
        json["contacts"],
        json!([{"input": "US.134912", "user_id": "US.134912"}])
    );
}

#[test]
fn a_template_has_a_message_status() {
    let emulator = emulator();
    let template = json!({"name": "hello_world", "language": {"code": "en_US"}});
    let json = Client::new(&emulator)
        .send(
            &json!({"messaging_product": "whatsapp", "to": "16505551234",
                      "type": "template", "template": template}),
        )
        .json();
    assert_eq!(json["messages"][0]["message_status"], "accepted");
}

#[test]
fn the_answer_has_graphs_headers() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let answer = client.send(&text_message("hello"));
    assert_eq!(answer.header("facebook-api-version"), Some("v26.0"));
    assert_eq!(answer.header("x-ad-api-version-warning"), None);
    for name in [
        "x-fb-request-id",
        "x-app-usage",
        "x-business-use-case-usage",
    ] {
        assert!(answer.header(name).is_some(), "{name}");
    }
    let path = client.path().replace("v26.0", "v17.0");
    let old = client.post(
        &path,
        &client.headers(),
        text_message("hello").to_string().as_bytes(),
    );
    assert_eq!(old.header("facebook-api-version"), Some("v21.0"));
    assert!(
        old.header("x-ad-api-version-warning")
            .unwrap()
            .contains("auto-upgraded")
    );
}

#[test]
fn the_ledger_keeps_the_request_without_the_token() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let mut message = text_message("héllo");
    message["biz_opaque_callback_data"] = json!("order-7");
    let headers = client.headers() + "User-Agent: test/1\r\n";
    let body = message.to_string();
    let id = client
        .post(&client.path(), &headers, body.as_bytes())
        .json()["messages"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let ledger = emulator.ledger();
    assert_eq!(
        (
            ledger.complete(),
            ledger.accepted(),
            ledger.accepted_with("order-7")
        ),
        (1, 1, 1)
    );
    let record = ledger.message(&id).unwrap();
    assert_eq!(record.body, body.as_bytes());
    assert_eq!(record.json.as_ref(), Some(&message));
    assert_eq!(record.user_agent.as_deref(), Some("test/1"));
    assert_eq!(record.kind.as_deref(), Some("text"));
    assert!(
        !serde_json::to_string(&ledger)
            .unwrap()
            .contains(&client.token)
    );
}

#[test]
fn a_request_that_never_became_complete_is_not_in_the_ledger() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let bytes = client.send_bytes(&text_message("hello"));
    let mut stream = client.connect();
    stream.write_all(&bytes[..bytes.len() - 1]).unwrap();
    drop(stream);
    client.send(&text_message("world"));
    assert_eq!(emulator.ledger().complete(), 1);
}

#[test]
fn connections_are_kept_and_counted() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let stream = client.connect();
    let mut reader = BufReader::new(&stream);
    for _ in 0..2 {
        (&stream)
            .write_all(&client.send_bytes(&text_message("hello")))
            .unwrap();
        assert_eq!(read_answer(&mut reader).unwrap().status, 200);
    }
    client.send(&text_message("hello"));
    let connections: Vec<_> = emulator
        .ledger()
        .requests
        .iter()
        .map(|it| it.connection)
        .collect();
    assert_eq!(connections, [1, 1, 2]);
}

#[test]
fn chunks_and_expectations_are_understood() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let body = text_message("hello").to_string();
    let (first, second) = body.split_at(10);
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\n{}Expect: 100-continue\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        client.path(),
        client.headers()
    );
    let stream = client.connect();
    let mut reader = BufReader::new(&stream);
    (&stream).write_all(head.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut reader).unwrap().status, 100);
    let chunks = format!(
        "a\r\n{first}\r\n{:X};x=y\r\n{second}\r\n0\r\n\r\n",
        second.len()
    );
    (&stream).write_all(chunks.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut reader).unwrap().status, 200);
    assert_eq!(emulator.ledger().requests[0].body, body.as_bytes());
}

#[test]
fn a_request_that_can_be_read_in_two_ways_is_refused() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let twice = client.headers() + "Content-Length: 1\r\n";
    let answer = client.post(&client.path(), &twice, b"{}");
    assert_eq!(answer.status, 400);
    let mut stream = client.connect();
    stream.write_all(b"HELO example.org\r\n\r\n").unwrap();
    assert_eq!(
        read_answer(&mut BufReader::new(stream)).unwrap().status,
        400
    );
    assert_eq!(emulator.ledger().complete(), 0);
}

#[test]
fn the_same_seed_and_clock_give_the_same_ledger() {
    let run = || {
        let config = Config {
            clock: Clock::Fixed(1_700_000_000),
            seed: 42,
            ..Config::default()
        };
        let emulator = Emulator::start(config).unwrap();
        let client = Client::new(&emulator);
        emulator.customer_sends(json!({"text": {"body": "hi"}}));
        let answers: Vec<_> = (0..3)
            .map(|_| client.send(&text_message("x")).body)
            .collect();
        // Without a webhook each notification is written down once.
        while emulator.ledger().webhooks.len() < 10 {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        (answers, serde_json::to_value(emulator.ledger()).unwrap())
    };
    assert_eq!(run(), run());
}

#[test]
fn control_endpoints_steer_and_show() {
    let emulator = emulator();
    let client = Client::new(&emulator);
    let get = |path: &str| client.call("GET", path, "", b"");
    assert_eq!(get("/__health").json(), json!({"status": "ok"}));
    let queued = client.post("/__faults", "", br#"[{"fault":"garbage","times":3}]"#);
    assert_eq!((queued.status, queued.json()), (202, json!({"queued": 1})));
    assert_eq!(
        client
            .post("/__faults", "", br#"{"fault":"gremlin"}"#)
            .status,
        400
    );
    // H16: what is wrong is named, and where.
    for (body, said) in [
        (
            r#"{"fault":"gremlin"}"#,
            "the fault: unknown variant `gremlin`",
        ),
        (r#"{"fault":"delay"}"#, "the fault: missing field `ms`"),
        (
            r#"[{"fault":"garbage"},{"fault":"delay","ms":"x"}]"#,
            "fault 2: invalid type",
        ),
        (r#"{"times":3}"#, "the fault: missing field `fault`"),
        ("7", "the fault must be an object"),
    ] {
        let refused = client.post("/__faults", "", body.as_bytes());
        assert_eq!(refused.status, 400, "{body}");
        let error = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(said), "{body}: {error}");
    }
    assert_eq!(get("/__faults").json()[0]["fault"], "garbage");
    assert_eq!(client.call("DELETE", "/__faults", "", b"").status, 204);
    assert_eq!(client.send(&text_message("hello")).status, 200);
    assert_eq!(get("/__ledger").json()["requests"][0]["accepted"], true);
    assert_eq!(client.call("DELETE", "/__ledger", "", b"").status, 204);
    assert_eq!(emulator.ledger().complete(), 0);
    assert_eq!(get("/__nothing").status, 404);
    let raw = client.connect();
    (&raw)
        .write_all(&request("GET", "/elsewhere", "", b""))
        .unwrap();
    assert_eq!(
        read_answer(&mut BufReader::new(&raw)).unwrap().json()["error"]["code"],
        2500
    );
}

/// H19: what is let go of is counted, and the counts of the ledger stay exact.
#[test]
fn a_ledger_that_is_full_counts_what_it_lets_go_of() {
    let config = Config {
        ledger: LedgerLimits {
            records: 5,
            ..LedgerLimits::default()
        },
        ..Config::default()
    };
    let emulator = Emulator::start(config).unwrap();
    let client = Client::new(&emulator);
    for round in 0..12 {
        client.send(&text_message(&round.to_string()));
    }
    client.send(&to(&json!({})));
    let ledger = emulator.ledger();
    assert_eq!((ledger.complete(), ledger.accepted()), (13, 12));
    assert_eq!(ledger.requests.len(), 5);
    assert_eq!(ledger.requests[0].sequence, 8);
    assert_eq!((ledger.dropped.requests, ledger.dropped.accepted), (8, 8));
    assert!(emulator.wait_for_requests(13, std::time::Duration::ZERO));
    let shown = client.call("GET", "/__ledger", "", b"").json();
    assert_eq!(shown["dropped"]["requests"], 8);
    assert_eq!(shown["requests"].as_array().unwrap().len(), 5);
    emulator.clear_ledger();
    assert_eq!(emulator.ledger().complete(), 0);
}
