//! A reader of JSON that keeps nothing and copies nothing: it checks the text, and hands out slices of it.
//!
//! For text of a known shape. Whatever it does not expect ends it: a name with an escape in it, nesting
//! without end, a mistake in the syntax. It takes no text that a parser would not take.

use std::ops::Range;

use super::unescape::unescaped;
use super::{Escapes, Raw};

/// Where in a text the reader is.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    escapes: usize,
    surrogates: usize,
}

/// A place in a text, to go back to.
#[derive(Clone, Copy)]
pub struct Place {
    at: usize,
    escapes: usize,
    surrogates: usize,
}

/// Objects and arrays in each other, at most.
const DEPTH: u32 = 64;
/// Bytes of a text whose strings are decoded while they are read. In a longer one they are only looked
/// at: it may be longer than its reader allows.
const DECODED_AT_ONCE: usize = 1024 * 1024;

impl<'a> Reader<'a> {
    /// A reader at the beginning of `text`.
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            escapes: 0,
            surrogates: 0,
        }
    }

    /// The place of what follows.
    pub fn place(&mut self) -> Option<Place> {
        self.peek()?;
        Some(Place {
            at: self.at,
            escapes: self.escapes,
            surrogates: self.surrogates,
        })
    }

    /// Goes back to `place`.
    pub fn back(&mut self, place: Place) {
        Place {
            at: self.at,
            escapes: self.escapes,
            surrogates: self.surrogates,
        } = place;
    }

    /// Where the text from `place` to here lies.
    pub fn since(&self, place: Place) -> Range<usize> {
        place.at..self.at
    }

    /// What escapes the text from `place` to here has.
    pub fn escapes_since(&self, place: Place) -> Escapes {
        if self.escapes == place.escapes {
            Escapes::None
        } else if self.surrogates == place.surrogates {
            Escapes::OfCharacters
        } else {
            Escapes::Any
        }
    }

    /// Reads an object. `member` gets each name and reads the value.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &'a str) -> Option<()>,
    ) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            let name = self.text()?;
            self.take(b':')?;
            member(self, name)?;
            if !self.goes_on(b'}')? {
                return Some(());
            }
        }
    }

    /// Reads an array. `element` reads each element.
    pub fn array(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            element(self)?;
            if !self.goes_on(b']')? {
                return Some(());
            }
        }
    }

    /// Reads any value, and answers where it lies.
    pub fn range(&mut self) -> Option<Range<usize>> {
        self.peek()?;
        let from = self.at;
        self.skip(DEPTH)?;
        Some(from..self.at)
    }

    /// Reads any value, and answers the text it has and, where it is a string with escapes and the whole
    /// text is not huge, its characters: they are then looked at once only.
    pub fn value_and_text(&mut self) -> Option<(Raw<'a>, Option<String>)> {
        self.peek()?;
        let from = self.at;
        let mut characters = None;
        if self.take_here(b'"').is_some() {
            let inside = self.text.as_bytes();
            self.at = end_of_plain(inside, self.at);
            if self.text.len() > DECODED_AT_ONCE {
                self.at = from;
                self.skip_string()?;
            } else if inside.get(self.at) == Some(&b'\\') {
                self.at = from + 1;
                let (text, length) = unescaped(inside.get(self.at..)?)?;
                self.at += length;
                characters = Some(text);
            } else {
                self.take_here(b'"')?;
            }
        } else {
            self.skip(DEPTH)?;
        }
        Some((self.text.get(from..self.at).map(Raw)?, characters))
    }

    /// Reads `null`, if it is what follows.
    pub fn null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.skip_word("null").is_some()
    }

    /// Whether what follows has a text, as a string or a number has, or is `null`.
    pub fn is_at_text_or_null(&mut self) -> bool {
        matches!(self.peek(), Some(b'"' | b'-' | b'0'..=b'9' | b'n'))
    }

    /// Reads a string without an escape in it, and answers its characters.
    pub fn text(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let from = self.at;
        self.at = end_of_plain(self.text.as_bytes(), from);
        let text = self.text.get(from..self.at);
        self.take_here(b'"')?;
        text
    }

    /// Reads the end of the text.
    pub fn end(mut self) -> Option<()> {
        match self.peek() {
            None if self.at == self.text.len() => Some(()),
            _ => None,
        }
    }

    /// Whether a comma follows, and not `end`.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Some(true),
            byte if byte == end => Some(false),
            _ => None,
        }
    }

    /// Skips white space; the byte after it, if it begins or ends anything.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.text.as_bytes().get(self.at)? {
                byte @ b'!'.. => return Some(byte),
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                _ => return None,
            }
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.peek()?;
        self.take_here(byte)
    }

    fn take_here(&mut self, byte: u8) -> Option<()> {
        (*self.text.as_bytes().get(self.at)? == byte).then(|| self.at += 1)
    }

    fn skip(&mut self, depth: u32) -> Option<()> {
        match self.peek()? {
            b'"' => self.skip_string(),
            b'{' => {
                let depth = depth.checked_sub(1)?;
                self.at += 1;
                if self.peek()? == b'}' {
                    return self.take_here(b'}');
                }
                loop {
                    if self.peek()? != b'"' {
                        return None;
                    }
                    self.skip_string()?;
                    self.take(b':')?;
                    self.skip(depth)?;
                    if !self.goes_on(b'}')? {
                        return Some(());
                    }
                }
            }
            b'[' => {
                let depth = depth.checked_sub(1)?;
                self.array(|reader| reader.skip(depth))
            }
            b't' => self.skip_word("true"),
            b'f' => self.skip_word("false"),
            b'n' => self.skip_word("null"),
            _ => self.skip_number(),
        }
    }

    fn skip_string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            self.at = end_of_plain(bytes, self.at);
            match *bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => {
                    let after = bytes.get(self.at + 1..)?;
                    self.escapes += 1;
                    self.surrogates += usize::from(is_surrogate(after));
                    self.at += length_of_escape(after)?;
                }
                _ => return None,
            }
        }
    }

    fn skip_word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    fn skip_number(&mut self) -> Option<()> {
        let _ = self.take_here(b'-');
        if self.take_here(b'0').is_none() {
            self.skip_digits()?;
        }
        if self.take_here(b'.').is_some() {
            self.skip_digits()?;
        }
        let exponent = self.take_here(b'e').or_else(|| self.take_here(b'E'));
        if exponent.is_some() {
            let _ = self.take_here(b'-').or_else(|| self.take_here(b'+'));
            self.skip_digits()?;
        }
        Some(())
    }

    fn skip_digits(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        (digits > 0).then_some(())
    }
}

