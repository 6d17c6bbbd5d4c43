//! TLS: with the right certificate, with wrong ones, and with broken handshakes.

use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloud_api_emulator::{Config, Emulator, Fault, Tls};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::{Client, counts, read_rest, request, text_message};

fn emulator() -> (Emulator, Client) {
    let config = Config {
        tls: Some(Tls::default()),
        statuses: false,
        ..Config::default()
    };
    let emulator = Emulator::start(config).unwrap();
    assert!(emulator.base_url().starts_with("https://127.0.0.1:"));
    let client = Client::new(&emulator);
    (emulator, client)
}

/// A connection that trusts the authorities in `pem`.
fn connect(pem: &str, client: &Client) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    for ca in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(ca.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    StreamOwned::new(connection, client.connect())
}

/// What a message gets: the answer, or the text of the error that stopped it.
fn send(emulator: &Emulator, client: &Client) -> Result<String, String> {
    send_trusting(emulator.ca_pem().unwrap(), client)
}

fn send_trusting(pem: &str, client: &Client) -> Result<String, String> {
    let mut stream = connect(pem, client);
    let headers = client.headers() + "Connection: close\r\n";
    let body = text_message("hello").to_string();
    let bytes = request("POST", &client.path(), &headers, body.as_bytes());
    stream
        .write_all(&bytes)
        .map_err(|error| error.to_string())?;
    let (bytes, error) = read_rest(&mut stream);
    match error {
        None => Ok(String::from_utf8(bytes).unwrap()),
        Some(kind) => Err(format!(
            "{kind:?} after {}",
            String::from_utf8_lossy(&bytes)
        )),
    }
}

#[test]
fn a_client_that_trusts_the_ca_is_served() {
    let (emulator, client) = emulator();
    let answer = send(&emulator, &client).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.contains("wamid."),
        "{answer}"
    );
    assert_eq!(counts(&emulator), (1, 1));
}

#[test]
fn wrong_certificates_are_told_apart() {
    let (emulator, client) = emulator();
    for (fault, word) in [
        (Fault::TlsExpired, "xpired"),
        (Fault::TlsWrongName, "not valid for name"),
        (Fault::TlsUnknownCa, "UnknownIssuer"),
    ] {
        emulator.inject(fault.clone());
        let error = send(&emulator, &client).unwrap_err();
        assert!(error.contains(word), "{}: {error}", fault.name());
    }
    assert!(send(&emulator, &client).is_ok());
    assert_eq!(counts(&emulator), (1, 1));
}

#[test]
fn broken_handshakes_end_before_the_request() {
    let (emulator, client) = emulator();
    for (fault, word) in [
        (Fault::TlsClose, "unexpected end of file"),
        (Fault::TlsPlaintext, "corrupt message"),
        (Fault::TlsOldVersion, "ProtocolVersion"),
        (Fault::Tls11, "peer is incompatible"),
    ] {
        emulator.inject(fault.clone());
        let error = send(&emulator, &client).unwrap_err();
        assert!(error.contains(word), "{}: {error}", fault.name());
    }
    assert_eq!(counts(&emulator), (0, 0));
}

#[test]
fn tls_slow_waits_before_the_handshake() {
    let (emulator, client) = emulator();
    emulator.inject(Fault::TlsSlow { ms: 80 });
    let begin = Instant::now();
    assert!(send(&emulator, &client).is_ok());
    assert!(begin.elapsed() >= Duration::from_millis(80));
}

#[test]
fn no_close_notify_looks_like_a_cut() {
    let (emulator, client) = emulator();
    emulator.inject(Fault::NoCloseNotify);
    let error = send(&emulator, &client).unwrap_err();
    assert!(
        error.starts_with("UnexpectedEof") && error.contains("wamid."),
        "{error}"
    );
}

#[test]
fn faults_of_requests_work_under_tls_too() {
    let (emulator, client) = emulator();
    emulator.inject(Fault::ResetAfterBody);
    let error = send(&emulator, &client).unwrap_err();
    assert!(
        error.starts_with(&format!("{:?}", io::ErrorKind::ConnectionReset)),
        "{error}"
    );
    emulator.inject(Fault::CloseAfterBody.accepted());
    assert_eq!(send(&emulator, &client), Ok(String::new()));
    assert_eq!(counts(&emulator), (2, 1));
}

#[test]
fn weak_signatures_are_refused_for_their_weakness() {
    let (emulator, client) = emulator();
    let trusted = Emulator::weak_ca_pem();
    for fault in [Fault::TlsSha1, Fault::TlsShortKey] {
        emulator.inject(fault.clone());
        let error = send_trusting(&trusted, &client).unwrap_err();
        assert!(error.contains("ignature"), "{}: {error}", fault.name());
        // Without their authority they are as unknown as any other.
        emulator.inject(fault.clone());
        let error = send(&emulator, &client).unwrap_err();
        assert!(error.contains("UnknownIssuer"), "{}: {error}", fault.name());
    }
    assert_eq!(counts(&emulator), (0, 0));
}

#[test]
fn an_endless_body_ends_when_its_client_leaves_without_having_read_it() {
    let (emulator, client) = emulator();
    emulator.inject(Fault::EndlessBody);
    let mut stream = connect(emulator.ca_pem().unwrap(), &client);
    let body = text_message("hello").to_string();
    let bytes = request("POST", &client.path(), &client.headers(), body.as_bytes());
    stream.write_all(&bytes).unwrap();
    let socket = &stream.sock;
    // Until nothing more comes: neither side has room any more.
    let (mut buffer, mut known, mut same) = (vec![0; 16 * 1024 * 1024], 0, 0);
    while same < 1_000 {
        let held = socket.peek(&mut buffer).unwrap();
        same = if held == known { same + 1 } else { 0 };
        known = held;
        std::thread::yield_now();
    }
    socket.shutdown(Shutdown::Write).unwrap();
    assert!(emulator.settle(Duration::from_secs(10)), "{known} bytes");
}
