//! The text of JSON strings and numbers, and the writing of JSON strings.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, Visitor};

/// Any JSON value, as the text it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub &'a str);

impl<'a> Raw<'a> {
    /// See [`text_of`]; `escapes` are those it is known to have.
    #[inline]
    pub fn text_with(self, escapes: Escapes) -> Option<Cow<'a, str>> {
        match self.0.as_bytes() {
            [b'"', .., b'"'] if escapes == Escapes::None => {
                self.0.get(1..self.0.len() - 1).map(Cow::Borrowed)
            }
            _ => text_of(self.0),
        }
    }
}

/// Which escapes the strings of a JSON text contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// There are none.
    None,
    /// Some, and each stands for a character.
    OfCharacters,
    /// Perhaps also halves of surrogate pairs.
    Any,
}

/// A string's characters or a number's literal; nothing else has a text. Half a surrogate pair, which
/// is no character, becomes U+FFFD.
pub fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => characters(raw).or_else(|| lossy(raw)),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

/// The characters of `raw`, a valid JSON string; none if it holds half of a surrogate pair.
pub fn characters(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.get(1..raw.len().checked_sub(1)?)?;
    if memchr(b'\\', inside.as_bytes()).is_some() {
        let (text, _) = unescaped(raw.as_bytes().get(1..)?)?;
        return Some(Cow::Owned(text));
    }
    Some(Cow::Borrowed(inside))
}

/// The characters of a member's name, which may have escapes in it.
pub fn name_of(name: &str) -> Cow<'_, str> {
    if memchr(b'\\', name.as_bytes()).is_none() {
        return Cow::Borrowed(name);
    }
    text_of(&format!("\"{name}\""))
        .map_or(Cow::Borrowed(name), |text| Cow::Owned(text.into_owned()))
}

/// The characters of `raw`, a valid JSON string, with U+FFFD for each half of a surrogate pair.
fn lossy(raw: &str) -> Option<Cow<'static, str>> {
    let bytes = serde_json::from_slice::<Bytes>(raw.as_bytes()).ok()?;
    Some(Cow::Owned(String::from_utf8_lossy(&bytes.0).into_owned()))
}

/// A string as bytes: the one form in which `serde_json` lets half a surrogate pair pass.
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl Visitor<'_> for Collect {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Collect)
    }
}

/// Appends `text` as a JSON string.
pub fn push_string(out: &mut String, text: &str) {
    if is_plain(text.as_bytes()) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        // A string cannot fail to serialise.
        out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
    }
}

/// Whether each byte of a string stands for itself.
fn is_plain(bytes: &[u8]) -> bool {
    let plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    // Without an early end, so that many bytes are looked at together.
    let all = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & plain(byte));
    match bytes.last_chunk::<16>() {
        // The last ones are looked at with some of those before them, and not one by one.
        Some(last) => bytes.as_chunks::<16>().0.iter().all(|some| all(some)) && all(last),
        None => all(bytes),
    }
}

/// The characters of a string, and how many bytes it has with the quote at its end.
///
/// `text` begins after the quote at its beginning. None if it is no valid string, or holds half of a
/// surrogate pair.
pub(super) fn unescaped(text: &[u8]) -> Option<(String, usize)> {
    // No escape is shorter than what it stands for. Sixteen bytes more, so that every copy is of sixteen.
    let room = text.len() + 16;
    let mut out = Vec::new();
    // As long as what a host handed over: without memory for it there is no string.
    out.try_reserve_exact(room).ok()?;
    out.resize(room, 0);
    let (mut from, mut to) = (0, 0);
    loop {
        let rest = text.get(from..)?;
        let mut byte = *rest.first()?;
        if let (Some(some), Some(room)) = (rest.first_chunk::<16>(), out.get_mut(to..to + 16)) {
            room.copy_from_slice(some);
            let plain = plain_of_sixteen(*some);
            (from, to) = (from + plain, to + plain);
            if plain == 16 {
                continue;
            }
            byte = *rest.get(plain)?;
        }
        match byte {
            b'"' => break,
            b'\\' => {
                let rest = text.get(from..)?;
                // In JSON that is a string nearly all are of these: no need to tell them apart.
                let (length, written) = if let [_, symbol @ (b'"' | b'\\' | b'/'), ..] = rest {
                    *out.get_mut(to)? = *symbol;
                    (2, 1)
                } else {
                    escape(rest, out.get_mut(to..)?)?
                };
                (from, to) = (from + length, to + written);
            }
            ..0x20 => return None,
            byte => {
                *out.get_mut(to)? = byte;
                (from, to) = (from + 1, to + 1);
            }
        }
    }
    out.truncate(to);
    Some((String::from_utf8(out).ok()?, from + 1))
}

/// Writes what the escape that `text` begins with stands for, if that is not the escaped byte itself;
/// answers how long both are.
fn escape(text: &[u8], out: &mut [u8]) -> Option<(usize, usize)> {
    let symbol = match text.get(1)? {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode(text, out),
        _ => return None,
    };
    *out.first_mut()? = symbol;
    Some((2, 1))
}

fn unicode(text: &[u8], out: &mut [u8]) -> Option<(usize, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        // A sign would pass as well.
        let digits = digits
            .first()
            .filter(|digit| **digit != b'+')
            .and(Some(digits))?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let (first, second) = (unit(0)?, unit(6));
    let pair = [first, second.unwrap_or_default()];
    let symbol = char::decode_utf16(pair).next()?.ok()?;
    let written = symbol.encode_utf8(out).len();
    Some((symbol.len_utf16() * 6, written))
}

/// Where the characters of a string that stand for themselves end: at a quote, a backslash, a control
/// character or the end of `bytes`.
#[inline]
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
/// same, whatever their length. Without a branch, so that the compiler uses vector instructions.
#[inline]
fn plain_of_sixteen(bytes: [u8; 16]) -> usize {
    let mark = |is_end: bool| if is_end { u8::MAX } else { 0 };
    let ends = bytes.map(|byte| mark(byte == b'"') | mark(byte == b'\\') | mark(byte < 0x20));
    (u128::from_le_bytes(ends).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_byte_that_is_not_plain_is_found(
            bytes in any::<[u8; 16]>(),
            plain in 0..=16_usize,
        ) {
            // Up to some place all are plain; behind it there is anything.
            let mut bytes = bytes;
            for byte in &mut bytes[..plain] {
                *byte = if matches!(*byte, b'"' | b'\\' | ..0x20) { b'x' } else { *byte };
            }
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
            let expected = bytes.iter().position(ends).unwrap_or(16);
            prop_assert_eq!(plain_of_sixteen(bytes), expected);
        }

        #[test]
        fn it_is_what_a_parser_makes_of_it(
            pieces in prop::collection::vec(prop_oneof![
                r"[a-z é😀]{0,20}",
                prop::sample::select(vec![
                    r#"\""#, r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\u00e9", r"\uD83D\ude00",
                    r"\u0000", r"\ud83d", r"\ude00", r"\uffff", r"\u+123", r"\u12", r"\x", "\n",
                ]).prop_map(str::to_owned),
            ], 0..12),
        ) {
            let text = pieces.concat();
            let parsed = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
            let made = unescaped(format!("{text}\" and more").as_bytes());
            prop_assert_eq!(made, parsed.map(|parsed| (parsed, text.len() + 1)));
        }
    }

    #[test]
    fn half_a_surrogate_pair_does_not_cost_the_text() {
        let text = text_of(r#""a\ud83db""#).unwrap();
        assert!(
            text.starts_with('a') && text.ends_with('b') && text.contains('\u{fffd}'),
            "{text}"
        );
    }
}
