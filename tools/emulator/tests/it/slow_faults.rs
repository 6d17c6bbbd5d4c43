//! Correct but delayed responses.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cloud_api_emulator::{Emulator, Fault};

use crate::support::{quiet, raw_answer, read_answer, text_message};

/// How long a message takes under this fault; the answer must be the real one.
fn duration(fault: &Fault) -> Duration {
    let (emulator, client) = quiet();
    emulator.inject(fault.clone());
    let begin = Instant::now();
    let answer = client.send(&text_message("hello"));
    let took = begin.elapsed();
    assert!(answer.json()["messages"][0]["id"].is_string());
    assert_eq!(emulator.ledger().requests[0].fault, Some(fault.name()));
    took
}

#[test]
fn delay_waits_before_the_answer() {
    assert!(duration(&Fault::Delay { ms: 80 }) >= Duration::from_millis(80));
}

#[test]
fn jitter_waits_no_longer_than_asked() {
    assert!(duration(&Fault::Jitter { max_ms: 20 }) < Duration::from_secs(2));
}

#[test]
fn slow_loris_sends_the_head_byte_by_byte() {
    let (_emulator, mut stream) = asked(Fault::SlowLoris {
        bytes_per_second: 1,
    });
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes).unwrap();
    assert!((1..40).contains(&count), "{count}");
    assert!(bytes.starts_with(b"H"));
}

#[test]
fn slow_body_sends_the_head_at_once() {
    let (_emulator, stream) = asked(Fault::SlowBody {
        bytes_per_second: 1,
    });
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        reader.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    // The whole body takes more than a minute and a half.
    let mut bytes = [0; 4096];
    let count = reader.read(&mut bytes).unwrap();
    assert!((1..40).contains(&count), "{count}");
}

#[test]
fn slow_body_takes_its_time() {
    let slow = Fault::SlowBody {
        bytes_per_second: 1000,
    };
    assert!(duration(&slow) >= Duration::from_millis(90));
}

/// A connection on which a message was sent under this fault, and the emulator behind it.
fn asked(fault: Fault) -> (Emulator, TcpStream) {
    let (emulator, client) = quiet();
    emulator.inject(fault);
    let mut stream = client.connect();
    stream
        .write_all(&client.send_bytes(&text_message("hello")))
        .unwrap();
    (emulator, stream)
}

#[test]
fn byte_by_byte_arrives_whole_and_keeps_the_connection() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::ByteByByte);
    let stream = client.connect();
    let mut reader = BufReader::new(&stream);
    for _ in 0..2 {
        (&stream)
            .write_all(&client.send_bytes(&text_message("hello")))
            .unwrap();
        assert_eq!(read_answer(&mut reader).unwrap().status, 200);
    }
    let (_, text, _) = raw_answer(Fault::ByteByByte);
    assert!(text.ends_with("]}"));
}
