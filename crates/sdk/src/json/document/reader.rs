//! The pass that validates a text and records its outline.

mod skip;

use super::outline::{EXTENT, NAME, NAMELESS, Node, Outline, Shape, UNKNOWN, Unread};
use crate::json::text::{Escapes, end_of_plain, name_of, unescaped};

/// A longer text than spans can measure is not read.
const LONGEST: usize = u32::MAX as usize;
/// Nodes that a list may have beyond its room before it is seen that there is none.
const BEYOND: usize = 8;
/// Bytes of a text whose strings are decoded while they are checked. In a longer one they are only looked
/// at: it may be longer than its reader allows.
const DECODED_AT_ONCE: usize = 1024 * 1024;

/// A string that was decoded while it was checked, and the node that it is the value of.
pub(super) type Decoded = Option<(usize, String)>;

/// The outline of `text`.
pub(super) fn read(text: &str, outline: &Outline) -> Result<(Vec<Node>, Decoded), Unread> {
    let mut nodes = Vec::new();
    if text.len() > LONGEST || nodes.try_reserve_exact(outline.room + BEYOND).is_err() {
        return Err(Unread::NoMemory);
    }
    let mut reader = Reader {
        text,
        at: 0,
        escapes: 0,
        surrogates: 0,
        nodes,
        nesting: Vec::new(),
        outline,
        decodes: outline.decodes && text.len() <= DECODED_AT_ONCE,
        decoded: None,
        is_starved: false,
    };
    match reader.document(outline.levels) {
        Some(()) => Ok((reader.nodes, reader.decoded)),
        None if reader.is_starved => Err(Unread::NoMemory),
        None => Err(Unread::NotJson),
    }
}

/// Reads a text; none of anything is that it is no JSON, or starved.
struct Reader<'r, 'a> {
    text: &'a str,
    at: usize,
    /// Escapes so far, and those of them that may be half of a surrogate pair.
    escapes: usize,
    surrogates: usize,
    nodes: Vec<Node>,
    /// Whether each of the values that are open here, and not kept, is an object.
    nesting: Vec<bool>,
    outline: &'r Outline,
    decodes: bool,
    decoded: Decoded,
    is_starved: bool,
}

/// A member's name: its number, and where it lies if it is not known.
#[derive(Clone, Copy)]
struct Name {
    number: u8,
    from: usize,
    to: usize,
    escapes: Escapes,
}

/// Where an object or an array begins.
struct Begin {
    node: usize,
    escapes: usize,
    surrogates: usize,
}

const NO_NAME: Name = Name {
    number: NAMELESS,
    from: 0,
    to: 0,
    escapes: Escapes::None,
};

impl Reader<'_, '_> {
    fn document(&mut self, levels: u32) -> Option<()> {
        self.value(NO_NAME, levels)?;
        let is_at_end = self.peek().is_none() && self.at == self.text.len();
        is_at_end.then_some(())
    }

    /// Reads a value into the outline; `levels` of objects and arrays are opened.
    fn value(&mut self, name: Name, levels: u32) -> Option<()> {
        let first = self.peek()?;
        self.make_room(&name, first)?;
        if !matches!(first, b'{' | b'[') {
            return self.scalar(name.number, first);
        }
        let begin = self.begin(name.number, first);
        let mut shape = Shape::Open;
        let mut count = 0;
        match levels.checked_sub(1) {
            Some(levels) if first == b'{' => self.members(levels)?,
            Some(levels) if self.outline.arrays.contains(&name.number) => self.elements(levels)?,
            Some(_) if self.outline.lists.contains(&name.number) => {
                count = self.list()?;
                // Without room for all elements they are read from their slice.
                if self.nodes.len() > self.outline.room {
                    self.nodes.truncate(begin.node + 2);
                    shape = Shape::Closed;
                }
            }
            _ => {
                count = self.skip()?;
                shape = Shape::Closed;
            }
        }
        self.end(&begin, shape, count)
    }

    /// Makes room for the nodes of a value, and adds its name if that is not known.
    fn make_room(&mut self, name: &Name, first: u8) -> Option<()> {
        // A name, a value and its extent.
        if self.nodes.len() + 3 > self.nodes.capacity() && self.nodes.try_reserve(3).is_err() {
            self.is_starved = true;
            return None;
        }
        if name.number == UNKNOWN {
            self.nodes.push(Node {
                from: narrow(name.from),
                to: narrow(name.to),
                name: NAME,
                first,
                escapes: name.escapes,
                shape: Shape::Scalar,
            });
        }
        Some(())
    }

    /// Adds the two nodes of an object or an array, which begins here.
    fn begin(&mut self, name: u8, first: u8) -> Begin {
        let begin = Begin {
            node: self.nodes.len(),
            escapes: self.escapes,
            surrogates: self.surrogates,
        };
        let node = Node {
            from: narrow(self.at),
            to: 0,
            name,
            first,
            escapes: Escapes::None,
            shape: Shape::Closed,
        };
        self.nodes.push(node);
        let name = EXTENT;
        self.nodes.push(Node { name, ..node });
        begin
    }

