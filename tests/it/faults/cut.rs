//! Modes of answers that do not arrive whole, or that say two things: whatever their status, nobody knows
//! what became of the message.

use cloud_api_emulator::{Fault, Injection, Then};
use serde_json::{Value, json};

use super::mode::{End, Group, Mode, accepted, contradictory, incomplete, rejected, throttled};

const CUT: Group = Group {
    letter: 'W',
    title: "Answers that did not arrive whole, and answers that contradict themselves",
};

/// The server took the message in all of them but those that end as a whole no.
pub(super) fn modes() -> Vec<Mode> {
    [
        statuses(),
        ways(),
        framings(),
        contradictions(),
        super::hidden::modes(),
        whole(),
    ]
    .concat()
}

fn mode(what: impl Into<String>, bytes: String, then: Then, end: End) -> Mode {
    let taken = Fault::Raw { bytes, then }.accepted();
    Mode::new(&CUT, what, taken, end)
}

fn head(status: u64, fields: &str) -> String {
    format!("HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\n{fields}\r\n")
}

fn sized(status: u64, length: usize, body: &str) -> String {
    head(status, &format!("Content-Length: {length}\r\n")) + body
}

/// With the length that the body has.
fn fits(status: u64, body: &str) -> String {
    sized(status, body.len(), body)
}

/// An error that would be a plain no.
fn error(code: u32) -> String {
    json!({ "error": { "message": "No", "type": "OAuthException", "code": code } }).to_string()
}

fn shorter(text: &str, by: usize) -> &str {
    &text[..text.len() - by]
}

/// S30: no status says no by itself.
fn statuses() -> Vec<Mode> {
    let mut modes = Vec::new();
    for status in [
        301, 307, 400, 401, 403, 404, 407, 409, 411, 413, 414, 417, 421, 429, 431,
    ] {
        let body = error(131_026);
        modes.push(mode(
            format!("{status}, its body three bytes short (S30)"),
            sized(status, body.len(), shorter(&body, 3)),
            Then::Close,
            incomplete(status),
        ));
    }
    for status in [500, 503] {
        let body = error(131_026);
        modes.push(mode(
            format!("{status}, its body three bytes short (S30)"),
            sized(status, body.len(), shorter(&body, 3)),
            Then::Close,
            incomplete(status),
        ));
    }
    modes
}

/// S30: however it is cut.
fn ways() -> Vec<Mode> {
    let mut modes = Vec::new();
    for (status, code) in [(400, 131_026), (429, 130_429)] {
        let body = error(code);
        let cut = sized(status, body.len(), shorter(&body, 3));
        let bare = sized(status, body.len(), "");
        let end = || incomplete(status);
        modes.extend([
            mode(
                format!("{status}, cut by a reset (S30)"),
                cut.clone(),
                Then::Reset,
                end(),
            ),
            mode(
                format!("{status}, its end never comes (S30)"),
                cut,
                Then::Hold,
                end(),
            )
            .holds(),
            mode(
                format!("{status}, its head only (S30)"),
                bare,
                Then::Close,
                end(),
            ),
        ]);
    }
    modes
}

/// S30: for each way in which a body's end is signalled.
fn framings() -> Vec<Mode> {
    const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";
    const ZIPPED: &str = "\u{1f}\u{8b}\u{8}\0\0\0\0\0\0\u{3}\u{ab}V*I";
    let body = error(130_429);
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let chunked = |rest: &str| head(429, CHUNKED) + rest;
    let of_429 = |what: &str, bytes: String| mode(what, bytes, Then::Close, incomplete(429));
    let zipped = |fields: &str| {
        let length = format!("Content-Length: {}\r\n", ZIPPED.chars().count());
        head(429, &format!("{length}{fields}")) + ZIPPED
    };
    vec![
        of_429(
            "chunks, cut in the first (S30)",
            chunked(shorter(&chunk, 9)),
        ),
        of_429("chunks without the last (S30)", chunked(&chunk)),
        of_429(
            "chunks, cut behind the last one's size (S30)",
            chunked(&format!("{chunk}0\r\n")),
        ),
        of_429(
            "chunks, cut in a trailer (S30)",
            chunked(&format!("{chunk}0\r\nX-A: b\r\n")),
        ),
        of_429(
            "chunks, and a size that is no number (S30)",
            chunked(&format!("{chunk}zz\r\n")),
        ),
        of_429("a length and chunks", {
            let fields = format!("{CHUNKED}Content-Length: {}\r\n", body.len());
            head(429, &fields) + &chunk + "0\r\n\r\n"
        }),
        of_429(
            "a length that is too short: half of the JSON (S30)",
            sized(429, body.len() / 2, &body),
        ),
        of_429(
            "a length that is too long (S30)",
            sized(429, body.len() + 1, &body),
        ),
        of_429(
            "a length of nothing, and the body behind it",
            sized(429, 0, &body),
        ),
        of_429(
            "a second answer behind it",
            fits(429, &body) + &fits(200, "{}"),
        ),
        of_429(
            "gzip, which says so, cut (S30)",
            zipped("Content-Encoding: gzip\r\n"),
        ),
        of_429("gzip, which does not say so, cut (S30)", zipped("")),
        of_429(
            "JSON that is broken, of the right length",
            fits(429, shorter(&body, 2)),
        ),
        of_429(
            "JSON and more, of the right length",
            fits(429, &format!("{body}}}")),
        ),
        of_429("no length, cut (S30)", head(429, "") + shorter(&body, 3)),
        of_429("no length and no body (S30)", head(429, "")),
    ]
}

