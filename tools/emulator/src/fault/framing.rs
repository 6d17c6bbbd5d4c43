//! Answers that are broken, or odd, on the wire.

use std::time::Duration;

use super::scene::Scene;
use super::script::{End, Script, Step};
use super::{Fault, Then};
use crate::http::content_length;

/// Not HTTP, and not TLS either.
const GARBAGE: &[u8] = b"\x00\x16\xff\xfenot http at all\r\n\r\n";

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

/// The script, if the fault is one of this group.
pub(crate) fn script(fault: &Fault, scene: &Scene<'_>) -> Option<Script> {
    let response = scene.response;
    let head = response.head();
    let body = response.body.as_slice();
    let length = body.len();
    let half = length / 2;
    let (fields, body): (String, Vec<u8>) = match fault {
        Fault::HalfBody => (content_length(length), part(body, half)),
        Fault::LongContentLength => (content_length(length + 10), body.to_vec()),
        Fault::ShortContentLength => (content_length(half), body.to_vec()),
        Fault::TwoContentLengths => (
            content_length(length) + &content_length(half),
            body.to_vec(),
        ),
        Fault::LengthAndChunked => (content_length(length) + CHUNKED, chunked(body)),
        Fault::BadChunk => (
            CHUNKED.to_owned(),
            [b"zz\r\n", body, b"\r\n0\r\n\r\n"].concat(),
        ),
        Fault::TruncatedChunk => (
            CHUNKED.to_owned(),
            [format!("{length:x}\r\n").as_bytes(), &part(body, half)].concat(),
        ),
        _ => return other(fault, scene, &head),
    };
    Some(Script::write(
        [head.as_bytes(), fields.as_bytes(), b"\r\n", &body].concat(),
        End::Close,
    ))
}

fn other(fault: &Fault, scene: &Scene<'_>, head: &str) -> Option<Script> {
    let body = scene.response.body.as_slice();
    let ended_by_close = || [head.as_bytes(), b"Connection: close\r\n\r\n", body].concat();
    let script = match fault {
        Fault::HalfHeader => Script::write(part(head.as_bytes(), head.len() / 2), End::Close),
        Fault::Garbage => Script::write(GARBAGE.to_vec(), End::Close),
        Fault::HugeHeader { bytes } => {
            let padding = "x".repeat(*bytes);
            scene.plain(&scene.response.clone().with("X-Padding", &padding))
        }
        Fault::EndlessBody => {
            let start = [head.as_bytes(), CHUNKED.as_bytes(), b"\r\n", &chunk(body)].concat();
            let more = chunk(&[b' '; 4096]);
            Script {
                steps: vec![Step::Write(start), Step::Forever(more)],
                end: End::Close,
            }
        }
        Fault::Http10 => {
            let mut bytes = ended_by_close();
            if let Some(minor) = bytes.get_mut(7) {
                *minor = b'0';
            }
            Script::write(bytes, End::Close)
        }
        Fault::Http09 => Script::write(body.to_vec(), End::Close),
        Fault::Interim => {
            let mut script = scene.plain(scene.response);
            let interim = b"HTTP/1.1 100 Continue\r\n\r\n\
                            HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
            script.steps.insert(0, Step::Write(interim.to_vec()));
            script
        }
        Fault::NoCloseNotify => Script::write(ended_by_close(), End::Cut),
        Fault::Raw { bytes, then } => raw(bytes, *then),
        _ => return None,
    };
    Some(script)
}

fn raw(bytes: &str, then: Then) -> Script {
    let bytes = bytes.chars().map(|c| u8::try_from(c).unwrap_or(b'?'));
    let mut steps = vec![Step::Write(bytes.collect())];
    let end = match then {
        Then::Close => End::Close,
        Then::Reset => End::Reset,
        Then::Keep => End::Keep,
        Then::Hold => {
            steps.push(Step::Pause(Duration::from_secs(600)));
            End::Reset
        }
    };
    Script { steps, end }
}

fn part(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes.get(..length).unwrap_or(bytes).to_vec()
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    [chunk(body).as_slice(), b"0\r\n\r\n"].concat()
}
