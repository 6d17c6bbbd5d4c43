//! Faults that strike before the request is complete: it is never in the ledger.

use std::io::{self, BufReader, Write as _};
use std::time::{Duration, Instant};

use cloud_api_emulator::Fault;

use crate::support::{counts, quiet, raw_answer, read_answer, read_rest, text_message};

const RESET: Option<io::ErrorKind> = Some(io::ErrorKind::ConnectionReset);

/// Sends the head alone, so that a fault that waits for more of the body would wait for ever.
fn head_only(fault: Fault, body_bytes: usize) -> (Vec<u8>, Option<io::ErrorKind>) {
    let (emulator, client) = quiet();
    emulator.inject(fault);
    let bytes = client.send_bytes(&text_message("hello"));
    let head = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap()
        + 4;
    let mut stream = client.connect();
    stream.write_all(&bytes[..head + body_bytes]).unwrap();
    let seen = read_rest(&mut stream);
    let ledger = emulator.ledger();
    assert_eq!((ledger.complete(), ledger.faults.len()), (0, 1));
    seen
}

#[test]
fn reset_after_headers_does_not_wait_for_the_body() {
    assert_eq!(head_only(Fault::ResetAfterHeaders, 0), (Vec::new(), RESET));
}

#[test]
fn reset_in_body_waits_for_as_much_of_it() {
    assert_eq!(
        head_only(Fault::ResetInBody { bytes: 20 }, 20),
        (Vec::new(), RESET)
    );
    let (emulator, client) = quiet();
    emulator.inject(Fault::ResetInBody { bytes: 20 });
    let bytes = client.send_bytes(&text_message("hello"));
    let mut stream = client.connect();
    stream
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let head = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap()
        + 4;
    stream.write_all(&bytes[..head + 19]).unwrap();
    let (_, error) = read_rest(&mut stream);
    assert!(matches!(
        error,
        Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
    ));
    stream.write_all(&bytes[head + 19..=head + 19]).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    assert_eq!(read_rest(&mut stream).1, RESET);
}

#[test]
fn never_read_leaves_the_body_in_the_socket() {
    let begin = Instant::now();
    let (emulator, text, error) = raw_answer(Fault::NeverRead { ms: 100 });
    assert_eq!((text.as_str(), error), ("", RESET));
    assert!(begin.elapsed() >= Duration::from_millis(100));
    assert_eq!(counts(&emulator), (0, 0));
}

#[test]
fn early_refusals_come_before_the_body() {
    for (fault, status) in [(Fault::EarlyRefusal, 413), (Fault::ExpectationFailed, 417)] {
        let (emulator, client) = quiet();
        emulator.inject(fault);
        let bytes = client.send_bytes(&text_message("hello"));
        let head = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap()
            + 4;
        let mut stream = client.connect();
        stream.write_all(&bytes[..head]).unwrap();
        assert_eq!(
            read_answer(&mut BufReader::new(&stream)).unwrap().status,
            status
        );
        assert_eq!(counts(&emulator), (0, 0));
    }
}

#[test]
fn an_expectation_is_met_before_the_body_unless_a_fault_says_otherwise() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::ExpectationFailed);
    for status in [417, 100] {
        let headers = client.headers() + "Expect: 100-continue\r\nContent-Length: 10\r\n";
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: x\r\n{headers}\r\n",
            client.path()
        );
        let mut stream = client.connect();
        stream.write_all(head.as_bytes()).unwrap();
        assert_eq!(
            read_answer(&mut BufReader::new(&stream)).unwrap().status,
            status
        );
    }
}
