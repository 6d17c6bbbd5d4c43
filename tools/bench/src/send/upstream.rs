//! The server: one thread per connection, one answer for every request, of which it only finds the end.
//! It is a process of its own, so that its work is not measured.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use adapter_bench::Outcome;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::tls;
use crate::cli::Upstream;
use crate::console;

/// Ids of accepted messages.
static ACCEPTED: AtomicU64 = AtomicU64::new(0);

/// Prints its port, then serves until the end of standard input.
pub(crate) fn serve(arguments: &Upstream) -> Outcome<()> {
    let delay = Duration::from_millis(arguments.delay_ms);
    console::say(start(delay, arguments.ca_file.as_deref())?)?;
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    Ok(())
}

/// Serves as long as the process lives, with TLS if the certificate to trust can go into a file.
/// Answers the port.
pub(super) fn start(delay: Duration, ca_file: Option<&Path>) -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let tls = match ca_file {
        Some(file) => Some(tls::server(file)?),
        None => None,
    };
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let tls = tls.clone();
            // If a connection fails, its client has no result and reports that.
            thread::spawn(move || connection(socket, tls, delay));
        }
    });
    Ok(port)
}

fn connection(socket: TcpStream, tls: Option<Arc<ServerConfig>>, delay: Duration) -> Outcome<()> {
    socket.set_nodelay(true)?;
    be_proxy(&socket)?;
    match tls {
        None => answer_all(socket, delay)?,
        Some(config) => {
            let side = ServerConnection::new(config)?;
            answer_all(StreamOwned::new(side, socket), delay)?;
        }
    }
    Ok(())
}

/// Answers CONNECT of clients that have their server's name built in.
fn be_proxy(mut socket: &TcpStream) -> io::Result<()> {
    let mut first = [0];
    if socket.peek(&mut first)? == 0 || first != *b"C" {
        return Ok(());
    }
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte)?;
        head.extend(byte);
    }
    socket.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
}

fn answer_all(mut stream: impl Read + Write, delay: Duration) -> io::Result<()> {
    let mut received = Vec::new();
    let mut part = [0; 8192];
    loop {
        while let Some(length) = message_length(&received) {
            received.drain(..length);
            thread::sleep(delay);
            stream.write_all(answer().as_bytes())?;
            stream.flush()?;
        }
        let amount = stream.read(&mut part)?;
        if amount == 0 {
            return Ok(());
        }
        received.extend_from_slice(part.get(..amount).unwrap_or_default());
    }
}

fn answer() -> String {
    let number = ACCEPTED.fetch_add(1, Ordering::Relaxed);
    let body = format!(
        "{{\"messaging_product\":\"whatsapp\",\
         \"contacts\":[{{\"input\":\"+16505551234\",\"wa_id\":\"16505551234\"}}],\
         \"messages\":[{{\"id\":\"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI{number:016X}AA==\"}}]}}"
    );
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n\
         x-fb-request-id: A1b2C3d4E5f6G7h8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// How long the HTTP message is that `bytes` begin with; none if its end has not come yet.
pub(super) fn message_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(bytes.get(..head)?).to_ascii_lowercase();
    let length = text
        .split_once("\r\ncontent-length:")
        .map_or(0, |(_, after)| {
            let digits = after.trim_start().split("\r\n").next();
            digits
                .and_then(|digits| digits.trim().parse().ok())
                .unwrap_or(0)
        });
    let whole = head + length;
    (bytes.len() >= whole).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_where_its_length_says() {
        let whole = answer();
        let two = [whole.as_bytes(), whole.as_bytes()].concat();
        assert_eq!(message_length(&two), Some(whole.len()));
        assert_eq!(message_length(&two[..whole.len() - 1]), None);
        assert_eq!(message_length(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
    }

    #[test]
    fn whoever_asks_for_a_tunnel_is_answered_by_the_server_itself() {
        let port = start(Duration::ZERO, None).unwrap();
        let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut answer_to = |request: &str| {
            socket.write_all(request.as_bytes()).unwrap();
            let (mut answer, mut byte) = (Vec::new(), [0]);
            while message_length(&answer).is_none() {
                socket.read_exact(&mut byte).unwrap();
                answer.extend(byte);
            }
            String::from_utf8(answer).unwrap()
        };
        let opened = answer_to("CONNECT graph.facebook.com:443 HTTP/1.1\r\n\r\n");
        assert_eq!(opened, "HTTP/1.1 200 Connection established\r\n\r\n");
        let answered = answer_to("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        assert!(answered.contains("wamid."), "{answered}");
    }
}
