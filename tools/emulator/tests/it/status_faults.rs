//! Responses that replace the real one.

use cloud_api_emulator::{Fault, Injection};
use serde_json::{Value, json};

use crate::support::{Answer, counts, quiet, text_message};

fn answer(fault: impl Into<Injection>, accepted: usize) -> Answer {
    let (emulator, client) = quiet();
    emulator.inject(fault);
    let answer = client.send(&text_message("hello"));
    assert_eq!(counts(&emulator), (1, accepted));
    answer
}

fn graph(code: u32) -> Fault {
    Fault::Graph {
        code,
        status: None,
        transient: None,
        retry_after: None,
    }
}

#[test]
fn any_answer_can_be_prescribed() {
    let fault = Fault::Answer {
        status: 429,
        headers: vec![("Retry-After".to_owned(), "2".to_owned())],
        body: "slow down".to_owned(),
    };
    for (injection, accepted) in [(Injection::from(fault.clone()), 0), (fault.accepted(), 1)] {
        let answer = answer(injection, accepted);
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, Some("2"))
        );
        assert_eq!(answer.body, b"slow down");
    }
}

#[test]
fn a_graph_code_brings_its_status() {
    for (code, status) in [
        (2, 503),
        (4, 400),
        (10, 403),
        (190, 401),
        (368, 403),
        (80_007, 400),
        (130_429, 400),
        (131_000, 500),
        (131_056, 400),
        (132_001, 404),
        (133_004, 503),
    ] {
        let answer = answer(graph(code), 0);
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (status, &json!(code))
        );
        assert!(answer.json()["error"]["fbtrace_id"].is_string());
    }
}

#[test]
fn a_graph_error_can_be_dressed_up() {
    let fault = Fault::Graph {
        code: 131_016,
        status: Some(429),
        transient: Some(true),
        retry_after: Some("Wed, 21 Oct 2015 07:28:00 GMT".to_owned()),
    };
    let answer = answer(fault, 0);
    assert_eq!(answer.status, 429);
    assert_eq!(answer.json()["error"]["is_transient"], true);
    assert_eq!(
        answer.header("retry-after"),
        Some("Wed, 21 Oct 2015 07:28:00 GMT")
    );
}

#[test]
fn a_graph_code_can_be_any_json() {
    for code in [
        json!("131000"),
        json!(9_223_372_036_854_775_808_u64),
        json!(-1),
        json!({}),
    ] {
        let answer = answer(Fault::OddGraphCode { code: code.clone() }, 0);
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (400, &code)
        );
    }
    let without = answer(Fault::OddGraphCode { code: Value::Null }, 0).json();
    assert_eq!(without["error"].get("code"), None);
    assert!(without["error"]["message"].is_string());
}

#[test]
fn a_transient_failure_can_hide_an_accepted_message() {
    let answer = answer(Fault::TransientButAccepted, 1);
    let error = &answer.json()["error"];
    assert_eq!(
        (answer.status, &error["code"], &error["is_transient"]),
        (500, &json!(2), &json!(true))
    );
}

#[test]
fn proxies_answer_with_pages_or_nothing() {
    let page = answer(Fault::Html { status: 502 }, 0);
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, Some("text/html"))
    );
    let empty = answer(Fault::Empty { status: 200 }, 0);
    assert_eq!(
        (
            empty.status,
            empty.body.len(),
            empty.header("content-length")
        ),
        (200, 0, Some("0"))
    );
    let nothing = answer(Fault::Empty { status: 204 }.accepted(), 1);
    assert_eq!(
        (nothing.status, nothing.header("content-length")),
        (204, None)
    );
}

#[test]
fn retry_after_can_say_anything() {
    for value in [
        "2",
        "0",
        "-1",
        "1000000000",
        "Fri, 31 Dec 2099 23:59:59 GMT",
        "soon",
    ] {
        let fault = Fault::TooManyRequests {
            retry_after: Some(value.to_owned()),
        };
        let answer = answer(fault, 0);
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, Some(value))
        );
        assert_eq!(answer.json(), Value::Null);
    }
    assert_eq!(
        answer(Fault::TooManyRequests { retry_after: None }, 0).header("retry-after"),
        None
    );
}

#[test]
fn redirections_say_where_to() {
    for status in [301, 302, 307, 308] {
        let location = "http://127.0.0.1:9/elsewhere".to_owned();
        let answer = answer(
            Fault::Redirect {
                status,
                location: location.clone(),
            },
            0,
        );
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, Some(location.as_str()))
        );
    }
}