/// Whether an escape whose backslash is before `after` stands for half of a surrogate pair: \ud800 to
/// \udfff.
const fn is_surrogate(after: &[u8]) -> bool {
    matches!(
        after,
        [
            b'u',
            b'd' | b'D',
            b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F',
            ..,
        ]
    )
}

/// The length of an escape whose backslash is before `after`.
fn length_of_escape(after: &[u8]) -> Option<usize> {
    match after {
        [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        [b'u', digits @ ..] => {
            let digits = digits.first_chunk::<4>()?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}

/// Where the characters of a string that stand for themselves end: at a quote, a backslash, a control
/// character or the end of `bytes`.
pub(super) fn end_of_plain(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(sixteen) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let plain = plain_of_sixteen(*sixteen);
        at += plain;
        if plain < 16 {
            return at;
        }
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The same for sixteen bytes, all at once: enough for most names and values, which then all cost the
/// same, whatever their length.
pub(super) fn plain_of_sixteen(bytes: [u8; 16]) -> usize {
    let word = u128::from_le_bytes(bytes);
    #[allow(clippy::cast_possible_truncation)] // its two halves
    let (low, high) = (word as u64, (word >> 64) as u64);
    let found = u128::from(ends_of(low)) | u128::from(ends_of(high)) << 64;
    (found.trailing_zeros() / 8) as usize
}

/// Marks a byte that is looked for in its highest bit. It may mark others, but none before it.
const fn ends_of(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let (quote, backslash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
    let found = (quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    found & HIGH
}

#[cfg(test)]
mod tests;