    /// Says what is known of an object or an array, now that it was read.
    fn end(&mut self, begin: &Begin, shape: Shape, count: u32) -> Option<()> {
        let (to, behind) = (narrow(self.at), narrow(self.nodes.len()));
        let escapes = self.escapes_since(begin.escapes, begin.surrogates);
        let [node, extent, ..] = self.nodes.get_mut(begin.node..)? else {
            return None;
        };
        (node.to, node.shape, node.escapes) = (to, shape, escapes);
        let is_open = shape == Shape::Open;
        extent.from = if is_open { behind } else { count };
        Some(())
    }

    /// Reads a value that is no object and no array, and adds its node.
    fn scalar(&mut self, name: u8, first: u8) -> Option<()> {
        let (from, escapes, surrogates) = (self.at, self.escapes, self.surrogates);
        match first {
            b'"' if self.decodes && self.decoded.is_none() => self.decode()?,
            b'"' => self.skip_string()?,
            _ => self.skip().map(drop)?,
        }
        self.nodes.push(Node {
            from: narrow(from),
            to: narrow(self.at),
            name,
            first,
            escapes: self.escapes_since(escapes, surrogates),
            shape: Shape::Scalar,
        });
        Some(())
    }

    /// Reads a string, and keeps its characters if it has escapes and each of them is one.
    fn decode(&mut self) -> Option<()> {
        let (from, bytes) = (self.at + 1, self.text.as_bytes());
        if bytes.get(end_of_plain(bytes, from)) == Some(&b'\\')
            && let Some((text, length)) = unescaped(bytes.get(from..)?)
        {
            self.escapes += 1;
            self.at = from + length;
            self.decoded = Some((self.nodes.len(), text));
            return Some(());
        }
        self.skip_string()
    }

    fn escapes_since(&self, escapes: usize, surrogates: usize) -> Escapes {
        if self.escapes == escapes {
            Escapes::None
        } else if self.surrogates == surrogates {
            Escapes::OfCharacters
        } else {
            Escapes::Any
        }
    }

    /// Reads an array of which only what has a known name is kept, as long as there is room; answers how
    /// many elements it has.
    fn list(&mut self) -> Option<u32> {
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(0);
        }
        let mut count = 0;
        loop {
            let first = self.peek()?;
            if self.nodes.len() > self.outline.room {
                self.skip()?;
            } else if first == b'{' {
                self.make_room(&NO_NAME, first)?;
                let begin = self.begin(NAMELESS, first);
                self.known_members()?;
                self.end(&begin, Shape::Open, 0)?;
            } else {
                self.value(NO_NAME, 0)?;
            }
            count += 1;
            if !self.goes_on(b']')? {
                return Some(count);
            }
        }
    }

    /// Reads an object of which only the members with known names are kept.
    fn known_members(&mut self) -> Option<()> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let name = self.name()?;
            if name.number == UNKNOWN || self.nodes.len() > self.outline.room {
                self.skip()?;
            } else {
                self.value(name, 0)?;
            }
            if !self.goes_on(b'}')? {
                return Some(());
            }
        }
    }

    fn members(&mut self, levels: u32) -> Option<()> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let name = self.name()?;
            self.value(name, levels)?;
            if !self.goes_on(b'}')? {
                return Some(());
            }
        }
    }

    fn elements(&mut self, levels: u32) -> Option<()> {
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.value(NO_NAME, levels)?;
            if !self.goes_on(b']')? {
                return Some(());
            }
        }
    }

    /// Reads a name and the colon behind it.
    fn name(&mut self) -> Option<Name> {
        if self.peek()? != b'"' {
            return None;
        }
        let bytes = self.text.as_bytes();
        let from = self.at + 1;
        let plain = end_of_plain(bytes, from);
        let number_of = self.outline.names.number_of;
        let (number, escapes);
        if bytes.get(plain) == Some(&b'"') {
            self.at = plain + 1;
            escapes = Escapes::None;
            number = number_of(self.text.get(from..plain)?);
        } else {
            let before = (self.escapes, self.surrogates);
            self.skip_string()?;
            escapes = self.escapes_since(before.0, before.1);
            number = number_of(&name_of(self.text.get(from..self.at - 1)?));
        }
        let to = self.at - 1;
        if bytes.get(self.at) == Some(&b':') {
            self.at += 1;
        } else {
            self.take(b':')?;
        }
        Some(Name {
            number: number.unwrap_or(UNKNOWN),
            from,
            to,
            escapes,
        })
    }
}

/// `LONGEST` sees to it that every place of a text can be narrowed.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
