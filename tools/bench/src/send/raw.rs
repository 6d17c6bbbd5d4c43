//! The exchange by hand: one write, and reads until the answer is complete, without parsing more. The
//! difference to this is a client's own cost.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use adapter_bench::Outcome;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::tls;
use super::upstream::message_length;

/// One connection that stays open.
pub(super) struct Raw {
    stream: Stream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Raw {
    /// Connects to a server on loopback; with TLS if there is a certificate to trust.
    pub(super) fn connect(port: u16, ca_file: Option<&Path>) -> Outcome<Self> {
        let socket = TcpStream::connect(("127.0.0.1", port))?;
        socket.set_nodelay(true)?;
        let stream = match ca_file {
            None => Stream::Plain(socket),
            Some(file) => {
                let name = ServerName::try_from("localhost")?;
                let side = ClientConnection::new(tls::client(file)?, name)?;
                Stream::Tls(Box::new(StreamOwned::new(side, socket)))
            }
        };
        Ok(Self {
            stream,
            request: request(port).into_bytes(),
            answer: Vec::new(),
        })
    }

    /// Sends one message.
    pub(super) fn send(&mut self) -> Outcome<()> {
        let io: &mut dyn ReadWrite = match &mut self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(stream) => stream.as_mut(),
        };
        io.write_all(&self.request)?;
        io.flush()?;
        self.answer.clear();
        let mut part = [0; 4096];
        while message_length(&self.answer).is_none() {
            let amount = io.read(&mut part)?;
            if amount == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.answer
                .extend_from_slice(part.get(..amount).unwrap_or_default());
        }
        if self.answer.starts_with(b"HTTP/1.1 200 ") {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&self.answer).into())
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

/// The adapter's request, as closely as possible.
fn request(port: u16) -> String {
    let body = "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\
         \"to\":\"+16505550000\",\"type\":\"text\",\"text\":{\"body\":\"Your parcel is on its way.\"}}";
    format!(
        "POST /v26.0/106540352242922/messages HTTP/1.1\r\nhost: localhost:{port}\r\n\
         authorization: Bearer EAAGm0PX4ZCpsBAbenchbenchbench\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\
         user-agent: adapter-bench\r\naccept: */*\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::upstream;

    #[test]
    fn messages_go_over_one_connection_with_and_without_tls() {
        let name = format!("adapter-bench-test-{}.pem", std::process::id());
        let ca_file = std::env::temp_dir().join(name);
        for file in [None, Some(ca_file.as_path())] {
            let port = upstream::start(std::time::Duration::ZERO, file).unwrap();
            let mut raw = Raw::connect(port, file).unwrap();
            for _ in 0..3 {
                raw.send().unwrap();
            }
        }
        std::fs::remove_file(ca_file).unwrap();
    }
}
