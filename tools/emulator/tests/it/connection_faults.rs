//! Faults of the port and of connections before their first request.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cloud_api_emulator::Fault;

use crate::support::{counts, quiet, read_rest, text_message};

#[test]
fn accept_reset_resets_before_anything_is_read() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::AcceptReset);
    let mut stream = client.connect();
    let (bytes, error) = read_rest(&mut stream);
    assert_eq!(
        (bytes, error),
        (Vec::new(), Some(io::ErrorKind::ConnectionReset))
    );
    assert_eq!(client.send(&text_message("next")).status, 200);
    assert_eq!(counts(&emulator), (1, 1));
}

#[test]
fn accept_hang_takes_the_request_and_says_nothing() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::AcceptHang { ms: 150 });
    let begin = Instant::now();
    let (bytes, error) = client.send_raw(&text_message("hello"));
    assert!(begin.elapsed() >= Duration::from_millis(140));
    assert_eq!(
        (bytes, error),
        (Vec::new(), Some(io::ErrorKind::ConnectionReset))
    );
    assert_eq!(counts(&emulator), (0, 0));
}

#[test]
fn a_connection_that_is_open_does_not_meet_a_connections_fault() {
    let (emulator, client) = quiet();
    let mut stream = client.connect();
    // The first answer proves that the connection was accepted before the fault was there.
    for _ in 0..2 {
        stream
            .write_all(&client.send_bytes(&text_message("hello")))
            .unwrap();
        let mut byte = [0; 4096];
        assert!(stream.read(&mut byte).unwrap() > 0);
        emulator.inject(Fault::AcceptReset);
    }
    assert_eq!(counts(&emulator), (2, 2));
}

#[test]
fn refuse_closes_the_port_for_a_while() {
    let (emulator, client) = quiet();
    assert_eq!(client.send(&text_message("before")).status, 200);
    emulator.inject(Fault::Refuse { ms: 400 });
    let refused = TcpStream::connect(client.address).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    let begin = Instant::now();
    while TcpStream::connect(client.address).is_err() {
        assert!(begin.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(client.send(&text_message("after")).status, 200);
}

#[test]
fn backlog_full_lets_connecting_time_out() {
    let (emulator, client) = quiet();
    emulator.inject(Fault::BacklogFull { ms: 1000 });
    let timeout = Duration::from_millis(200);
    let error = TcpStream::connect_timeout(&client.address, timeout).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(client.send(&text_message("after")).status, 200);
}
