//! What HTTP's own reader does not tell: whether a request says twice, and in two ways, how long its body
//! is. Whoever stands in front may have read the other of the two, so such a request is refused.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So much of a line is looked at; the fields that count are shorter.
const KEPT: usize = 128;

/// Whether the connection has brought a request with a `Transfer-Encoding` and a `Content-Length`.
#[derive(Debug, Clone, Default)]
pub(super) struct Ambiguous(Arc<AtomicBool>);

impl Ambiguous {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A stream whose requests' heads are looked at as they pass.
pub(super) struct Watched<S> {
    stream: S,
    heads: Heads,
    ambiguous: Ambiguous,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, ambiguous: Ambiguous) -> Self {
        let heads = Heads::default();
        Self {
            stream,
            heads,
            ambiguous,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        let came = buffer.filled().get(before..).unwrap_or_default();
        if this.heads.pass(came) {
            this.ambiguous.0.store(true, Ordering::Release);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// Where the bytes of a connection stand.
#[derive(Debug, Default)]
struct Heads {
    place: Place,
    line: Vec<u8>,
    /// Whether a line of this head has passed.
    has_begun: bool,
    length: Option<u64>,
    is_chunked: bool,
}

#[derive(Debug, Default, PartialEq)]
enum Place {
    #[default]
    Head,
    /// So many bytes of a body are to come.
    Body(u64),
    /// A chunked body, after which the host closes the connection: no other head comes.
    Chunks,
}

impl Heads {
    /// Whether these bytes end a head that has both fields.
    fn pass(&mut self, mut bytes: &[u8]) -> bool {
        let mut found = false;
        while !bytes.is_empty() {
            match &mut self.place {
                Place::Chunks => return found,
                Place::Body(left) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX);
                    let skipped = here.min(bytes.len());
                    *left -= u64::try_from(skipped).unwrap_or(0);
                    if *left == 0 {
                        self.place = Place::Head;
                    }
                    bytes = bytes.get(skipped..).unwrap_or_default();
                }
                Place::Head => {
                    let end = bytes.iter().position(|byte| *byte == b'\n');
                    let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
                    let room = KEPT.saturating_sub(self.line.len());
                    self.line.extend(part.iter().take(room));
                    let Some(end) = end else { return found };
                    bytes = bytes.get(end + 1..).unwrap_or_default();
                    found |= self.end_of_line();
                }
            }
        }
        found
    }

    fn end_of_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_ascii();
        if !line.is_empty() {
            if let Some((name, value)) = field(line).filter(|_| self.has_begun) {
                if name.eq_ignore_ascii_case(b"transfer-encoding") {
                    self.is_chunked = true;
                } else if name.eq_ignore_ascii_case(b"content-length") {
                    let digits = std::str::from_utf8(value).ok();
                    let length = digits.and_then(|digits| digits.trim().parse().ok());
                    self.length = Some(length.unwrap_or(u64::MAX)); // refused by whoever reads it
                }
            }
            self.has_begun = true;
            return false;
        }
        if !self.has_begun {
            return false; // empty lines before a request
        }
        let is_both = self.is_chunked && self.length.is_some();
        self.place = match self.length {
            _ if self.is_chunked => Place::Chunks,
            Some(length) if length > 0 => Place::Body(length),
            _ => Place::Head,
        };
        (self.has_begun, self.length, self.is_chunked) = (false, None, false);
        is_both
    }
}

fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((line.get(..colon)?.trim_ascii(), line.get(colon + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h07_two_lengths_of_one_body_are_seen_however_the_bytes_come() {
        let one = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let sized = "POST / HTTP/1.1\r\nContent-Length: 39\r\n\r\ntransfer-encoding: x\r\ncontent-length: 1";
        let chunked =
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\ncontent-length: 1\r\n\r\n";
        let both = "POST / HTTP/1.1\ncontent-LENGTH:5\nX: y\nTransfer-encoding : chunked\n\n";
        let other = "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n";
        for (text, expected) in [
            (one.repeat(2), false),
            (format!("{sized}{one}{chunked}"), false),
            (format!("\r\n\r\n{one}{both}"), true),
            (format!("{sized}{other}"), true),
        ] {
            for size in [1, 7, 4096] {
                let mut heads = Heads::default();
                let mut found = false;
                for part in text.as_bytes().chunks(size) {
                    found |= heads.pass(part);
                }
                assert_eq!(found, expected, "{size}: {text}");
            }
        }
    }
}
