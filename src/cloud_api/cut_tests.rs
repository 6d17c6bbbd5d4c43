//! Every answer, cut at every byte, in every way that a connection can end: a part of an answer never
//! says what the whole does not.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::http::{Method, Request};
use ureq::{Error, Timeout};

use super::client::Client;
use super::connection::Connection;
use super::effect::Effect;
use super::exchange::Exchange;
use super::http::{self, Body};
use super::limits::Limits;
use super::reason::Reason;
use super::report::{CallReport, decide};
use super::row::{Again, Outcome};
use super::tcp::{Stream, Tcp};
use crate::properties::Properties;

/// How a connection ends behind the bytes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// FIN, of TCP alone.
    Closed,
    /// As TLS ends it.
    Told,
    Reset,
    /// Not before the call's time is up.
    Silent,
    /// The answer comes before the request.
    Spoken,
}

const WAYS: [Way; 4] = [Way::Closed, Way::Told, Way::Reset, Way::Silent];

/// A server that takes everything and answers from a script, some bytes at a time.
#[derive(Debug)]
struct Played {
    bytes: Vec<u8>,
    way: Way,
    at: usize,
}

impl Stream for Played {
    fn write(&mut self, _: &[u8], _: &mut Exchange) -> Result<(), Error> {
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], _: &mut Exchange) -> Result<usize, Error> {
        let rest = &self.bytes[self.at..];
        let amount = rest.len().min(into.len()).min(4000);
        into[..amount].copy_from_slice(&rest[..amount]);
        self.at += amount;
        match self.way {
            _ if amount > 0 => Ok(amount),
            Way::Closed | Way::Told => Ok(0),
            Way::Reset => Err(Error::Io(io::ErrorKind::ConnectionReset.into())),
            Way::Silent | Way::Spoken => Err(Error::Timeout(Timeout::RecvResponse)),
        }
    }

    /// Nothing has come before the request.
    fn is_silent(&mut self, _: &mut Exchange) -> Result<bool, Error> {
        Ok(self.way != Way::Spoken)
    }

    fn is_read_to_its_end(&mut self, _: &mut Exchange) -> bool {
        true
    }

    /// No connection is used twice.
    fn tcp(&mut self) -> Option<&mut Tcp> {
        None
    }
}

struct Rig {
    client: Client,
    request: Request<()>,
}

impl Rig {
    fn new() -> Self {
        let properties = serde_json::json!({
            "authenticationToken": "EAAGclientclientclient", "apiVersion": "v26.0",
            "phoneNumberId": "106540352242922", "baseUrl": "http://127.0.0.1:9",
        });
        let properties = Properties::parse(&properties.to_string()).unwrap();
        let client = Client::new(&properties, None).unwrap();
        let request = client.request_to(Method::POST, "http://127.0.0.1:9/messages");
        let request = request.body(()).unwrap();
        Self { client, request }
    }

    /// What becomes of a message that is answered so.
    fn send(&self, answer: &[u8], way: Way) -> CallReport {
        let played = Played {
            bytes: answer.to_vec(),
            way,
            at: 0,
        };
        let limits = Limits {
            deadline: Instant::now() + Duration::from_secs(3600),
            cancel: Arc::default(),
        };
        let (ending, _) = self.client.run(&limits, |exchange| {
            let connection = Connection::new(Box::new(played));
            let (request, body) = (self.request.clone(), Body::Bytes(b"{}"));
            http::send(connection, None, request, body, None, exchange)
        });
        decide(ending, Effect::Message, b"{}")
    }
}

const BODIES: [&str; 15] = [
    r#"{"messages":[{"id":"wamid.A"}],"contacts":[{"wa_id":"1"}]}"#,
    r#"{"error":{"message":"No","code":131026,"fbtrace_id":"A"}}"#,
    r#"{"error":{"message":"Slow down","code":130429}}"#,
    r#"{"error":{"message":"Perhaps","code":131000,"is_transient":true}}"#,
    r#"{"error":{"message":"New","code":999999}}"#,
    r#"{"error":{"message":"No","code":190}}"#,
    r#"{"error":{"message":"No","code":131026},"messages":[{"id":"wamid.A"}]}"#,
    r#"{"messages":[{"id":"wamid.A"}],"error":{"message":"No","code":4}}"#,
    r#"{"messages":[{"id":"wamid.A"},{"id":"wamid.B"}]}"#,
    r#"{"error":{"code":4},"error":{"code":1}}"#,
    "{}\n",
    "<html><body>Forbidden</body></html>\r\n",
    "no JSON {\"error\":{\"code\":1}}",
    "",
    "{\"error\":{\"code\":130429}}{\"messages\":[{\"id\":\"wamid.A\"}]}",
];

const STATUSES: [u16; 8] = [200, 303, 307, 400, 401, 409, 429, 503];

