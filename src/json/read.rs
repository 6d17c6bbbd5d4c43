//! A reader of JSON that keeps nothing and copies nothing: it checks the text, and hands out slices of it.
//!
//! For text of a known shape. Whatever it does not expect ends it: a name with an escape in it, nesting
//! without end, a mistake in the syntax. It takes no text that a parser would not take.

use super::Raw;
use super::unescape::unescaped;

/// Where in a text the reader is.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// Objects and arrays in each other, at most.
const DEPTH: u32 = 64;
/// Bytes of a text whose strings are decoded while they are read. In a longer one they are only looked
/// at: it may be longer than its reader allows.
const DECODED_AT_ONCE: usize = 1024 * 1024;

impl<'a> Reader<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads an object. `member` gets each name and reads the value.
    pub(crate) fn object(
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
    pub(crate) fn array(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
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

    /// Reads any value, and answers the text it has.
    pub(crate) fn value(&mut self) -> Option<Raw<'a>> {
        self.peek()?;
        let from = self.at;
        self.skip(DEPTH)?;
        self.text.get(from..self.at).map(Raw)
    }

    /// Reads any value, and answers the text it has and, where it is a string with escapes and the whole
    /// text is not huge, its characters: they are then looked at once only.
    pub(crate) fn value_and_text(&mut self) -> Option<(Raw<'a>, Option<String>)> {
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
    pub(crate) fn null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.skip_word("null").is_some()
    }

    /// Reads a string without an escape in it, and answers its characters.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let from = self.at;
        self.at = end_of_plain(self.text.as_bytes(), from);
        let text = self.text.get(from..self.at);
        self.take_here(b'"')?;
        text
    }

    /// Reads the end of the text.
    pub(crate) fn end(mut self) -> Option<()> {
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
                b'\\' => self.at += length_of_escape(bytes.get(self.at + 1..)?)?,
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
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let plain = end_of_plain_in(*eight);
        at += plain;
        if plain < 8 {
            return at;
        }
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The same for eight bytes, all at once.
pub(super) fn end_of_plain_in(eight: [u8; 8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let word = u64::from_le_bytes(eight);
    let (quote, backslash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
    // Marks a byte that is looked for; it may mark others, but none before it.
    let found = (quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    ((found & HIGH).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;

    fn takes(text: &str) -> bool {
        let mut reader = Reader::of(text);
        reader.value().is_some() && reader.end().is_some()
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            r#"[a-z"\\/{}\[\],: é\n\u{1}😀]{0,20}"#.prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map("[a-z\"]{0,12}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_takes_what_a_parser_takes_and_nothing_else(
            value in json(),
            pretty in any::<bool>(),
            at in any::<prop::sample::Index>(),
            with in prop_oneof![Just(String::new()), r#"["\\{}\[\],:0-9eE.+u ntf\n\x01\u{e9}-]"#],
        ) {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            prop_assert!(takes(&text), "{}", text);
            // The same with one character taken out or another in its place.
            let mut symbols: Vec<_> = text.chars().map(String::from).collect();
            let at = at.index(symbols.len());
            symbols[at] = with;
            let damaged = symbols.concat();
            let parsed = serde_json::from_str::<IgnoredAny>(&damaged).is_ok();
            prop_assert_eq!(takes(&damaged), parsed, "{}", damaged);
        }
    }

    #[test]
    fn numbers_words_and_escapes_are_checked() {
        for text in [
            "0",
            "-0",
            "1e5",
            "-1.5E+07",
            "0.1",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "0x1",
            "tru",
            "true",
            "nulll",
            "[1,]",
            "[,1]",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "\"\\u12G4\"",
            "\"\\u12a4\"",
            "\"\\x\"",
            "\"\\\"",
            "\"\t\"",
            "",
            " ",
            "[1]]",
            "\u{a0}1",
            "1\u{c}",
        ] {
            let parsed = serde_json::from_str::<IgnoredAny>(text).is_ok();
            assert_eq!(takes(text), parsed, "{text}");
        }
        assert!(takes(&format!("{}1{}", "[".repeat(64), "]".repeat(64))));
        assert!(!takes(&"[".repeat(100_000)));
    }

    #[test]
    fn objects_and_arrays_are_read_in_order() {
        let mut found = Vec::new();
        let mut reader = Reader::of(r#" { "a" : [1, "x"] , "b":{ } } "#);
        let read = reader.object(|reader, name| {
            if name == "a" {
                return reader.array(|reader| reader.value().map(|raw| found.push(raw.0)));
            }
            reader.value().map(|raw| found.push(raw.0))
        });
        assert!(read.is_some() && reader.end().is_some());
        assert_eq!(found, ["1", "\"x\"", "{ }"]);
        assert!(
            Reader::of(r#"{"\u0061":1}"#)
                .object(|r, _| r.value().map(drop))
                .is_none()
        );
    }
}
