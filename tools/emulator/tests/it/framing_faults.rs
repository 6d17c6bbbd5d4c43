//! No answer, and answers that are broken on the wire.

use std::io::{self, Read as _, Write as _};
use std::time::{Duration, Instant};

use cloud_api_emulator::Fault;

use crate::support::{counts, quiet, raw_answer, text_message};

/// Head and body of a complete answer.
fn parts(text: &str) -> (&str, &str) {
    text.split_once("\r\n\r\n").unwrap()
}

fn lengths(head: &str) -> Vec<usize> {
    let fields = head
        .lines()
        .filter_map(|line| line.strip_prefix("Content-Length: "));
    fields.map(|value| value.parse().unwrap()).collect()
}

#[test]
fn close_after_body_sends_nothing() {
    let (emulator, text, error) = raw_answer(Fault::CloseAfterBody);
    assert_eq!(
        (text.as_str(), error, counts(&emulator)),
        ("", None, (1, 0))
    );
    let (emulator, text, error) = raw_answer(Fault::CloseAfterBody.accepted());
    assert_eq!(
        (text.as_str(), error, counts(&emulator)),
        ("", None, (1, 1))
    );
}

#[test]
fn reset_after_body_resets() {
    let (emulator, text, error) = raw_answer(Fault::ResetAfterBody);
    assert_eq!(
        (text.as_str(), error),
        ("", Some(io::ErrorKind::ConnectionReset))
    );
    assert_eq!(counts(&emulator), (1, 0));
}

#[test]
fn silence_says_nothing_and_closes() {
    let begin = Instant::now();
    let (emulator, text, error) = raw_answer(Fault::Silence { ms: 80 });
    assert!(begin.elapsed() >= Duration::from_millis(80));
    assert_eq!(
        (text.as_str(), error, counts(&emulator)),
        ("", None, (1, 0))
    );
}

#[test]
fn half_header_ends_before_the_empty_line() {
    let (emulator, text, error) = raw_answer(Fault::HalfHeader);
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\n") && !text.contains("\r\n\r\n"),
        "{text}"
    );
    assert_eq!((error, counts(&emulator)), (None, (1, 1)));
}

#[test]
fn half_body_and_long_content_length_are_shorter_than_they_say() {
    for fault in [Fault::HalfBody, Fault::LongContentLength] {
        let (emulator, text, error) = raw_answer(fault);
        let (head, body) = parts(&text);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(!body.is_empty() && body.len() < lengths(head)[0], "{text}");
        assert_eq!((error, counts(&emulator)), (None, (1, 1)));
    }
}

#[test]
fn short_content_length_is_longer_than_it_says() {
    let (_, text, _) = raw_answer(Fault::ShortContentLength);
    let (head, body) = parts(&text);
    assert!(
        lengths(head)[0] < body.len() && body.ends_with("]}"),
        "{text}"
    );
}

#[test]
fn garbage_is_not_http() {
    let (emulator, text, _) = raw_answer(Fault::Garbage);
    assert!(!text.is_empty() && !text.starts_with("HTTP"));
    assert_eq!(counts(&emulator), (1, 0));
}

#[test]
fn two_content_lengths_differ() {
    let (_, text, _) = raw_answer(Fault::TwoContentLengths);
    let lengths = lengths(parts(&text).0);
    assert_eq!(lengths.len(), 2);
    assert_ne!(lengths[0], lengths[1]);
}

#[test]
fn length_and_chunked_come_together() {
    let (_, text, _) = raw_answer(Fault::LengthAndChunked);
    let (head, body) = parts(&text);
    assert_eq!(lengths(head).len(), 1);
    assert!(head.contains("Transfer-Encoding: chunked"), "{head}");
    assert!(body.ends_with("}\r\n0\r\n\r\n"), "{body}");
}

#[test]
fn bad_chunk_has_no_size_and_truncated_chunk_no_end() {
    let (_, text, _) = raw_answer(Fault::BadChunk);
    assert!(parts(&text).1.starts_with("zz\r\n"), "{text}");
    let (_, text, error) = raw_answer(Fault::TruncatedChunk);
    let (size, rest) = parts(&text).1.split_once("\r\n").unwrap();
    assert!(rest.len() < usize::from_str_radix(size, 16).unwrap());
    assert_eq!(error, None);
}

#[test]
fn huge_header_is_as_long_as_asked() {
    let (_, text, _) = raw_answer(Fault::HugeHeader { bytes: 200_000 });
    let (head, body) = parts(&text);
    assert!(head.len() > 200_000 && body.contains("wamid."));
}

#[test]
fn endless_body_goes_on_until_the_client_leaves() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::EndlessBody);
    let mut stream = client.connect();
    stream
        .write_all(&client.send_bytes(&text_message("hello")))
        .unwrap();
    let mut bytes = vec![0; 4 * 1024 * 1024];
    stream.read_exact(&mut bytes).unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("wamid."));
    drop(stream);
    assert_eq!(client.send(&text_message("next")).status, 200);
}

#[test]
fn older_protocols_end_with_the_connection() {
    let (_, text, error) = raw_answer(Fault::Http10);
    let (head, body) = parts(&text);
    assert!(
        head.starts_with("HTTP/1.0 200 OK\r\n") && lengths(head).is_empty(),
        "{head}"
    );
    assert!(body.contains("wamid."));
    assert_eq!(error, None);
    let (_, text, _) = raw_answer(Fault::Http09);
    assert!(text.starts_with("{\"messaging_product\""), "{text}");
}

#[test]
fn interim_answers_come_first() {
    let (_, text, _) = raw_answer(Fault::Interim);
    let statuses: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("HTTP/1.1 "))
        .collect();
    assert_eq!(statuses, ["100 Continue", "103 Early Hints", "200 OK"]);
}
