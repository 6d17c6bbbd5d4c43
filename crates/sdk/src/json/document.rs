//! A JSON document that is validated in one pass, which records where the values of its outer levels are.
//!
//! Nothing is copied: every value is a slice of the text. Values below the outline are validated, too, and
//! can be read from their slices afterwards (`scan.rs`). So a document costs memory for its outline only,
//! however many elements its lists have.

mod outline;
mod reader;

use std::borrow::Cow;

use self::outline::{FIRST_RESERVED, NAME, Node, Shape};
pub use self::outline::{Names, Outline, Unread};
use self::reader::Decoded;
use super::text::{Escapes, Raw, name_of};

/// A whole JSON text.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    names: Names,
    decoded: Decoded,
}

impl<'a> Document<'a> {
    /// Checks `text`, and keeps what `outline` asks for.
    ///
    /// # Errors
    /// `text` is no JSON, or there is no memory for its outline.
    pub fn read(text: &'a str, outline: &Outline) -> Result<Self, Unread> {
        let (nodes, decoded) = reader::read(text, outline)?;
        Ok(Self {
            text,
            nodes,
            names: outline.names,
            decoded,
        })
    }

    /// The value that the text is.
    pub fn root(&self) -> Value<'_, 'a> {
        Value {
            document: self,
            at: 0,
        }
    }

    /// The characters of the string that was decoded while it was checked: those of this child of the
    /// root, the first one being 0.
    pub fn take_decoded(&mut self) -> Option<(usize, String)> {
        let (node, text) = self.decoded.take()?;
        let before = self.root().children().take_while(|child| child.at < node);
        Some((before.count(), text))
    }
}

/// Whether `json` is one JSON object.
pub(crate) fn is_object(json: &str) -> bool {
    const OUTLINE: Outline = Outline {
        levels: 0,
        names: Names::none(),
        arrays: &[],
        lists: &[],
        room: 2,
        decodes: false,
    };
    let read = Document::read(json, &OUTLINE);
    read.is_ok_and(|document| document.root().is_object())
}

/// A value of a document's outline.
#[derive(Debug, Clone, Copy)]
pub struct Value<'d, 'a> {
    document: &'d Document<'a>,
    at: usize,
}

impl<'d, 'a> Value<'d, 'a> {
    /// The text it has, without white space around it.
    #[inline]
    pub fn raw(self) -> &'a str {
        self.node().map_or("", |node| self.slice(node))
    }

    /// The number of its name, if that is known.
    #[inline]
    pub fn number(self) -> Option<u8> {
        let number = self.node()?.name;
        (number < FIRST_RESERVED).then_some(number)
    }

    /// The name that it is given under; empty for an element.
    pub fn name(self) -> Cow<'a, str> {
        if let Some(number) = self.number() {
            return Cow::Borrowed((self.document.names.name_of)(number));
        }
        let before = self.at.checked_sub(1);
        let name = before.and_then(|at| self.document.nodes.get(at));
        match name.filter(|node| node.name == NAME) {
            Some(node) if node.escapes == Escapes::None => Cow::Borrowed(self.slice(node)),
            Some(node) => name_of(self.slice(node)),
            None => Cow::Borrowed(""),
        }
    }

    /// How many members or elements it has, opened or not.
    #[inline]
    pub fn count(self) -> usize {
        match self.shape() {
            Shape::Scalar => 0,
            Shape::Closed => self.extent(),
            Shape::Open => self.children().count(),
        }
    }

    /// Whether it has escapes.
    #[inline]
    pub fn escapes(self) -> Escapes {
        self.node().map_or(Escapes::Any, |node| node.escapes)
    }

    /// Whether it is an object.
    #[inline]
    pub fn is_object(self) -> bool {
        self.first() == b'{'
    }

    /// Whether it is an array.
    #[inline]
    pub fn is_array(self) -> bool {
        self.first() == b'['
    }

    /// Whether it is an object or an array whose members or elements are children.
    #[inline]
    pub fn is_open(self) -> bool {
        self.shape() == Shape::Open
    }

    /// Whether it is `null`.
    #[inline]
    pub fn is_null(self) -> bool {
        self.first() == b'n'
    }

    /// A string's characters or a number's literal; nothing else has a text.
    #[inline]
    pub fn text(self) -> Option<Cow<'a, str>> {
        Raw(self.raw()).text_with(self.escapes())
    }

    /// Whether it has a text, as strings and numbers have.
    #[inline]
    pub fn has_text(self) -> bool {
        matches!(self.first(), b'"' | b'-' | b'0'..=b'9')
    }

    /// Its members or elements that were kept, in order.
    #[inline]
    pub fn children(self) -> Children<'d, 'a> {
        Children {
            document: self.document,
            at: self.at + 2,
            end: self.behind(),
        }
    }

    /// Where it lies behind `around`, a value that it is part of: [`Self::part`] finds it again.
    #[inline]
    pub fn place_in(self, around: Self) -> usize {
        self.at - around.at
    }

    /// The part of this value that has this place in it.
    #[inline]
    pub fn part(self, place: usize) -> Self {
        Self {
            at: self.at + place,
            ..self
        }
    }

    /// Every value that is given for the member with this name.
    #[inline]
    pub fn all(self, name: u8) -> impl Iterator<Item = Self> {
        let (mut at, end) = (self.at + 2, self.behind());
        std::iter::from_fn(move || {
            while at < end {
                let here = Self { at, ..self };
                // The node of a name that is not known is passed over like a value: it has another number.
                at = here.behind();
                if here.node()?.name == name {
                    return Some(here);
                }
            }
            None
        })
    }

    /// The value of the member with this name; the first one if it is given twice. `null` counts as
    /// absent.
    #[inline]
    pub fn get(self, name: u8) -> Option<Self> {
        self.all(name).next().filter(|value| !value.is_null())
    }

    /// The node behind this value and all that was kept of it.
    #[inline]
    fn behind(self) -> usize {
        match self.shape() {
            Shape::Scalar => self.at + 1,
            Shape::Closed => self.at + 2,
            Shape::Open => self.extent(),
        }
    }

    #[inline]
    fn extent(self) -> usize {
        let extent = self.document.nodes.get(self.at + 1);
        extent.map_or(0, |node| node.from as usize)
    }

    #[inline]
    fn first(self) -> u8 {
        self.node().map_or(0, |node| node.first)
    }

    #[inline]
    fn shape(self) -> Shape {
        self.node().map_or(Shape::Scalar, |node| node.shape)
    }

    #[inline]
    fn node(self) -> Option<&'d Node> {
        self.document.nodes.get(self.at)
    }

    #[inline]
    fn slice(self, node: &Node) -> &'a str {
        let range = node.from as usize..node.to as usize;
        self.document.text.get(range).unwrap_or_default()
    }
}

/// The members or elements of a value.
#[derive(Debug, Clone)]
pub struct Children<'d, 'a> {
    document: &'d Document<'a>,
    at: usize,
    end: usize,
}

impl<'d, 'a> Iterator for Children<'d, 'a> {
    type Item = Value<'d, 'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'d, 'a>> {
        if self.at >= self.end {
            return None;
        }
        let is_name = self.document.nodes.get(self.at)?.name == NAME;
        let child = Value {
            document: self.document,
            at: self.at + usize::from(is_name),
        };
        self.at = child.behind();
        Some(child)
    }
}

#[cfg(test)]
mod tests;
