//! Answers whose body is not what the client expects.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::scene::Scene;
use super::{Fault, bomb};
use crate::graph_error::GraphError;
use crate::http::Response;

const PAGE: &str = "<!DOCTYPE html><html><body><h1>Sign in to the network</h1></body></html>\n";

/// The changed answer, if the fault is one of this group.
pub(crate) fn response(fault: &Fault, scene: &Scene<'_>) -> Option<Response> {
    let real = scene.response;
    let response = match fault {
        Fault::Gzip => compressed(real, gzip(&real.body)),
        Fault::BadGzip => {
            let mut bytes = gzip(&real.body);
            // Behind the ten bytes of gzip's header lies the compressed text.
            bytes
                .iter_mut()
                .skip(10)
                .take(8)
                .for_each(|byte| *byte ^= 0xff);
            compressed(real, bytes)
        }
        Fault::GzipBomb { mib } => compressed(real, bomb::zeroes(*mib)),
        Fault::Utf16 => {
            let text = String::from_utf8_lossy(&real.body).into_owned();
            let bytes = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            Response::new(real.status, "application/json; charset=UTF-16LE", bytes)
        }
        Fault::Bom => with_body(real, [b"\xef\xbb\xbf", real.body.as_slice()].concat()),
        Fault::InvalidUtf8 => with_body(real, inside_a_string(&real.body, b"\xff")),
        Fault::LoneSurrogate => with_body(real, inside_a_string(&real.body, b"\\ud83d")),
        Fault::HtmlOk => Response::new(200, "text/html; charset=UTF-8", PAGE.into()),
        Fault::CutJson => {
            let half = real.body.len() / 2;
            with_body(real, real.body.iter().copied().take(half).collect())
        }
        Fault::NoId => with_body(real, without_id(&real.body)),
        Fault::ErrorIn200 => {
            let error = GraphError::of_code(131_000).response(scene.trace);
            Response {
                status: 200,
                ..error
            }
        }
        _ => return None,
    };
    Some(response)
}

fn with_body(real: &Response, body: Vec<u8>) -> Response {
    Response {
        body,
        ..real.clone()
    }
}

fn compressed(real: &Response, body: Vec<u8>) -> Response {
    with_body(real, body).with("Content-Encoding", "gzip")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Puts bytes at the start of the first member's value, which is a string in all answers.
fn inside_a_string(body: &[u8], bytes: &[u8]) -> Vec<u8> {
    let start = body.windows(3).position(|window| window == b"\":\"");
    let (before, after) = body.split_at(start.map_or(0, |start| start + 3));
    [before, bytes, after].concat()
}

fn without_id(body: &[u8]) -> Vec<u8> {
    let mut json: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(message) = json
        .pointer_mut("/messages/0")
        .and_then(Value::as_object_mut)
    {
        message.remove("id");
    }
    json.to_string().into_bytes()
}
