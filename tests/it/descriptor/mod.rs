//! The descriptor against the specification, cell by cell, and the C tables against the JSON.

mod c_tables;
mod declared;
mod specification;
