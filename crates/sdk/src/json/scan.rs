//! The members of one JSON object, found by looking for quotes and brackets only.
//!
//! For text that a parser has accepted already: it reads a message's members at a fraction of a parser's
//! cost. On any other text it gives nothing or nonsense, but never more than slices of that text.

use std::borrow::Cow;

use super::name_of;
use super::read::end_of_plain;

/// The members of the object `text`, each as the text it had: the name without its quotes, which may
/// have escapes in it, and the value.
pub struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Members<'a> {
    /// `text` is one valid JSON value, without white space before it; none if it is no object.
    pub fn of(text: &'a str) -> Option<Self> {
        text.starts_with('{').then_some(Self { text, at: 1 })
    }

    /// Skips white space and `skip`, and answers the byte after it.
    fn peek_after(&mut self, skip: u8) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if byte != skip && !byte.is_ascii_whitespace() {
                return Some(byte);
            }
            self.at += 1;
        }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.peek_after(b',')? != b'"' {
            return None;
        }
        let bytes = self.text.as_bytes();
        let name = self.at + 1;
        self.at = end_of_string(bytes, self.at)?;
        let name = self.text.get(name..self.at - 1)?;
        self.peek_after(b':')?;
        let value = self.at;
        self.at = end_of_value(bytes, value)?;
        Some((name, self.text.get(value..self.at)?))
    }
}

/// The elements of an array, each as the text it had. Holds none of them: there may be many.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Elements<'a> {
    /// `text` is one valid JSON value, without white space before it; none if it is no array.
    pub fn of(text: &'a str) -> Option<Self> {
        text.starts_with('[').then_some(Self { text, at: 1 })
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let between = |byte: &u8| *byte == b',' || byte.is_ascii_whitespace();
        let skipped = bytes.get(self.at..)?.iter().take_while(|b| between(b));
        let value = self.at + skipped.count();
        if *bytes.get(value)? == b']' {
            return None;
        }
        self.at = end_of_value(bytes, value)?;
        self.text
            .get(value..self.at)
            .filter(|text| !text.is_empty())
    }
}

/// Every member of a valid JSON at any depth, in the order they have. Needs no stack of the thread's.
pub struct Names<'a> {
    text: &'a str,
    at: usize,
    /// What is open here: whether it is an object, and the name of the member that it is the value of.
    open: Vec<(bool, &'a str)>,
    /// How many of them are objects.
    depth: usize,
    /// The name of the member whose value comes.
    name: &'a str,
}

/// One of them.
pub struct Named<'a> {
    pub name: Cow<'a, str>,
    /// Of an object or an array its first byte: what is in it comes by itself.
    pub value: &'a str,
    /// How many objects it is in.
    pub depth: usize,
    /// The name of the member whose value it is in, whatever arrays are between.
    pub within: Cow<'a, str>,
}

impl<'a> Names<'a> {
    /// Those of `text`, which stands in a member called `within`.
    pub fn of(text: &'a str, within: &'a str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            depth: 0,
            name: within,
        }
    }

    /// Goes on to the next text; answers where it begins.
    fn text_begins(&mut self) -> Option<usize> {
        loop {
            match self.text.as_bytes().get(self.at)? {
                b'"' => return Some(self.at),
                byte @ (b'{' | b'[') => {
                    self.depth += usize::from(*byte == b'{');
                    self.open.push((*byte == b'{', self.name));
                }
                b'}' | b']' => {
                    let was_object = self.open.pop().is_some_and(|(is_object, _)| is_object);
                    self.depth -= usize::from(was_object);
                    self.name = self.open.last().map_or(self.name, |(_, name)| *name);
                }
                b',' => self.name = self.open.last().map_or(self.name, |(_, name)| *name),
                _ => {}
            }
            self.at += 1;
        }
    }
}

impl<'a> Iterator for Names<'a> {
    type Item = Named<'a>;

    fn next(&mut self) -> Option<Named<'a>> {
        let bytes = self.text.as_bytes();
        let blanks = |at: usize| {
            let rest = bytes.get(at..).unwrap_or_default();
            let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
            at + blanks.count()
        };
        loop {
            let from = self.text_begins()?;
            self.at = end_of_string(bytes, from)?;
            let colon = blanks(self.at);
            if bytes.get(colon) != Some(&b':') {
                continue;
            }
            let name = self.text.get(from + 1..self.at - 1)?;
            self.at = blanks(colon + 1);
            let (end, goes_on) = match bytes.get(self.at)? {
                // What is in it is still to be read.
                b'{' | b'[' => (self.at + 1, self.at),
                _ => {
                    let end = end_of_value(bytes, self.at)?;
                    (end, end)
                }
            };
            let value = self.text.get(self.at..end)?;
            let within = self.open.last().map_or("", |(_, name)| *name);
            (self.at, self.name) = (goes_on, name);
            return Some(Named {
                name: name_of(name),
                value,
                depth: self.depth,
                within: name_of(within),
            });
        }
    }
}

