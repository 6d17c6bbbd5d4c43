//! Validates values below the outline without recording them.

use super::Reader;
use crate::json::text::end_of_plain;

impl Reader<'_, '_> {
    /// Reads a value that is not opened, without a stack of the thread's: it may nest as deep as it is
    /// long. Answers how many members or elements it has.
    pub(super) fn skip(&mut self) -> Option<u32> {
        self.nesting.clear();
        let mut count = 0;
        loop {
            match self.peek()? {
                b'"' => self.skip_string()?,
                first @ (b'{' | b'[') => {
                    self.at += 1;
                    let is_object = first == b'{';
                    // Both brackets end two places behind where they begin in ASCII.
                    if self.peek()? != first + 2 {
                        self.nesting.push(is_object);
                        if is_object {
                            self.skip_name()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                b't' => self.skip_word("true")?,
                b'f' => self.skip_word("false")?,
                b'n' => self.skip_word("null")?,
                _ => self.skip_number()?,
            }
            // A value has ended here, and perhaps those around it.
            loop {
                let Some(is_object) = self.nesting.last().copied() else {
                    return Some(count);
                };
                count += u32::from(self.nesting.len() == 1);
                if self.goes_on(if is_object { b'}' } else { b']' })? {
                    if is_object {
                        self.skip_name()?;
                    }
                    break;
                }
                self.nesting.pop();
            }
        }
    }

    fn skip_name(&mut self) -> Option<()> {
        if self.peek()? != b'"' {
            return None;
        }
        self.skip_string()?;
        self.take(b':')
    }

    /// Whether a comma follows, and not `end`.
    pub(super) fn goes_on(&mut self, end: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Some(true),
            byte if byte == end => Some(false),
            _ => None,
        }
    }

    /// Skips white space; the byte after it, if it begins or ends anything.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.text.as_bytes().get(self.at)? {
                byte @ b'!'.. => return Some(byte),
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                _ => return None,
            }
        }
    }

    pub(super) fn take(&mut self, byte: u8) -> Option<()> {
        self.peek()?;
        self.take_here(byte)
    }

    fn take_here(&mut self, byte: u8) -> Option<()> {
        (*self.text.as_bytes().get(self.at)? == byte).then(|| self.at += 1)
    }

    pub(super) fn skip_string(&mut self) -> Option<()> {
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
