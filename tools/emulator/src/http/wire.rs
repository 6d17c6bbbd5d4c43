//! One connection with its read buffer: heads, bodies, and writing.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWrite as _, AsyncWriteExt};

use super::head::{Framing, Headers, RequestHead, ResponseHead};
use super::stream::Stream;

const MAX_HEAD_BYTES: usize = 64 * 1024;
const READ_BYTES: usize = 16 * 1024;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is longer than allowed.
    TooLarge,
    /// The connection broke, or the framing makes no sense.
    Broken(io::Error),
}

impl From<io::Error> for BodyError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// A stream and the bytes read from it that nobody has consumed yet.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: Stream,
    buffer: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// The next request's head, or `None` when the peer has closed between two requests.
    pub(crate) async fn request_head(&mut self) -> io::Result<Option<RequestHead>> {
        loop {
            if let Some((head, length)) = RequestHead::parse(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(Some(head));
            }
            if self.fill_head().await? == 0 {
                let clean = self.buffer.is_empty();
                return if clean {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }

    /// The next final response's head; interim ones are skipped.
    pub(crate) async fn response_head(&mut self) -> io::Result<ResponseHead> {
        loop {
            if let Some((head, length)) = ResponseHead::parse(&self.buffer)? {
                self.buffer.drain(..length);
                if head.status >= 200 {
                    return Ok(head);
                }
            } else if self.fill_head().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// The body that belongs to a request with these headers.
    pub(crate) async fn body(
        &mut self,
        headers: &Headers,
        limit: usize,
    ) -> Result<Vec<u8>, BodyError> {
        match headers.framing()? {
            Framing::None => Ok(Vec::new()),
            Framing::Length(length) if length > limit => Err(BodyError::TooLarge),
            Framing::Length(length) => Ok(self.exactly(length).await?),
            Framing::Chunked => self.chunks(limit).await,
        }
    }

    /// Everything up to the end of stream.
    pub(crate) async fn rest(&mut self, limit: usize) -> Result<Vec<u8>, BodyError> {
        while self.fill().await? > 0 {
            if self.buffer.len() > limit {
                return Err(BodyError::TooLarge);
            }
        }
        Ok(std::mem::take(&mut self.buffer))
    }

    /// Reads until at least `count` bytes of the body have arrived, and leaves them unconsumed.
    pub(crate) async fn at_least(&mut self, count: usize) -> io::Result<()> {
        while self.buffer.len() < count {
            if self.fill().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// As `write`, but an error as soon as the peer has left. A peer that closes its side without
    /// having room for more would else be waited for until its system forgets the connection.
    pub(crate) async fn write_while_heard(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = self.while_heard(|stream, context| stream.poll_write(context, rest));
            rest = rest.get(written.await?..).unwrap_or_default();
        }
        // TLS takes bytes before the socket has room for them: they are waited for here.
        self.while_heard(Stream::poll_flush).await
    }

    /// What `poll` comes to, unless the peer leaves or says something before.
    async fn while_heard<T>(
        &mut self,
        mut poll: impl FnMut(Pin<&mut Stream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> io::Result<T> {
        let stream = &mut self.stream;
        poll_fn(|context| {
            if let Poll::Ready(done) = poll(Pin::new(&mut *stream), context) {
                return Poll::Ready(done);
            }
            while stream.socket().poll_read_ready(context).is_ready() {
                let mut byte = [0];
                match stream.socket().try_read(&mut byte) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    _ => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Whether the peer has closed or sent something that nobody asked for.
    pub(crate) fn is_stale(&self) -> bool {
        let mut byte = [0];
        let waiting = self.stream.socket().try_read(&mut byte);
        !self.buffer.is_empty()
            || !matches!(waiting, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Waits until the peer sends something or leaves.
    pub(crate) async fn readable(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            self.fill().await.map(drop)
        } else {
            Ok(())
        }
    }

    /// Collects what is sent into one TCP segment, or sends what was collected.
    pub(crate) fn hold(&mut self, holds: bool) -> io::Result<()> {
        SockRef::from(self.stream.socket()).set_tcp_cork(holds)
    }

    /// Ends TLS and leaves TCP open; without TLS, ends the direction to the client.
    pub(crate) async fn goodbye(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.shutdown().await,
            Stream::Tls(stream) => {
                stream.get_mut().1.send_close_notify();
                stream.flush().await
            }
        }
    }

    /// Closes in order: FIN, after what was written.
    pub(crate) async fn close(mut self) {
        // The peer may be gone already, which is as closed as it gets.
        let _ = self.stream.shutdown().await;
    }

    /// Closes with RST.
    pub(crate) fn reset(self) {
        self.stream.reset();
    }

    async fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        self.at_least(length).await?;
        Ok(self.buffer.drain(..length).collect())
    }

    async fn chunks(&mut self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).map_err(|_| bad_chunk())?;
            if size.saturating_add(body.len()) > limit {
                return Err(BodyError::TooLarge);
            }
            if size == 0 {
                while !self.line().await?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.exactly(size).await?);
            if !self.line().await?.is_empty() {
                return Err(bad_chunk().into());
            }
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..end + 2).take(end).collect();
                return String::from_utf8(line).map_err(|_| bad_chunk());
            }
            if self.fill_head().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    async fn fill_head(&mut self) -> io::Result<usize> {
        if self.buffer.len() > MAX_HEAD_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "head too long"));
        }
        self.fill().await
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.reserve(READ_BYTES);
        self.stream.read_buf(&mut self.buffer).await
    }
}

fn bad_chunk() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "malformed chunk")
}
