//! What becomes of connections that nobody uses any more: those that wait, and those that are given up.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use ureq::http::Method;

use super::client::Client;
use super::connection::Connection;
use super::effect::Effect;
use super::exchange::Exchange;
use super::http::Body;
use super::limits::Limits;
use super::reason::Reason;
use super::report::{CallReport, Ending, decide};
use super::row::Outcome;
use super::tcp::{Stream as _, Tcp};
use crate::cancel::Cancel;
use crate::properties::Properties;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
/// Longer than any test: who waits for it has failed.
const LONG: Duration = Duration::from_secs(60);
/// More than fits into the receiver's buffer below, less than fits into the sender's.
const BODY_BYTES: usize = 14_000;

fn client(address: SocketAddr, keep_alive_ms: u64) -> Client {
    let properties = serde_json::json!({
        "authenticationToken": "EAAGclientclientclient", "apiVersion": "v26.0",
        "phoneNumberId": "106540352242922", "keepAliveMs": keep_alive_ms,
        "baseUrl": format!("http://{address}"),
    });
    Client::new(&Properties::parse(&properties.to_string()).unwrap(), None).unwrap()
}

fn send(client: &Client, body: &str, limits: &Limits) -> Ending {
    let url = format!("{}/messages", client.version_url);
    let request = client.request_to(Method::POST, &url).body(()).unwrap();
    let post = |exchange: &mut Exchange| {
        client.open(request, Body::Bytes(body.as_bytes()), None, exchange)
    };
    client.run(limits, post).0
}

fn limits(time: Duration) -> Limits {
    Limits {
        deadline: Instant::now() + time,
        cancel: Arc::default(),
    }
}

/// Sends one request on a connection of its own, and answers the server's end of it.
fn kept(client: &Client, listener: &TcpListener) -> TcpStream {
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| send(client, "{}", &limits(LONG)));
        let (mut connection, _) = listener.accept().unwrap();
        connection.set_read_timeout(Some(LONG)).unwrap();
        let mut text = Vec::new();
        while !text.ends_with(b"{}") {
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            text.push(byte[0]);
        }
        connection.write_all(ANSWER).unwrap();
        let ended = sending.join().unwrap();
        assert!(matches!(ended, Ending::Answered { .. }), "{ended:?}");
        connection
    })
}

/// S44: a connection that the server has closed does not stay in `CLOSE_WAIT` until somebody sends.
#[test]
fn a_kept_connection_that_the_server_ends_is_closed_without_another_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client(listener.local_addr().unwrap(), 60_000);
    let mut connections: Vec<TcpStream> = (0..5)
        .map(|_| {
            let connection = kept(&client, &listener);
            connection.shutdown(Shutdown::Write).unwrap();
            connection
        })
        .collect();
    for connection in &mut connections {
        assert_eq!(connection.read(&mut [0]).unwrap(), 0, "the client has left");
    }
    client.shutdown();
}

#[test]
fn a_kept_connection_is_closed_when_its_time_is_over_without_another_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client(listener.local_addr().unwrap(), 50);
    let mut connection = kept(&client, &listener);
    assert_eq!(connection.read(&mut [0]).unwrap(), 0, "the client has left");
    drop(client);
}

/// Its connections take in little.
fn small_listener() -> TcpListener {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket.listen(5).unwrap();
    TcpListener::from(socket)
}

/// A server that takes in little, and what it gets in the end when the call has been given up by
/// `give_up` or by its deadline.
fn given_up(time: Duration, give_up: impl FnOnce(&Cancel)) -> (Ending, usize, ErrorKind) {
    let listener = small_listener();
    let client = client(listener.local_addr().unwrap(), 60_000);
    let limits = limits(time);
    let body = "x".repeat(BODY_BYTES);
    let (ended, mut connection) = std::thread::scope(|scope| {
        let sending = scope.spawn(|| send(&client, &body, &limits));
        let (connection, _) = listener.accept().unwrap();
        // Its beginning is here: all of it has been handed over.
        connection.set_read_timeout(Some(LONG)).unwrap();
        assert_eq!(connection.peek(&mut [0]).unwrap(), 1);
        give_up(&limits.cancel);
        (sending.join().unwrap(), connection)
    });
    // From here on nothing may leave any more.
    let (mut got, mut buffer) = (0, [0; 1024]);
    loop {
        match connection.read(&mut buffer) {
            Ok(0) => return (ended, got, ErrorKind::UnexpectedEof),
            Ok(amount) => got += amount,
            Err(error) => return (ended, got, error.kind()),
        }
    }
}

