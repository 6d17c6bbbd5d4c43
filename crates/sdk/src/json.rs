//! JSON as slices of the text it came in: nothing is rebuilt, so nothing is lost.

mod document;
mod object_text;
mod scan;
mod text;

pub(crate) use document::is_object;
pub use document::{Children, Document, Names, Outline, Unread, Value};
pub use object_text::{ObjectText, array};
pub(crate) use scan::Tokens;
pub use scan::{AllNames, Elements, Object};
pub use text::{Escapes, Raw, characters, name_of, push_string, text_of};
