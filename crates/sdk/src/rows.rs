//! Rows: the type of a request. One table says which members there are and what limits they have; the
//! reader checks a request by it, and the tables for C, the descriptor's JSON and the JSON Schema are made
//! from it, so that no limit is written twice.

mod field;
mod findings;
mod forms;
mod members;
mod names;
mod object;
mod parse;
mod read;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod values;

pub use field::{Field, Mark};
pub use findings::{Leniency, Say};
pub use forms::{Compiled, Except, Pattern, TextCheck, Words};
pub use members::{Item, Members};
pub use names::{nearest, shown};
pub use object::{Case, Cases, Check, Object, Others, Rule};
pub use parse::Given;
pub use schema::{of_event, of_request, of_response};
