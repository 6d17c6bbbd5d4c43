//! Modes of the answer: broken on the wire, slow, or with a body that nobody can read.

use cloud_api_emulator::{Fault, Injection};

use super::mode::{End, Group, Mode, accepted, lost, unknown, unread};

const ANSWER: Group = Group {
    letter: 'R',
    title: "The answer on the wire",
};
const SLOW: Group = Group {
    letter: 'D',
    title: "Delays",
};
const BODY: Group = Group {
    letter: 'E',
    title: "The answer's body",
};

/// Longer than any test runs.
const FOR_EVER: u64 = 600_000;

pub(super) fn modes() -> Vec<Mode> {
    [wire(), framed(), slow(), body()].concat()
}

fn answer(what: &str, row: &'static str, fault: impl Into<Injection>, end: End) -> Mode {
    Mode::new(&ANSWER, what, row, fault, end)
}

fn wire() -> Vec<Mode> {
    let silence = Fault::Silence { ms: FOR_EVER };
    vec![
        answer(
            "silence behind the body",
            "T9",
            silence.clone(),
            lost("timeout"),
        )
        .holds(),
        answer(
            "silence behind the body, and the message is taken",
            "T9",
            silence.accepted(),
            lost("timeout"),
        )
        .holds(),
        answer("half a head", "T10", Fault::HalfHeader, lost("closed")),
        answer(
            "bytes that are no HTTP",
            "T10",
            Fault::Garbage,
            lost("not_http"),
        ),
        answer(
            "bytes that are no HTTP, and the message is taken",
            "T10",
            Fault::Garbage.accepted(),
            lost("not_http"),
        ),
        answer(
            "a body without a head, as HTTP/0.9 had it",
            "T10",
            Fault::Http09,
            lost("not_http"),
        ),
        answer(
            "a head of 200,000 bytes",
            "T10",
            Fault::HugeHeader { bytes: 200_000 },
            lost("closed"),
        ),
        answer(
            "an answer of HTTP/1.0, ended by closing",
            "T12",
            Fault::Http10,
            accepted(),
        ),
        answer(
            "100 and 103 before the answer",
            "T18",
            Fault::Interim,
            accepted(),
        ),
    ]
}

fn framed() -> Vec<Mode> {
    let incomplete = || unread(200, "answer_incomplete");
    vec![
        answer("half a body", "T11", Fault::HalfBody, incomplete()),
        answer(
            "a length that is too long",
            "T11",
            Fault::LongContentLength,
            incomplete(),
        ),
        answer(
            "a length that is too short",
            "T11",
            Fault::ShortContentLength,
            unread(200, "no_message_id"),
        ),
        answer(
            "two lengths that differ",
            "T10",
            Fault::TwoContentLengths,
            lost("not_http"),
        ),
        answer(
            "a length and chunks",
            "T12",
            Fault::LengthAndChunked,
            accepted(),
        ),
        answer(
            "a chunk whose size is no number",
            "T11",
            Fault::BadChunk,
            incomplete(),
        ),
        answer("half a chunk", "T11", Fault::TruncatedChunk, incomplete()),
        answer(
            "a body that does not end",
            "T11",
            Fault::EndlessBody,
            incomplete(),
        ),
    ]
}

fn slow() -> Vec<Mode> {
    let slow = |what: &str, row, fault, end| Mode::new(&SLOW, what, row, fault, end);
    vec![
        slow(
            "an answer that takes a while",
            "T12",
            Fault::Delay { ms: 30 },
            accepted(),
        ),
        slow(
            "an answer that takes some time or none",
            "T12",
            Fault::Jitter { max_ms: 30 },
            accepted(),
        ),
        slow("a byte a segment", "T12", Fault::ByteByByte, accepted()),
        slow(
            "a narrow line",
            "T12",
            Fault::SlowLoris {
                bytes_per_second: 20_000,
            },
            accepted(),
        ),
        slow(
            "five bytes a second from the first on",
            "T9",
            Fault::SlowLoris {
                bytes_per_second: 5,
            },
            lost("timeout"),
        )
        .holds(),
        slow(
            "five bytes a second from the body's first on",
            "T11",
            Fault::SlowBody {
                bytes_per_second: 5,
            },
            unread(200, "answer_incomplete"),
        )
        .holds(),
        slow(
            "an answer that comes too late",
            "T9",
            Fault::Delay { ms: FOR_EVER },
            lost("timeout"),
        )
        .holds(),
    ]
}

fn body() -> Vec<Mode> {
    let body = |what: &str, row, fault: Injection, end| Mode::new(&BODY, what, row, fault, end);
    let no_id = || unread(200, "no_message_id");
    let empty = |status| Fault::Empty { status };
    let answered = |text: &str| Fault::Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: text.to_owned(),
    };
    vec![
        body(
            "gzip, which nobody asked for",
            "T11",
            Fault::Gzip.into(),
            no_id(),
        ),
        body(
            "gzip that is damaged",
            "T11",
            Fault::BadGzip.into(),
            no_id(),
        ),
        body(
            "gzip that unpacks to 64 MiB",
            "T11",
            Fault::GzipBomb { mib: 64 }.into(),
            no_id(),
        ),
        body("UTF-16", "T11", Fault::Utf16.into(), no_id()),
        body("a byte order mark", "T11", Fault::Bom.into(), no_id()),
        body(
            "a byte that is no UTF-8",
            "T11",
            Fault::InvalidUtf8.into(),
            no_id(),
        ),
        body(
            "half a surrogate pair",
            "T11",
            Fault::LoneSurrogate.into(),
            no_id(),
        ),
        body("a page in a 200", "T11", Fault::HtmlOk.into(), no_id()),
        body(
            "a page in a 200, and the message is taken",
            "T11",
            Fault::HtmlOk.accepted(),
            no_id(),
        ),
        body("JSON cut in half", "T11", Fault::CutJson.into(), no_id()),
        body("a 200 without an id", "T11", Fault::NoId.into(), no_id()),
        body(
            "a 200 with an empty id",
            "T11",
            answered(r#"{"messages":[{"id":""}]}"#).into(),
            no_id(),
        ),
        body(
            "a 200 with an id that is no text",
            "T11",
            answered(r#"{"messages":[{"id":7}]}"#).into(),
            no_id(),
        ),
        body(
            "a 200 with no messages",
            "T11",
            answered(r#"{"messages":[]}"#).into(),
            no_id(),
        ),
        body("a 200 with null", "T11", answered("null").into(), no_id()),
        body("a 200 without a body", "T11", empty(200).into(), no_id()),
        body(
            "a 204",
            "T11",
            empty(204).into(),
            unread(204, "no_message_id"),
        ),
        body(
            "an error in a 200",
            "200 with an error",
            Fault::ErrorIn200.into(),
            unknown(200, "error_in_200"),
        ),
        body(
            "an error in a 200, and the message is taken",
            "200 with an error",
            Fault::ErrorIn200.accepted(),
            unknown(200, "error_in_200"),
        ),
    ]
}