pub(super) fn of_json(status: u64, what: &str, body: &Value) -> Mode {
    mode(
        what,
        fits(status, &body.to_string()),
        Then::Close,
        contradictory(status),
    )
}

/// S31.
fn contradictions() -> Vec<Mode> {
    let id = json!([{ "id": "wamid.1" }]);
    let no = json!({ "message": "No", "code": 131_026 });
    let mut modes = Vec::new();
    for status in [302, 307, 400, 401, 404, 429, 500] {
        let what = format!("a message's id in a {status} (S31)");
        modes.push(of_json(status, &what, &json!({ "messages": id })));
        let what = format!("a message's id beside the error of a {status} (S31)");
        modes.push(of_json(
            status,
            &what,
            &json!({ "messages": id, "error": no }),
        ));
    }
    let see_other = Fault::Redirect {
        status: 303,
        location: "https://graph.facebook.com/elsewhere".to_owned(),
    };
    modes.extend([
        Mode::new(
            &CUT,
            "a 303 (S31)",
            see_other.accepted(),
            contradictory(303),
        ),
        of_json(
            200,
            "a message's id and an error in a 200 (S31)",
            &json!({ "messages": id, "error": no }),
        ),
        of_json(
            200,
            "a message's id and an error that is a text",
            &json!({ "messages": id, "error": "no" }),
        ),
        of_json(
            200,
            "two messages' ids (S31)",
            &json!({ "messages": [id[0], { "id": "wamid.2" }] }),
        ),
        of_json(
            429,
            "a message's id somewhere in a 429",
            &json!({ "data": { "id": "wamid.1" } }),
        ),
        of_json(
            429,
            "a message's id in the error of a 429",
            &json!({ "error": { "code": 4, "messages": id } }),
        ),
        mode(
            "a name twice in a 200",
            fits(
                200,
                r#"{"messages":[{"id":"wamid.1"}],"messages":[{"id":"wamid.2"}]}"#,
            ),
            Then::Close,
            contradictory(200),
        ),
        mode(
            "a name twice in a 429",
            fits(429, r#"{"error":{"code":4},"error":{"code":1}}"#),
            Then::Close,
            contradictory(429),
        ),
        mode(
            "a message's id in a 400 that is no JSON",
            fits(400, "accepted: wamid.1"),
            Then::Close,
            contradictory(400),
        ),
    ]);
    modes
}

/// What may be taken for whole.
fn whole() -> Vec<Mode> {
    let whole = |what: &str, bytes: String, then, taken, end| {
        let fault = Injection {
            accepted: Some(taken),
            ..Fault::Raw { bytes, then }.into()
        };
        Mode::new(&CUT, what, fault, end)
    };
    let no = error(131_026);
    let no_chunks = format!(
        "{}{:x}\r\n{no}\r\n0\r\nX-A: b\r\n\r\n",
        head(400, "Transfer-Encoding: chunked\r\n"),
        no.len()
    );
    let yes = r#"{"messages":[{"id":"wamid.1"}]}"#;
    let plain_no = || rejected(400).code(131_026);
    vec![
        whole("a whole no", fits(400, &no), Then::Keep, false, plain_no()),
        whole(
            "a whole no in chunks, with a trailer",
            no_chunks,
            Then::Close,
            false,
            plain_no(),
        ),
        whole(
            "a whole no in a list of errors",
            fits(400, r#"{"errors":[{"code":131026,"title":"No"}]}"#),
            Then::Keep,
            false,
            plain_no(),
        ),
        whole(
            "a whole no that a gateway has wrapped, its code as 131026.0",
            fits(
                400,
                r#"{"error":{"error":{"code":131026.0,"message":"No"}}}"#,
            ),
            Then::Keep,
            false,
            plain_no(),
        ),
        whole(
            "a whole 429 without a body",
            fits(429, ""),
            Then::Close,
            false,
            throttled(429, 1_000),
        ),
        whole(
            "a no without a length: where the connection ends, it may have been cut",
            head(400, "") + &no,
            Then::Close,
            false,
            incomplete(400),
        ),
        whole(
            "a yes without a length",
            head(200, "") + yes,
            Then::Close,
            true,
            accepted(),
        ),
        whole(
            "a yes, and more behind it",
            fits(200, yes) + "more",
            Then::Close,
            true,
            accepted(),
        ),
        whole(
            "a yes with the same id twice",
            fits(200, r#"{"messages":[{"id":"wamid.1"},{"id":"wamid.1"}]}"#),
            Then::Close,
            true,
            accepted(),
        ),
    ]
}
