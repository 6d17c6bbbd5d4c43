//! The spellings of a text in JSON: what its escapes write, however often they were escaped, and its
//! values one by one.

use std::borrow::Cow;

use crate::json::{Tokens, push_string, text_of};
use crate::letters::{Places, number};

/// JSON in a string in JSON in a string: nobody nests deeper.
const DEEPEST: usize = 4;

/// Where `find` finds something in `text`, or in what the escapes in it write.
pub(crate) fn places(text: &str, mut find: impl FnMut(&str, &mut Places)) -> Places {
    let mut found = Places::new();
    find(text, &mut found);
    let mut written = Written {
        text: Cow::Borrowed(text),
        from: Vec::new(),
    };
    for _ in 1..DEEPEST {
        match written.unescaped() {
            Some(unescaped) => written = unescaped,
            None => break,
        }
        let mut inside = Places::new();
        find(&written.text, &mut inside);
        let at = |(from, to)| (written.place(from), written.place(to));
        found.extend(inside.into_iter().map(at));
    }
    found
}

/// A text, and where each byte of it is written in the one it came from.
struct Written<'a> {
    text: Cow<'a, str>,
    /// One more than the text has bytes; empty for the one it came from itself.
    from: Vec<usize>,
}

impl Written<'_> {
    fn place(&self, byte: usize) -> usize {
        self.from.get(byte).copied().unwrap_or(byte)
    }

    /// What the escapes write; none if there are none.
    fn unescaped(&self) -> Option<Written<'static>> {
        let (mut text, mut from, mut at) = (String::new(), Vec::new(), 0);
        let mut has_escapes = false;
        while let Some(rest) = self.text.get(at..).filter(|rest| !rest.is_empty()) {
            let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            if plain == rest.len() && !has_escapes {
                return None;
            }
            text.push_str(rest.get(..plain).unwrap_or_default());
            from.extend((at..at + plain).map(|byte| self.place(byte)));
            at += plain;
            let Some(rest) = rest.get(plain..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let (c, length) = escape(rest).unwrap_or(('\\', 1));
            has_escapes |= length > 1;
            text.push(c);
            from.resize(text.len(), self.place(at));
            at += length;
        }
        from.push(self.place(at));
        let text = Cow::Owned(text);
        has_escapes.then_some(Written { text, from })
    }
}

/// What the escape writes that `text` begins with, and how long it is.
fn escape(text: &str) -> Option<(char, usize)> {
    let c = match text.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'u' => {
            let first = unit(text)?;
            let second = text.get(6..).and_then(unit);
            let pair = char::decode_utf16([first, second.unwrap_or(0)]).next()?;
            return Some(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |c| (c, 6 * c.len_utf16())));
        }
        _ => return None,
    };
    Some((c, 2))
}

/// The unit of UTF-16 that `\u0041` writes.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::try_from(number(digits, 16)?).ok()
}

/// `json`, one valid JSON text, with every name as `name` and every value that is a string or a number as
/// `value` changes it; both change only what they answer something for.
pub(crate) fn change(
    json: &str,
    mut name: impl FnMut(&str) -> Option<String>,
    mut value: impl FnMut(&str) -> Option<String>,
) -> String {
    let (mut out, mut at) = (String::with_capacity(json.len()), 0);
    let mut tokens = Tokens::of(json);
    while let Some(raw) = tokens.next() {
        let (from, to) = (tokens.end() - raw.len(), tokens.end());
        let after = json.get(to..).unwrap_or_default().trim_ascii_start();
        let changed = match text_of(raw) {
            Some(text) if raw.starts_with('"') && after.starts_with(':') => name(&text),
            Some(text) => value(&text),
            None => None,
        };
        if let Some(changed) = changed {
            out.push_str(json.get(at..from).unwrap_or_default());
            push_string(&mut out, &changed);
            at = to;
        }
    }
    out.push_str(json.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, needle: &str) -> Vec<String> {
        let mut places = places(text, |text, found| {
            found.extend(
                text.match_indices(needle)
                    .map(|(at, it)| (at, at + it.len())),
            );
        });
        places.dedup();
        let texts = places.iter().filter_map(|(from, to)| text.get(*from..*to));
        texts.map(str::to_owned).collect()
    }

    #[test]
    fn a_text_is_found_in_every_spelling() {
        for spelling in [
            "a\tb/é😀\"",
            r#"a\tb/é😀\""#,
            r#"a\u0009b\/\u00e9\ud83d\ude00\""#,
            r#"\u0061\\tb/é😀\\\""#,
            r"\\u0061\\u0009b\\/\\u00E9\\uD83D\\uDE00\\u0022",
        ] {
            let text = format!("before \\x {spelling} after \\ud800 \\");
            assert_eq!(found(&text, "a\tb/é😀\""), [spelling], "{text}");
        }
        assert!(found(r"a\qb", "ab").is_empty());
    }

    #[test]
    fn names_and_values_are_changed_one_by_one() {
        let json = r#" {"a" : "x\"y", "b":[-1.5e3, true, "", null,"x:"], "x" :{"c":0}}"#;
        let (mut names, mut values) = (Vec::new(), Vec::new());
        let same = change(
            json,
            |name| {
                names.push(name.to_owned());
                None
            },
            |value| {
                values.push(value.to_owned());
                None
            },
        );
        assert_eq!(same, json);
        assert_eq!(names, ["a", "b", "x", "c"]);
        assert_eq!(values, ["x\"y", "-1.5e3", "", "x:", "0"]);
        let cut = |text: &str| text.contains('x').then(|| "\"".to_owned());
        let changed = r#" {"a" : "\"", "b":[-1.5e3, true, "", null,"\""], "x" :{"c":0}}"#;
        assert_eq!(change(json, |_| None, cut), changed);
    }
}