/// An answer and where, by its head, it ends; with the connection if that is none.
fn answers() -> Vec<(String, Option<usize>)> {
    let mut all = Vec::new();
    for status in STATUSES {
        for body in BODIES {
            let head = format!("HTTP/1.1 {status} Told\r\nContent-Type: text/x\r\n");
            let sized = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
            let interim = format!("HTTP/1.1 103 Early Hints\r\n\r\n{sized}");
            let chunks = match body.len() {
                0 => "0\r\nX-Trailer: b\r\n\r\n".to_owned(),
                length => format!("{length:x}\r\n{body}\r\n0\r\nX-Trailer: b\r\n\r\n"),
            };
            let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}");
            let open = format!("{head}\r\n{body}");
            let old = open.replace("HTTP/1.1", "HTTP/1.0");
            for answer in [sized, interim, chunked] {
                let end = answer.len();
                all.push((answer, Some(end)));
            }
            all.extend([(open, None), (old, None)]);
        }
    }
    all
}

fn is_later(report: &CallReport) -> bool {
    report
        .failed
        .as_ref()
        .is_some_and(|failed| failed.again != Again::No)
}

/// S30: cut any answer at any byte, and the outcome is never "later" or "no" where that of the whole is
/// "unknown" or "yes"; in fact, no part of an answer is a no at all.
#[test]
fn a_part_of_an_answer_never_says_no_or_later() {
    // Most of the time goes by while a server stands still: so many of them do at once.
    const AT_ONCE: usize = 12;
    let answers: Vec<_> = answers().into_iter().enumerate().collect();
    std::thread::scope(|scope| {
        for first in 0..AT_ONCE {
            let mine = answers.iter().skip(first).step_by(AT_ONCE);
            scope.spawn(move || {
                let rig = Rig::new();
                for (at, (answer, end)) in mine {
                    no_part_says_no_or_later(&rig, *at, answer, end.is_some());
                }
            });
        }
    });
}

fn no_part_says_no_or_later(rig: &Rig, at: usize, answer: &str, has_end: bool) {
    let bytes = answer.as_bytes();
    for way in WAYS {
        let whole = rig.send(bytes, way);
        let is_no = whole.outcome == Outcome::Rejected;
        // Without a length nobody knows that this is the end.
        if !has_end {
            assert!(!is_no && !is_later(&whole), "{answer:?} {way:?}: {whole:?}");
        }
    }
    let body = answer.find("\r\n\r\n").map_or(0, |at| at + 4);
    // What may be cut into something else at every byte, a third of them for each status and form;
    // and a sample of the head.
    let head = (0..body).step_by(31);
    let rest = (body.saturating_sub(3)..bytes.len()).filter(|cut| (at + cut).is_multiple_of(3));
    for cut in head.chain(rest) {
        let way = WAYS[(at + cut / 3) % WAYS.len()];
        let part = rig.send(&bytes[..cut], way);
        let says = matches!(part.outcome, Outcome::Rejected | Outcome::NotSent);
        assert!(
            !says && !is_later(&part),
            "{:?} {way:?}: {part:?}",
            &answer[..cut]
        );
    }
}

/// S42: what comes before the request is no answer to it.
#[test]
fn an_answer_that_comes_before_the_request_is_none_and_nothing_is_sent() {
    let rig = Rig::new();
    for (answer, _) in answers() {
        let ended = rig.send(answer.as_bytes(), Way::Spoken);
        assert!(ended.outcome == Outcome::NotSent, "{answer}: {ended:?}");
        assert_eq!(ended.reason(), Some(Reason::NotHttp), "{answer}: {ended:?}");
    }
}

/// A head that tells of a body which this status cannot have is not the head that somebody meant.
#[test]
fn an_answer_without_a_body_that_tells_of_one_says_nothing() {
    let rig = Rig::new();
    for (head, is_no) in [
        ("304 Not Modified\r\nContent-Length: 0", true),
        ("304 Not Modified", true),
        ("304 Not Modified\r\nContent-Length: 5", false),
        ("304 Not Modified\r\nTransfer-Encoding: chunked", false),
        ("204 No Content\r\nContent-Length: 5", false),
    ] {
        for way in WAYS {
            let ended = rig.send(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), way);
            let is_rejected = ended.outcome == Outcome::Rejected;
            assert_eq!(is_rejected, is_no, "{head} {way:?}: {ended:?}");
        }
    }
}

/// What comes behind an answer is not a part of it; and where it is seen, the answer is no sure no.
#[test]
fn what_comes_behind_an_answer_makes_no_no_of_it() {
    let rig = Rig::new();
    for (answer, end) in answers() {
        for behind in ["garbage", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"] {
            let whole = rig.send(format!("{answer}{behind}").as_bytes(), Way::Closed);
            let says = matches!(whole.outcome, Outcome::Rejected | Outcome::NotSent);
            assert!(
                !says && !is_later(&whole),
                "{answer}{behind} {end:?}: {whole:?}"
            );
        }
    }
}
