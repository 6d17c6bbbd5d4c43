//! The outline of a document: the levels whose values the reader records.

use crate::json::text::Escapes;

/// Which values of a document are kept.
#[derive(Debug, Clone, Copy)]
pub struct Outline {
    /// How many levels of objects and arrays are opened.
    pub levels: u32,
    /// The names that values are looked up by.
    pub names: Names,
    /// The arrays that are opened, by their names.
    pub arrays: &'static [u8],
    /// The arrays of whose elements only the members with known names are kept, and only as far as there
    /// is room. The elements of any other array are only counted.
    pub lists: &'static [u8],
    /// Room for so many nodes; more of them are made room for when they come, but for lists.
    pub room: usize,
    /// Whether the first string of the outermost object that has escapes is decoded while it is checked:
    /// a request may hold a whole notification, which is then looked at once only.
    pub decodes: bool,
}

/// Known names, each with its number below 252: comparing numbers costs less than comparing
/// texts.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// The number of a name, if it is known.
    pub number_of: fn(&str) -> Option<u8>,
    /// The name with a number.
    pub name_of: fn(u8) -> &'static str,
}

impl Names {
    /// No name is known.
    pub const fn none() -> Self {
        Self {
            number_of: |_| None,
            name_of: |_| "",
        }
    }
}

/// Numbers from here on are no names'.
pub(super) const FIRST_RESERVED: u8 = 252;
/// Of an element, and of the whole text.
pub(super) const NAMELESS: u8 = 252;
/// Of a value whose name is not known: the node before it says where it lies.
pub(super) const UNKNOWN: u8 = 253;
/// Of a node that is such a name.
pub(super) const NAME: u8 = 254;
/// Of the second node of an object or an array.
pub(super) const EXTENT: u8 = 255;

/// Why a text is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is no JSON.
    NotJson,
    /// There is no memory for its outline.
    NoMemory,
}

/// A node of the outline: a scalar is one, an object or an array two, and a name that is not known one
/// more before its value. Nodes are small, because a notification has many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Where the value or the name lies; of an `EXTENT`, `from` is what it says.
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) name: u8,
    /// The byte that the value begins with, which tells its type.
    pub(super) first: u8,
    pub(super) escapes: Escapes,
    pub(super) shape: Shape,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar,
    /// An object or an array whose extent says how many members or elements it has.
    Closed,
    /// One whose nodes follow it; its extent is the node behind them.
    Open,
}
