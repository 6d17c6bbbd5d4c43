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

/// So much is handed over at once: a request of usual length in one write and one TLS record.
pub(super) const PART_BYTES: usize = 16 * 1024;

/// The server spoke before it was asked: that is no answer.
pub(super) const SPOKE_UNASKED: Fault =
    Fault::new(Phase::Connect, Reason::NotHttp, Cause::Handshake);
/// Reaching the server took the time that its answer would need.
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

    /// Hands over a request that is complete.
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

    /// Begins a request that is no message and too long to be held: its parts leave as they are written.
    pub(super) fn begin_streaming(
        &mut self,
        head: &[u8],
        exchange: &mut Exchange,
    ) -> Result<(), Error> {
        self.begin(exchange)?;
        exchange.marks.handed_over = true;
        self.stream.write(head, exchange)
    }

    /// Writes one more part of such a request.
    pub(super) fn write(&mut self, part: &[u8], exchange: &mut Exchange) -> Result<(), Error> {
        self.stream.write(part, exchange)
    }

    /// Before the first byte of a request leaves on a new connection: nothing may have come yet, and
    /// there must be time for an answer. A request that does not leave is not sent; one that leaves
    /// without that would be unknown.
    fn begin(&mut self, exchange: &mut Exchange) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_new) {
            return Ok(());
        }
        if !self.stream.is_silent(exchange) {
            // Something is there to read: what it is does not have to be waited for.
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

    /// What has come and was not read.
    pub(super) fn input(&self) -> &[u8] {
        self.input.unread()
    }

    /// The next `amount` bytes of it are read.
    pub(super) fn consume(&mut self, amount: usize) {
        self.input.consume(amount);
    }

    /// Waits for more of an answer; `false` at the end of the stream.
    pub(super) fn receive(&mut self, exchange: &mut Exchange) -> Result<bool, Error> {
        let read = self.stream.read(self.input.room()?, exchange);
        exchange.marks.ended |= !read.as_ref().is_ok_and(|amount| *amount > 0);
        let amount = read?;
        self.input.filled(amount);
        Ok(amount > 0)
    }

    /// The answer has been read to its end. Gives the connection back if it can carry another request,
    /// and closes it otherwise.
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
        // What is not acknowledged would leave behind the end of its call: the connection is given up.
        // Files are no messages, and a server need not read one to its end to refuse it.
        let has_arrived = tcp.is_all_acknowledged();
        exchange.marks.early |= !has_arrived && !streams;
        if !is_read_to_its_end || !has_arrived {
            return None;
        }
        tcp.settle();
        tcp.is_fresh().then_some(self)
    }

    /// Takes it for another exchange. From here on it is this call's: one that used it before can shut it
    /// down no more, and if it has done so, that shows here.
    pub(super) fn reuse(&mut self, exchange: &mut Exchange) -> bool {
        self.stream
            .tcp()
            .is_some_and(|tcp| tcp.is_fresh() && tcp.attach(exchange))
            && self.stream.is_silent(exchange)
    }

    /// Whether it may go on waiting for a request.
    pub(super) fn may_stay(&mut self) -> bool {
        self.stream
            .tcp()
            .is_some_and(|tcp| tcp.has_nothing_to_read())
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
    use crate::cloud_api::Limits;
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

        fn is_silent(&mut self, _: &mut Exchange) -> bool {
            true
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