/// Where the value that begins at `from` ends.
fn end_of_value(text: &[u8], from: usize) -> Option<usize> {
    match text.get(from)? {
        b'"' => end_of_string(text, from),
        b'{' | b'[' => end_of_nested(text, from),
        _ => {
            let rest = text.get(from..)?;
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
            Some(from + rest.iter().position(ends).unwrap_or(rest.len()))
        }
    }
}

fn end_of_string(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        at = end_of_plain(text, at);
        match text.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

fn end_of_nested(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => {
                at = end_of_string(text, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            r#"[a-z"\\{}\[\],: é\n]{0,6}"#.prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Into::into),
                prop::collection::btree_map("[a-z]{0,3}", inner, 0..3)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_finds_what_a_parser_finds(
            members in prop::collection::btree_map("[a-z]{0,4}", value(), 0..5),
            pretty in any::<bool>(),
        ) {
            let object = serde_json::Value::Object(members.into_iter().collect());
            let text = if pretty {
                serde_json::to_string_pretty(&object).unwrap()
            } else {
                object.to_string()
            };
            let found: serde_json::Value = Members::of(&text)
                .unwrap()
                .map(|(name, value)| (name.to_owned(), serde_json::from_str(value).unwrap()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            prop_assert_eq!(found, object);
        }

        #[test]
        fn it_finds_the_elements_that_a_parser_finds(
            elements in prop::collection::vec(value(), 0..5),
            pretty in any::<bool>(),
        ) {
            let array = serde_json::Value::Array(elements.clone());
            let text = if pretty {
                serde_json::to_string_pretty(&array).unwrap()
            } else {
                array.to_string()
            };
            let found: Vec<serde_json::Value> = Elements::of(&text)
                .unwrap()
                .map(|element| serde_json::from_str(element).unwrap())
                .collect();
            prop_assert_eq!(found, elements);
        }

        #[test]
        fn it_finds_every_name_that_a_parser_finds(value in value(), pretty in any::<bool>()) {
            fn names(value: &serde_json::Value, found: &mut Vec<(String, String)>) {
                match value {
                    serde_json::Value::Object(members) => {
                        for (name, value) in members {
                            let shown = value.to_string();
                            let is_nested = value.is_object() || value.is_array();
                            let shown = if is_nested { &shown[..1] } else { &shown };
                            found.push((name.clone(), shown.to_owned()));
                            names(value, found);
                        }
                    }
                    serde_json::Value::Array(elements) => {
                        for element in elements {
                            names(element, found);
                        }
                    }
                    _ => {}
                }
            }
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            let mut wanted = Vec::new();
            names(&value, &mut wanted);
            let found: Vec<_> = Names::of(&text, "")
                .map(|it| (it.name.into_owned(), it.value.to_owned()))
                .collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn nonsense_is_survived(text in ".{0,40}") {
            for text in [format!("[{text}"), format!("{{{text}"), text] {
                assert!(Members::of(&text).into_iter().flatten().count() <= text.len());
                assert!(Names::of(&text, "").count() <= text.len());
                assert!(Elements::of(&text).into_iter().flatten().count() <= text.len());
            }
        }
    }

    #[test]
    fn a_name_is_within_the_member_that_holds_it() {
        let text = r#"[{"a":{"b":[1,{"c":2},"d"],"e":[[{"f":3}]],"g":4},"h":"}","i":{}}]"#;
        let found: Vec<_> = Names::of(text, "root")
            .map(|it| format!("{} {} {}", it.within, it.name, it.depth))
            .collect();
        let wanted = [
            "root a 1", "a b 2", "b c 3", "a e 2", "e f 3", "a g 2", "root h 1", "root i 1",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_name_may_have_escapes() {
        let found: Vec<_> = Members::of(r#"{"a":1 , "\u0069\"d" : "\\"}"#)
            .unwrap()
            .collect();
        assert_eq!(found, [("a", "1"), (r#"\u0069\"d"#, r#""\\""#)]);
    }
}
