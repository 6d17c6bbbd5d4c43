//! A buffer for received bytes that have not been read yet.

use ureq::Error;

/// A response of the Graph API fits into one buffer.
const BYTES: usize = 16 * 1024;

/// A buffer of fixed size, allocated on first use.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    from: usize,
    to: usize,
}

impl Buffer {
    /// The bytes that have not been read.
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or_default()
    }

    /// The next `amount` bytes have been read.
    pub(super) fn consume(&mut self, amount: usize) {
        self.from = self.to.min(self.from + amount);
        if self.from == self.to {
            (self.from, self.to) = (0, 0);
        }
    }

    /// Space for more bytes. The reader consumes bytes as soon as it can parse them, so a full buffer
    /// means a response head, or a line of one, of excessive length.
    ///
    /// # Errors
    /// There is none left, and reading nothing would look like the end of the connection.
    pub(super) fn room(&mut self) -> Result<&mut [u8], Error> {
        if self.bytes.is_empty() {
            self.bytes = vec![0; BYTES];
        }
        if self.to == self.bytes.len() {
            self.bytes.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        let held = self.to;
        match self.bytes.get_mut(held..) {
            Some(room) if !room.is_empty() => Ok(room),
            _ => Err(Error::LargeResponseHeader(held, BYTES)),
        }
    }

    /// `amount` bytes were written into the room.
    pub(super) fn filled(&mut self, amount: usize) {
        self.to = self.bytes.len().min(self.to + amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_makes_room_and_a_full_buffer_has_none() {
        let mut buffer = Buffer::default();
        let room = buffer.room().unwrap();
        assert_eq!(room.len(), BYTES);
        room[..3].copy_from_slice(b"abc");
        buffer.filled(3);
        buffer.consume(1);
        assert_eq!(buffer.unread(), b"bc");
        let room = buffer.room().unwrap();
        assert_eq!(room.len(), BYTES - 3);
        buffer.filled(BYTES - 3);
        assert_eq!(buffer.room().unwrap().len(), 1);
        assert!(buffer.unread().starts_with(b"bc"));
        buffer.filled(1);
        assert!(matches!(buffer.room(), Err(Error::LargeResponseHeader(..))));
        buffer.consume(BYTES);
        assert_eq!(buffer.unread(), b"");
        assert_eq!(buffer.room().unwrap().len(), BYTES);
    }
}
