//! Limits, and TLS.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::served::Site;

/// A site whose configuration has `to` in place of `from`.
fn site(from: &str, to: &str) -> Site {
    let site = Site::new("");
    let text = fs::read_to_string(site.file()).unwrap();
    assert!(text.contains(from));
    fs::write(site.file(), text.replacen(from, to, 1)).unwrap();
    site
}

#[test]
fn one_source_that_calls_too_often_is_asked_to_wait() {
    let site = site("feed_origin", "requests_per_second = 2\nfeed_origin");
    let _served = site.serve();
    let answers: Vec<_> = (0..20).map(|_| site.post("whatsapp", b"{}")).collect();
    assert_eq!(answers[0].0, 200);
    let refused = answers.iter().find(|(status, _)| *status == 429).unwrap();
    assert!(refused.1.contains("retry-after: 1"), "{}", refused.1);
}

#[test]
fn with_too_many_runs_waiting_the_sender_is_asked_to_repeat() {
    let site = site("resolve_within", "max_backlog = 0\nresolve_within");
    let _served = site.serve();
    let (status, answer) = site.post("whatsapp", b"{}");
    assert!(
        status == 503 && answer.contains("retry-after: 1"),
        "{answer}"
    );
    assert_eq!(site.runs().len(), 0);
}

#[test]
fn a_sender_that_takes_too_long_is_not_waited_for() {
    let site = site("feed_origin", "request_timeout = \"100ms\"\nfeed_origin");
    let _served = site.serve();
    let mut stream = TcpStream::connect(site.address).unwrap();
    let head = "POST /wfe/api/advancedwebhook/whatsapp HTTP/1.1\r\nHost: x\r\n\
                X-Hub-Signature-256: sha256=00\r\nContent-Length: 10\r\n\r\nhalf";
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    let mut silent = TcpStream::connect(site.address).unwrap();
    silent.write_all(b"POST /wfe").unwrap();
    let mut rest = Vec::new();
    silent.read_to_end(&mut rest).unwrap(); // the host hangs up
}

#[test]
fn the_listener_speaks_tls_if_it_is_told_to() {
    let names = vec!["localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let tls = "tls = { certificate = \"c.pem\", key = \"k.pem\" }\nfeed_origin";
    let site = site("feed_origin", tls);
    fs::write(site.folder.path().join("c.pem"), made.cert.pem()).unwrap();
    fs::write(
        site.folder.path().join("k.pem"),
        made.signing_key.serialize_pem(),
    )
    .unwrap();
    let _served = site.serve();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(site.address).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[test]
fn a_certificate_that_is_not_there_is_named() {
    let site = site(
        "feed_origin",
        "tls = { certificate = \"c.pem\", key = \"k.pem\" }\nfeed_origin",
    );
    let ended = crate::program::run(site.program().arg("serve").arg(site.file()));
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("c.pem"), "{}", ended.stderr);
}
