//! The bytes to and from a server, over TCP or over TLS.

use std::fmt;

use ureq::Error;

use super::exchange::Exchange;
use super::tcp::Tcp;

/// A stream of bytes, bound to the deadline of the exchange that uses it.
pub(super) trait Stream: fmt::Debug + Send {
    /// Writes all of `bytes`.
    fn write(&mut self, bytes: &[u8], exchange: &mut Exchange) -> Result<(), Error>;

    /// Waits for bytes and reads as many as fit; 0 at the end of the stream.
    fn read(&mut self, into: &mut [u8], exchange: &mut Exchange) -> Result<usize, Error>;

    /// Before a request: whether nothing has come that nobody asked for, and no end is in sight.
    fn is_silent(&mut self, exchange: &mut Exchange) -> bool;

    /// Behind an answer that was read to its end: whether nothing more has come with it.
    fn is_read_to_its_end(&mut self, exchange: &mut Exchange) -> bool;

    /// The TCP connection at the bottom; none under a test's script.
    fn tcp(&mut self) -> Option<&mut Tcp>;
}
