//! Faults of the response: broken on the wire, slow, or with an unreadable body.

use cloud_api_emulator::{Fault, Injection};

use super::mode::{End, FOR_EVER, Group, Mode, accepted, lost, unknown, unread};

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

pub(super) fn modes() -> Vec<Mode> {
    [wire(), framed(), slow(), body()].concat()
}

fn answer(what: &str, fault: impl Into<Injection>, end: End) -> Mode {
    Mode::new(&ANSWER, what, fault, end)
}

fn wire() -> Vec<Mode> {
    let silence = Fault::Silence { ms: FOR_EVER };
    vec![
        answer("silence behind the body", silence.clone(), lost("timeout")).holds(),
        answer(
            "silence behind the body, and the message is taken",
            silence.accepted(),
            lost("timeout"),
        )
        .holds(),
        answer("half a head", Fault::HalfHeader, lost("closed")),
        answer("bytes that are no HTTP", Fault::Garbage, lost("not_http")),
        answer(
            "bytes that are no HTTP, and the message is taken",
            Fault::Garbage.accepted(),
            lost("not_http"),
        ),
        answer(
            "a body without a head, as HTTP/0.9 had it",
            Fault::Http09,
            lost("not_http"),
        ),
        answer(
            "a head of 200,000 bytes",
            Fault::HugeHeader { bytes: 200_000 },
            lost("not_http"),
        ),
        answer(
            "a head of 20,000 bytes",
            Fault::HugeHeader { bytes: 20_000 },
            lost("not_http"),
        ),
        answer(
            "a head of 10,000 bytes",
            Fault::HugeHeader { bytes: 10_000 },
            accepted(),
        ),
        answer(
            "an answer of HTTP/1.0, ended by closing",
            Fault::Http10,
            accepted(),
        ),
        answer("100 and 103 before the answer", Fault::Interim, accepted()),
    ]
}

fn framed() -> Vec<Mode> {
    let incomplete = || unread(200, "answer_incomplete");
    vec![
        answer("half a body", Fault::HalfBody, incomplete()),
        answer(
            "a length that is too long",
            Fault::LongContentLength,
            incomplete(),
        ),
        answer(
            "a length that is too short",
            Fault::ShortContentLength,
            unread(200, "no_message_id"),
        ),
        answer(
            "two lengths that differ",
            Fault::TwoContentLengths,
            lost("not_http"),
        ),
        answer("a length and chunks", Fault::LengthAndChunked, accepted()),
        answer(
            "a chunk whose size is no number",
            Fault::BadChunk,
            incomplete(),
        ),
        answer("half a chunk", Fault::TruncatedChunk, incomplete()),
        answer("a body that does not end", Fault::EndlessBody, incomplete()),
    ]
}

fn slow() -> Vec<Mode> {
    let slow = |what: &str, fault, end| Mode::new(&SLOW, what, fault, end);
    vec![
        slow(
            "an answer that takes a while",
            Fault::Delay { ms: 30 },
            accepted(),
        ),
        slow(
            "an answer that takes some time or none",
            Fault::Jitter { max_ms: 30 },
            accepted(),
        ),
        slow("a byte a segment", Fault::ByteByByte, accepted()),
        slow(
            "a narrow line",
            Fault::SlowLoris {
                bytes_per_second: 20_000,
            },
            accepted(),
        ),
        slow(
            "five bytes a second from the first on",
            Fault::SlowLoris {
                bytes_per_second: 5,
            },
            lost("timeout"),
        )
        .holds(),
        slow(
            "five bytes a second from the body's first on",
            Fault::SlowBody {
                bytes_per_second: 5,
            },
            unread(200, "answer_incomplete"),
        )
        .holds(),
        slow(
            "an answer that comes too late",
            Fault::Delay { ms: FOR_EVER },
            lost("timeout"),
        )
        .holds(),
    ]
}

fn body() -> Vec<Mode> {
    let body = |what: &str, fault: Injection, end| Mode::new(&BODY, what, fault, end);
    let no_id = || unread(200, "no_message_id");
    let empty = |status| Fault::Empty { status };
    let answered = |text: &str| Fault::Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: text.to_owned(),
    };
    vec![
        body("gzip, which nobody asked for", Fault::Gzip.into(), no_id()),
        body("gzip that is damaged", Fault::BadGzip.into(), no_id()),
        body(
            "gzip that unpacks to 64 MiB",
            Fault::GzipBomb { mib: 64 }.into(),
            no_id(),
        ),
        body("UTF-16", Fault::Utf16.into(), no_id()),
        body("a byte order mark", Fault::Bom.into(), no_id()),
        body(
            "a byte that is no UTF-8",
            Fault::InvalidUtf8.into(),
            no_id(),
        ),
        body(
            "half a surrogate pair",
            Fault::LoneSurrogate.into(),
            no_id(),
        ),
        body("a page in a 200", Fault::HtmlOk.into(), no_id()),
        body(
            "a page in a 200, and the message is taken",
            Fault::HtmlOk.accepted(),
            no_id(),
        ),
        body("JSON cut in half", Fault::CutJson.into(), no_id()),
        body("a 200 without an id", Fault::NoId.into(), no_id()),
        body(
            "a 200 with an empty id",
            answered(r#"{"messages":[{"id":""}]}"#).into(),
            no_id(),
        ),
        body(
            "a 200 with an id that is no text",
            answered(r#"{"messages":[{"id":7}]}"#).into(),
            no_id(),
        ),
        body(
            "a 200 with no messages",
            answered(r#"{"messages":[]}"#).into(),
            no_id(),
        ),
        body("a 200 with null", answered("null").into(), no_id()),
        body("a 200 without a body", empty(200).into(), no_id()),
        body("a 204", empty(204).into(), unread(204, "no_message_id")),
        body(
            "an error in a 200",
            Fault::ErrorIn200.into(),
            unknown(200, "error_in_200"),
        ),
        body(
            "an error in a 200, and the message is taken",
            Fault::ErrorIn200.accepted(),
            unknown(200, "error_in_200"),
        ),
    ]
}
