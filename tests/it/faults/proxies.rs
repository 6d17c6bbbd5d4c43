//! What a proxy on the way can do: it lets the connection through, refuses it, or makes no sense.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::logged_adapter::LoggedAdapter;
use super::mode::{End, accepted, never_sent, not_sent};
use super::{CORRELATION, MESSAGES, PATIENCE, Server, all_hold};
use crate::outcomes::{check_ledger, check_shape};
use crate::rig;

/// What the proxy does with a request for a tunnel.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Tunnel,
    Status(u16),
    Text(&'static str),
    Close,
    Silence,
}

/// A proxy of one behaviour.
pub(crate) struct Proxy {
    pub(crate) url: String,
    /// Requests for a tunnel, with their heads.
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(answers: &'static [Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (book, next) = (Arc::clone(&heads), AtomicUsize::new(0));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let at = next.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1);
                let book = Arc::clone(&book);
                thread::spawn(move || serve(client, answers[at], &book));
            }
        });
        Self { url, heads }
    }

    /// One that lets every connection through.
    pub(crate) fn tunnel() -> Self {
        Self::start(&[Answer::Tunnel])
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// One connection. Either side may close it, so errors only mean its end.
fn serve(mut client: TcpStream, answer: Answer, heads: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let target = head.split(' ').nth(1)?.to_owned();
    heads
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(head);
    match answer {
        Answer::Tunnel => {
            let server = TcpStream::connect(target).ok()?;
            client
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .ok()?;
            let (mut to, mut from) = (server.try_clone().ok()?, client.try_clone().ok()?);
            thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
            let mut server = server;
            let _ = std::io::copy(&mut server, &mut client);
            let _ = client.shutdown(Shutdown::Both);
        }
        Answer::Status(status) => {
            write!(client, "HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n").ok()?;
        }
        Answer::Text(text) => client.write_all(text.as_bytes()).ok()?,
        Answer::Close => {}
        Answer::Silence => {
            let _ = client.read(&mut byte);
        }
    }
    Some(())
}

/// One behaviour, how often it is met, and the end.
pub(super) struct Proxied {
    pub(super) what: &'static str,
    answers: &'static [Answer],
    max_attempts: u64,
    timeout_ms: u64,
    pub(super) attempts: usize,
    pub(super) end: End,
}

/// The table.
pub(super) fn proxied() -> Vec<Proxied> {
    let proxied = |what, answers, attempts, end| Proxied {
        what,
        answers,
        max_attempts: 2,
        timeout_ms: 20_000,
        attempts,
        end,
    };
    let refused = || not_sent("proxy", "proxy");
    vec![
        proxied(
            "it lets the connection through",
            &[Answer::Tunnel],
            1,
            accepted(),
        ),
        proxied(
            "it refuses once: 503",
            &[Answer::Status(503), Answer::Tunnel],
            2,
            accepted(),
        ),
        proxied("it refuses: 403", &[Answer::Status(403)], 2, refused()),
        proxied("it refuses: 502", &[Answer::Status(502)], 2, refused()),
        proxied(
            "it wants a password: 407",
            &[Answer::Status(407)],
            1,
            never_sent("proxy", "proxy_auth"),
        ),
        proxied(
            "it answers with a redirect",
            &[Answer::Status(302)],
            2,
            refused(),
        ),
        proxied("it closes", &[Answer::Close], 2, refused()),
        proxied(
            "it closes once",
            &[Answer::Close, Answer::Tunnel],
            2,
            accepted(),
        ),
        proxied(
            "it speaks no HTTP",
            &[Answer::Text("220 mail ready\r\n")],
            2,
            not_sent("connect", "not_http").row("T5"),
        ),
        proxied(
            "it lets the connection through, and answers the request that was not made yet (S42)",
            &[Answer::Text(UNASKED)],
            2,
            not_sent("connect", "not_http").row("T5"),
        ),
        Proxied {
            timeout_ms: 1_500,
            ..proxied(
                "it says nothing",
                &[Answer::Silence],
                1,
                not_sent("connect", "timeout"),
            )
        },
    ]
}

/// A tunnel, and behind it what would be the answer to a message.
const UNASKED: &str = "HTTP/1.1 200 Connection established\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n{\"messages\":[{\"id\":\"wamid.of nobody\"}]}";

/// As the URL has them: one as any other, one that is shorter than what is cut out of outgoing text,
/// because it would be cut out of words as well. It is in none of them.
const PASSWORDS: [&str; 2] = ["an%20owl", "~Q7"];

fn check(case: &Proxied, tls: bool, password: &str) {
    let (name, server) = (case.what, if tls { Server::tls() } else { Server::plain() });
    let proxy = Proxy::start(case.answers);
    let mut properties = server.properties.clone();
    properties["proxy"] = proxy
        .url
        .replace("://", &format!("://operator:{password}@"))
        .into();
    properties["maxAttempts"] = case.max_attempts.into();
    properties["timeoutMs"] = case.timeout_ms.into();
    let watched = LoggedAdapter::create(&properties);
    let (command, request) = MESSAGES[0];
    let ran = watched
        .adapter
        .execute_with(command, request, Some(CORRELATION));
    assert_eq!(watched.end(&ran), case.end, "{name}: {}", ran.json());
    check_shape(name, case.attempts, &ran);
    let metrics = watched.loaded().metrics().unwrap().unwrap();
    let shown = format!("{} {:?} {metrics}", ran.json(), watched.records());
    for form in [password, "an owl"] {
        assert!(!shown.contains(form), "{name}: {shown}");
    }
    drop(watched);
    assert!(server.emulator.settle(PATIENCE), "{name}: not settled");
    check_ledger(
        name,
        case.attempts,
        &ran.json()["details"]["outcome"],
        &server.emulator,
    );
    let heads = proxy.heads();
    assert_eq!(heads.len(), case.attempts, "{name}");
    for head in heads {
        assert!(head.starts_with("CONNECT 127.0.0.1:"), "{name}: {head}");
        // The token goes to Meta only.
        assert!(!head.contains("Bearer"), "{name}: {head}");
    }
}

#[test]
fn whatever_a_proxy_does_before_the_tunnel_is_there_nothing_is_sent() {
    let cases = proxied();
    let mut all: Vec<(&Proxied, bool, &str)> = Vec::new();
    for case in &cases {
        for password in PASSWORDS {
            all.extend([false, true].map(|tls| (case, tls, password)));
        }
    }
    all_hold(
        &all,
        |(case, tls, password)| format!("{} tls={tls} {password}", case.what),
        |(case, tls, password)| check(case, *tls, password),
    );
}

#[test]
fn a_proxy_that_is_not_there_is_the_same_as_a_server_that_is_not() {
    let server = Server::plain();
    let mut properties = server.properties.clone();
    properties["proxy"] = rig::NOBODY.into();
    let watched = LoggedAdapter::create(&properties);
    let (command, request) = MESSAGES[0];
    let ran = watched
        .adapter
        .execute_with(command, request, Some(CORRELATION));
    assert_eq!(watched.end(&ran), not_sent("connect", "refused"));
    assert_eq!(server.emulator.ledger().complete(), 0);
}
