//! The little HTTP/1.1 client that posts notifications and performs the handshake.

use std::io;

use tokio::net::TcpStream;

use super::head::Framing;
use super::{BodyError, Stream, Wire};

const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// An `http://` address taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// Host and port, as the Host field has it.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) target: String,
}

impl Url {
    /// Parses an `http://` URL.
    pub(crate) fn parse(text: &str) -> io::Result<Self> {
        let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "not an http:// URL");
        let rest = text.strip_prefix("http://").ok_or_else(invalid)?;
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.is_empty() || authority.contains('@') {
            return Err(invalid());
        }
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self {
            authority: authority.to_owned(),
            target: format!("{slash}{target}"),
        })
    }

    /// The same address with more query parameters, which must be escaped already.
    pub(crate) fn with_query(mut self, query: &str) -> Self {
        self.target
            .push(if self.target.contains('?') { '&' } else { '?' });
        self.target.push_str(query);
        self
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let has_port =
            self.authority.rsplit(':').next().is_some_and(|port| {
                !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
            });
        let socket = if has_port && self.authority.contains(':') {
            TcpStream::connect(&self.authority).await?
        } else {
            TcpStream::connect((self.authority.as_str(), 80)).await?
        };
        socket.set_nodelay(true)?;
        Ok(socket)
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// One connection kept for the next request to the same authority.
#[derive(Debug, Default)]
pub(crate) struct Client {
    idle: Option<(String, Wire)>,
}

impl Client {
    /// Sends a request and reads the whole answer. `fields` are complete header lines.
    pub(crate) async fn request(
        &mut self,
        method: &str,
        url: &Url,
        fields: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut wire = self.wire(url).await?;
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n",
            url.target, url.authority
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        wire.write(&bytes).await?;
        let head = wire.response_head().await?;
        let until_end = matches!(head.headers.framing()?, Framing::None) && head.status != 204;
        let read = if until_end {
            wire.rest(MAX_ANSWER_BYTES).await
        } else {
            wire.body(&head.headers, MAX_ANSWER_BYTES).await
        };
        let body = read.map_err(|error| match error {
            BodyError::TooLarge => io::Error::new(io::ErrorKind::InvalidData, "answer too large"),
            BodyError::Broken(error) => error,
        })?;
        if head.keeps_alive() && !until_end {
            self.idle = Some((url.authority.clone(), wire));
        }
        Ok(Answer {
            status: head.status,
            body,
        })
    }

    async fn wire(&mut self, url: &Url) -> io::Result<Wire> {
        if let Some((authority, wire)) = self.idle.take()
            && authority == url.authority
            && !wire.is_stale()
        {
            return Ok(wire);
        }
        Ok(Wire::new(Stream::Plain(url.connect().await?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        for (text, authority, target) in [
            ("http://127.0.0.1:80/a?b", "127.0.0.1:80", "/a?b"),
            ("http://h", "h", "/"),
            ("http://h?x=1", "h", "/?x=1"),
            ("http://h/p#f", "h", "/p"),
        ] {
            let url = Url::parse(text).unwrap();
            assert_eq!(
                (url.authority.as_str(), url.target.as_str()),
                (authority, target)
            );
        }
        assert!(Url::parse("https://h/").is_err());
        assert!(Url::parse("http://").is_err());
    }
}
