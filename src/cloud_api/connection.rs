//! A connection to a server, used by one exchange at a time.
//!
//! Head and body of a request leave in one write, and the moment before its last byte is handed to the
//! TLS or socket layer is marked. That is the proof behind *not sent*.

use std::io;

use ureq::Error;

use super::buffer::Buffer;
use super::exchange::Exchange;
use super::reason::{Cause, Fault, Phase, Reason};
use super::tcp::Stream;

/// Size of one write: a usual request fits into one write and one TLS record.
pub(super) const PART_BYTES: usize = 16 * 1024;

/// The server sent bytes before the request, which therefore are no response.
pub(super) const SPOKE_UNASKED: Fault =
    Fault::new(Phase::Connect, Reason::NotHttp, Cause::Handshake);
/// Connecting took the time that the response would have needed.
const TOO_LATE: Fault = Fault::new(Phase::Connect, Reason::Timeout, Cause::OutOfTime);

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    input: Buffer,
    /// No request has been written to it.
    is_new: bool,
}

impl Connection {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            input: Buffer::default(),
            is_new: true,
        }
    }

    /// Sends a complete request.
    pub(super) fn hand_over(
        &mut self,
        request: &[u8],
        exchange: &mut Exchange,
    ) -> Result<(), Error> {
        self.begin(exchange)?;
        let mut rest = request;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(rest.len().min(PART_BYTES));
            if after.is_empty() {
                exchange.marks.handed_over = true;
            }
            self.stream.write(part, exchange)?;
            rest = after;
        }
        Ok(())
    }

    /// Starts a request that is no message and too long to be buffered: its parts are sent as they are
    /// written.
    pub(super) fn begin_streaming(
        &mut self,
        head: &[u8],
        exchange: &mut Exchange,
    ) -> Result<(), Error> {
        self.begin(exchange)?;
        exchange.marks.handed_over = true;
        self.stream.write(head, exchange)
    }

    /// Sends one more part of such a request.
    pub(super) fn write(&mut self, part: &[u8], exchange: &mut Exchange) -> Result<(), Error> {
        self.stream.write(part, exchange)
    }

    /// Checks a new connection before the first byte of a request is sent: no byte may have arrived, and
    /// there must be time for a response. Refusing to send here proves *not sent*; sending anyway would
    /// end as *unknown*.
    fn begin(&mut self, exchange: &mut Exchange) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_new) {
            return Ok(());
        }
        let is_silent = self.stream.is_silent(exchange);
        exchange.marks.ended |= is_silent.is_err();
        if !is_silent? {
            // There is something to read, so this does not block.
            return Err(if self.receive(exchange)? {
                exchange.give_up(SPOKE_UNASKED)
            } else {
                Error::Io(io::ErrorKind::UnexpectedEof.into())
            });
        }
        if exchange.is_too_late() {
            return Err(exchange.give_up(TOO_LATE));
        }
        Ok(())
    }

    /// Received bytes that have not been read.
    pub(super) fn input(&self) -> &[u8] {
        self.input.unread()
    }

    /// The next `amount` bytes of it are read.
    pub(super) fn consume(&mut self, amount: usize) {
        self.input.consume(amount);
    }

    /// Waits for more of a response; `false` at the end of the stream.
    pub(super) fn receive(&mut self, exchange: &mut Exchange) -> Result<bool, Error> {
        let read = self.stream.read(self.input.room()?, exchange);
        exchange.marks.ended |= !read.as_ref().is_ok_and(|amount| *amount > 0);
        let amount = read?;
        self.input.filled(amount);
        Ok(amount > 0)
    }

    /// The response was read to its end. Returns the connection if it can carry another request, and
    /// closes it otherwise.
    pub(super) fn finish(
        mut self,
        must_close: bool,
        streams: bool,
        exchange: &mut Exchange,
    ) -> Option<Self> {
        exchange.marks.left_over |= !self.input.unread().is_empty();
        let is_read_to_its_end = !must_close
            && self.input.unread().is_empty()
            && self.stream.is_read_to_its_end(exchange);
        let tcp = self.stream.tcp()?;
        // Unacknowledged bytes could still be sent after the call has returned, so the connection is
        // abandoned. Uploads are exempt from the mark: a server may refuse a file without reading all of
        // it.
        let has_arrived = tcp.is_all_acknowledged();
        exchange.marks.early |= !has_arrived && !streams;
        if !is_read_to_its_end || !has_arrived {
            return None;
        }
        tcp.settle();
        tcp.is_fresh().then_some(self)
    }

    /// Takes the connection for another exchange. From here on an earlier call can no longer shut it
    /// down; if it already has, the check of the stream shows it.
    pub(super) fn reuse(&mut self, exchange: &mut Exchange) -> bool {
        self.stream
            .tcp()
            .is_some_and(|tcp| tcp.is_fresh() && tcp.attach(exchange))
            && self.stream.is_silent(exchange).unwrap_or(false)
    }

    /// Whether the connection may stay idle.
    pub(super) fn may_stay(&mut self) -> bool {
        self.stream
            .tcp()
            .is_some_and(|tcp| tcp.has_nothing_to_read().unwrap_or(false))
    }
}

