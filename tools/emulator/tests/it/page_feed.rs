//! The feed: what happened, in its order, for readers that come, go, and come back.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use cloud_api_emulator::{Config, Emulator, Fault, inbound};
use serde_json::{Value, json};

use crate::support::{Client, Webhook, read_headers, read_rest, text_message};

/// One server-sent event.
#[derive(Debug)]
struct Event {
    id: String,
    kind: String,
    data: Value,
}

/// Somebody who reads the feed.
struct Reader(BufReader<TcpStream>);

impl Reader {
    fn open(client: &Client, last_event_id: &str) -> Self {
        let mut stream = client.connect();
        let resume = if last_event_id.is_empty() {
            String::new()
        } else {
            format!("Last-Event-ID: {last_event_id}\r\n")
        };
        let request = format!("GET /__page/feed HTTP/1.1\r\nHost: localhost\r\n{resume}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut stream = BufReader::new(stream);
        let mut status = String::new();
        stream.read_line(&mut status).unwrap();
        assert!(status.contains(" 200 "), "{status}");
        let headers = read_headers(&mut stream).unwrap();
        let media_type = headers.iter().find(|(name, _)| name == "content-type");
        assert_eq!(media_type.unwrap().1, "text/event-stream; charset=utf-8");
        Self(stream)
    }

    fn next(&mut self) -> Event {
        let mut event = Event {
            id: String::new(),
            kind: String::new(),
            data: Value::Null,
        };
        loop {
            let mut line = String::new();
            assert!(
                self.0.read_line(&mut line).unwrap() > 0,
                "the feed has ended"
            );
            match line.trim_end().split_once(": ") {
                Some(("id", id)) => id.clone_into(&mut event.id),
                Some(("event", kind)) => kind.clone_into(&mut event.kind),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                _ if event.kind.is_empty() => {}
                _ => return event,
            }
        }
    }

    /// The next so many events.
    fn take(&mut self, count: usize) -> Vec<Event> {
        (0..count).map(|_| self.next()).collect()
    }
}

fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

fn body(event: &Event) -> Value {
    serde_json::from_str(event.data["body"]["text"].as_str().unwrap()).unwrap()
}

#[test]
fn the_feed_tells_both_directions_with_their_raw_json() {
    let webhook = Webhook::start(&[503]);
    let emulator = Emulator::start(Config {
        webhook_url: Some(webhook.url.clone()),
        statuses: false,
        ..Config::default()
    })
    .unwrap();
    let client = Client::new(&emulator);
    let mut reader = Reader::open(&client, "");
    let hello = reader.next();
    assert_eq!(hello.kind, "hello");
    assert_eq!(hello.data["resumed"], false);
    assert_eq!(
        hello.data["business"]["phone_number_id"],
        client.phone_number_id
    );
    assert_eq!(hello.data["customer"]["number"], inbound::DEFAULT_CUSTOMER);

    emulator.customer_sends(inbound::text(inbound::DEFAULT_CUSTOMER, "hello"));
    let events = reader.take(3);
    assert_eq!(kinds(&events), ["webhook", "attempt", "attempt"]);
    let message = &body(&events[0])["entry"][0]["changes"][0]["value"]["messages"][0];
    assert_eq!(message["text"]["body"], "hello");
    assert_eq!(events[0].data["url"], webhook.url);
    assert_eq!(events[1].data["http_status"], 503);
    assert_eq!(events[2].data["http_status"], 200);
    assert_eq!(events[2].data["webhook"], events[0].data["sequence"]);

    emulator.inject(Fault::HalfBody);
    let sent = text_message("Thanks");
    client.send_raw(&sent);
    let events = reader.take(2);
    assert_eq!(kinds(&events), ["fault", "request"]);
    assert_eq!(events[0].data["fault"], "half_body");
    let request = &events[1];
    assert_eq!(body(request), sent);
    assert_eq!(request.data["fault"], "half_body");
    assert_eq!(request.data["accepted"], true);
    let answer: Value =
        serde_json::from_str(request.data["answer"]["text"].as_str().unwrap()).unwrap();
    assert_eq!(answer["messages"][0]["id"], request.data["message_id"]);
    assert!(
        !request.data.to_string().contains(&client.token),
        "the token"
    );
}

#[test]
fn a_reader_that_comes_back_goes_on_where_it_was() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let mut first = Reader::open(&client, "");
    for number in 0..3 {
        emulator.post_notification(number.to_string().into_bytes());
    }
    let seen = first.take(3);
    assert_eq!(kinds(&seen), ["hello", "webhook", "webhook"]);
    drop(first);
    let mut again = Reader::open(&client, &seen[1].id);
    let events = again.take(3);
    assert_eq!(kinds(&events), ["hello", "webhook", "webhook"]);
    assert_eq!(events[0].data["resumed"], true);
    assert_eq!(events[1].id, seen[2].id);
    let texts: Vec<_> = events[1..].iter().map(body).collect();
    assert_eq!(texts, [json!(1), json!(2)]);
    // An id of another run, or none, begins with all that is kept.
    let mut anew = Reader::open(&client, "1-1");
    let events = anew.take(4);
    assert_eq!(events[0].data["resumed"], false);
    assert_eq!(body(&events[1]), 0);
}

