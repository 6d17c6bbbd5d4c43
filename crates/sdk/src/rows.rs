//! Rows: the type of a request. One table says which members there are and what limits they have; the
//! reader checks a request by it, and the tables for C, the descriptor's JSON and the JSON Schema are made
//! from it, so that no limit is written twice.

mod field;
mod findings;
mod forms;
mod given;
mod members;
mod names;
mod object;
mod parse;
mod read;
mod row;
mod rules;
mod scalars;
mod schema;
mod sound;
#[cfg(test)]
mod tests;

pub use findings::{Leniency, Say};
pub use forms::{Compiled, Except, Pattern, TextCheck, Words};
pub use given::Given;
pub use names::{nearest, shown};
pub use row::{Case, Cases, Check, Field, Item, Mark, Members, Object, Others, Rule};
pub use schema::{of_event, of_request, of_response};
