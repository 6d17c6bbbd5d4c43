//! The listener over real HTTP: who gets in, who does not, and what the sender is told.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use cloud_api_emulator::sign;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Runs `test` against a listener whose queue answers every notification with `status`; what it
/// took from the queue is the answer.
fn with_listener(status: StatusCode, test: impl FnOnce(SocketAddr)) -> Vec<Bytes> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (routes, mut notifications) = listener(Settings {
        verify_token: "a token".to_owned(),
        key: Key::parse("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap(),
    });
    let bind = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(bind).unwrap();
    let address = listener.local_addr().unwrap();
    let serving = runtime.spawn(async move { axum::serve(listener, routes).await });
    let answering = runtime.spawn(async move {
        let mut bodies = Vec::new();
        while let Some(notification) = notifications.recv().await {
            bodies.push(notification.body);
            notification.answer.send(status).unwrap();
        }
        bodies
    });
    test(address);
    serving.abort(); // with it goes the queue's other end
    runtime.block_on(answering).unwrap()
}

/// Sends a request as it is; the answer's status and all of its text.
fn send(address: SocketAddr, head: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!("{head}Host: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let _ = stream.write_all(body); // it may be refused before it was read
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

fn shake_hands(address: SocketAddr, query: &str) -> (u16, String) {
    send(address, &format!("GET /webhook?{query} HTTP/1.1\r\n"), b"")
}

fn post(address: SocketAddr, signature: Option<&str>, body: &[u8]) -> u16 {
    let signature = signature.map(|value| format!("X-Hub-Signature-256: {value}\r\n"));
    let head = format!(
        "POST /webhook HTTP/1.1\r\n{}",
        signature.unwrap_or_default()
    );
    send(address, &head, body).0
}

#[test]
fn the_handshake_gives_the_challenge_back_as_text() {
    with_listener(StatusCode::OK, |address| {
        let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a%20token";
        let (status, answer) = shake_hands(address, query);
        assert_eq!(status, 200);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("content-type: text/plain"), "{head}");
        assert_eq!(body, "1158201444");
    });
}

#[test]
fn every_other_handshake_is_refused() {
    with_listener(StatusCode::OK, |address| {
        let challenge = |text: &str| {
            format!("hub.mode=subscribe&hub.challenge={text}&hub.verify_token=a%20token")
        };
        for (query, expected) in [
            (
                "hub.mode=subscribe&hub.challenge=1&hub.verify_token=another",
                403,
            ),
            (
                "hub.mode=subscribe&hub.challenge=1&hub.verify_token=a%20toke",
                403,
            ),
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", 403),
            ("", 400),
            ("hub.mode=subscribe&hub.challenge=1", 400),
            (
                "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a%20token",
                400,
            ),
            ("hub.challenge=1&hub.verify_token=a%20token", 400),
            ("hub.mode=subscribe&hub.verify_token=a%20token", 400),
            (&challenge(""), 400),
            (&challenge("a%20b"), 400),
            (&challenge("%3Cscript%3E"), 400),
            (&challenge("%C3%A4"), 400),
            (&challenge(&"9".repeat(257)), 400),
        ] {
            let (status, answer) = shake_hands(address, query);
            assert_eq!(status, expected, "{query}");
            assert!(answer.ends_with("\r\n\r\n"), "nothing is told: {answer}");
        }
    });
}

#[test]
fn a_signed_body_is_queued_as_it_came_and_its_answer_given_to_the_sender() {
    for status in [200, 400, 503] {
        let body = b"{\"a\": \"\\u00e4\"}\n";
        let answer = StatusCode::from_u16(status).unwrap();
        let queued = with_listener(answer, |address| {
            assert_eq!(post(address, Some(&sign(SECRET, body)), body), status);
        });
        assert_eq!(queued, [&body[..]]);
    }
}

#[test]
fn what_is_not_rightly_signed_never_reaches_the_queue() {
    let body = b"{}";
    let queued = with_listener(StatusCode::OK, |address| {
        assert_eq!(post(address, None, body), 401);
        for wrong in [
            "",
            "sha256=",
            "sha256=zz",
            &sign("another secret", body),
            &sign(SECRET, b"{ }"),
            &sign(SECRET, body).replace("sha256=", ""),
        ] {
            assert_eq!(post(address, Some(wrong), body), 403, "{wrong}");
        }
    });
    assert!(queued.is_empty());
}

#[test]
fn a_body_may_have_three_megabytes_and_no_more() {
    let mut body = vec![b' '; MAX_BYTES];
    let queued = with_listener(StatusCode::OK, |address| {
        assert_eq!(post(address, Some(&sign(SECRET, &body)), &body), 200);
        body.push(b' ');
        assert_eq!(post(address, Some(&sign(SECRET, &body)), &body), 413);
    });
    assert_eq!(queued.len(), 1);
}

#[test]
fn without_anybody_at_the_queue_the_sender_is_asked_to_repeat() {
    let (routes, notifications) = listener(Settings {
        verify_token: String::new(),
        key: Key::parse("eA==").unwrap(),
    });
    drop(notifications);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bind = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(bind).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, routes).await });
    assert_eq!(post(address, Some(&sign("x", b"{}")), b"{}"), 503);
}

#[test]
fn results_become_the_status_that_makes_the_sender_do_the_right_thing() {
    for (result, status) in [
        (WFA_OK, 200),
        (WFA_ERR_EVENT_NOT_ACCEPTED, 503),
        (WFA_ERR_INVALID_REQUEST, 400),
        (workflow_adapter_loader::WFA_ERR_STATE, 500),
    ] {
        assert_eq!(status_of(result).as_u16(), status);
    }
}
