//! What the server says to a message, drawn at random, and whether it has taken the message.

use std::time::Duration;

use fastrand::Rng;
use serde_json::json;

/// One answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    /// How long it takes to begin, and to go on in its middle.
    pub(super) pauses: [Duration; 2],
    pub(super) then: Then,
    /// Whether the server counts the message as sent.
    pub(super) taken: bool,
}

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Keep,
    Close,
    Reset,
    /// Nothing comes for a while, then it is reset.
    Hold(Duration),
}

/// What an answer means when it arrives whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Yes,
    /// Plainly: the message was not taken.
    No,
    Perhaps,
}

fn content(rng: &mut Rng, correlation: &str) -> (u16, String, Meaning) {
    let id = json!([{ "id": format!("wamid.{correlation}") }]);
    let error = |code: u32| json!({ "message": "No", "code": code });
    let (status, body, meaning) = match rng.u8(..12) {
        0..=3 => (200, json!({ "messages": id }), Meaning::Yes),
        4 => (400, json!({ "error": error(131_026) }), Meaning::No),
        5 => (404, json!({ "error": error(999_999) }), Meaning::No),
        6 => (429, json!({ "error": error(130_429) }), Meaning::No),
        7 => return (429, String::new(), Meaning::No),
        8 => return (403, "<html>Forbidden</html>".to_owned(), Meaning::No),
        9 => (500, json!({ "error": error(131_000) }), Meaning::Perhaps),
        10 => {
            let status = [200, 307, 400, 429, 503][rng.usize(..5)];
            let both = json!({ "messages": id, "error": error(130_429) });
            (status, both, Meaning::Perhaps)
        }
        _ => (303, json!({ "error": error(130_429) }), Meaning::Perhaps),
    };
    (status, body.to_string(), meaning)
}

impl Answer {
    pub(super) fn draw(rng: &mut Rng, correlation: &str) -> Self {
        let (status, body, meaning) = content(rng, correlation);
        let head = format!("HTTP/1.1 {status} Told\r\nRetry-After: 0\r\n");
        let length = body.len();
        let (mut text, ends_with_connection) = match rng.u8(..5) {
            0..=2 => (
                format!("{head}Content-Length: {length}\r\n\r\n{body}"),
                false,
            ),
            3 if length > 0 => (
                format!(
                    "{head}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
                ),
                false,
            ),
            _ => (format!("{head}\r\n{body}"), true),
        };
        let is_cut = rng.u8(..3) == 0;
        if is_cut {
            text.truncate(rng.usize(..text.len()));
        } else if rng.u8(..12) == 0 {
            text += "HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n{\"messages\":[{\"id\":\"wamid.nobody\"}]}";
        }
        let taken = match meaning {
            Meaning::Yes => true,
            Meaning::No if is_cut => rng.bool(),
            Meaning::No => false,
            Meaning::Perhaps => rng.bool(),
        };
        let then = match rng.u8(..8) {
            0 => Then::Reset,
            1 => Then::Close,
            2 => Then::Hold(Duration::from_millis(rng.u64(..400))),
            _ if is_cut || ends_with_connection => Then::Close,
            _ => Then::Keep,
        };
        let mut pause = || Duration::from_millis(if rng.u8(..3) == 0 { rng.u64(..40) } else { 0 });
        Self {
            bytes: text.into_bytes(),
            pauses: [pause(), pause()],
            then,
            taken,
        }
    }
}
