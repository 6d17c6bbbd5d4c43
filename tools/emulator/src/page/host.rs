//! The workflow host behind the webhook: its address, and its feed of runs.
//!
//! The page cannot ask the host itself, which is another origin. So the emulator reads the host's
//! feed of events and puts it into its own, in one order with everything else.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::feed::Feed;
use super::item::now_ms;
use crate::http::Response;
use crate::http::client::{Client, Url};

/// The host's feed of events.
const EVENTS: &str = "/__host/events";
/// The host's runs so far.
const RUNS: &str = "/__host/runs?limit=100";
/// How long to wait before asking a host again that is not there.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the host may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest line of the host's feed that is passed on.
const MAX_LINE_BYTES: u64 = 256 * 1024;

/// The host's address and connection state.
#[derive(Debug, Default)]
pub(crate) struct Host {
    address: watch::Sender<Option<SocketAddr>>,
    connected: AtomicBool,
}

impl Host {
    /// The host's address, if it is known.
    pub(crate) fn url(&self) -> Option<String> {
        self.address
            .borrow()
            .map(|address| format!("http://{address}"))
    }

    /// Whether the emulator is connected to the host's feed.
    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    /// Sets or removes the host's address.
    pub(crate) fn set_url(&self, url: Option<&str>) -> io::Result<()> {
        let address = url.map(loopback_address).transpose()?;
        self.address.send_replace(address);
        Ok(())
    }
}

/// The address in `http://127.0.0.1:8080`. Only loopback addresses are accepted: otherwise the page could
/// make the emulator send requests to any server.
fn loopback_address(url: &str) -> io::Result<SocketAddr> {
    let invalid = || {
        let reason = format!(
            "the host's URL must be http://127.0.0.1:PORT or http://[::1]:PORT, is \"{url}\""
        );
        io::Error::new(io::ErrorKind::InvalidInput, reason)
    };
    let parsed = Url::parse(url).map_err(|_| invalid())?;
    let authority = match parsed.authority.strip_prefix("localhost:") {
        Some(port) => format!("{}:{port}", Ipv4Addr::LOCALHOST),
        None => parsed.authority,
    };
    let address: SocketAddr = authority.parse().map_err(|_| invalid())?;
    let loopback = match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback(),
    };
    (loopback && parsed.target == "/")
        .then_some(address)
        .ok_or_else(invalid)
}

/// Takes the host's address from a control call.
pub(super) fn told(host: &Host, body: &[u8]) -> Response {
    #[derive(Deserialize)]
    struct Told {
        url: Option<String>,
    }
    let set = serde_json::from_slice(body)
        .map_err(io::Error::other)
        .and_then(|Told { url }| host.set_url(url.as_deref()));
    match set {
        Ok(()) => Response::json(200, &json!({"url": host.url()})),
        Err(error) => Response::json(400, &json!({"error": error.to_string()})),
    }
}

/// Asks the host for its runs so far.
pub(super) async fn runs(host: &Host) -> Response {
    let Some(url) = host.url() else {
        return Response::json(404, &json!({"error": "no workflow host is known"}));
    };
    let asked = async {
        let url = Url::parse(&format!("{url}{RUNS}"))?;
        Client::default().request("GET", &url, "", &[]).await
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) if answer.status == 200 => {
            Response::new(200, "application/json; charset=UTF-8", answer.body)
        }
        Ok(Ok(answer)) => unreachable_host(&format!("it answered with {}", answer.status)),
        Ok(Err(error)) => unreachable_host(&error.to_string()),
        Err(_) => unreachable_host("it took too long"),
    }
}

fn unreachable_host(reason: &str) -> Response {
    let error = format!("the workflow host cannot tell its runs: {reason}");
    Response::json(502, &json!({"error": error}))
}

/// An item of the host's feed, as the emulator's feed repeats it.
#[derive(Debug, Serialize)]
struct HostItem {
    at_ms: u128,
    data: Value,
}

/// The state of the connection to the host's feed.
#[derive(Debug, Serialize)]
struct LinkItem {
    at_ms: u128,
    connected: bool,
}

fn link(host: &Host, feed: &Feed, connected: bool) {
    host.connected.store(connected, Ordering::SeqCst);
    let at_ms = now_ms();
    let item = LinkItem { at_ms, connected };
    feed.publish("host_link", &item);
}

/// Follows the host's feed, also after its address changes, until the emulator stops.
pub(crate) async fn follow(host: &Host, feed: &Feed) {
    let mut told = host.address.subscribe();
    let mut last_id = String::new();
    loop {
        let address = *told.borrow_and_update();
        let reading = async {
            match address {
                Some(address) => {
                    read(host, feed, address, &mut last_id).await;
                    sleep(PAUSE).await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = told.changed() => {
                if changed.is_err() {
                    return;
                }
                last_id.clear();
                if host.is_connected() {
                    link(host, feed, false);
                }
            }
            () = reading => {}
        }
    }
}

/// Reads the feed of one host until it ends.
async fn read(host: &Host, feed: &Feed, address: SocketAddr, last_id: &mut String) {
    let Ok(Ok(mut lines)) = timeout(PATIENCE, connect(address, last_id)).await else {
        return;
    };
    link(host, feed, true);
    let mut data = String::new();
    while let Ok(Some(line)) = lines.next().await {
        if line.is_empty() {
            if let Ok(data) = serde_json::from_str(&data) {
                let at_ms = now_ms();
                let item = HostItem { at_ms, data };
                feed.publish("host", &item);
            }
            data.clear();
        } else if let Some((field, value)) = line.split_once(':') {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "data" => data.push_str(value),
                "id" => value.clone_into(last_id),
                _ => {}
            }
        }
    }
    link(host, feed, false);
}

/// Requests the feed and reads the response head. HTTP/1.0 avoids chunked encoding, so the bytes after
/// the head are the feed itself.
async fn connect(address: SocketAddr, last_id: &str) -> io::Result<Lines> {
    let mut socket = TcpStream::connect(address).await?;
    let resume = if last_id.is_empty() {
        String::new()
    } else {
        format!("Last-Event-ID: {last_id}\r\n")
    };
    let request = format!(
        "GET {EVENTS} HTTP/1.0\r\nHost: {address}\r\nAccept: text/event-stream\r\n{resume}\r\n"
    );
    socket.write_all(request.as_bytes()).await?;
    let mut lines = Lines(BufReader::new(socket));
    let status = lines.next().await?.unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(io::Error::other("the host has no feed"));
    }
    while lines.next().await?.is_some_and(|line| !line.is_empty()) {}
    Ok(lines)
}

/// The lines of the host's answer.
#[derive(Debug)]
struct Lines(BufReader<TcpStream>);

impl Lines {
    async fn next(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.0).take(MAX_LINE_BYTES);
        if limited.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_loopback_address_is_a_host() {
        for url in [
            "http://127.0.0.1:8080",
            "http://localhost:8080/",
            "http://[::1]:8080",
        ] {
            assert!(loopback_address(url).is_ok(), "{url}");
        }
        for url in [
            "http://10.0.0.1:8080",
            "http://example.com:8080",
            "http://localhost.example.com:8080",
            "http://127.0.0.1",
            "http://127.0.0.1:8080/path",
            "http://127.0.0.1:8080@example.com",
            "https://127.0.0.1:8080",
            "127.0.0.1:8080",
            "",
        ] {
            let error = loopback_address(url).unwrap_err();
            assert!(error.to_string().contains("http://127.0.0.1:PORT"), "{url}");
        }
    }
}