#[test]
fn clearing_the_ledger_begins_the_feed_anew() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let mut reader = Reader::open(&client, "");
    emulator.post_notification(b"1".to_vec());
    assert_eq!(kinds(&reader.take(2)), ["hello", "webhook"]);
    client.call("DELETE", "/__ledger", "", b"");
    assert_eq!(reader.next().kind, "cleared");
    let mut late = Reader::open(&client, "");
    assert_eq!(kinds(&late.take(2)), ["hello", "cleared"]);
}

#[test]
fn a_long_body_is_shown_in_part_and_told_in_full() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let mut reader = Reader::open(&client, "");
    emulator.post_notification(vec![b'x'; 200_000]);
    let shown = &reader.take(2)[1].data["body"];
    assert_eq!(shown["bytes"], 200_000);
    assert_eq!(shown["text"].as_str().unwrap().len(), 64 * 1024);
}

#[test]
fn a_reader_that_does_not_read_is_dropped_and_holds_up_nobody() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let slow = Reader::open(&client, "");
    // More than the sockets between the two hold, and than the feed keeps; in parts, each of which
    // is written before the next one comes.
    let (count, bytes) = (600, 64 * 1024);
    for number in 0..count {
        emulator.post_notification(vec![b'x'; bytes]);
        if number % 10 == 0 {
            assert_eq!(client.send(&text_message("hello")).status, 200);
        }
    }
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut stream = slow.0.into_inner();
    while stream.take_error().unwrap().is_none() {
        assert!(Instant::now() < deadline, "it is still being waited for");
        assert_eq!(client.send(&text_message("hello")).status, 200);
    }
    let (all, _) = read_rest(&mut stream);
    assert!(
        all.len() < count * bytes / 2,
        "{} bytes were kept for it",
        all.len()
    );
}

#[test]
fn the_hosts_feed_is_passed_on_and_resumed() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", host.local_addr().unwrap());
    emulator.set_host_url(Some(&url)).unwrap();
    let mut reader = Reader::open(&client, "");
    reader.next();

    let (stream, head) = accept(&host);
    assert!(head[0].starts_with("GET /__host/events "), "{head:?}");
    let feed = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n:\n\n\
                id: 7\ndata: {\"kind\":\"run\",\"id\":\"1\"}\n\nid: 8\ndata: not JSON\n\n";
    (&stream).write_all(feed.as_bytes()).unwrap();
    let events = reader.take(2);
    assert_eq!(kinds(&events), ["host_link", "host"]);
    assert_eq!(events[0].data["connected"], true);
    assert_eq!(events[1].data["data"], json!({"kind": "run", "id": "1"}));
    drop(stream);
    assert_eq!(reader.next().data["connected"], false);
    let (_stream, head) = accept(&host);
    assert!(
        head.iter().any(|line| line == "Last-Event-ID: 8"),
        "{head:?}"
    );
}

/// Takes a connection and reads the lines of its request's head.
fn accept(host: &TcpListener) -> (TcpStream, Vec<String>) {
    let (stream, _) = host.accept().unwrap();
    let lines = BufReader::new(&stream).lines().map(Result::unwrap);
    let head = lines.take_while(|line| !line.is_empty()).collect();
    (stream, head)
}

#[test]
fn the_hosts_runs_come_through_and_its_absence_is_told() {
    let emulator = Emulator::start(Config::default()).unwrap();
    let client = Client::new(&emulator);
    let runs = || client.call("GET", "/__page/runs", "", b"");
    assert_eq!(runs().status, 404);
    assert!(
        emulator
            .set_host_url(Some("http://example.com:80"))
            .is_err()
    );
    let refused = client.call("PUT", "/__host", "", br#"{"url":"http://10.0.0.1:80"}"#);
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["error"]
            .as_str()
            .unwrap()
            .contains("10.0.0.1")
    );
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let told = format!(r#"{{"url":"http://{nobody}"}}"#);
    assert_eq!(
        client.call("PUT", "/__host", "", told.as_bytes()).status,
        200
    );
    let answer = runs();
    assert_eq!(answer.status, 502);
    let error = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(error.starts_with("the workflow host cannot tell its runs"));
    assert_eq!(
        client.call("PUT", "/__host", "", br#"{"url":null}"#).json()["url"],
        Value::Null
    );
    assert_eq!(runs().status, 404);
}
