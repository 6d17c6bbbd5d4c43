//! Modes of the status: redirects, pages, throttling and server errors without Graph's JSON, odd errors.

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::mode::{End, Group, Mode, contradictory, rejected, throttled, unknown};

const STATUS: Group = Group {
    letter: 'H',
    title: "HTTP statuses without Graph's JSON, and errors of an odd form",
};

pub(super) fn modes() -> Vec<Mode> {
    [redirects(), pages(), too_many_requests(), odd()].concat()
}

fn status(what: impl Into<String>, fault: Fault, end: End) -> Mode {
    Mode::new(&STATUS, what, fault, end)
}

fn redirects() -> Vec<Mode> {
    let redirect = |code: u16| Fault::Redirect {
        status: code,
        location: "https://graph.facebook.com/elsewhere".to_owned(),
    };
    let end = |code: u16| rejected(code.into()).reason("redirect");
    let mut modes: Vec<Mode> = [301, 302, 307, 308]
        .map(|code| {
            status(
                format!("{code} to somewhere else"),
                redirect(code),
                end(code),
            )
        })
        .into();
    for code in [300, 304] {
        modes.push(status(
            format!("{code}"),
            Fault::Empty { status: code },
            end(code),
        ));
    }
    modes
}

fn pages() -> Vec<Mode> {
    let mut modes = Vec::new();
    for code in [
        400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 415, 421, 422, 431, 451,
    ] {
        let end = End {
            retryable: true,
            ..rejected(code).reason("not_graph")
        };
        let code = u16::try_from(code).unwrap_or_default();
        let what = format!("a page with status {code}");
        modes.push(status(what, Fault::Html { status: code }, end));
    }
    for code in [
        408, 418, 425, 444, 460, 499, 500, 501, 502, 503, 504, 520, 599,
    ] {
        let end = unknown(code.into(), "not_graph");
        let page = Fault::Html { status: code };
        modes.push(status(
            format!("a page with status {code}"),
            page.clone(),
            end.clone(),
        ));
        let what = format!("a page with status {code}, and the message is taken");
        modes.push(Mode::new(&STATUS, what, page.accepted(), end.clone()));
        let empty = Fault::Empty { status: code };
        modes.push(status(format!("status {code} without a body"), empty, end));
    }
    for code in [403, 404, 413] {
        let page = Fault::Answer {
            status: code,
            headers: vec![("Retry-After".to_owned(), "120".to_owned())],
            body: "blocked".to_owned(),
        };
        let end = End {
            retryable: true,
            ..rejected(code.into()).reason("not_graph").later(120_000)
        };
        let what = format!("a page with status {code} and Retry-After 120");
        modes.push(status(what, page, end));
    }
    modes
}

/// What follows from a `Retry-After` that says nothing.
const SHORT: u64 = 1_000;

fn too_many_requests() -> Vec<Mode> {
    let too_many = |value: Option<&str>| Fault::TooManyRequests {
        retry_after: value.map(str::to_owned),
    };
    [
        (None, SHORT),
        (Some("2"), 2_000),
        (Some("0"), 0),
        (Some("3600"), 3_600_000),
        (Some("3601"), 3_601_000),
        (Some("-1"), SHORT),
        (Some("1000000000"), 1_000_000_000_000),
        (Some("7200"), 7_200_000),
        (Some("18446744073709551616"), (1 << 53) - 1),
        (Some("1.5"), 2_000),
        (Some("soon"), SHORT),
        (Some(""), SHORT),
        (Some("Wed, 21 Oct 2015 07:28:00 GMT"), SHORT),
    ]
    .into_iter()
    .map(|(value, ms)| {
        let what = match value {
            None => "429 without Retry-After".to_owned(),
            Some(value) => format!("429 with Retry-After `{value}`"),
        };
        status(what, too_many(value), throttled(429, ms))
    })
    .collect()
}

fn odd() -> Vec<Mode> {
    let odd = |code: Value| Fault::OddGraphCode { code };
    let answer = |status, body: Value| Fault::Answer {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.to_string(),
    };
    let not_graph = End {
        retryable: true,
        ..rejected(400).reason("not_graph")
    };
    vec![
        status(
            "a Graph error whose code is a text",
            odd("131047".into()),
            rejected(400).code(131_047),
        ),
        status(
            "a Graph error without a code",
            odd(Value::Null),
            rejected(400).row("T14"),
        ),
        status(
            "a Graph error with a code of 2^63",
            odd(json!(9_223_372_036_854_775_808_u64)),
            rejected(400).row("T14"),
        ),
        status(
            "a Graph error with a code of 1e30",
            odd(json!(1e30)),
            rejected(400).row("T14"),
        ),
        status(
            "a Graph error whose code is an array",
            odd(json!([190])),
            rejected(400).row("T14"),
        ),
        status(
            "`error` is a text",
            answer(400, json!({ "error": "no" })),
            not_graph.clone(),
        ),
        status("JSON without `error`", answer(400, json!({})), not_graph),
        status(
            "a success in a 500 (S31)",
            answer(500, json!({ "messages": [{ "id": "wamid.1" }] })),
            contradictory(500),
        ),
        status(
            "a success in a 400 (S31)",
            answer(400, json!({ "messages": [{ "id": "wamid.1" }] })),
            contradictory(400),
        ),
    ]
}