/// S34: what still lies in this machine's buffers does not leave after the end of its call was told.
#[test]
fn an_exchange_that_is_given_up_is_reset_and_nothing_more_of_it_leaves() {
    let by_its_time = given_up(Duration::from_millis(1_500), |_| {});
    let by_cancelling = given_up(LONG, |cancel| {
        // Until all of it has been handed over.
        std::thread::sleep(Duration::from_millis(200));
        cancel.cancel();
    });
    for (ended, got, how) in [by_its_time, by_cancelling] {
        assert!(
            matches!(ended, Ending::NoAnswer(_) | Ending::NotSent(_)),
            "{ended:?}"
        );
        assert_eq!(how, ErrorKind::ConnectionReset, "{ended:?}: {got} bytes");
        assert!(got < BODY_BYTES, "{ended:?}: {got} bytes");
    }
}

/// A server that takes in little answers this before it has read the request, keeps its connection, and
/// reads on when the call has ended. What became of the message, and how often the server got it whole.
fn answered_early(answer: &str, attempts: u32) -> (Vec<CallReport>, usize) {
    let listener = small_listener();
    let client = client(listener.local_addr().unwrap(), 60_000);
    let body = "x".repeat(BODY_BYTES);
    let (mut reports, mut whole) = (Vec::new(), 0);
    for _ in 0..attempts {
        let (exchange, mut connection) = std::thread::scope(|scope| {
            let sending = scope.spawn(|| send(&client, &body, &limits(LONG)));
            let (mut connection, _) = listener.accept().unwrap();
            connection.set_read_timeout(Some(LONG)).unwrap();
            assert_eq!(connection.peek(&mut [0]).unwrap(), 1);
            connection.write_all(answer.as_bytes()).unwrap();
            (sending.join().unwrap(), connection)
        });
        let mut got = Vec::new();
        // An error is the reset.
        let _ = connection.read_to_end(&mut got);
        whole += usize::from(got.ends_with(body.as_bytes()));
        reports.push(decide(exchange, Effect::Message, b""));
    }
    (reports, whole)
}

/// An answer that is here before the request is there: nothing more of the request leaves behind its end,
/// nor with another request on the same connection, and no "no" or "later" rests upon it.
#[test]
fn a_request_that_is_answered_before_it_has_arrived_goes_no_further() {
    let errors = [
        (400, r#"{"error":{"message":"No","code":131047}}"#),
        (401, r#"{"error":{"message":"No","code":190}}"#),
        (413, "too large"),
        (429, r#"{"error":{"message":"Slow down","code":130429}}"#),
        (500, r#"{"error":{"message":"Perhaps","code":131000}}"#),
        (503, "busy"),
        (200, "{}"),
    ];
    for (status, body) in errors {
        for more in ["", "Connection: close\r\n"] {
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status} X\r\n{more}Content-Length: {length}\r\n\r\n{body}");
            let (reports, whole) = answered_early(&answer, 2);
            assert_eq!(whole, 0, "{answer}");
            for report in reports {
                assert_eq!(report.outcome, Outcome::Unknown, "{answer}: {report:?}");
                if (400..500).contains(&status) {
                    assert_eq!(report.reason(), Some(Reason::AnsweredEarly), "{answer}");
                }
            }
        }
    }
}

/// S44: a name that has moved is noticed, because no connection is used for ever.
#[test]
fn a_connection_of_some_age_carries_no_further_request() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = Socket::from(TcpStream::connect(listener.local_addr().unwrap()).unwrap());
    let exchange = || Exchange::new(&limits(LONG));
    let tcp = Tcp::new(socket, &exchange()).unwrap();
    let mut connection = Connection::new(Box::new(tcp));
    assert!(connection.reuse(&mut exchange()), "it is young");
    connection.tcp().unwrap().grow_old();
    assert!(!connection.reuse(&mut exchange()), "it is old");
}

/// A connection whose reset has arrived.
fn reset() -> Tcp {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = Socket::from(TcpStream::connect(listener.local_addr().unwrap()).unwrap());
    let accepted = Socket::from(listener.accept().unwrap().0);
    accepted.set_linger(Some(Duration::ZERO)).unwrap();
    drop(accepted);
    while socket.peer_addr().is_ok() {
        std::thread::yield_now();
    }
    Tcp::new(socket, &Exchange::new(&limits(LONG))).unwrap()
}

/// The kernel tells a reset once: who only looks whether something has come must not lose it.
#[test]
fn a_reset_before_the_request_is_told_as_a_reset() {
    let mut exchange = Exchange::new(&limits(LONG));
    let mut connection = Connection::new(Box::new(reset()));
    let sent = connection.hand_over(b"x", &mut exchange);
    let is_reset = |error: &ureq::Error| match error {
        ureq::Error::Io(error) => error.kind() == ErrorKind::ConnectionReset,
        _ => false,
    };
    assert!(sent.as_ref().is_err_and(is_reset), "{sent:?}");
    assert!(exchange.marks.ended && !exchange.marks.handed_over);

    let mut tcp = reset();
    let read = exchange.with_patience(Duration::ZERO, |exchange| tcp.read(&mut [0], exchange));
    assert!(read.as_ref().is_err_and(is_reset), "{read:?}");
}
