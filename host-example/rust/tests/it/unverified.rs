//! Requests that nobody has vouched for: floods of them, and such as are told in two ways.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use cloud_api_emulator::{inbound, sign};
use serde_json::json;

use crate::served::{Site, greet_if};

const POST: &str = "POST /wfe/api/advancedwebhook/whatsapp HTTP/1.1\r\nHost: x\r\n";

fn site(settings: &str) -> Site {
    let site = Site::new("");
    let text = fs::read_to_string(site.file()).unwrap();
    let text = text.replacen("feed_origin", &format!("{settings}\nfeed_origin"), 1);
    fs::write(site.file(), text).unwrap();
    site
}

/// The status of the answer to these bytes, whose sender says no more.
fn status(site: &Site, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(site.address).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    let text = std::str::from_utf8(&answer).unwrap();
    text.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn h06_bodies_that_never_come_and_idle_connections_stop_no_genuine_webhook() {
    let site = site("max_concurrent = 4\nmax_connections = 40\nmax_connections_per_source = 32");
    let served = site.serve();
    let head = format!("{POST}X-Hub-Signature-256: sha256=00\r\nContent-Length: 2900000\r\n\r\n{{");
    let mut held = Vec::new();
    for number in 0..256 {
        let mut stream = TcpStream::connect(site.address).unwrap();
        if number % 2 == 0 {
            let _ = stream.write_all(head.as_bytes());
        }
        held.push(stream);
        if number % 64 == 63 {
            assert_eq!(site.post("whatsapp", b"{}").0, 200, "after {number}");
        }
    }
    served.wait_for_line("too many connections: one that has brought nothing makes room");
    assert_eq!(site.post("whatsapp", b"{}").0, 200);
    drop(held);
}

#[test]
fn h06_large_bodies_of_strangers_share_a_budget_and_genuine_webhooks_go_on() {
    let site = site("max_unverified_bytes = 1_000_000");
    let served = site.serve();
    let head = format!("{POST}X-Hub-Signature-256: sha256=00\r\nContent-Length: 2900000\r\n\r\n");
    let part = vec![b' '; 400_000];
    let mut held = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(site.address).unwrap();
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&part); // refused in the middle, once there is no room
        held.push(stream);
    }
    served.wait_for_line("max_unverified_bytes");
    assert_eq!(site.post("whatsapp", b"{}").0, 200);
    let page = site.get("/healthz").0;
    assert_eq!(page, 200);
    drop(held);
}

#[test]
fn h07_a_signed_body_that_is_no_utf8_is_taken_as_the_adapter_takes_it() {
    let site = Site::new(&greet_if(
        "true",
        "[[workflow.step]]\nname = \"pause\"\nwait = \"1h\"",
    ));
    let _served = site.serve();
    let mut body = inbound_body(&site).into_bytes();
    let at = body.windows(5).position(|part| part == b"hello").unwrap();
    body[at] = 0xff;
    assert_eq!(site.post("whatsapp", &body).0, 200);
    site.wait_until("it runs", |site| site.are("greet", 1, "waiting"));
    assert_eq!(
        site.post("whatsapp", b"\xff\xfe").0,
        200,
        "the adapter says what it is"
    );
}

/// A notification with the text hello.
fn inbound_body(site: &Site) -> String {
    let number = &site.emulator.config().phone_number_id;
    let mut message = inbound::text("16505551234", "hello");
    message["id"] = json!("wamid.H7");
    message["timestamp"] = json!("1750000000");
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages", "value": {"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": number},
        "messages": [message]}}]}]})
    .to_string()
}

#[test]
fn h07_what_is_told_twice_or_badly_cut_is_refused() {
    let site = Site::new("");
    let _served = site.serve();
    let right = format!(
        "X-Hub-Signature-256: {}\r\n",
        sign(&site.emulator.config().app_secret, b"{}")
    );
    let wrong = format!("X-Hub-Signature-256: sha256={}\r\n", "0".repeat(64));
    let sized = "Content-Length: 2\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (fields, body, expected) in [
        (format!("{right}{sized}"), "{}", 200),
        (format!("{right}{right}{sized}"), "{}", 403),
        (format!("{right}{wrong}{sized}"), "{}", 403),
        (format!("{wrong}{right}{sized}"), "{}", 403),
        (format!("{right}{chunked}"), "2\r\n{}\r\n0\r\n\r\n", 200),
        (format!("{right}{chunked}"), "zz\r\n{}\r\n0\r\n\r\n", 400),
        (format!("{right}{chunked}"), "2\r\n{}x\r\n0\r\n\r\n", 400),
        (
            format!("{right}{chunked}{sized}"),
            "2\r\n{}\r\n0\r\n\r\n",
            400,
        ),
        (
            format!("{right}{sized}{chunked}"),
            "2\r\n{}\r\n0\r\n\r\n",
            400,
        ),
    ] {
        let request = format!("{POST}{fields}\r\n{body}");
        assert_eq!(
            status(&site, request.as_bytes()),
            expected,
            "{fields}{body}"
        );
    }
    assert_eq!(site.runs_of("process").len(), 2, "nothing else was taken");
}