#[cfg(test)]
impl Connection {
    pub(super) fn tcp(&mut self) -> Option<&mut super::tcp::Tcp> {
        self.stream.tcp()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::call::Limits;
    use crate::cloud_api::tcp::Tcp;

    /// Takes so many parts, and fails at the next.
    #[derive(Debug)]
    struct Inner {
        /// Bytes of the whole request.
        length: usize,
        takes: usize,
        /// What has arrived.
        parts: Arc<Mutex<Vec<Vec<u8>>>>,
    }

    impl Stream for Inner {
        fn write(&mut self, bytes: &[u8], exchange: &mut Exchange) -> Result<(), Error> {
            let mut parts = self.parts.lock().unwrap();
            let before: usize = parts.iter().map(Vec::len).sum();
            let is_last = before + bytes.len() == self.length;
            assert_eq!(
                exchange.marks.handed_over, is_last,
                "marked before the last byte, not earlier"
            );
            if parts.len() == self.takes {
                return Err(Error::Io(io::ErrorKind::ConnectionReset.into()));
            }
            parts.push(bytes.to_vec());
            Ok(())
        }

        fn read(&mut self, _: &mut [u8], _: &mut Exchange) -> Result<usize, Error> {
            Ok(0)
        }

        fn is_silent(&mut self, _: &mut Exchange) -> Result<bool, Error> {
            Ok(true)
        }

        fn is_read_to_its_end(&mut self, _: &mut Exchange) -> bool {
            true
        }

        fn tcp(&mut self) -> Option<&mut Tcp> {
            None
        }
    }

    /// Hands so many bytes over to a stream that takes so many parts. Whether that went well, what
    /// arrived, and whether the request counts as handed over.
    fn send(bytes: usize, takes: usize) -> (bool, Vec<Vec<u8>>, bool) {
        let parts = Arc::default();
        let inner = Inner {
            length: bytes,
            takes,
            parts: Arc::clone(&parts),
        };
        let mut exchange = Exchange::new(&Limits {
            deadline: Instant::now() + Duration::from_secs(60),
            cancel: Arc::default(),
        });
        let mut connection = Connection::new(Box::new(inner));
        let result = connection.hand_over(&request(bytes), &mut exchange);
        let parts = parts.lock().unwrap().clone();
        (result.is_ok(), parts, exchange.marks.handed_over)
    }

    fn request(bytes: usize) -> Vec<u8> {
        (0..=u8::MAX).cycle().take(bytes).collect()
    }

    #[test]
    fn what_breaks_before_its_last_part_was_not_handed_over() {
        for (bytes, count) in [
            (1, 1),
            (PART_BYTES, 1),
            (PART_BYTES + 1, 2),
            (3 * PART_BYTES, 3),
            (3 * PART_BYTES + 33, 4),
        ] {
            for takes in 0..=count {
                let (is_sent, parts, handed_over) = send(bytes, takes);
                let what = format!("{bytes} bytes, {takes} of {count} parts taken");
                assert_eq!(is_sent, takes == count, "{what}");
                assert_eq!(parts.len(), takes, "{what}");
                assert!(request(bytes).starts_with(&parts.concat()), "{what}");
                assert_eq!(parts.concat().len() == bytes, is_sent, "{what}");
                // The part that failed may have arrived all the same.
                assert_eq!(handed_over, takes + 1 >= count, "{what}");
            }
        }
    }
}
