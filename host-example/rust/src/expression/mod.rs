//! Property expressions and conditions: which values they see, and what comes out of them.
//!
//! A property's value is text in which `{…}` stands for a value, as in
//! `Hello {contacts[0].profile.name}`. Between the braces, and in a condition, stands the Common
//! Expression Language: `messages[0].type == "text" && messages[0].text.body.contains("hello")`.

mod cel_value;
mod program;
mod properties;
mod scope;
mod shape;
mod template;
mod typed;
mod undecided;

pub(crate) use program::{Condition, Wrong};
pub(crate) use properties::PropertyValue;
pub(crate) use scope::Scope;
pub(crate) use shape::{Members, Shape};
pub(crate) use template::Template;
pub(crate) use undecided::UNDECIDED;
