//! Finds members and elements by their quotes and brackets alone.
//!
//! It reads slices of a document that was validated before, at a fraction of a parser's cost. Given any
//! other text, it finds nothing or the wrong slices of that text, and never panics.

use std::borrow::Cow;

use super::text::{end_of_plain, name_of, text_of};

/// One object, whose members are looked for whenever one is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a>(&'a str);

impl<'a> Object<'a> {
    /// `text` is one valid JSON value, without white space before it; none if it is no object.
    pub fn of(text: &'a str) -> Option<Self> {
        text.starts_with('{').then_some(Self(text))
    }

    /// Each member: its name without the quotes, which may have escapes in it, and its value.
    pub fn members(self) -> Members<'a> {
        Members {
            text: self.0,
            at: 1,
        }
    }

    /// Every value that is given for `name`, as the text it has.
    pub fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.members()
            .filter(move |(have, _)| name_of(have) == name)
            .map(|(_, raw)| raw)
    }

    /// The value of `name`; the first one if it is given twice. `null` counts as absent.
    pub fn get(self, name: &str) -> Option<&'a str> {
        self.all(name).next().filter(|raw| *raw != "null")
    }

    /// The text of `name`: a string's characters, or a number's literal.
    pub fn text(self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).and_then(text_of)
    }
}

/// The members of one object, each as the text it has.
pub struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl Members<'_> {
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

    /// Goes on to the next element and, if it is an object, hands its members to `member`, in one pass.
    pub fn next_with(&mut self, mut member: impl FnMut(&'a str, &'a str)) -> Option<&'a str> {
        let begin = self.next_begins()?;
        if self.text.as_bytes().get(begin) != Some(&b'{') {
            return self.next();
        }
        let mut members = Members {
            text: self.text,
            at: begin + 1,
        };
        for (name, value) in &mut members {
            member(name, value);
        }
        // Where the members end there is the closing bracket.
        self.at = members.at + 1;
        self.text.get(begin..self.at)
    }

    /// Where the next element begins.
    fn next_begins(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let between = |byte: &u8| *byte == b',' || byte.is_ascii_whitespace();
        let skipped = bytes.get(self.at..)?.iter().take_while(|b| between(b));
        let begin = self.at + skipped.count();
        (*bytes.get(begin)? != b']').then_some(begin)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        let value = self.next_begins()?;
        self.at = end_of_value(self.text.as_bytes(), value)?;
        self.text
            .get(value..self.at)
            .filter(|text| !text.is_empty())
    }
}

/// Every member of a valid JSON at any depth, in the order they have. Needs no stack of the thread's.
pub struct AllNames<'a> {
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

impl<'a> AllNames<'a> {
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

impl<'a> Iterator for AllNames<'a> {
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

/// What valid JSON is written with, but for commas, colons and white space: brackets, strings, numbers and
/// words.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the latest one ends.
    pub(crate) const fn end(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let between = |byte: &u8| matches!(byte, b',' | b':') || byte.is_ascii_whitespace();
        let rest = bytes.get(self.at..)?.iter();
        let from = self.at + rest.take_while(|byte| between(byte)).count();
        self.at = match bytes.get(from)? {
            b'{' | b'[' | b'}' | b']' => from + 1,
            _ => end_of_value(bytes, from)?,
        };
        self.text.get(from..self.at)
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
mod tests;
