//! Who may use the page and the control endpoints; what others are told, and that nothing came of it.

use std::io::{BufReader, Write as _};

use cloud_api_emulator::Emulator;

use crate::support::{Answer, Client, counts, quiet, read_answer, text_message};

/// A request whose Host and Origin are chosen.
fn call(client: &Client, method: &str, path: &str, host: &str, origin: Option<&str>) -> Answer {
    let body = r#"{"type":"text","text":{"body":"hello"}}"#;
    let origin = origin.map_or_else(String::new, |origin| format!("Origin: {origin}\r\n"));
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{origin}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = client.connect();
    stream.write_all(request.as_bytes()).unwrap();
    read_answer(&mut BufReader::new(stream)).unwrap()
}

fn recorded(emulator: &Emulator, client: &Client) -> usize {
    // What was queued before this has been recorded when this has.
    emulator.post_notification(b"{}".to_vec());
    loop {
        let webhooks = client.call("GET", "/__ledger", "", b"").json()["webhooks"].clone();
        let webhooks = webhooks.as_array().unwrap().clone();
        if webhooks
            .last()
            .is_some_and(|webhook| webhook["body"] == "{}")
        {
            return webhooks.len() - 1;
        }
    }
}

#[test]
fn a_name_that_dns_points_here_gets_nothing() {
    let (emulator, client) = quiet();
    for host in ["attacker.example", "127.0.0.1.attacker.example:80", ""] {
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/__ledger"),
            ("GET", "/__page/feed"),
            ("POST", "/__inbound"),
            ("DELETE", "/__ledger"),
            ("PUT", "/__host"),
        ] {
            let answer = call(&client, method, path, host, None);
            assert_eq!(answer.status, 403, "{method} {path} for {host}");
            assert!(String::from_utf8_lossy(&answer.body).contains("loopback address"));
        }
    }
    assert_eq!(recorded(&emulator, &client), 0);
}

#[test]
fn a_page_of_another_origin_gets_nothing() {
    let (emulator, client) = quiet();
    let host = client.address.to_string();
    for origin in [
        "http://attacker.example",
        "null",
        "http://127.0.0.1:1",
        "https://127.0.0.1",
        &format!("https://{host}"),
    ] {
        for (method, path) in [("POST", "/__inbound"), ("GET", "/__page/feed")] {
            let answer = call(&client, method, path, &host, Some(origin));
            assert_eq!(answer.status, 403, "{origin}");
        }
    }
    assert_eq!(recorded(&emulator, &client), 0);
    let own = format!("http://{host}");
    assert_eq!(
        call(&client, "POST", "/__inbound", &host, Some(&own)).status,
        202
    );
    let (_, port) = host.rsplit_once(':').unwrap();
    let localhost = format!("localhost:{port}");
    let own = format!("http://{localhost}");
    assert_eq!(
        call(&client, "POST", "/__inbound", &localhost, Some(&own)).status,
        202
    );
}

#[test]
fn a_send_may_name_the_machine_as_it_likes() {
    let (emulator, client) = quiet();
    let body = text_message("hello").to_string();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: graph.facebook.com\r\n{}Content-Length: {}\r\n\r\n{body}",
        client.path(),
        client.headers(),
        body.len()
    );
    let mut stream = client.connect();
    stream.write_all(request.as_bytes()).unwrap();
    let answer = read_answer(&mut BufReader::new(stream)).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(counts(&emulator), (1, 1));
}
